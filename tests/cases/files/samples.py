"""Small real files of each kind, and hostile ones, for the tests of attachments."""

from __future__ import annotations

import io
import struct
import wave
import zipfile
import zlib

from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
MP3 = (b"\xff\xfb\x90\x00" + bytes(413)) * 3
OGG = b"OggS\x00\x02" + bytes(20) + b"\x01\x1e\x01vorbis" + bytes(23)
M4A = struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"M4A ", 0, b"M4A ", b"mp42") + (
    struct.pack(">I4s8s4s", 32, b"hdlr", bytes(8), b"soun") + bytes(12)
)
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/x" ContentType="application/vnd.openxmlformats-officedocument.{}"/></Types>'
)
WORD = "wordprocessingml.document.main+xml"
EXCEL = "spreadsheetml.sheet.main+xml"


def zipped(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes | str) -> bytes:
    return zipped({"[Content_Types].xml": TYPES.format(WORD), "word/document.xml": "<w/>", **more})


def xlsx(**more: bytes | str) -> bytes:
    return zipped({"[Content_Types].xml": TYPES.format(EXCEL), "xl/workbook.xml": "<x/>", **more})


def wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(160))
    return out.getvalue()


def image(name: str, size: tuple[int, int] = (30, 20), *, mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 200 if mode == "L" else "#2a7").save(out, name, **options)
    return out.getvalue()


def photo_with_place() -> bytes:
    """A photo as a phone makes it: on its side, with the place, the camera, XMP and a comment in it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010F] = "SecretCamera"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (51.0, 57.0, 0.0), "E", (6.0, 1.0, 0.0)
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SecretPlace</x:xmpmeta>"
    return image("JPEG", (40, 20), exif=exif.tobytes(), comment=b"SecretComment", xmp=xmp)


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is this large."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
