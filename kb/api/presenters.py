"""What a search found, as the API says it. The shape is a contract: `docs/api.md`."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from kb.cases.cards import CaseCard, LessonCard
from kb.cases.policy import may_read
from kb.events.cards import EventCard
from kb.events.models import Event
from kb.events.records import record_of
from kb.markup import shortened
from kb.pages.results import Card, cards, facet_names, facet_views, theme_cards
from kb.search.results import Found, Hit

SNIPPET_LENGTH = 300


def answer(session: Session, found: Found, language: str, *, explained: bool = False) -> dict[str, Any]:
    """Return the answer to a query. Labels, and texts that were translated, are in `language`.

    `explained`: with what each score is made of.
    """
    query = found.query
    facets = facet_views(
        found, facet_names(session, found, theme_cards(session, language, counted=False, retired=True))
    )
    return {
        "query": query.q,
        "kind": query.kind,
        "total": found.total,
        "page": query.page,
        "per_page": query.per_page,
        "took_ms": round(found.took_ms, 1),
        "did_you_mean": found.did_you_mean,
        "dropped": list(found.dropped),
        "hits": [
            {**_hit(card), "score": round(hit.score, 2), **(_explained(hit) if explained else {})}
            for card, hit in zip(cards(session, found, language), found.hits, strict=True)
        ],
        "facets": {
            facet.name: [
                {"value": value.value, "label": value.label, "count": value.count} for value in facet.values
            ]
            for facet in facets
        },
    }


def _explained(hit: Hit) -> dict[str, Any]:
    """Return what a score is made of, most first."""
    return {
        "explain": [
            {
                "how": reason.term.how if reason.term else "letters",
                "word": reason.term.word if reason.term else None,
                "found": reason.term.text if reason.term else None,
                "stem": reason.term.stem if reason.term else None,
                "language": reason.term.language if reason.term else None,
                "field": reason.field,
                "score": round(reason.score, 3),
            }
            for reason in hit.reasons
        ]
    }


def event_record(event: Event) -> dict[str, Any]:
    """Return a session in the event format; of cases that readers can't see it says nothing."""
    hidden = {row.case.slug for row in event.cases if not may_read(row.case)}
    record = record_of(event)
    return {**record, "cases": [row for row in record["cases"] if row["case"] not in hidden]}


def _hit(card: Card) -> dict[str, Any]:
    if isinstance(card, LessonCard):
        return _lesson(card)
    if isinstance(card, EventCard):
        return _event(card)
    return _case(card)


def _lesson(card: LessonCard) -> dict[str, Any]:
    marked = [text for text in (card.statement_marked, card.snippet) if text]
    return {
        "kind": "lesson",
        "id": card.id,
        "url": card.url,
        "case": card.case.slug,
        "title": card.statement,
        "snippet": str(Markup(" … ").join(marked) if marked else escape(card.statement)),
        "themes": [theme.slug for theme in card.themes],
    }


def _event(card: EventCard) -> dict[str, Any]:
    return {
        "kind": "event",
        "id": card.slug,
        "url": card.url,
        "case": None,
        "title": card.title,
        "snippet": str(card.snippet or escape(shortened(card.introduction, SNIPPET_LENGTH))),
        "themes": [],
    }


def _case(card: CaseCard) -> dict[str, Any]:
    return {
        "kind": "case",
        "id": card.slug,
        "url": card.url,
        "case": card.slug,
        "title": card.title,
        "snippet": str(card.snippet or escape(card.summary)),
        "themes": [theme.slug for theme in card.themes],
    }
