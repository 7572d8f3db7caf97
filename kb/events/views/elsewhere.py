"""What the rooms below this one ask of it and of each other: they find these functions with the application (`kb:elsewhere`).

The pages of cases show sessions; who takes his data along, or leaves, gets or erases what is kept of him in every room.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kb.accounts.models import Person
from kb.cases.services.personal import of_person as cases_of_person
from kb.events import harvest_queries, queries
from kb.events.cards import LinkView
from kb.events.harvest_page import HarvestedView, brought, notes_words
from kb.events.letters import moved_up
from kb.events.models import Event
from kb.events.services.personal import of_person as sessions_of_person
from kb.events.services.registering import forget_person
from kb.events.views.base import harvest_presenter
from kb.events.when import when_words
from kb.web.language import page_language


@dataclass(frozen=True)
class AboutCase:
    """The sessions in which a case was or will be talked about, with what each brought, and what was recognised there."""

    sessions: tuple[LinkView, ...] = ()
    recognitions: tuple[HarvestedView, ...] = ()


def about(reading: Session, case: int) -> AboutCase:
    """Return what the page of a case shows of sessions."""
    events = queries.events_about(reading, case)
    if not events:
        return AboutCase()
    rows = harvest_queries.public_harvest_for_case(reading, case)
    if not rows:
        return AboutCase(tuple(map(_link, events)))
    presenter = harvest_presenter(reading)
    by_event = [brought([row for row in rows if row.event_id == event.id], presenter) for event in events]
    recognitions = (one for harvest in by_event for one in harvest.recognitions)
    return AboutCase(
        tuple(_link(event, harvest.says) for event, harvest in zip(events, by_event, strict=True)),
        tuple(sorted(recognitions, key=lambda one: one.id)),
    )


def of_lesson(reading: Session, lesson: int) -> LinkView | None:
    """Return the session that a lesson was harvested in, with when that was and on how many notes it rests."""
    row = harvest_queries.harvested_lesson(reading, lesson)
    if row is None:
        return None
    event = row.event
    note = " · ".join(filter(None, (when_words(event, page_language()), notes_words(row.notes, row.votes))))
    return LinkView(event.title, url_for("events.show", slug=event.slug), note, event.language)


def of_person(reading: Session, person: Person) -> dict[str, Any]:
    """Return what is kept of a person outside his account, room by room, as plain data."""
    return {"cases": cases_of_person(reading, person), "sessions": sessions_of_person(reading, person)}


def forget(writing: Session, email: str) -> int:
    """Erase what is kept under an address outside accounts, tell who gets his place, and return how much it was."""
    return forget_person(writing, email, moved_up)


def names(reading: Session, slugs: Collection[str]) -> dict[str, LinkView]:
    """Return those of these sessions that any reader may see, by slug."""
    found = queries.events_by_slug(reading, list(slugs)) if slugs else {}
    return {slug: _link(event) for slug, event in found.items()}


def _link(event: Event, more: str = "") -> LinkView:
    when = when_words(event, page_language()) + (f" ({_('cancelled')})" if event.cancelled else "")
    return LinkView(event.title, url_for("events.show", slug=event.slug), when, event.language, more)
