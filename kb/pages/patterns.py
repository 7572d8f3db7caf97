"""Made-up values for `/patterns`, one of each kind of piece, so that all can be seen and checked on one page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import url_for
from markupsafe import Markup

from kb.cases.cards import (
    CaseCard,
    CaseLink,
    ChallengeView,
    LessonCard,
    PartnerView,
    SourceView,
    TagView,
    ThemeCard,
    TimelineView,
)
from kb.cases.models import ChallengeStatus, Origin, Perspective, Precision
from kb.cases.presenters import when
from kb.cases.words import choice
from kb.events.cards import EventCard
from kb.events.models import EventStatus
from kb.events.words import STATUSES
from kb.pages.results import ChipView, FacetValueView, FacetView
from kb.pages.why import WhyView
from kb.web.pieces import PagerView, TabView


@dataclass(frozen=True)
class SampleResults:
    """The pieces around results."""

    facets: tuple[FacetView, ...]
    kinds: tuple[TabView, ...]
    selected: tuple[ChipView, ...]
    pager: PagerView


def sample(themes: tuple[ThemeCard, ...]) -> dict[str, Any]:
    """Return the values of every pattern; `themes` are those of the knowledge base."""
    case = _case(themes)
    return {
        "themes": themes,
        "cases": (case,),
        "events": tuple(_event(cancelled=cancelled) for cancelled in (False, True)),
        "lessons": tuple(_lesson(themes, _link(case), origin) for origin in Origin),
        "challenges": tuple(_challenge(themes, status) for status in ChallengeStatus),
        "timeline": (
            TimelineView("2016-11-26", when(dt.date(2016, 11, 26), Precision.DAY), "Wijkschouw op de fiets"),
            TimelineView(
                "2016-12", when(dt.date(2016, 12, 1), Precision.MONTH), "De camper staat op drukke plekken"
            ),
            TimelineView("2017", when(dt.date(2017, 1, 1), Precision.YEAR), "Het plan is klaar"),
        ),
        "sources": (
            SourceView(
                "Doel van de wijkraad",
                "https://voorbeeld.example/doel",
                "Wijkraad",
                "23 november 2026",
                "2026-11-23",
            ),
            SourceView("Gesprek met een vrijwilliger", None, "", "", ""),
        ),
        "partners": (
            PartnerView("Gemeente", None),
            PartnerView("Woningcorporatie", "https://voorbeeld.example/"),
        ),
        "tags": (TagView("wijkschouw", "method", "#content"), TagView("ontmoeten", "topic", "#content")),
        "why": (WhyView("In de les", ("bewoners", "plan")), WhyView("Betekent hetzelfde", ("burger",))),
        "results": SampleResults(
            facets=(
                FacetView(
                    "theme",
                    "Thema",
                    tuple(
                        FacetValueView(theme.slug, theme.name, 14 - at, at == 0)
                        for at, theme in enumerate(themes)
                    ),
                ),
            ),
            kinds=(TabView("Lessen", 19, "#content", True), TabView("Casussen", 7, "#content", False)),
            selected=(ChipView("Rollen & partnerschap", "#content"),),
            pager=PagerView(
                "#content",
                "#content",
                (
                    ("1", "#content", False),
                    ("2", "#content", True),
                    ("3", "#content", False),
                    ("…", None, False),
                    ("9", "#content", False),
                ),
            ),
        ),
    }


def _case(themes: tuple[ThemeCard, ...]) -> CaseCard:
    return CaseCard(
        slug="voorbeeldwijk",
        url=url_for("pages.patterns"),
        title="Voorbeeldwijk: samen aan een plan",
        title_marked=None,
        summary="Inwoners en gemeente maakten samen een plan. Wie begon, wat stond er op het spel en wat veranderde er?",
        summary_language="nl",
        snippet=None,
        snippet_language="nl",
        language="nl",
        written_in="nl",
        themes=themes[:2],
        place="Voorbeeldwijk",
        municipality="Voorbeeldstad",
        province="Gelderland",
        country="NL",
        period="2017–2027",
        lesson_count=5,
    )


def _link(case: CaseCard) -> CaseLink:
    return CaseLink(case.slug, case.url, case.title, case.language, case.written_in, case.period)


def _event(*, cancelled: bool) -> EventCard:
    return EventCard(
        slug="voorbeeldsessie",
        url=url_for("pages.patterns"),
        title="Samen praten over Voorbeeldwijk",
        language="nl",
        when="do 21 januari 2027, 09.45–12.00",
        starts_iso="2027-01-21T08:45:00+00:00",
        place="Dorpshuis",
        status="open",
        status_label=str(STATUSES[EventStatus.OPEN]),
        cancelled=cancelled,
        series="Voorbeeldreeks",
        cases=("Voorbeeldwijk: samen aan een plan",),
        introduction="",
        snippet=Markup("Hoe verdeel je <mark>rollen</mark>?"),
    )


def _lesson(themes: tuple[ThemeCard, ...], case: CaseLink, origin: Origin) -> LessonCard:
    at = list(Origin).index(origin)
    return LessonCard(
        id=at,
        url=url_for("pages.patterns"),
        statement="Spreek rollen tussen inwoners en gemeente af vóór de eerste bijeenkomst, en leg vast wie wat besluit.",
        statement_marked=Markup(
            "Spreek <mark>rollen</mark> tussen <mark>inwoners</mark> en gemeente af vóór de eerste bijeenkomst, "
            "en leg vast wie wat besluit."
        ),
        snippet=Markup("Zo weten <mark>inwoners</mark> vooraf waar zij over gaan. …") if at == 0 else None,
        snippet_language="nl",
        language="nl",
        themes=themes[at : at + 1],
        perspectives=(choice(Perspective.RESIDENT), choice(Perspective.CIVIL_SERVANT)),
        origin=choice(origin),
        case=case,
        challenge_title="Wie is waarvan?",
        status=choice(list(ChallengeStatus)[at]),
    )


def _challenge(themes: tuple[ThemeCard, ...], status: ChallengeStatus) -> ChallengeView:
    known = status is not ChallengeStatus.OPEN
    title = {
        ChallengeStatus.OVERCOME: "Wie is waarvan?",
        ChallengeStatus.PARTLY: "Steeds dezelfde gezichten",
        ChallengeStatus.OPEN: "Een plan dat in een la verdwijnt",
    }[status]
    return ChallengeView(
        key=status.value,
        anchor=f"challenge-{status.value}",
        title=title,
        cause=Markup("<p>Verwachtingen waren niet uitgesproken.</p>"),
        approach=Markup("<p>Werkgroepen met een duidelijke opdracht.</p>") if known else Markup(),
        outcome=Markup("<p>Iedereen weet nu wie wat besluit.</p>") if known else Markup(),
        status=choice(status),
        themes=themes[:1],
        lessons=(),
    )
