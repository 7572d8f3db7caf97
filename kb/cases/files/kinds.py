"""What kind of file it is, read from its content.

A browser is told our media type and nothing else, so what matters is that the content begins as that type does: a file
that is a PDF and also HTML is stored as a PDF and is never anything else. HTML, SVG and XML are no kind at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.cases.files.names import suffix
from kb.cases.files.office import office_kind
from kb.core import Refusal


@dataclass(frozen=True)
class Kind:
    """A kind of file that may be attached. `group` is image, document or audio; the first extension is the one we give."""

    name: str
    media_type: str
    group: str
    extensions: tuple[str, ...]

    @property
    def extension(self) -> str:
        """The extension it is given, without a dot."""
        return self.extensions[0]


_OPEN_XML = "application/vnd.openxmlformats-officedocument."
KINDS = {
    kind.name: kind
    for kind in (
        Kind("JPEG", "image/jpeg", "image", ("jpg", "jpeg", "jpe", "jfif")),
        Kind("PNG", "image/png", "image", ("png",)),
        Kind("WebP", "image/webp", "image", ("webp",)),
        Kind("GIF", "image/gif", "image", ("gif",)),
        Kind("PDF", "application/pdf", "document", ("pdf",)),
        Kind("Word", _OPEN_XML + "wordprocessingml.document", "document", ("docx",)),
        Kind("Excel", _OPEN_XML + "spreadsheetml.sheet", "document", ("xlsx",)),
        Kind("MP3", "audio/mpeg", "audio", ("mp3",)),
        Kind("OGG", "audio/ogg", "audio", ("ogg", "oga", "opus")),
        Kind("WAV", "audio/wav", "audio", ("wav",)),
        Kind("M4A", "audio/mp4", "audio", ("m4a", "m4b", "mp4")),
    )
}
"""All that may be attached, by name."""

_OGG_AUDIO = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ")
_MP4_BRANDS = (b"M4A ", b"M4B ", b"isom", b"iso2", b"iso5", b"iso6", b"mp41", b"mp42", b"dash")
_TRACK = re.compile(rb"hdlr.{8}(vide|soun)", re.DOTALL)
_ID3_HEADER = 10
_MPEG_HEADER = 4
_BIT_RATES = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Kilobits a second of layer III by the index in the frame; version 1 is written as 3, version 2 as 2 and 2.5 as 0."""
_SAMPLE_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def kind_of(data: bytes, name: str) -> Kind:
    """Return what kind of file this is.

    Raises:
        Refusal: it is none that may be attached, it is damaged, or its name says that it is something else.

    """
    if not data:
        raise Refusal("The file is empty. Choose it again.")
    found = _by_content(data)
    if found is None:
        raise Refusal(
            "This kind of file can't be attached. You can attach JPEG, PNG, WebP and GIF images, PDF, Word (.docx), Excel (.xlsx), and MP3, OGG, WAV and M4A audio."
        )
    kind = KINDS[found]
    said = suffix(name)
    if said and said not in kind.extensions:
        raise Refusal(
            "The file's name ends in .%(said)s, but its content is %(kind)s. Save it as .%(extension)s and choose it again.",
            said=said,
            kind=kind.name,
            extension=kind.extension,
        )
    return kind


def _by_content(data: bytes) -> str | None:
    starts = {
        b"\xff\xd8\xff": "JPEG",
        b"\x89PNG\r\n\x1a\n": "PNG",
        b"GIF87a": "GIF",
        b"GIF89a": "GIF",
        b"%PDF-": "PDF",
    }
    for start, name in starts.items():
        if data.startswith(start):
            return name
    if data.startswith(b"RIFF"):
        return {b"WEBP": "WebP", b"WAVE": "WAV"}.get(data[8:12])
    if data.startswith(b"PK"):
        return office_kind(data)
    return _audio(data)


def _audio(data: bytes) -> str | None:
    if data.startswith(b"OggS"):
        return "OGG" if any(mark in data[:80] for mark in _OGG_AUDIO) else None
    if data[4:8] == b"ftyp":
        tracks = set(_TRACK.findall(data))
        return "M4A" if data[8:12] in _MP4_BRANDS and tracks == {b"soun"} else None
    return "MP3" if _is_mp3(data) else None


def _is_mp3(data: bytes) -> bool:
    """Tell whether two frames of MPEG layer III follow each other, after a tag or from the start."""
    at = 0
    if data.startswith(b"ID3") and len(data) > _ID3_HEADER and not any(byte & 0x80 for byte in data[6:10]):
        at = _ID3_HEADER + sum(
            (byte & 0x7F) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True)
        )
        while at < len(data) and data[at] == 0:  # some writers pad after the tag
            at += 1
    length = _frame_length(data[at : at + _MPEG_HEADER])
    return bool(length) and bool(_frame_length(data[at + length : at + length + _MPEG_HEADER]))


def _frame_length(header: bytes) -> int:
    """Return how many bytes the MPEG layer III frame with this header takes; 0 when it is none."""
    if len(header) < _MPEG_HEADER or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:  # noqa: PLR2004 - sync, layer III
        return 0
    version, bit_index, rate_index = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or bit_index in {0, 15} or rate_index == 3:  # noqa: PLR2004 - reserved by the standard
        return 0
    bits = _BIT_RATES[3 if version == 3 else 2][bit_index] * 1000  # noqa: PLR2004 - version 1
    factor = 144 if version == 3 else 72  # noqa: PLR2004 - version 1
    return factor * bits // _SAMPLE_RATES[version][rate_index] + (header[2] >> 1 & 1)
