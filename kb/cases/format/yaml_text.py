r"""Parses YAML as a friendlier way to write JSON: the same values, nothing more.

YAML as it comes reads `no` as false, 2016-11-26 as a date and 010 as eight, lets one line refer to another (and nine such
lines fill the memory), and keeps the last of two equal keys. Here plain words are text unless they are null, true, false
or a number as JSON writes it; anchors, aliases and tags are refused; a key that stands twice is a fault. The cases
are built from the parser's events, which know the line of each value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from kb.cases.format.cleaning import MAX_DEPTH, why_refused
from kb.cases.format.faults import Broken, Path, Raw, Unreadable, shortened
from kb.cases.format.numbers import decimal, whole

NOT_YAML = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that may not stand in YAML as they are (they may as \x80 within double quotes)."""

_LOADER: Any = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml where PyYAML was built with it: ten times faster
_PLAIN_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_TAGS = {
    yaml.ScalarEvent: (None, "!", "tag:yaml.org,2002:str"),
    yaml.SequenceStartEvent: (None, "!", "tag:yaml.org,2002:seq"),
    yaml.MappingStartEvent: (None, "!", "tag:yaml.org,2002:map"),
}
_NO_ANCHORS = (
    "anchors (&) and aliases (*) are not read; write the text out, in quotes if it starts with one of these"
)


def parse_yaml(text: str, *, escaped: bool) -> Iterator[Raw | Broken]:
    """Yield the cases of a YAML file: its documents, each one case or a list of cases. A fault in the YAML ends it."""
    if found := NOT_YAML.search(text):
        yield _character(text, found, escaped=escaped)
        return
    try:
        yield from _Builder(text).cases()
    except _TooDeepError as error:
        yield Broken(error.line, error.path, "is nested too deep")
    except yaml.MarkedYAMLError as error:
        yield _broken(error)
    except yaml.YAMLError as error:
        yield Broken(None, (), f"is not valid YAML: {shortened(str(error), 150)}")


def _character(text: str, found: re.Match[str], *, escaped: bool) -> Broken:
    """Return where a character stands that YAML doesn't allow: its line, and its field if the rest can be parsed."""
    line = 1 + text.count("\n", 0, found.start())
    path: Path = ()
    for raw in parse_yaml(NOT_YAML.sub("\ufffd", text), escaped=False):
        if not isinstance(raw, Raw) or raw.line > line:
            break
        path = [place for place, start in raw.lines.items() if start <= line][-1]
    return Broken(line, path, why_refused(found[0], escaped=escaped))


def _broken(error: yaml.MarkedYAMLError) -> Broken:
    mark = error.problem_mark or error.context_mark
    why = f"is not valid YAML: {error.problem or error.context}"
    if error.context and error.context_mark:
        why += f" ({error.context} of line {error.context_mark.line + 1})"
    return Broken(mark.line + 1 if mark else None, (), why)


class _TooDeepError(Exception):
    """The nesting is deeper than any case needs. Parsing stops: YAML's parsers take ever longer the deeper they are."""

    def __init__(self, line: int, path: Path) -> None:
        super().__init__(line, path)
        self.line = line
        self.path = path


class _Builder:
    """Builds cases from the events of one text. `lines` holds the line of each value of the case at hand."""

    def __init__(self, text: str) -> None:
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=_LOADER))
        self.lines: dict[Path, int] = {}

    def cases(self) -> Iterator[Raw]:
        """Yield the cases of all documents."""
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                yield from self.document(next(self.events))

    def document(self, event: Any) -> Iterator[Raw]:
        """Yield the cases of the document whose first value this is; an empty document holds none."""
        if isinstance(event, yaml.SequenceStartEvent) and _refusal(event) is None:
            while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
                yield self.case(event)
        elif not (isinstance(event, yaml.ScalarEvent) and event.value == "" and not event.style):
            yield self.case(event)

    def case(self, event: Any) -> Raw:
        """Return the case that starts with this event."""
        self.lines = {}
        data = self.value(event, ())
        return Raw(self.lines[()], data, self.lines)

    def value(self, event: Any, path: Path) -> Any:
        """Return the value that starts with this event, however large; its events are used up."""
        self.lines[path] = event.start_mark.line + 1
        if len(path) > MAX_DEPTH:
            raise _TooDeepError(self.lines[path], path[:1])
        if (refusal := _refusal(event)) is not None:
            self.skip(event)
            return refusal
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        return self.sequence(path) if isinstance(event, yaml.SequenceStartEvent) else self.mapping(path)

    def sequence(self, path: Path) -> list[Any]:
        """Return the list whose start was just read."""
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.value(event, (*path, len(items))))
        return items

    def mapping(self, path: Path) -> dict[str, Any]:
        """Return the mapping whose start was just read. Keys are text, whatever they look like."""
        data: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            plain = isinstance(event, yaml.ScalarEvent) and _refusal(event) is None
            key = event.value if plain else "?"
            twice = key in data
            if not plain:
                self.skip(event)
            data[key] = self.value(next(self.events), (*path, key))
            self.lines[(*path, key)] = event.start_mark.line + 1
            if twice or not plain:
                data[key] = Unreadable(
                    "this field stands twice" if plain else "a field's name must be plain text"
                )
        return data

    def skip(self, event: Any) -> None:
        """Use up the events of the value that starts with this one."""
        depth = _depth(event)
        while depth:
            depth += _depth(next(self.events))
            if depth > MAX_DEPTH:
                raise _TooDeepError(event.start_mark.line + 1, ())


def _depth(event: Any) -> int:
    """Return how much deeper the nesting is after this event."""
    if isinstance(event, yaml.CollectionStartEvent):
        return 1
    return -1 if isinstance(event, yaml.CollectionEndEvent) else 0


def _refusal(event: Any) -> Unreadable | None:
    """Return what stands for a value with an anchor, an alias or a tag; None when it has none of these."""
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        return Unreadable(_NO_ANCHORS)
    if event.tag not in _TAGS[type(event)]:
        return Unreadable(f"tags such as {shortened(event.tag, 40)} are not read")
    return None


def _scalar(event: Any) -> Any:
    """Return the value of a scalar: text, unless it is a plain null, true, false or number."""
    text = event.value
    if event.style or event.tag is not None:
        return text
    if text in _PLAIN_WORDS:
        return _PLAIN_WORDS[text]
    if _WHOLE.fullmatch(text):
        return whole(text)
    return decimal(text) if _DECIMAL.fullmatch(text) else text
