"""Sessions as lists show them."""

from __future__ import annotations

from flask import url_for

from kb.cases.policy import may_read as may_read_case
from kb.events.cards import EventCard
from kb.events.models import Event
from kb.events.when import when_words
from kb.events.words import STATUSES


def event_card(event: Event, language: str) -> EventCard:
    """Return the card of a session that was loaded with its series and cases."""
    return EventCard(
        slug=event.slug,
        url=url_for("events.show", slug=event.slug),
        title=event.title,
        language=event.language,
        when=when_words(event, language),
        starts_iso=event.starts_at.isoformat(),
        place=event.place,
        status=event.status.value,
        status_label=str(STATUSES[event.status]),
        cancelled=event.cancelled,
        series=event.series.title if event.series else "",
        cases=tuple(row.case.title for row in event.cases if may_read_case(row.case)),
    )
