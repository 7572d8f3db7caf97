"""Sessions as lists show them."""

from __future__ import annotations

from flask import url_for

from kb.cases.policy import may_read as may_read_case
from kb.events.cards import EventCard
from kb.events.models import Event
from kb.events.when import when_words
from kb.events.words import STATUSES
from kb.markup import plain
from kb.search.snippets import MatcherOf, fragments, mark, no_matcher


def event_card(event: Event, language: str, matcher_of: MatcherOf = no_matcher) -> EventCard:
    """Return the card of a session that was loaded with its series and cases, with what a search found marked."""
    introduction = plain(event.introduction)
    matcher = matcher_of(event.language)
    marked = mark(event.title, matcher) if matcher else None
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
        introduction=introduction,
        title_marked=marked if marked and "<mark>" in marked else None,
        snippet=fragments(introduction, matcher) if matcher else None,
    )
