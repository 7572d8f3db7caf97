from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from kb.core import QueryError
from kb.search.asked import Asked
from kb.search.documents import (
    FACETS,
    KINDS,
    LAST_PAGE,
    LONGEST_VALUE,
    MOST_PER_PAGE,
    MOST_VALUES,
    PER_PAGE,
    SORTS,
    Document,
    Query,
    Text,
)
from kb.search.languages import Languages, Reading
from kb.search.results import Found
from tests.search.shelf import chance


def read(text: str) -> Query:
    """Read a query from the part of an address behind the question mark."""
    return Query.read(parse_qsl(text, keep_blank_values=True))


def test_a_query_of_nothing() -> None:
    assert read("") == Query(q="", kind="lesson", selected={}, sort="relevance", page=1, per_page=20)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("q=wijkplan", {"q": "wijkplan"}),
        ("q=+wijk%0A++plan%09", {"q": "wijk plan"}),
        ("q=een&q=twee", {"q": "een"}),
        ("kind=case", {"kind": "case"}),
        ("kind=lesson", {}),
        ("kind=", {}),
        ("kind=case&kind=lesson", {"kind": "case"}),
        ("sort=newest", {"sort": "newest"}),
        ("sort=recognised", {"sort": "recognised"}),
        ("sort=relevance", {}),
        ("sort=", {}),
        ("page=7", {"page": 7}),
        ("page=007", {"page": 7}),
        ("page=", {}),
        ("page=+2+", {"page": 2}),
        (f"page={LAST_PAGE}", {"page": LAST_PAGE}),
        ("per_page=1", {"per_page": 1}),
        (f"per_page={MOST_PER_PAGE}", {"per_page": MOST_PER_PAGE}),
        ("per_page=", {}),
        ("lang=en", {"selected": {"language": ("en",)}}),
        ("language=en", {"selected": {"language": ("en",)}}),
        ("lang=en&language=nl&lang=en", {"selected": {"language": ("en", "nl")}}),
        ("theme=a&year=2016&theme=b", {"selected": {"theme": ("a", "b"), "year": ("2016",)}}),
        ("theme=b&theme=+a&theme=b&theme=", {"selected": {"theme": ("b", "a")}}),
        ("theme=&tag=++", {}),
        ("utm_source=mail&Q=x&themes=a", {}),
        (
            "q=plan&kind=case&sort=newest&page=2&per_page=5&lang=nl&municipality=%27s-Hertogenbosch",
            {
                "q": "plan",
                "kind": "case",
                "sort": "newest",
                "page": 2,
                "per_page": 5,
                "selected": {"language": ("nl",), "municipality": ("'s-Hertogenbosch",)},
            },
        ),
    ],
)
def test_read(address: str, expected: dict[str, Any]) -> None:
    assert read(address) == Query(**expected)


@pytest.mark.parametrize("name", FACETS)
def test_every_facet_is_a_parameter(name: str) -> None:
    assert read(f"{name}=een&{name}=twee") == Query(selected={name: ("een", "twee")})


NUMBERS = ["0", "-1", "+1", "1.0", "1e1", "1_0", "0x1", "²", "\u0663", "een", "1 2", "--", "9" * 5000, "NaN"]


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        *(({"page": number}, ["page", "1", "10000"]) for number in [*NUMBERS, str(LAST_PAGE + 1)]),
        *(({"per_page": number}, ["per_page", "1", "100"]) for number in [*NUMBERS, str(MOST_PER_PAGE + 1)]),
        ({"kind": "Case"}, ["kind", "lesson, case or event"]),
        ({"kind": "events"}, ["kind", "lesson, case or event"]),
        ({"sort": "oldest"}, ["sort", "relevance, newest or recognised"]),
        ({"sort": "x" * 5000}, ["sort", "relevance, newest or recognised"]),
        ({"tag": [str(number) for number in range(MOST_VALUES + 1)]}, ["tag", "50", "200"]),
        ({"theme": "x" * (LONGEST_VALUE + 1)}, ["theme", "50", "200"]),
        ({"lang": "x" * (LONGEST_VALUE + 1)}, ["language", "50", "200"]),
    ],
)
def test_what_can_not_be_searched_with_is_refused_in_one_line(
    parameters: dict[str, Any], names: list[str]
) -> None:
    with pytest.raises(QueryError) as caught:
        read(urlencode(parameters, doseq=True))
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 200
    assert all(name in message for name in names)
    assert caught.value.status == 400


def test_as_much_as_is_allowed_is_read() -> None:
    values = tuple(f"{number:0{LONGEST_VALUE}}" for number in range(MOST_VALUES))
    repeated = [*values, *values, ""]
    assert read(urlencode({"tag": repeated}, doseq=True)) == Query(selected={"tag": values})


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        (Query(), []),
        (Query(q="plan"), [("q", "plan")]),
        (Query(kind="case"), [("kind", "case")]),
        (Query(sort="newest"), [("sort", "newest")]),
        (Query(page=2), [("page", "2")]),
        (Query(per_page=5), [("per_page", "5")]),
        (
            Query(selected={"tag": ("b", "a"), "theme": ("t",)}),
            [("theme", "t"), ("tag", "b"), ("tag", "a")],
        ),
    ],
)
def test_parameters_say_no_more_than_is_needed(query: Query, parameters: list[tuple[str, str]]) -> None:
    assert query.parameters() == parameters


@pytest.mark.parametrize("seed", range(20))
def test_reading_its_parameters_gives_the_query_back(seed: int) -> None:
    rng = chance(seed)
    values = ["a", "b", "Den Haag", "é & ü", "a=b", "%20", "#", "100%", "<b>", "n'"]
    query = Query(
        q=rng.choice(["", "plan", "één & twee", "a+b", "?q=1#x", '"x y"']),
        kind=rng.choice(KINDS),
        selected={
            name: tuple(rng.sample(values, rng.randint(1, 4)))
            for name in rng.sample(FACETS, rng.randint(0, len(FACETS)))
        },
        sort=rng.choice(SORTS),
        page=rng.choice([1, 2, LAST_PAGE]),
        per_page=rng.choice([1, PER_PAGE, MOST_PER_PAGE]),
    )
    assert read(urlencode(query.parameters())) == query


def test_another_choice_begins_on_the_first_page() -> None:
    query = Query(q="plan", page=3, per_page=5)
    assert query.but(sort="newest") == Query(q="plan", sort="newest", page=1, per_page=5)
    assert query.but(page=4) == Query(q="plan", page=4, per_page=5)
    assert query.page == 3


def test_without_a_value() -> None:
    query = Query(q="plan", selected={"theme": ("a", "b"), "year": ("2016",)}, page=3)
    assert query.without("theme", "a") == Query(q="plan", selected={"theme": ("b",), "year": ("2016",)})
    assert query.without("year", "2016") == Query(q="plan", selected={"theme": ("a", "b")})
    assert query.without("year", "1999") == Query(q="plan", selected=query.selected)
    assert query.without("tag", "a") == Query(q="plan", selected=query.selected)


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3)])
def test_pages(total: int, pages: int) -> None:
    found = Found(
        Query(per_page=20),
        total=total,
        hits=(),
        facets={},
        kinds={},
        took_ms=0.0,
        reading=Reading(Asked()),
        languages=Languages(),
    )
    assert found.pages == pages


DOCUMENT = Document(
    kind="lesson",
    key="1",
    texts=(Text("nl", "Titel", "Tekst"), Text("en", "Title", "Text")),
    facets={"theme": ("a", "b"), "year": ("2016",)},
    moment=5.0,
    recognised=2,
)


@pytest.mark.parametrize(
    "changed",
    [
        {"texts": DOCUMENT.texts[:1]},
        {"texts": DOCUMENT.texts[::-1]},
        {"texts": (replace(DOCUMENT.texts[0], language="en"), DOCUMENT.texts[1])},
        {"texts": (replace(DOCUMENT.texts[0], title="Title"), DOCUMENT.texts[1])},
        {"texts": (replace(DOCUMENT.texts[0], body="Text"), DOCUMENT.texts[1])},
        {"texts": (Text("nl", "Tite", "lTekst"), DOCUMENT.texts[1])},
        {"facets": {"theme": ("a", "b")}},
        {"facets": {"theme": ("a", "b"), "year": ("2017",)}},
        {"facets": {"theme": ("a", "b"), "tag": ("2016",)}},
        {"moment": 6.0},
        {"recognised": 3},
    ],
)
def test_a_fingerprint_changes_with_whatever_is_indexed(changed: dict[str, Any]) -> None:
    assert replace(DOCUMENT, **changed).fingerprint != DOCUMENT.fingerprint


def test_a_fingerprint_is_the_same_for_the_same_content() -> None:
    again = replace(DOCUMENT, facets={"year": ("2016",), "theme": ("a", "b")})
    assert again.fingerprint == DOCUMENT.fingerprint
