"""Makes a picture anew: upright, no larger than a page needs, and with nothing in it but what can be seen.

A photo from a phone tells where it was taken, when and with what (EXIF, XMP), and can hold a second file in its tail.
Only the pixels are carried over, in the colours of the web (sRGB), so none of that can come along. A moving picture
becomes its first frame: what moves by itself on a page keeps some people from reading it.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from kb.cases.files.kinds import KINDS, Kind
from kb.core import Refusal

MAX_PIXELS = 50_000_000
"""Pixels a picture may have before it is opened: 50 megapixels take about 150 MB of memory."""
LONGEST_SIDE = 2000
"""Pixels of the long side of what is kept."""
MAX_PROFILE = 1024 * 1024
"""Bytes of a colour profile that is still looked at."""

_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""What Pillow raises on a picture that is damaged or hostile."""


@dataclass(frozen=True)
class Prepared:
    """A file as it will be kept; width and height in pixels, of pictures only."""

    data: bytes
    media_type: str
    extension: str
    width: int | None = None
    height: int | None = None


def prepared(data: bytes, kind: Kind) -> Prepared:
    """Return the file as it will be kept: a picture made anew, anything else as it came.

    Raises:
        Refusal: the picture is damaged or too large to open.

    """
    if kind.group != "image":
        return Prepared(data, kind.media_type, kind.extension)
    try:
        with Image.open(io.BytesIO(data), formats=[_format(kind)]) as picture:
            if picture.width * picture.height <= MAX_PIXELS:
                return _made_anew(picture, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except _BROKEN as error:
        raise Refusal("The image is damaged or incomplete. Save it again and choose it once more.") from error
    raise _too_large()


def _too_large() -> Refusal:
    return Refusal(
        "The image has more than %(millions)s million pixels. Make it smaller and choose it again.",
        millions=MAX_PIXELS // 1_000_000,
    )


def _made_anew(picture: Image.Image, kind: Kind) -> Prepared:
    """Return the picture with only its pixels, in a format that browsers show."""
    if kind.name == "JPEG":
        picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
    else:
        picture.seek(0)
    upright = _in_web_colours(ImageOps.exif_transpose(picture))
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    kept = KINDS["PNG"] if kind.name == "GIF" else kind
    options = {"JPEG": {"quality": 85, "optimize": True}, "WebP": {"quality": 85}}.get(
        kept.name, {"optimize": True}
    )
    out = io.BytesIO()
    bare.save(out, _format(kept), **options)
    return Prepared(out.getvalue(), kept.media_type, kept.extension, *bare.size)


def _format(kind: Kind) -> str:
    """Return what Pillow calls this kind of picture."""
    return kind.name.upper()


def _in_web_colours(picture: Image.Image) -> Image.Image:
    """Return the picture in grey, sRGB or sRGB with transparency; whatever else it was."""
    if picture.mode.startswith("I"):  # 16 bits a pixel: a plain conversion would turn all of it white
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    full = "RGBA" if picture.has_transparency_data else "RGB"
    if picture.mode not in {"L", "RGB", "RGBA", "CMYK"}:
        picture = picture.convert(full)
    profile = picture.info.get("icc_profile")
    if profile and len(profile) <= MAX_PROFILE and picture.mode != "L":
        picture = _without_profile(picture, profile)
    return picture if picture.mode in {"L", full} else picture.convert(full)


def _without_profile(picture: Image.Image, profile: bytes) -> Image.Image:
    """Return the picture with its colours brought to sRGB; as it is when nobody can read its profile."""
    mode = "RGB" if picture.mode == "CMYK" else picture.mode
    try:
        changed = ImageCms.profileToProfile(
            picture, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return changed or picture
