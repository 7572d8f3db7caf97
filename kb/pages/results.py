"""What a search found, as the page and the API show it: hits, facets with their labels, and the ways on from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from kb.cases import queries
from kb.cases.cards import CaseCard, LessonCard, ThemeCard
from kb.cases.models import Case, Lesson
from kb.cases.presenters import NO_COUNTS, CasePresenter, theme_card
from kb.cases.words import label
from kb.events.cards import EventCard
from kb.events.models import Event
from kb.events.presenters import event_card
from kb.events.queries import events_by_slug
from kb.pages.addresses import address
from kb.pages.why import NoteView, WhyView, notes, why
from kb.search.documents import FACETS, SORTS, Query
from kb.search.results import Found
from kb.web.pieces import PagerView, TabView

SHOWN_VALUES = 12
"""How many values of a facet a page shows; chosen ones are always there."""

FACET_LABELS = {
    "theme": _l("Theme"),
    "perspective": _l("Who tells it"),
    "municipality": _l("Municipality"),
    "province": _l("Province"),
    "year": _l("Year"),
    "status": _l("Challenge"),
    "tag": _l("Keyword"),
    "event": _l("Session"),
    "language": _l("Language of the text"),
}
KIND_LABELS = {"lesson": _l("Lessons"), "case": _l("Cases"), "event": _l("Sessions")}
SORT_LABELS = {"relevance": _l("best match"), "newest": _l("newest"), "recognised": _l("most recognised")}

Card = LessonCard | CaseCard | EventCard


@dataclass(frozen=True)
class FacetValueView:
    """One value to filter by, with what choosing it would give."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class FacetView:
    """One group of values to filter by."""

    name: str
    label: str
    values: tuple[FacetValueView, ...]


@dataclass(frozen=True)
class ChipView:
    """A chosen filter, and the address without it."""

    label: str
    remove_url: str


@dataclass(frozen=True)
class SearchPage:
    """All that the search page shows."""

    query: Query
    total: int
    page: int
    pages: int
    hits: tuple[Card, ...]
    whys: tuple[tuple[WhyView, ...], ...]
    facets: tuple[FacetView, ...]
    selected: tuple[ChipView, ...]
    clear_url: str
    kinds: tuple[TabView, ...]
    sorts: tuple[TabView, ...]
    pager: PagerView
    notes: tuple[NoteView, ...]
    themes: tuple[ThemeCard, ...]


def theme_cards(
    session: Session, language: str, *, counted: bool = True, retired: bool = False
) -> tuple[ThemeCard, ...]:
    """Return the themes that are offered: the doors; with `retired`, those that are no longer offered too.

    Counting is left out where nobody sees it, as it takes as long as a search.
    """
    counts = queries.theme_counts(session) if counted else {}
    return tuple(
        theme_card(theme, language, counts.get(theme.id, NO_COUNTS))
        for theme in queries.themes(session)
        if retired or not theme.retired
    )


def cards(session: Session, found: Found, language: str) -> tuple[Card, ...]:
    """Return the hits as cards in a language, with what matched marked."""
    presenter = CasePresenter(language, found.matcher)
    items = [hit.item for hit in found.hits]
    lessons = queries.lesson_counts(session, [item for item in items if isinstance(item, Case)])

    def card(item: Lesson | Case | Event) -> Card:
        if isinstance(item, Lesson):
            return presenter.lesson_card(item)
        if isinstance(item, Event):
            return event_card(item, language, found.matcher)
        return presenter.case_card(item, lessons.get(item.id, 0))

    return tuple(card(item) for item in items)


Names = Mapping[str, Mapping[str, str]]
"""By facet the names of values that don't speak for themselves: of themes, in their order, and of sessions."""


def facet_names(session: Session, found: Found, themes: Sequence[ThemeCard]) -> Names:
    """Return the names of the values that a search found or was filtered by."""
    slugs = {value for value, _count in found.facets["event"]}.union(found.query.selected.get("event", ()))
    events = events_by_slug(session, sorted(slugs)) if slugs else {}
    return {
        "theme": {theme.slug: theme.name for theme in themes},
        "event": {slug: event.title for slug, event in events.items()},
    }


def facet_views(found: Found, names: Names, most: int | None = None) -> tuple[FacetView, ...]:
    """Return all facets with their labels: values with most hits first, years and themes in their own order.

    With `most`, a facet has so many values, and always the chosen ones.
    """
    return tuple(_facet(name, found, names, most) for name in FACETS)


def search_page(session: Session, found: Found, language: str) -> SearchPage:
    """Return the search page for what was found."""
    query = found.query
    themes = theme_cards(session, language, counted=not found.total, retired=True)
    names = facet_names(session, found, themes)
    return SearchPage(
        query=query,
        total=found.total,
        page=query.page,
        pages=found.pages,
        hits=cards(session, found, language),
        whys=tuple(why(hit) for hit in found.hits),
        facets=tuple(facet for facet in facet_views(found, names, SHOWN_VALUES) if facet.values),
        selected=tuple(
            ChipView(_label(name, value, names), address(query.without(name, value)))
            for name, values in query.selected.items()
            for value in values
        ),
        clear_url=address(query.but(selected={})),
        kinds=tuple(
            TabView(str(KIND_LABELS[kind]), count, address(query.but(kind=kind)), kind == query.kind)
            for kind, count in found.kinds.items()
        ),
        sorts=tuple(
            TabView(str(SORT_LABELS[sort]), None, address(query.but(sort=sort)), sort == query.sort)
            for sort in SORTS
            if sort != "recognised" or query.kind == "lesson"
        )
        if query.q
        else (),
        pager=_pager(query, found.pages),
        notes=tuple(notes(found, facet_label)),
        themes=themes,
    )


def facet_label(name: str) -> str:
    """Return what readers call a facet."""
    return str(FACET_LABELS[name])


def _facet(name: str, found: Found, names: Names, most: int | None) -> FacetView:
    chosen = found.query.selected.get(name, ())
    counted = dict(found.facets[name])
    values = [*counted, *(value for value in chosen if value not in counted)]
    if name == "year":
        values.sort(reverse=True)
    elif name == "theme":
        order = list(names["theme"])
        values.sort(key=lambda value: order.index(value) if value in order else len(order))
    if most is not None:
        values = _shortened(values, chosen, most)
    return FacetView(
        name,
        facet_label(name),
        tuple(
            FacetValueView(value, _label(name, value, names), counted.get(value, 0), value in chosen)
            for value in values
        ),
    )


def _shortened(values: Sequence[str], chosen: Sequence[str], most: int) -> list[str]:
    """Return the chosen values and the first of the others, in their order."""
    others = (value for value in values if value not in chosen)
    shown = {*chosen, *islice(others, max(0, most - len(chosen)))}
    return [value for value in values if value in shown]


def _label(name: str, value: str, names: Names) -> str:
    return names[name].get(value, value) if name in names else label(name, value)


def _pager(query: Query, pages: int) -> PagerView:
    here = query.page
    near = sorted({1, pages, *range(max(1, here - 1), min(pages, here + 1) + 1)})
    links: list[tuple[str, str | None, bool]] = []
    before = 0
    for number in near:
        if number > before + 1:
            links.append(("…", None, False))
        links.append((str(number), address(query.but(page=number)), number == here))
        before = number
    return PagerView(
        previous_url=address(query.but(page=min(here - 1, pages))) if here > 1 else None,
        next_url=address(query.but(page=here + 1)) if here < pages else None,
        links=tuple(links) if pages > 1 or here > 1 else (),
    )
