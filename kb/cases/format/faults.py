"""What is wrong with a file, in one line that a person can act on.

Everything that ends up in such a line came out of somebody's file: it is shortened, and what a terminal would obey
(control characters, text-direction controls) is spelt out instead of printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

LONGEST = 300
"""The most characters a fault takes on the screen."""

Path = tuple[str | int, ...]
"""Where a value stands in a case: ("lessons", 0, "origin")."""

_SIMPLE_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in `file`, at `line` (from 1) and `field` where these are known; str() is one line."""

    file: str
    line: int | None
    field: str | None
    why: str

    def __str__(self) -> str:
        """Return "file:line: field: why", at most 300 characters, all printable."""
        file = printable(self.file)
        where = file if len(file) <= 100 else "…" + file[-99:]  # noqa: PLR2004 - a third of the line
        if self.line is not None:
            where += f":{self.line}"
        if self.field:
            where += f": {shortened(self.field, 90)}"
        return shortened(f"{where}: {printable(self.why)}", LONGEST)


class Slip(NamedTuple):
    """One thing that is wrong at a place in a case; its file and line are not known here."""

    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands in parsed data for a value that can't be used; the check reports it with the field it stands in."""

    why: str


class Raw(NamedTuple):
    """One case as it was parsed: where it starts, its data, and the line of each value where the parser knows it.

    With `escaped`, bytes that are not UTF-8 stand in the data as U+DC80 and up.
    """

    line: int
    data: Any
    lines: dict[Path, int]
    escaped: bool = False


class Broken(NamedTuple):
    """A part of a file that can't be parsed as a case."""

    line: int | None
    path: Path
    why: str


def printable(text: str) -> str:
    """Return the text with each character that does not print spelt as its escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shortened(text: str, length: int) -> str:
    """Return at most `length` printable characters of the text, ending in an ellipsis where some are missing."""
    short = printable(text[: length + 1])
    return short if len(short) <= length else short[: length - 1] + "…"


def shown(value: object) -> str:
    """Return a value from a file, short and in quotes when it is text."""
    if isinstance(value, str):
        return f"'{shortened(value, 60)}'"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return shortened(str(value), 30)
    return "a list" if isinstance(value, list) else "a mapping"


def spelt(path: Path) -> str | None:
    """Return a path as people write it, lessons[0].origin; None for the case as a whole."""
    words = ""
    for step in path:
        if isinstance(step, int):
            words += f"[{step}]"
        elif _SIMPLE_KEY.fullmatch(step):
            words += f".{step}" if words else step
        else:
            words += f'["{shortened(step, 40)}"]'
    return words or None
