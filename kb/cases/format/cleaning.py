"""Cleans the strings of a parsed case, and reports what no case may hold, whatever the field.

Refused are characters that a reader can't see and a program may obey: controls other than tab and line ends, halves of
surrogate pairs, and the controls that turn the direction of text (they make a text read otherwise than it is stored).
Line ends become line feeds, so that the same text typed on two systems is the same text.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from kb.cases.format.faults import Path, Slip, Unreadable

MAX_DEPTH = 12
"""Levels of lists and mappings; the format itself needs six."""
MAX_ITEMS = 500
"""Items of one list, fields of one mapping; the limit of every list in the schema."""
MAX_VALUES = 200_000
"""Values in one case; far more than a person writes, few enough to check in seconds."""

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_FORBIDDEN_IN_KEY = re.compile(r"[\x00-\x1f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def clean(value: Any, *, escaped: bool = False) -> tuple[Any, list[Slip]]:
    """Return the data with clean strings, and what is wrong in it; what can't be used has become None.

    With `escaped`, U+DC80 to U+DCFF stand for bytes that were not UTF-8.
    """
    cleaner = _Cleaner(escaped=escaped)
    return cleaner.value(value, ()), cleaner.slips


def why_refused(character: str, *, escaped: bool = False) -> str:
    """Return why this character can't stand in a case."""
    code = ord(character)
    if escaped and 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 - where Python keeps undecodable bytes
        return f"byte 0x{code - 0xDC00:02X} is not UTF-8; save the file as UTF-8"
    if code == 0:
        return "holds a NUL byte (U+0000)"
    if 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - the surrogates
        return f"holds half a character (lone surrogate U+{code:04X})"
    kind = "control character" if code < 0xA0 else "text-direction control"  # noqa: PLR2004 - the end of C1
    return f"holds a {kind} (U+{code:04X})"


class _Cleaner:
    """Walks through the data once; `slips` grows on the way."""

    def __init__(self, *, escaped: bool) -> None:
        self.escaped = escaped
        self.slips: list[Slip] = []
        self.seen = 0

    def value(self, value: Any, path: Path) -> Any:
        if isinstance(value, str):
            return self.text(value, path)
        if isinstance(value, dict | list):
            return self.container(value, path)
        if isinstance(value, Unreadable):
            self.slips.append(Slip(path, value.why))
            return None
        return value

    def text(self, text: str, path: Path) -> str:
        if text.isprintable():
            return text
        if found := _FORBIDDEN.search(text):
            self.slips.append(Slip(path, why_refused(found[0], escaped=self.escaped)))
            return text
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text

    def container(self, value: dict[str, Any] | list[Any], path: Path) -> Any:
        self.seen += len(value)
        if len(path) >= MAX_DEPTH:
            self.slips.append(Slip(path[:1], "is nested too deep"))
            return None
        if self.seen > MAX_VALUES:
            self.slips.append(Slip((), f"holds more than {MAX_VALUES} values"))
            return None
        if len(value) > MAX_ITEMS:
            things = "items" if isinstance(value, list) else "fields"
            self.slips.append(Slip(path, f"{len(value)} {things}, at most {MAX_ITEMS}"))
        if isinstance(value, list):
            return [self.value(item, (*path, index)) for index, item in enumerate(value[:MAX_ITEMS])]
        return self.mapping(value, path)

    def mapping(self, value: dict[str, Any], path: Path) -> dict[str, Any]:
        cleaned = {}
        for key, item in islice(value.items(), MAX_ITEMS):
            if found := _FORBIDDEN_IN_KEY.search(key):
                why = why_refused(found[0], escaped=self.escaped)
                self.slips.append(Slip((*path, key), f"the name of this field {why}"))
            cleaned[key] = self.value(item, (*path, key))
        return cleaned
