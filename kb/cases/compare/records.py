"""Compares two versions of a case, field by field, in the order in which the editor asks for them.

Both are taken in the form in which the editor has them (`kb.cases.content`): dates as typed, keywords by kind, and the
translations of a lesson with the lesson, so that a lesson that moved takes them along instead of seeming to change.
What no reader or writer of the case sees is not compared: keys, and the case's status, which is not of its text. A
lesson that hangs on a challenge is held against the same challenge in the other version, whatever its key became.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kb.cases.compare.changes import (
    Change,
    FieldChange,
    How,
    ListChange,
    Path,
    RowChange,
    RowsChange,
    SectionChange,
    TextChange,
    ValueChange,
)
from kb.cases.compare.rows import NAMES, Pair, Row, matched, moved
from kb.cases.compare.texts import folded, text_pieces
from kb.cases.content import ROWS, Content, content_of, keywords
from kb.cases.records import Record

SECTIONS: dict[str, tuple[str, ...]] = {
    "short": ("title", "summary", "themes", "topics", "methods"),
    "place": (
        "place",
        "municipality",
        "province",
        "country",
        "latitude",
        "longitude",
        "scale",
        "period_start",
        "period_end",
    ),
    "people": ("participants", "partners"),
    "story": ("story",),
    "challenges": ("challenges",),
    "lessons": ("lessons",),
    "timeline": ("timeline",),
    "sources": ("sources",),
    "attachments": ("attachments",),
    "other": ("licence", "authors", "language", "slug", "translations"),
}
"""The sections of the editor, each with its fields."""
LISTS = frozenset({"themes", "topics", "methods", "participants", "perspectives", "authors"})
VALUES = frozenset(
    {
        *(
            "country",
            "latitude",
            "longitude",
            "scale",
            "period_start",
            "period_end",
            "licence",
            "language",
            "slug",
        ),
        *("url", "challenge", "origin", "status", "date", "accessed"),
    }
)
"""Fields of one word: the old and the new one are shown whole."""
_HIDDEN = frozenset({"key", "cause_unknown"})


def compare(old: Record, new: Record) -> tuple[SectionChange, ...]:
    """Return what differs between two complete records; nothing when readers would see no difference.

    A record may also hold `attachments`: rows with key, title, maker, licence and alt.
    """
    ours, theirs = _sheet(old), _sheet(new)
    _name_challenges(ours, theirs)
    found = ((name, tuple(_section(fields, ours, theirs))) for name, fields in SECTIONS.items())
    return tuple(SectionChange(name, changes) for name, changes in found if changes)


def _sheet(record: Record) -> Content:
    """Return a record as content, with its lists as lists; a lesson has a key only when the record gives it one."""
    content = content_of(record, attachments=record.get("attachments", ()))
    content["slug"] = record.get("slug") or ""
    content["authors"] = list(record["authors"])
    for name in ("topics", "methods"):
        content[name] = keywords(content[name])
    for row, lesson in zip(content["lessons"], record["lessons"], strict=True):
        row["key"] = lesson.get("key") or ""
    return content


def _name_challenges(old: Content, new: Content) -> None:
    """Let the lessons name their challenge by its newest title, the same in both versions."""
    ours, theirs = old["challenges"], new["challenges"]
    newer = dict(matched("challenges", ours, theirs))
    titles = {
        row["key"]: theirs[newer[at]]["title"] if at in newer else row["title"] for at, row in enumerate(ours)
    }
    _rename(old["lessons"], titles)
    _rename(new["lessons"], {row["key"]: row["title"] for row in theirs})


def _rename(lessons: Sequence[Content], titles: Mapping[str, str]) -> None:
    for lesson in lessons:
        lesson["challenge"] = titles.get(lesson["challenge"], lesson["challenge"])


def _section(fields: Sequence[str], old: Content, new: Content) -> Iterator[Change]:
    for field in fields:
        if field in ROWS:
            yield from _rows(field, old[field], new[field])
        elif field == "translations":
            yield from _translations((field,), old[field], new[field])
        else:
            yield from _field((field,), old[field], new[field])


def _field(path: Path, old: Any, new: Any) -> Iterator[FieldChange]:
    """Yield the change of one field, when there is one."""
    if old == new:
        return
    if path[-1] in LISTS:
        yield ListChange(
            path,
            removed=tuple(word for word in old if word not in new),
            added=tuple(word for word in new if word not in old),
            kept=tuple(word for word in new if word in old),
        )
    elif path[-1] in VALUES:
        yield ValueChange(path, old, new)
    else:
        yield TextChange(path, folded(text_pieces(old, new)))


def _translations(path: Path, old: Content, new: Content) -> Iterator[FieldChange]:
    """Yield the changes of texts by language; a text that is not there is an empty one."""
    for language in sorted({*old, *new}):
        ours, theirs = old.get(language, {}), new.get(language, {})
        for field in dict.fromkeys([*ours, *theirs]):
            yield from _field((*path, language, field), ours.get(field, ""), theirs.get(field, ""))


def _rows(name: str, old: Sequence[Row], new: Sequence[Row]) -> Iterator[RowsChange]:
    """Yield what changed in a list of rows, when anything did."""
    pairs = matched(name, old, new)
    older, were_moved = {to: at for at, to in pairs}, moved(pairs)
    gone = _gone(len(old), pairs)
    changes: list[RowChange | None] = [_alone(name, old[at], at, How.REMOVED) for at in gone.get(None, ())]
    for to, row in enumerate(new):
        at = older.get(to)
        if at is None:
            changes.append(_alone(name, row, to, How.ADDED))
        else:
            changes.append(_kept(name, (old[at], at), (row, to), was_moved=to in were_moved))
        changes += [_alone(name, old[at], at, How.REMOVED) for at in gone.get(to, ())]
    if found := tuple(change for change in changes if change):
        yield RowsChange((name,), found)


def _gone(count: int, pairs: Sequence[Pair]) -> dict[int | None, list[int]]:
    """Return the rows that are gone, by the place in the newer list of the last row before them that is still there."""
    newer = dict(pairs)
    gone: dict[int | None, list[int]] = {}
    after = None
    for at in range(count):
        if at in newer:
            after = newer[at]
        else:
            gone.setdefault(after, []).append(at)
    return gone


def _kept(name: str, old: tuple[Row, int], new: tuple[Row, int], *, was_moved: bool) -> RowChange | None:
    """Return the change of a row that both versions have."""
    (ours, at), (theirs, to) = old, new
    fields = tuple(_row_fields((name, to), ours, theirs))
    if not (fields or was_moved):
        return None
    how = How.CHANGED if fields else How.MOVED
    return RowChange((name, to), how, _called(name, theirs), was_moved, at + 1, to + 1, fields)


def _alone(name: str, row: Row, place: int, how: How) -> RowChange:
    """Return the change that a row came or went, with all that stands in it."""
    came = how is How.ADDED
    fields = tuple(_row_fields((name, place), {}, row) if came else _row_fields((name, place), row, {}))
    old_place, new_place = (None, place + 1) if came else (place + 1, None)
    return RowChange((name, place), how, _called(name, row), False, old_place, new_place, fields)


def _row_fields(path: Path, old: Row, new: Row) -> Iterator[FieldChange]:
    for field in ROWS[str(path[0])]:
        if field not in _HIDDEN:
            empty: Any = () if field in LISTS else ""
            yield from _field((*path, field), old.get(field) or empty, new.get(field) or empty)
    yield from _translations(
        (*path, "translations"), old.get("translations", {}), new.get("translations", {})
    )


def _called(name: str, row: Row) -> str:
    return str(row.get(NAMES[name]) or "")
