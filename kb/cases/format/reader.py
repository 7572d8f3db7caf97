"""Reads a file of cases, one record at a time, and turns everything that can be wrong with it into faults.

JSON Lines is read line by line, so that a file may be larger than the memory; JSON and YAML are read whole.
"""

from __future__ import annotations

import codecs
import pathlib
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal

from kb.cases.format.checks import check_as
from kb.cases.format.faults import Broken, Fault, Path, Raw, Slip, spelt
from kb.cases.format.json_text import parse_json, parse_line
from kb.cases.format.kinds import Kind, cases
from kb.cases.format.yaml_text import parse_yaml

Format = Literal["jsonl", "json", "yaml"]

SUFFIXES: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".yaml": "yaml",
    ".yml": "yaml",
}
LINE_LIMIT = 32 * 2**20
"""The most bytes of one line of JSON Lines."""
FILE_LIMIT = 64 * 2**20
"""The most bytes of a JSON or YAML file."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"{\0", b"\0{", b"[\0", b"\0[")
_WHOLE_FILES: dict[str, Callable[..., Iterator[Raw | Broken]]] = {"json": parse_json, "yaml": parse_yaml}


@dataclass(frozen=True, slots=True)
class Record:
    """A case that is right: the line it starts on, and its normalised data (every field present)."""

    line: int
    data: dict[str, Any]


def read(
    path: str | pathlib.Path,
    *,
    themes: frozenset[str],
    format: Format | None = None,  # noqa: A002 - the word of the command's option
) -> Iterator[Record | Fault]:
    """Yield the cases of a file and what is wrong with it, in the order of the file; raises nothing itself.

    The format follows from the name's suffix unless it is given; "-" is standard input, JSON Lines unless a format is
    given. `themes` are the slugs of the themes that exist. A case with a fault is not yielded.
    """
    yield from read_as(cases(themes), path, format)


def read_as(
    kind: Kind,
    path: str | pathlib.Path,
    format: Format | None = None,  # noqa: A002 - the word of the command's option
) -> Iterator[Record | Fault]:
    """Yield the records of this sort in a file and what is wrong with it, as `read` does."""
    file = "standard input" if str(path) == "-" else str(path)
    try:
        with _opened(path) as stream:
            form = format or (
                "jsonl" if str(path) == "-" else SUFFIXES.get(pathlib.Path(path).suffix.lower())
            )
            if form is None:
                suffixes = ", ".join(SUFFIXES)
                yield Fault(file, None, None, f"can't tell its format: the name ends in none of {suffixes}")
                return
            yield from _checked(file, _parsed(stream, form, kind.name), kind)
    except OSError as error:
        yield Fault(file, None, None, _why_closed(error))


def _opened(path: str | pathlib.Path) -> AbstractContextManager[BinaryIO]:
    """Return the file, open for reading bytes; raises OSError."""
    if str(path) == "-":
        if sys.stdin is None or sys.stdin.closed:
            raise OSError("it is closed")
        return nullcontext(sys.stdin.buffer)
    if pathlib.Path(path).is_dir():
        raise IsADirectoryError
    try:
        return pathlib.Path(path).open("rb")
    except ValueError as error:  # a NUL in the name
        raise OSError(str(error)) from error


def _why_closed(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, IsADirectoryError):
        return "is a folder, not a file"
    if isinstance(error, PermissionError):
        return "can't be read: no permission"
    return f"can't be read: {error.strerror or error}"


def _checked(file: str, parsed: Iterator[Raw | Broken], kind: Kind) -> Iterator[Record | Fault]:
    """Yield a record or its faults for each parsed case; a slug may stand in the file once."""
    lines: dict[str, int] = {}
    for raw in parsed:
        if isinstance(raw, Broken):
            yield Fault(file, raw.line, spelt(raw.path), raw.why)
            continue
        data, slips = check_as(kind, raw.data, escaped=raw.escaped)
        if not slips and (slug := data["slug"]) in lines:
            made = "" if raw.data.get("slug") else ", made from the title,"
            slips = [
                Slip(
                    ("slug",), f"'{slug}'{made} is the slug of the {kind.name} on line {lines[slug]} already"
                )
            ]
        for slip in slips:
            yield Fault(file, _line(raw, slip.path), spelt(slip.path), slip.why)
        if not slips:
            lines[data["slug"]] = raw.line
            yield Record(raw.line, data)


def _line(raw: Raw, path: Path) -> int:
    """Return the line of the value at the path, or of the nearest one around it that the parser knows."""
    for length in range(len(path), 0, -1):
        if path[:length] in raw.lines:
            return raw.lines[path[:length]]
    return raw.line


def _parsed(stream: BinaryIO, form: str, name: str) -> Iterator[Raw | Broken]:
    """Yield the parsed records of a stream of this format; `name` is the word for one."""
    if form == "jsonl":
        yield from _parsed_lines(stream, name)
        return
    content = stream.read(FILE_LIMIT + 1)
    if len(content) > FILE_LIMIT:
        yield Broken(None, (), f"is larger than {FILE_LIMIT // 2**20} MiB; use JSON Lines for more")
    elif content.startswith(_UTF16):
        yield Broken(1, (), "is UTF-16; save the file as UTF-8")
    else:
        text, escaped = _decoded(content.removeprefix(codecs.BOM_UTF8))
        yield from _WHOLE_FILES[form](text, escaped=escaped)


def _parsed_lines(stream: BinaryIO, name: str) -> Iterator[Raw | Broken]:
    """Yield the parsed cases of JSON Lines; lines end at a line feed only, and blank ones are passed over."""
    for number, line in _lines(stream):
        if line is None:
            yield Broken(number, (), f"the line is longer than {LINE_LIMIT // 2**20} MiB")
        elif number == 1 and line.startswith(_UTF16):
            yield Broken(1, (), "is UTF-16; save the file as UTF-8")
            return
        else:
            text, escaped = _decoded(line.removeprefix(codecs.BOM_UTF8) if number == 1 else line)
            if text.strip() in {"{", "["}:
                yield Broken(
                    number, (), f"a {name} must stand on one line; if this is plain JSON, name the file .json"
                )
                return
            if text.strip(" \t\r\n"):
                yield parse_line(text, number, escaped=escaped)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line with its number; None for one that is too long."""
    number = 0
    while line := stream.readline(LINE_LIMIT + 1):
        number += 1
        if len(line) <= LINE_LIMIT or line.endswith(b"\n"):
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LINE_LIMIT)
        yield number, None


def _decoded(content: bytes) -> tuple[str, bool]:
    """Return the bytes as text, and whether some are not UTF-8: those stand in it as U+DC80 and up."""
    try:
        return content.decode(), False
    except UnicodeDecodeError:
        return content.decode(errors="surrogateescape"), True
