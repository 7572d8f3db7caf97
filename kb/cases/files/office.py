"""Which Office file a zip is, without unpacking more of it than its list of parts.

The file is handed on to readers as it came, so what is refused is what could harm them or who opens it: macros, files
with a password (nobody could look inside), archives that blow up, and zips that merely call themselves Word or Excel.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence

from kb.core import Refusal

MAX_ENTRIES = 5_000
MAX_UNPACKED = 1024 * 1024 * 1024
"""Bytes that all entries say to take once unpacked."""
MAX_RATIO = 200
"""How many times larger than the file all of it may get; text packs about ten to one."""
MAX_LISTING = 1024 * 1024
"""Bytes of the list of content types."""

_MAIN = {
    "wordprocessingml.document.main+xml": ("word/", "Word"),
    "spreadsheetml.sheet.main+xml": ("xl/", "Excel"),
}
_MACROS = re.compile(r"vbaproject|vbadata|/activex/|/macrosheets/|\.exe$|\.dll$|\.js$|\.vbs$", re.IGNORECASE)
_CENTRAL = b"PK\x01\x02"
"""What each entry of a zip's directory begins with; counting it costs less than reading a directory of millions."""


def office_kind(data: bytes) -> str | None:
    """Return "Word" or "Excel" when the zip is such a document, None when it is another.

    Raises:
        Refusal: it is one, but it is damaged, holds macros or blows up.

    """
    if not data.startswith(b"PK\x03\x04"):
        return None
    if data.count(_CENTRAL) > MAX_ENTRIES:
        raise Refusal("The file holds too many parts to be an ordinary document.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            listing = _listing(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Refusal("The file is damaged or incomplete. Save it again and choose it once more.") from error
    if listing is None:
        return None
    _check_entries(entries, len(data))
    if (
        "macroEnabled" in listing
        or "vbaProject" in listing
        or any(_MACROS.search(e.filename) for e in entries)
    ):
        raise Refusal("The file holds macros (small programs). Save it without macros, as .docx or .xlsx.")
    names = {entry.filename for entry in entries}
    for word, (folder, kind) in _MAIN.items():
        if word in listing and any(name.startswith(folder) for name in names):
            return kind
    return None


def _listing(archive: zipfile.ZipFile) -> str | None:
    """Return the list of content types every Office file begins with; None when there is none."""
    try:
        entry = archive.getinfo("[Content_Types].xml")
    except KeyError:
        return None
    with archive.open(entry) as file:
        return file.read(MAX_LISTING).decode("utf-8", "replace")


def _check_entries(entries: Sequence[zipfile.ZipInfo], size: int) -> None:
    names = [entry.filename for entry in entries]
    total = sum(entry.file_size for entry in entries)
    if total > MAX_UNPACKED or total > MAX_RATIO * size:
        raise Refusal("The file gets far too large when it is unpacked. Save it again in Word or Excel.")
    if len(set(names)) != len(names) or any(_is_astray(name) for name in names):
        raise Refusal("The file is not put together as Word or Excel does it. Save it again there.")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refusal("The file has a password. Save it without one.")


def _is_astray(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")
