"""Bringing a record to the tables: the one place where a session is written, for the editor and for an import alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.cases.format import slug_from
from kb.cases.models import Case
from kb.core import Refusal, now
from kb.events.local_time import moment
from kb.events.models import (
    DiscussedCase,
    Event,
    EventStatus,
    LearningQuestion,
    Material,
    ProgrammeItem,
    Registration,
    Room,
    Series,
    Setting,
)
from kb.events.records import Record, record_of
from kb.events.services import boards, notes
from kb.search import outbox

IN_CALENDARS = ("title", "start", "end", "timezone", "place", "online_url", "cancelled")
"""The fields that stand in people's calendars: a change of one is sent on to those who have it there."""
PLAIN = ("title", "introduction", "language", "cancelled", "timezone", "place", "online_url", "capacity")

Keyed = TypeVar("Keyed", Room, LearningQuestion)


def write(session: Session, event: Event, record: Record) -> bool:
    """Make a session what its record says; return whether anything changed. A new one is added to the database.

    The slug of a new session without one is made of its title and day. `record` is right by itself (the form or the
    format saw to that); what it refers to is looked up here.

    Raises:
        Refusal: it ends before it starts, the clock does not show one of its times, or a case does not exist.

    """
    known = event.id is not None
    before = record_of(event) if known else {}
    event.starts, event.ends = _read(record["start"]), _read(record["end"])
    event.starts_at = moment(event.starts, record["timezone"])
    event.ends_at = moment(event.ends, record["timezone"])
    if event.ends_at <= event.starts_at:
        raise Refusal("A session ends after it starts.")
    for name in PLAIN:
        setattr(event, name, record[name])
    event.status = EventStatus(record["status"])
    event.registration = Registration(record["registration"])
    event.registration_url = record["registration_url"]
    event.organisers = [{"name": row["name"], "url": row["url"]} for row in record["organisers"]]
    with session.no_autoflush:  # what is looked up meanwhile is not what is being written
        event.series = _series(session, record["series"])
        _write_rows(session, event, record)
        if not known:
            event.slug = record["slug"] or free_slug(
                session, f"{record['title'][:60]} {record['start'][:10]}"
            )
            session.add(event)
    session.flush()
    if event.status is EventStatus.OPEN:
        boards.make(session, event)
    after = record_of(event)
    if known and after == before:
        return False
    if known:
        event.version += 1
        event.changed_at = now()
        event.sequence += any(after[name] != before[name] for name in IN_CALENDARS)
        if before["questions"] != after["questions"] or before["status"] != after["status"]:
            boards.changed(session, event)
    outbox.record(session, [("event", event.slug)])
    return True


def free_slug(session: Session, words: str) -> str:
    """Return a slug made of these words that no session has yet."""
    base = slug_from(words)[:74].strip("-")
    taken = set(session.scalars(select(Event.slug).where(Event.slug.startswith(base, autoescape=True))))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _write_rows(session: Session, event: Event, record: Record) -> None:
    event.programme = [
        ProgrammeItem(
            position=at,
            starts=dt.time.fromisoformat(row["start"]),
            ends=dt.time.fromisoformat(row["end"]) if row["end"] else None,
            title=row["title"],
            speaker=row["speaker"],
            setting=Setting(row["setting"]),
        )
        for at, row in enumerate(record["programme"])
    ]
    event.materials = [
        Material(position=at, title=row["title"], url=row["url"])
        for at, row in enumerate(record["materials"])
    ]
    gone = {row.key for row in event.questions} - {row["key"] for row in record["questions"]}
    if gone and notes.has_notes(session, [row.id for row in event.questions if row.key in gone]):
        raise Refusal("There are notes under a question that you removed. Move or hide them first.")
    event.rooms = _keyed(Room, event.rooms, record["rooms"], "r")
    event.questions = _keyed(LearningQuestion, event.questions, record["questions"], "q")
    event.cases = _cases(session, event.cases, record["cases"])


def _keyed(
    kind: type[Keyed], rows: Sequence[Keyed], told: Sequence[dict[str, Any]], letter: str
) -> list[Keyed]:
    """Return rows as they are told, each the one that has its key already; a row without a key gets a free one."""
    have = {row.key: row for row in rows}
    taken = {row["key"] for row in told} | set(have)
    kept = []
    for at, values in enumerate(told):
        key, number = values["key"], at + 1
        while not key:
            key = "" if f"{letter}{number}" in taken else f"{letter}{number}"
            number += 1
        taken.add(key)
        row = have.get(key) or kind(key=key)
        row.position = at
        for name, value in values.items():
            if name != "key":
                setattr(row, name, value)
        kept.append(row)
    return kept


def _cases(
    session: Session, rows: Sequence[DiscussedCase], told: Sequence[dict[str, Any]]
) -> list[DiscussedCase]:
    slugs = [row["case"] for row in told]
    cases = {case.slug: case for case in session.scalars(select(Case).where(Case.slug.in_(slugs)))}
    have = {row.case_id: row for row in rows}
    kept: dict[int, DiscussedCase] = {}
    for at, values in enumerate(told):
        case = cases.get(values["case"])
        if case is None:
            raise Refusal("There is no case “%(slug)s”.", slug=values["case"][:80])
        row = have.get(case.id) or DiscussedCase(case=case, case_id=case.id)
        row.position, row.presenter = at, values["presenter"]
        kept.setdefault(case.id, row)
    return list(kept.values())


def _series(session: Session, told: dict[str, Any] | None) -> Series | None:
    """Return the series that is told, made when there is none with its slug; what is told of it is what it says from now on."""
    if told is None:
        return None
    slug = told["slug"] or slug_from(told["title"])
    series = session.scalars(select(Series).where(Series.slug == slug)).one_or_none()
    if series is None:
        series = Series(slug=slug, title=told["title"], introduction=told["introduction"])
        session.add(series)
    elif told["title"]:
        series.title, series.introduction = told["title"], told["introduction"]
    return series


def _read(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=None)
