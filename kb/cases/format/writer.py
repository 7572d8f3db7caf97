"""Writes cases so that reading them gives the same cases again, and writing those the same bytes.

One rule says what is written: of the normalised case, what is empty ("", [], {} or null) is left out and everything else
stands in the order of the schema, translations by language and lesson. Written one case at a time, so that an export may be larger than
the memory. YAML comes from a small writer of our own: it needs three ways to write a text (plain, in quotes, as a
block), each of which the tests read back, instead of a general emitter that folds and guesses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from kb.cases.format.cleaning import clean
from kb.cases.format.faults import spelt
from kb.cases.format.kinds import Kind
from kb.cases.format.kinds import cases as case_kind
from kb.cases.format.reader import Format
from kb.cases.format.yaml_text import NOT_YAML

CASES = case_kind()
_PLAIN = re.compile(r"[^\W\d_][\w ,.()'/;!?%&+-]*(?<! )")
_NOT_PLAIN = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""Words that other YAML readers take for something else than text."""
_ESCAPED = re.compile(f"[\x85\u2028\u2029\ufeff]|{NOT_YAML.pattern}")
"""What stands in quotes as an escape: line ends that only YAML knows, and what may not stand in it at all."""


def write(
    cases: Iterable[Mapping[str, Any]],
    stream: BinaryIO,
    format: Format = "jsonl",  # noqa: A002 - the word of the command's option
    kind: Kind = CASES,
) -> None:
    """Write cases, or records of another sort, to a stream of bytes: UTF-8, lines ending in a line feed.

    Each is completed first. Raises ValueError for a field that the format doesn't know, a required one that is
    missing, or a text that could not be read back.
    """
    stream.writelines(chunk.encode() for chunk in chunks(cases, format, kind))


def write_lessons(
    lessons: Iterable[Mapping[str, Any]],
    stream: BinaryIO,
    format: Format = "jsonl",  # noqa: A002 - the word of the command's option
) -> None:
    """Write lessons, each with the slug of its case, to a stream of bytes in the same manner as `write`."""
    chunks = _WRITERS[format](_without_empty(lesson) for lesson in lessons)
    stream.writelines(chunk.encode() for chunk in chunks)


def chunks(
    cases: Iterable[Mapping[str, Any]],
    format: Format = "jsonl",  # noqa: A002 - the word of the command's option
    kind: Kind = CASES,
) -> Iterator[str]:
    """Yield the text that `write` writes, a record at a time."""
    return _WRITERS[format](_stripped(case, kind) for case in cases)


def _jsonl(cases: Iterator[dict[str, Any]]) -> Iterator[str]:
    for case in cases:
        yield _json(case) + "\n"


def _json_list(cases: Iterator[dict[str, Any]]) -> Iterator[str]:
    before = "[\n  "
    for case in cases:
        yield before + _json(case, indent=2).replace("\n", "\n  ")
        before = ",\n  "
    yield "[]\n" if before.startswith("[") else "\n]\n"


def _yaml(cases: Iterator[dict[str, Any]]) -> Iterator[str]:
    for case in cases:
        yield "---\n" + "".join(_yaml_mapping(case, ""))


_WRITERS = {"jsonl": _jsonl, "json": _json_list, "yaml": _yaml}


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)


def _stripped(case: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """Return the record complete, without what is empty; raises ValueError when it can't be read back."""
    cleaned, slips = clean(case)
    if slips:
        raise ValueError(f"{case.get('slug') or case.get('title')}: {spelt(slips[0].path)}: {slips[0].why}")
    stripped: dict[str, Any] = _without_empty(kind.complete(cleaned))
    return stripped


def _without_empty(value: Any) -> Any:
    """Return the value without the empty fields of the mappings in it."""
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _without_empty(item) for key, item in value.items() if item not in ("", [], {}, None)}


def _yaml_mapping(data: Mapping[str, Any], indent: str) -> Iterator[str]:
    """Yield the lines of a mapping whose keys stand at the indent."""
    for key, value in data.items():
        yield f"{indent}{_yaml_text(key)}:"
        if isinstance(value, dict):
            yield "\n"
            yield from _yaml_mapping(value, indent + "  ")
        elif isinstance(value, list):
            yield "\n"
            yield from _yaml_list(value, indent + "  ")
        else:
            yield f" {_yaml_scalar(value, indent)}\n"


def _yaml_list(items: list[Any], indent: str) -> Iterator[str]:
    """Yield the lines of a list whose hyphens stand at the indent."""
    for item in items:
        if isinstance(item, dict):
            mapping = "".join(_yaml_mapping(item, indent + "  "))
            yield f"{indent}- {mapping.removeprefix(indent + '  ')}"
        else:
            yield f"{indent}- {_yaml_scalar(item, indent)}\n"


def _yaml_scalar(value: Any, indent: str) -> str:
    """Return a scalar; the lines of a block stand two spaces deeper than the indent."""
    if not isinstance(value, str):
        return _json(value)
    return _yaml_block(value, indent + "  ") if _fits_block(value) else _yaml_text(value)


def _yaml_text(text: str) -> str:
    """Return a text on one line: as it is where nothing can misread it, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_PLAIN:
        return text
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", _json(text))


def _fits_block(text: str) -> bool:
    """Tell whether a text can be a block: several lines, the first of which shows the indent."""
    return "\n" in text and not text[0].isspace() and "\r" not in text and not _ESCAPED.search(text)


def _yaml_block(text: str, indent: str) -> str:
    """Return the text as a block of lines; the sign after the bar says how many line ends close it."""
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    sign = {0: "-", 1: ""}.get(ends, "+")
    lines = [indent + line if line else "" for line in body.split("\n")]
    return f"|{sign}\n" + "\n".join(lines) + "\n" * max(ends - 1, 0)
