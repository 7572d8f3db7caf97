"""What a draft still misses before it can be submitted, and what may stay empty.

One look at the content, so that the side panel of the editor, the button beside it and the service that submits agree.
Words for people stand in the templates; here a gap is a place and a code.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from kb.cases.content import Content, is_empty

SECTIONS = (
    ("short", True),
    ("place", False),
    ("people", False),
    ("story", False),
    ("challenges", False),
    ("lessons", False),
    ("timeline", False),
    ("sources", True),
    ("attachments", False),
    ("permissions", True),
)
"""The sections of the editor in order, and whether a case can't do without anything in it."""

_FILLED_IN = (
    ("people", "partners", "name", "partner-name"),
    ("challenges", "challenges", "title", "challenge-title"),
    ("lessons", "lessons", "statement", "statement"),
    ("lessons", "lessons", "themes", "theme"),
    ("timeline", "timeline", "what", "what"),
    ("sources", "sources", "title", "source-title"),
)
"""What must stand in each row in which something was typed: section, rows, field, code of the gap."""


@dataclass(frozen=True)
class Gap:
    """Something that is missing: in which section, at which path of the content, and what.

    The codes: `title`, `summary`, `challenge-title`, `cause`, `statement`, `theme`, `source`, `source-title`,
    `what` (of the timeline), `partner-name`, `alt`, `attachment-title`, `consent`, `named`.
    """

    section: str
    path: tuple[str | int, ...]
    code: str


def gaps(
    content: Content, *, images: Collection[str], consents_missing: int, named: int, nobody_named: bool
) -> tuple[Gap, ...]:
    """Return what must still be filled in before a draft can be submitted.

    `images` are the keys of the attachments that are images; `named` is how many people are named in the case,
    `consents_missing` how many of those have not agreed yet, `nobody_named` whether a writer said that it names nobody.
    """
    found = [*_of_text(content), *_of_rows(content, images)]
    if consents_missing:
        found.append(Gap("permissions", ("named",), "consent"))
    elif not named and not nobody_named:
        found.append(Gap("permissions", ("named",), "named"))
    return tuple(found)


def _of_text(content: Content) -> Iterator[Gap]:
    for name in ("title", "summary"):
        if not content[name].strip():
            yield Gap("short", (name,), name)


def _of_rows(content: Content, images: Collection[str]) -> Iterator[Gap]:
    for section, name, field, code in _FILLED_IN:
        for at, row in _rows(content, name):
            if not row[field] or not str(row[field]).strip():
                yield Gap(section, (name, at, field), code)
    for at, row in _rows(content, "challenges"):
        if not row["cause"].strip() and not row["cause_unknown"]:
            yield Gap("challenges", ("challenges", at, "cause"), "cause")
    if not list(_rows(content, "sources")):
        yield Gap("sources", ("sources",), "source")
    for at, row in enumerate(content["attachments"]):
        if not row["title"].strip():
            yield Gap("attachments", ("attachments", at, "title"), "attachment-title")
        if row["key"] in images and not row["alt"].strip():
            yield Gap("attachments", ("attachments", at, "alt"), "alt")


def _rows(content: Content, name: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    for at, row in enumerate(content[name]):
        if not is_empty(name, row):
            yield at, row


def is_begun(content: Content, section: str) -> bool:
    """Tell whether anything was written in a section of the editor."""
    fields = {
        "short": ("title", "summary", "themes", "topics", "methods"),
        "place": ("place", "municipality", "province", "scale", "period_start", "period_end"),
        "people": ("participants", "partners", "authors"),
    }.get(section, (section,))
    return any(content.get(name) for name in fields)
