"""The name of a file as readers get it: readable, harmless on every system and in every header.

A name comes from the sender and may be anything: a path, a line end that would begin a new header, a control that makes
`gpj.exe` read as `exe.jpg`. Only what can be seen and typed is kept; the extension is the one of our own kind.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 100
"""Characters of a whole name, extension included."""
_SUFFIX = re.compile(r"\.([A-Za-z][A-Za-z0-9]{0,4}|7z|mp[34])$")
_UNWANTED = re.compile(r"[\"'`<>|:*?;%&#$\\/={}^~]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)", re.IGNORECASE)


def suffix(name: str) -> str:
    """Return the extension of a name in lower case, without its dot; empty when it has none."""
    found = _SUFFIX.search(_visible(name).rstrip(" ."))
    return found[1].lower() if found else ""


def safe_name(name: str, extension: str) -> str:
    """Return a harmless name of at most 100 characters that ends in the extension (given without its dot)."""
    stem = _SUFFIX.sub("", _visible(re.split(r"[\\/]", name.replace("\0", ""))[-1]).rstrip(" ."))
    stem = re.sub(r"\s+", " ", _UNWANTED.sub(" ", stem)).strip(" .-_")
    stem = stem[: LONGEST - len(extension) - 1].rstrip(" .-_")
    if not stem:
        stem = "file"
    if _RESERVED.match(stem):
        stem = f"file {stem}"[: LONGEST - len(extension) - 1]
    return f"{stem}.{extension}"


def _visible(name: str) -> str:
    """Return the name without characters that can't be seen: controls, direction marks, halves of surrogate pairs."""
    spaced = re.sub(r"[\t\r\n\u2028\u2029]", " ", unicodedata.normalize("NFC", name))
    return "".join(sign for sign in spaced if not unicodedata.category(sign).startswith("C"))
