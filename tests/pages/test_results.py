"""From what was found to what the search page shows, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from kb.house import House
from kb.pages.results import (
    SHOWN_VALUES,
    SearchPage,
    address,
    facet_label,
    facet_names,
    facet_views,
    search_page,
    theme_cards,
)
from kb.search.documents import FACETS, Found, Query
from tests import town
from tests.conftest import MakeCase


@pytest.fixture
def _request(sample_app: Flask) -> Iterator[None]:
    with sample_app.test_request_context("/search"):
        yield


def found(query: Query, total: int = 0, **facets: dict[str, int]) -> Found:
    """Return what an engine could have found."""
    counts = {name: tuple(facets.get(name, {}).items()) for name in FACETS}
    return Found(query, total, (), counts, {"lesson": total, "case": 0}, 1.0)


def shown(house: House, query: Query, total: int = 0, **facets: dict[str, int]) -> SearchPage:
    with house.database.reading() as session:
        return search_page(session, found(query, total, **facets), "nl")


@pytest.mark.usefixtures("_request")
@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(q="wijk & plein"),
        Query(kind="case"),
        Query(
            q="é 🏘",
            kind="case",
            selected={"theme": ("b", "a"), "tag": ("x y",)},
            sort="newest",
            page=3,
            per_page=7,
        ),
    ],
)
def test_an_address_is_read_back_as_the_same_search(sample_app: Flask, query: Query) -> None:
    url = address(query)
    with sample_app.test_request_context(url) as context:
        given = [*context.request.args.items(multi=True)]
    if query.kind == "case":
        assert url.startswith("/cases/")
        given.append(("kind", "case"))
    assert Query.read(given) == query


@pytest.mark.usefixtures("_request")
def test_all_facets_have_a_label_and_come_in_one_order(samples: House) -> None:
    with samples.database.reading() as session:
        nothing = found(Query())
        views = facet_views(nothing, facet_names(session, nothing, theme_cards(session, "nl")))
    assert [view.name for view in views] == list(FACETS)
    assert len({facet_label(name) for name in FACETS}) == len(FACETS)
    assert all(view.values == () for view in views)


@pytest.mark.usefixtures("_request")
def test_years_go_down_and_themes_stand_in_their_own_order(samples: House) -> None:
    page = shown(
        samples,
        Query(),
        year={"2016": 9, "2020": 1, "2018": 5},
        theme={"organising": 9, "own": 8, "inclusion": 2, "roles-partnership": 1},
        tag={"b": 3, "a": 1},
    )
    values = {facet.name: [value.value for value in facet.values] for facet in page.facets}
    assert values["year"] == ["2020", "2018", "2016"]
    assert values["theme"] == ["roles-partnership", "inclusion", "organising", "own"]
    assert values["tag"] == ["b", "a"]
    assert set(values) == {"year", "theme", "tag"}, "a facet without values is not shown"


@pytest.mark.usefixtures("_request")
def test_a_facet_shows_so_many_values_and_always_the_chosen_ones(samples: House) -> None:
    counts = {f"t{number:02}": 50 - number for number in range(30)}
    page = shown(samples, Query(selected={"tag": ("t29", "gone")}), tag=counts)
    (facet,) = page.facets
    assert len(facet.values) == SHOWN_VALUES
    assert [value.value for value in facet.values] == [*sorted(counts)[:10], "t29", "gone"]
    assert [(value.count, value.selected) for value in facet.values[-2:]] == [(21, True), (0, True)]
    assert not any(value.selected for value in facet.values[:-2])


@pytest.mark.usefixtures("_request")
def test_more_may_be_chosen_than_are_shown(samples: House) -> None:
    chosen = tuple(f"t{number:02}" for number in range(20))
    (facet,) = shown(samples, Query(selected={"tag": chosen}), tag={"other": 5}).facets
    assert [value.value for value in facet.values] == list(chosen)


@pytest.mark.usefixtures("_request")
def test_words_of_a_vocabulary_are_shown_as_people_say_them(samples: House) -> None:
    page = shown(
        samples,
        Query(selected={"perspective": ("resident", "nobody"), "theme": ("inclusion", "nowhere")}),
        status={"open": 1, "odd": 1},
        language={"nl": 2, "zz": 1},
        municipality={"resident": 1},
    )
    labels = {facet.name: {value.value: value.label for value in facet.values} for facet in page.facets}
    assert labels["perspective"]["resident"] != "resident"
    assert labels["perspective"]["nobody"] == "nobody"
    assert labels["theme"]["inclusion"] == name_of(samples, "inclusion")
    assert labels["theme"]["nowhere"] == "nowhere"
    assert labels["status"]["open"] != "open"
    assert labels["status"]["odd"] == "odd"
    assert labels["language"]["nl"] != "nl"
    assert labels["language"]["zz"] == "zz"
    assert labels["municipality"] == {"resident": "resident"}, "a name is no word of a vocabulary"
    assert [chip.label for chip in page.selected] == [
        labels["perspective"]["resident"],
        "nobody",
        labels["theme"]["inclusion"],
        "nowhere",
    ]


def name_of(house: House, slug: str) -> str:
    sql = "SELECT name FROM theme_text JOIN theme ON theme.id = theme_id WHERE slug = ? AND language = 'nl'"
    return str(town.ask(house, sql, slug)[0][0])


@pytest.mark.usefixtures("_request")
@pytest.mark.parametrize(
    ("here", "pages", "labels"),
    [
        (1, 1, []),
        (1, 2, ["[1]", "2"]),
        (2, 3, ["1", "[2]", "3"]),
        (1, 9, ["[1]", "2", "…", "9"]),
        (3, 9, ["1", "2", "[3]", "4", "…", "9"]),
        (5, 9, ["1", "…", "4", "[5]", "6", "…", "9"]),
        (9, 9, ["1", "…", "8", "[9]"]),
        (50, 9, ["1", "…", "9"]),
        (2, 1, ["1"]),
    ],
)
def test_the_pager_shows_the_pages_around_this_one(
    samples: House, here: int, pages: int, labels: list[str]
) -> None:
    pager = shown(samples, Query(q="x", page=here), total=pages * 20).pager
    assert [f"[{label}]" if current else label for label, _, current in pager.links] == labels
    assert all((url is None) == (label == "…") for label, url, _ in pager.links)
    assert (pager.previous_url is None) == (here == 1)
    assert (pager.next_url is None) == (here >= pages)
    if here > pages:
        assert pager.previous_url == address(Query(q="x", page=pages))


@pytest.mark.usefixtures("_request")
def test_a_note_says_what_was_done_with_the_question(samples: House) -> None:
    def note(query: Query, *, only_stop_words: bool = False, cut: bool = False) -> str | None:
        result = replace(found(query, 5), only_stop_words=only_stop_words, cut=cut)
        with samples.database.reading() as session:
            return search_page(session, result, "nl").note

    notes = [note(Query(q="de"), only_stop_words=True), note(Query(q="lang"), cut=True), note(Query(page=2))]
    assert all(notes)
    assert len(set(notes)) == 3
    assert note(Query(q="wijk")) is None


@pytest.mark.usefixtures("_request")
def test_a_choice_starts_at_the_first_page_again(samples: House) -> None:
    query = Query(q="x", selected={"theme": ("inclusion",)}, sort="newest", page=3, per_page=7)
    page = shown(samples, query, total=99)
    links = [*(chip.remove_url for chip in page.selected), page.clear_url]
    links += [tab.url for tab in (*page.kinds, *page.sorts)]
    assert len(links) == 7
    for link in links:
        assert "&page=" not in link
        assert "q=x" in link
        assert "per_page=7" in link
    assert page.clear_url == "/search?q=x&sort=newest&per_page=7"
    assert [tab.current for tab in page.sorts] == [False, True, False]


@pytest.mark.usefixtures("_request")
def test_without_words_there_is_nothing_to_sort_by(samples: House) -> None:
    assert shown(samples, Query(), total=5).sorts == ()


def test_a_case_in_the_results_says_how_many_lessons_it_has(
    app: Flask, house: House, make_case: MakeCase
) -> None:
    make_case(slug="veel", lessons=[{"statement": f"Les {number}."} for number in range(3)])
    make_case(slug="geen", lessons=[])
    with app.test_request_context(), house.database.reading() as session:
        page = search_page(session, house.search.find(session, Query(kind="case")), "nl")
    assert {card.url: getattr(card, "lesson_count", None) for card in page.hits} == {
        "/cases/veel": 3,
        "/cases/geen": 0,
    }
