"""Checks a Word file and copies from it only what is needed to read its text.

A .docx is a zip of XML. What a zip says about itself is not believed: parts are unpacked bit by bit and counted while
they come. Pictures, embedded files (which may be zips again), fonts and macros are not even unpacked, and the style map
that mammoth would take from the file is left out. The copy holds nothing else, so the converter can't meet it.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from kb.core import Refusal

MAX_ENTRIES = 5_000
MAX_PART = 20 * 1024 * 1024
"""Bytes of one part, unpacked; a report of 400 pages has some 5 MB."""
MAX_TEXT = 30 * 1024 * 1024
"""Bytes of all parts together, unpacked."""
MAX_RATIO = 100
"""How much smaller packing may have made a part; Word's own XML goes to a tenth, sometimes a thirtieth."""
RATIO_FROM = 1024 * 1024
"""Bytes from which a part's ratio counts: small ones can't do harm."""
CHUNK = 64 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How Word files of before 2007 begin, and every Office file with a password."""
_CENTRAL = b"PK\x01\x02"
"""What each entry of a zip's directory begins with; counting it costs less than reading a directory of millions."""
_WANTED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/core\.xml|word/(?:_rels/)?[\w-]+\.xml(?:\.rels)?"
)
_BODY = re.compile(r"word/document[0-9]*\.xml")
_MAIN = b"wordprocessingml.document.main+xml"
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)


def clean_copy(data: bytes) -> bytes:
    """Return a zip with only the parts of the Word file that hold its text, not compressed.

    Raises:
        Refusal: it is no Word file, it is damaged, or it unpacks to too much.

    """
    if not data:
        raise Refusal("The file is empty. Choose it again.")
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refusal("The file has a password. Save it in Word without one and choose it again.")
        raise Refusal(
            "This is a Word file of the old kind (.doc). Save it in Word as .docx and choose it again."
        )
    if not data.startswith(b"PK\x03\x04"):
        raise Refusal("This is not a Word file. Choose a file that ends in .docx.")
    if data.count(_CENTRAL) > MAX_ENTRIES:
        raise Refusal("The file holds too many parts to be an ordinary document.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _parts(archive)
    except _FAULTS as error:
        raise Refusal(
            "The file is damaged or incomplete. Save it again in Word and choose it once more."
        ) from error
    if _MAIN not in parts.get("[Content_Types].xml", b"") or not any(map(_BODY.fullmatch, parts)):
        raise Refusal("This is not a Word file. Choose a file that ends in .docx.")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as copy:
        for name, part in parts.items():
            copy.writestr(name, part)
    return out.getvalue()


def _parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the parts that hold text, unpacked."""
    names = archive.namelist()
    if len(set(names)) != len(names):
        raise zipfile.BadZipFile("two parts have the same name")
    parts: dict[str, bytes] = {}
    left = MAX_TEXT
    for entry in archive.infolist():
        if entry.flag_bits & 0x1:
            raise Refusal("The file has a password. Save it in Word without one and choose it again.")
        if _WANTED.fullmatch(entry.filename):
            parts[entry.filename] = _unpacked(archive, entry, min(left, MAX_PART))
            left -= len(parts[entry.filename])
    return parts


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """Return a part, unless it turns out larger than it may be while it is being unpacked."""
    found = bytearray()
    with archive.open(entry) as file:
        while chunk := file.read(CHUNK):
            found += chunk
            dense = len(found) > RATIO_FROM and len(found) > MAX_RATIO * entry.compress_size
            if dense or len(found) > most:
                raise Refusal("The file gets far too large when it is unpacked. Save it again in Word.")
    return bytes(found)
