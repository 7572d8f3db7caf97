"""What is offered while somebody types a question: what others asked, themes, lessons and cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kb.cases.presenters import CasePresenter
from kb.markup import shortened
from kb.pages.addresses import address
from kb.pages.results import theme_cards
from kb.search import tally
from kb.search.asked import read
from kb.search.documents import Query
from kb.search.results import Hit
from kb.search.services import Search

SHORTEST = 2
"""Letters from which something is offered."""
LONGEST_LABEL = 110
QUERIES, THEMES, LESSONS, CASES = 3, 2, 4, 3
"""How many of each are offered at most."""
ENOUGH_PEOPLE = 5
"""How many people must have asked a question before others see it: one that few asked may tell who they are."""


@dataclass(frozen=True)
class Suggestion:
    """Something that is offered: what it is, its words in which language, and where it leads."""

    kind: str
    kind_label: str
    label: str
    language: str
    url: str


def suggestions(session: Session, search: Search, typed: str, language: str) -> list[Suggestion]:
    """Return what to offer for what was typed so far; nothing for a letter or two."""
    words = " ".join(typed.lower().split())
    if len(words) < SHORTEST:
        return []
    found = search.suggest(session, words, {"lesson": LESSONS, "case": CASES})
    return [
        *_queries(session, words, language),
        *_themes(session, words, language),
        *_lessons(found["lesson"], language),
        *_cases(found["case"], language),
    ]


def _queries(session: Session, words: str, language: str) -> Iterator[Suggestion]:
    for query in tally.usual(session, words, least=ENOUGH_PEOPLE, limit=QUERIES):
        yield Suggestion("query", _("Often asked"), query, language, address(Query(q=query)))


def _themes(session: Session, words: str, language: str) -> Iterator[Suggestion]:
    wanted, found = read(words).words, 0
    for card in theme_cards(session, language, counted=False):
        told = f"{card.name} {card.question}".lower()
        if wanted and all(word in told for word in wanted) and found < THEMES:
            found += 1
            yield Suggestion("theme", _("Theme"), card.name, language, card.url)


def _lessons(hits: Sequence[Hit], language: str) -> Iterator[Suggestion]:
    presenter = CasePresenter(language)
    for hit in hits:
        card = presenter.lesson_card(hit.item)
        yield Suggestion(
            "lesson", _("Lesson"), shortened(card.statement, LONGEST_LABEL), card.language, card.url
        )


def _cases(hits: Sequence[Hit], language: str) -> Iterator[Suggestion]:
    presenter = CasePresenter(language)
    for hit in hits:
        card = presenter.case_card(hit.item, 0)
        yield Suggestion("case", _("Case"), shortened(card.title, LONGEST_LABEL), card.language, card.url)
