"""What the tests of sessions share: a session in a few words, made by its lead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from kb.events import queries
from kb.events.models import Event, EventStatus
from kb.events.records import Record, empty_record, record_of
from kb.events.services import preparing
from kb.events.services.storing import write
from kb.house import House
from tests.people import Person


def session_record(**fields: Any) -> Record:
    """Return the record of a session on 30 November 2026 from ten to twelve, with these fields."""
    start, end = "2026-11-30T10:00", "2026-11-30T12:00"
    return {**empty_record("nl"), "title": "Praten over Duiven", "start": start, "end": end, **fields}


def prepared(house: House, lead: Person, status: str = "draft", **fields: Any) -> str:
    """Prepare a session that this person leads, bring it to a status, and return its slug."""
    with house.database.transaction() as session:
        event = preparing.begin(session, lead.actor, session_record(**fields))
        if status != "draft":
            write(session, event, {**record_of(event), "status": EventStatus(status).value})
        return event.slug


@contextmanager
def leading(house: House, lead: Person, slug: str) -> Iterator[tuple[Session, Event]]:
    """Open a transaction with a session in it that this person leads."""
    with house.database.transaction() as session:
        yield session, queries.event_to_lead(session, lead.actor, slug)


def stored(house: House, slug: str) -> Record:
    """Return what the database holds of a session, as a record."""
    with house.database.reading() as session:
        event: Event | None = queries.event_to_import(session, slug)
        assert event is not None
        return record_of(event)
