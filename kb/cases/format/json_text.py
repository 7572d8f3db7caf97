"""Parses JSON: one line of JSON Lines, or a file with one case or a list of cases.

Python's parser is quick but keeps the last of two equal keys and reads NaN; both would lose or bend somebody's text, so
both become `Unreadable` values that the check reports with their field. It runs with strict=False for the same reason: a
control character inside a text then gets reported with its field, and a plain tab or line end there does no harm.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from typing import Any

from kb.cases.format.cleaning import why_refused
from kb.cases.format.faults import Broken, Raw, Unreadable, shortened
from kb.cases.format.numbers import decimal, not_a_number, whole

_SPACE = re.compile(r"[ \t\r\n]*")


def parse_line(text: str, line: int, *, escaped: bool) -> Raw | Broken:
    """Return the case on one line of JSON Lines."""
    try:
        return Raw(line, _DECODER.decode(text), {}, escaped)
    except json.JSONDecodeError as error:
        return Broken(line, (), _why(error, escaped=escaped))
    except RecursionError:
        return Broken(line, (), "is nested too deep")


def parse_json(text: str, *, escaped: bool) -> Iterator[Raw | Broken]:
    """Yield the cases of a JSON file, each with the line it starts on; the first fault in the JSON ends it."""
    start = _after_space(text, 0)
    line = 1 + text.count("\n", 0, start)
    try:
        for begin, data in _values(text, start):
            line += text.count("\n", start, begin)
            start = begin
            yield Raw(line, data, {}, escaped)
    except json.JSONDecodeError as error:
        yield Broken(error.lineno, (), _why(error, escaped=escaped))
    except RecursionError:
        yield Broken(line, (), "is nested too deep")


def _values(text: str, start: int) -> Iterator[tuple[int, Any]]:
    """Yield each case with where it starts: the items of a list, or the one value of the file."""
    if not text.startswith("[", start):
        data, end = _DECODER.raw_decode(text, start)
        yield start, data
    else:
        end = yield from _items(text, start)
    if (rest := _after_space(text, end)) < len(text):
        raise json.JSONDecodeError("a second value; put cases in a list, or name the file .jsonl", text, rest)


def _items(text: str, start: int) -> Generator[tuple[int, Any], None, int]:
    """Yield the items of the list that starts here; returns where the list ends."""
    at = _after_space(text, start + 1)
    if text.startswith("]", at):
        return at + 1
    while True:
        data, end = _DECODER.raw_decode(text, at)
        yield at, data
        end = _after_space(text, end)
        if text.startswith("]", end):
            return end + 1
        if not text.startswith(",", end):
            raise json.JSONDecodeError("Expecting ',' delimiter", text, end)
        at = _after_space(text, end + 1)


def _after_space(text: str, start: int) -> int:
    found = _SPACE.match(text, start)
    return found.end() if found else start


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the pairs as a dict in which a key that stands twice is unreadable."""
    data: dict[str, Any] = {}
    for key, value in pairs:
        data[key] = Unreadable("this field stands twice") if key in data else value
    return data


_DECODER = json.JSONDecoder(
    object_pairs_hook=_mapping,
    parse_int=whole,
    parse_float=decimal,
    parse_constant=not_a_number,
    strict=False,
)


def _why(error: json.JSONDecodeError, *, escaped: bool) -> str:
    """Return what is wrong in words; a character that may stand nowhere explains more than what was expected."""
    character = error.doc[error.pos : error.pos + 1]
    if character and not character.isprintable() and not character.isspace():
        return why_refused(character, escaped=escaped)
    if not error.doc.strip():
        return "the file is empty"
    near = (
        f", near '{shortened(character + error.doc[error.pos + 1 : error.pos + 20], 20)}'"
        if character
        else ""
    )
    return f"is not valid JSON at column {error.colno}{near}: {error.msg}"
