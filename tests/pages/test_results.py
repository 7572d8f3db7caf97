"""From what was found to what the search page shows, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from kb.house import House
from kb.pages.addresses import address
from kb.pages.results import (
    SHOWN_VALUES,
    SearchPage,
    facet_label,
    facet_names,
    facet_views,
    search_page,
    theme_cards,
)
from kb.pages.why import why
from kb.search.asked import Asked
from kb.search.documents import FACETS, Query
from kb.search.engine import Reason, Term
from kb.search.languages import Languages, Reading
from kb.search.results import Found, Hit
from tests import town


@pytest.fixture
def _request(sample_app: Flask) -> Iterator[None]:
    with sample_app.test_request_context("/search"):
        yield


def found(query: Query, total: int = 0, **facets: dict[str, int]) -> Found:
    """Return what an engine could have found."""
    counts = {name: tuple(facets.get(name, {}).items()) for name in FACETS}
    return Found(query, total, (), counts, {"lesson": total, "case": 0}, 1.0, Reading(Asked()), Languages())


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


NOTHING = Asked()


def told(house: House, query: Query, asked: Asked = NOTHING, **more: Any) -> list[str]:
    corrected = more.pop("corrected", {})
    result = replace(found(query, 5), reading=Reading(asked, corrected=corrected), **more)
    with house.database.reading() as session:
        return [note.text + note.link for note in search_page(session, result, "nl").notes]


@pytest.mark.usefixtures("_request")
def test_a_note_says_what_was_done_with_the_question(samples: House) -> None:
    said = [
        told(samples, Query(q="de"), Asked(only_stop_words=True)),
        told(samples, Query(q="lang"), Asked(("lang",), cut=True)),
        told(samples, Query(page=2)),
        told(samples, Query(q="wjik plan"), Asked(("wjik", "plan")), corrected={"wjik": "wijk"}),
        told(samples, Query(q='"a b"'), Asked(("a", "b"), (("a", "b"),)), dropped=("quotes",)),
        told(samples, Query(q="abc"), Asked(("abc",)), dropped=("letters",)),
        told(samples, Query(selected={"theme": ("inclusion",)}), dropped=("theme",)),
    ]
    assert [len(notes) for notes in said] == [1] * 7
    assert len({note for notes in said for note in notes}) == 7
    assert "wijk plan" in said[3][0]
    assert "Thema" in said[6][0]
    assert told(samples, Query(q="wijk"), Asked(("wijk",))) == []


@pytest.mark.usefixtures("_request")
def test_a_correction_can_be_searched_for_alone(samples: House) -> None:
    reading = Reading(Asked(("wjik", "plan")), corrected={"wjik": "wijk"})
    result = replace(found(Query(q="wjik plan", kind="case", page=3), 99), reading=reading)
    with samples.database.reading() as session:
        (note,) = search_page(session, result, "nl").notes
    assert note.url == address(Query(q="wijk plan", kind="case"))


@pytest.mark.usefixtures("_request")
def test_why_a_hit_is_there() -> None:
    def reason(word: str, how: str, field: str, text: str = "") -> Reason:
        return Reason(Term("nl", "stem", 1.0, word, how, text or word), field, 1.0)

    reasons = (
        reason("plan", "word", "body"),
        reason("plan", "word", "title"),
        reason("raad", "word", "bodyparts"),
        reason("dorpsraad", "part", "title", "dorps"),
        reason("bewoner", "synonym", "title", "burger"),
        reason("wjik", "spelling", "body", "wijk"),
        Reason(None, "letters", 0.1),
    )
    lines = [(line.label, line.words) for line in why(Hit("lesson", "1", 1.0, None, reasons))]
    assert lines == [
        ("In de les", ("plan",)),
        ("Deel van een woord", ("raad", "dorps")),
        ("Anders gespeld", ("wijk",)),
        ("Betekent hetzelfde", ("burger",)),
    ]
    assert why(Hit("lesson", "1", 0.0, None)) == ()
