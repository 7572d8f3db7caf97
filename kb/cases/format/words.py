"""Holds the JSON Schema against a case and says in plain words what it finds.

jsonschema's own messages show the whole value and speak of instances and properties; a person with a file wants the
field and what to do. One sentence per keyword of the schema, one per pattern in it.
"""

from __future__ import annotations

import calendar
import difflib
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators

from kb.cases.format.faults import Path, Slip, shown
from kb.cases.format.shape import flat_schema

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping of fields",
    "null": "null",
}
_KINDS = {str: "text", bool: "true or false", int: "a number", float: "a number"}
PATTERNS = {
    r"\S": "is empty",
    "^[a-z0-9]+(-[a-z0-9]+)*$": "{} is not made of lower-case letters, digits and single hyphens",
    "^[a-z]{2}$": "{} is not a language in two lower-case letters, such as nl",
    "^[A-Z]{2}$": "{} is not a country in two capital letters, such as NL",
    "^https?://": "{} does not start with http:// or https://",
    "^(1[0-9]{3}|2[01][0-9]{2}|2200)-[0-9]{2}-[0-9]{2}$": "{} is not a date written as YYYY-MM-DD (1000 to 2200)",
    "^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]$": (
        "{} is not a date and time written as YYYY-MM-DDTHH:MM (1900 to 2199)"
    ),
    "^([01][0-9]|2[0-3]):[0-5][0-9]$": "{} is not a time of day written as HH:MM",
    "^[A-Za-z0-9][A-Za-z0-9_-]*$": "{} is not made of letters, digits, hyphens and underscores",
    "^(0|[1-9][0-9]{0,2})$": "{} is not the position of a lesson (0, 1, 2 …)",
}
"""What it means that a text does not match a pattern of the schema."""


class _Found(NamedTuple):
    """What the validator found: the value at the path, what the schema's keyword asks of it, the schema around that."""

    path: Path
    value: Any
    asked: Any
    shape: Any


def schema_slips(data: Any, shape: Callable[[], dict[str, Any]] = flat_schema) -> Iterator[Slip]:
    """Yield what a schema finds wrong in the data, in its order; `shape` returns the schema, without references."""
    for error in _validator(shape).iter_errors(data):
        found = _Found(tuple(error.absolute_path), error.instance, error.validator_value, error.schema)
        yield from _WORDS[str(error.validator)](found)


@cache
def _validator(shape: Callable[[], dict[str, Any]]) -> Any:
    """Return the one compiled validator of a schema."""
    extend: Any = validators.extend  # its stub has no types
    kind = extend(Draft202012Validator, {"pattern": _pattern})
    return kind(shape(), format_checker=FormatChecker(["date"]))


def _pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[ValidationError]:
    """Check a pattern as JSON Schema means it: Python's `$` would let a line end pass after the text."""
    if isinstance(value, str) and not _regex(pattern).search(value):
        yield ValidationError("does not match")


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\$$", r"\\Z", pattern))


def _type(found: _Found) -> Iterator[Slip]:
    allowed = found.asked if isinstance(found.asked, list) else [found.asked]
    expected = _TYPES[next(name for name in allowed if name != "null")]
    kind = _KINDS.get(type(found.value))
    if kind is None:
        yield Slip(found.path, f"{shown(found.value)} stands where {expected} is expected")
        return
    hint = "; put quotes around it" if expected == "text" else ""
    yield Slip(found.path, f"{shown(found.value)} is {kind}, not {expected}{hint}")


def _enum(found: _Found) -> Iterator[Slip]:
    choices = ", ".join(str(value) for value in found.asked if value is not None)
    yield Slip(found.path, f"{shown(found.value)} is not one of {choices}")


def _no_match(found: _Found) -> Iterator[Slip]:
    yield Slip(found.path, PATTERNS[str(found.asked)].format(shown(found.value)))


def _date(found: _Found) -> Iterator[Slip]:
    """Say why a well-written date does not exist."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", found.value):  # else its pattern speaks
        year, month, _ = (int(part) for part in found.value.split("-"))
        why = f"there is no month {month}"
        if 1 <= month <= 12:  # noqa: PLR2004 - the months
            days = calendar.monthrange(year, month)[1]
            why = f"{year}-{month:02} has {days} days"
        yield Slip(found.path, f"{shown(found.value)} does not exist: {why}")


def _unknown(found: _Found) -> Iterator[Slip]:
    """Name each field that the schema doesn't know, with the known one it resembles."""
    known = list(found.shape.get("properties", ()))
    patterns = list(found.shape.get("patternProperties", ()))
    for key in found.value:
        if patterns and not any(_regex(pattern).search(key) for pattern in patterns):
            yield Slip((*found.path, key), PATTERNS[patterns[0]].format(shown(key)))
        elif not patterns and key not in known:
            near = difflib.get_close_matches(key.lower()[:80], known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield Slip((*found.path, key), f"is not a field of the format{hint}")


def _missing(found: _Found) -> Iterator[Slip]:
    for name in found.asked:
        if name not in found.value:
            yield Slip((*found.path, name), "is required and missing")


def _twice(found: _Found) -> Iterator[Slip]:
    seen = set()
    for index, value in enumerate(found.value):
        if repr(value) in seen:
            yield Slip((*found.path, index), f"{shown(value)} stands in the list twice")
        seen.add(repr(value))


def _amount(words: str) -> Callable[[_Found], Iterator[Slip]]:
    """Return the words for a limit on a size: {0} is the size found, {1} the limit."""

    def slips(found: _Found) -> Iterator[Slip]:
        yield Slip(found.path, words.format(len(found.value), found.asked))

    return slips


def _bound(words: str) -> Callable[[_Found], Iterator[Slip]]:
    """Return the words for a limit on a number: {0} is the number found, {1} the limit."""

    def slips(found: _Found) -> Iterator[Slip]:
        yield Slip(found.path, words.format(shown(found.value), found.asked))

    return slips


def _no_text(found: _Found) -> Iterator[Slip]:
    """Speak for the only `anyOf` of the schema, at the field that is there, if one is: it may have its own fault."""
    name = "story" if "story" in found.value and "summary" not in found.value else "summary"
    yield Slip((*found.path, name), "a summary or a story is required")


def _reserved(found: _Found) -> Iterator[Slip]:
    yield Slip(found.path, f"{shown(found.value)} is an address of the site itself; choose another")


_WORDS: dict[str, Callable[[_Found], Iterator[Slip]]] = {
    "type": _type,
    "enum": _enum,
    "pattern": _no_match,
    "format": _date,
    "additionalProperties": _unknown,
    "required": _missing,
    "uniqueItems": _twice,
    "maxLength": _amount("{0} characters, at most {1}"),
    "maxItems": _amount("{0} items, at most {1}"),
    "maxProperties": _amount("{0} fields, at most {1}"),
    "minimum": _bound("{0} is less than {1}"),
    "maximum": _bound("{0} is more than {1}"),
    "anyOf": _no_text,
    "not": _reserved,
}
