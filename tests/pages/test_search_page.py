"""The search page: what it shows is what the tables hold, and whatever is typed gets a page or one clear sentence."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from kb import create_app
from kb.cases.models import Case, CaseStatus
from kb.house import House
from tests import town
from tests.conftest import MakeCase
from tests.pages.test_home import numbers
from tests.questions import ODD, WRONG
from tests.statements import statements
from tests.tree import Element, parse

SELECTIONS: list[dict[str, set[str]]] = [
    {},
    {"theme": {"inclusion"}},
    {"theme": {"inclusion", "organising"}},
    {"municipality": {"Duiven", "Stein"}, "theme": {"connecting"}},
    {"perspective": {"resident", "executive"}},
    {"year": {"2018"}, "tag": {"moestuin", "wijkschouw"}},
    {"status": {"open", "partly"}, "province": {"Gelderland"}},
    {"language": {"en"}},
    {"language": {"nl"}, "year": {"2016", "2017"}, "perspective": {"volunteer"}},
]


def address(path: str, selected: Mapping[str, Iterable[str]], **more: str) -> str:
    pairs = [(name, value) for name in selected for value in sorted(selected[name])]
    return f"{path}?{urlencode([*pairs, *more.items()])}"


def page(client: FlaskClient, url: str) -> Element:
    answer = client.get(url)
    assert answer.status_code == 200, answer.text
    return parse(answer.text)


def total(shown: Element) -> int:
    """Return how many there are, as the heading of the results and the line for screen readers say it."""
    heading = shown.one("h2", id="results-heading").text
    assert shown.one("p", id="search-status").text == heading
    return numbers(heading.replace(",", ""))[0]


def keys(shown: Element) -> list[str]:
    """Return the ids of the lessons, or the slugs of the cases, among the results, in order."""
    found = shown.one("section", aria_labelledby="results-heading").all("ol", class_="cards")
    links = [card.one("h3").one("a")["href"] for part in found for card in part.all("article")]
    return [link.rpartition("/")[2] for link in links]


def facets(shown: Element) -> dict[str, dict[str, int]]:
    """Return every value to filter by, with its count."""
    found: dict[str, dict[str, int]] = {}
    for label in shown.all("label", class_="facet"):
        box = label.one("input", type="checkbox")
        assert box["form"] == "search-form"
        found.setdefault(box["name"], {})[box["value"]] = int(label.one("span", class_="count").text)
    return found


def tabs(shown: Element) -> dict[str, int]:
    links = shown.one("div", id="results").one("nav", class_="tabs").all("a")
    kinds = ("/search", "/cases/", "/search?kind=event")
    return {kind: int(link.one("span", class_="count").text) for kind, link in zip(kinds, links, strict=True)}


def truth(house: House, path: str) -> town.Things:
    return town.cases(house) if path == "/cases/" else town.lessons(house)


def counts_with_chosen(things: town.Things, facet: str, selected: dict[str, set[str]]) -> dict[str, int]:
    """Return a facet's counts as a page shows them: what was chosen stands there though it gives nothing."""
    return dict.fromkeys(selected.get(facet, ()), 0) | town.counted(things, facet, selected)


@pytest.mark.parametrize("path", ["/search", "/cases/"])
@pytest.mark.parametrize("selected", SELECTIONS)
def test_the_counts_are_those_of_the_tables(
    visitor: FlaskClient, town_house: House, path: str, selected: dict[str, set[str]]
) -> None:
    things = truth(town_house, path)
    right = town.chosen(things, selected)
    shown = page(visitor, address(path, selected))
    assert total(shown) == len(right)
    assert set(keys(shown)) <= right
    assert len(keys(shown)) == min(20, len(right))
    assert tabs(shown) == {
        "/search": len(town.chosen(town.lessons(town_house), selected)),
        "/cases/": len(town.chosen(town.cases(town_house), selected)),
        "/search?kind=event": 0,
    }
    for name, counts in facets(shown).items():
        expected = counts_with_chosen(things, name, selected)
        assert counts.items() <= expected.items()
        assert len(counts) == min(12, len(expected))
    assert set(facets(shown)) == {
        name for name in next(iter(things.values())) if town.counted(things, name, selected)
    }


def lessons_with(house: House, challenge: str) -> town.Things:
    """Return the lessons that hang on a challenge whose title begins with a word that stands nowhere else."""
    rows = town.ask(
        house,
        "SELECT lesson.id FROM lesson JOIN challenge ON challenge.id = challenge_id WHERE title LIKE ?",
        f"{challenge} %",
    )
    return {key: values for key, values in town.lessons(house).items() if (int(key),) in rows}


@pytest.mark.parametrize("selected", SELECTIONS[:4])
def test_the_counts_of_a_search_by_words_are_right_too(
    visitor: FlaskClient, town_house: House, selected: dict[str, set[str]]
) -> None:
    things = lessons_with(town_house, "Lastig")
    assert len(things) == 9
    shown = page(visitor, address("/search", selected, q="lastige"))
    assert set(keys(shown)) == town.chosen(things, selected)
    for name in ("theme", "perspective", "municipality", "status"):
        assert facets(shown).get(name, {}) == counts_with_chosen(things, name, selected)


def test_a_box_is_ticked_for_what_was_chosen_and_a_chip_takes_it_away(visitor: FlaskClient) -> None:
    url = "/search?q=plan&theme=inclusion&theme=organising&municipality=Stein&sort=newest"
    shown = page(visitor, url)
    ticked = {(box["name"], box["value"]) for box in shown.all("input", type="checkbox", checked=None)}
    assert ticked == {("theme", "inclusion"), ("theme", "organising"), ("municipality", "Stein")}
    chips = shown.all("a", class_="chip--on")
    assert {chip["href"] for chip in chips} == {
        "/search?q=plan&theme=organising&municipality=Stein&sort=newest",
        "/search?q=plan&theme=inclusion&municipality=Stein&sort=newest",
        "/search?q=plan&theme=inclusion&theme=organising&sort=newest",
    }
    assert all(visitor.get(chip["href"]).status_code == 200 for chip in chips)
    assert any(
        link["href"] == "/search?q=plan&sort=newest" for link in shown.one("div", id="results").all("a")
    )
    kept = shown.one("input", type="hidden")
    assert (kept["name"], kept["value"], kept["form"]) == ("sort", "newest", "search-form")
    assert shown.one("input", name="q")["value"] == "plan"


def test_the_form_gives_the_same_page_as_the_address(visitor: FlaskClient) -> None:
    url = "/cases/?q=titel&theme=inclusion&year=2018&sort=newest&per_page=4"
    shown = page(visitor, url)
    form = shown.one("form", id="search-form")
    boxes = [
        box
        for box in shown.all("input", form="search-form")
        if box["type"] == "hidden" or "checked" in box.attributes
    ]
    pairs = [(box["name"], box["value"]) for box in [*form.all("input"), *boxes]]
    again = page(visitor, f"{form['action']}?{urlencode(pairs)}")
    assert keys(again) == keys(shown)
    assert again.one("link", rel="canonical")["href"] == shown.one("link", rel="canonical")["href"]


def test_the_tabs_keep_the_question(visitor: FlaskClient) -> None:
    links = (
        page(visitor, "/search?q=plan&theme=inclusion")
        .one("div", id="results")
        .one("nav", class_="tabs")
        .all("a")
    )
    assert [link["href"] for link in links] == [
        "/search?q=plan&theme=inclusion",
        "/cases/?q=plan&theme=inclusion",
        "/search?q=plan&kind=event&theme=inclusion",
    ]
    assert [link.get("aria-current") for link in links] == ["page", "", ""]


@pytest.mark.parametrize("path", ["/search", "/cases/"])
def test_from_page_to_page_everything_comes_once(visitor: FlaskClient, town_house: House, path: str) -> None:
    seen: list[str] = []
    url = f"{path}?per_page=4"
    while url:
        shown = page(visitor, url)
        seen += keys(shown)
        assert total(shown) == len(truth(town_house, path))
        following = shown.all("a", rel="next")
        assert following or len(seen) == total(shown)
        url = following[0]["href"] if following else ""
    assert sorted(seen) == sorted(truth(town_house, path))


def test_the_pager_leads_back_too(visitor: FlaskClient) -> None:
    shown = page(visitor, "/search?per_page=4&page=3")
    pager = shown.one("nav", class_="utrecht-pagination")
    assert pager.one("a", rel="prev")["href"] == "/search?page=2&per_page=4"
    assert pager.one("a", rel="next")["href"] == "/search?page=4&per_page=4"
    current = pager.one(aria_current="page")
    assert current.text == "3"
    assert pager.all("a")[1]["href"] == "/search?per_page=4"


def test_without_words_the_newest_come_first(client: FlaskClient, make_case: MakeCase) -> None:
    for number in range(3):
        make_case(slug=f"z-{9 - number}")
    assert keys(page(client, "/cases/")) == ["z-7", "z-8", "z-9"]
    assert keys(page(client, "/search")) == ["3", "2", "1"]


def test_with_words_the_best_match_comes_first_unless_asked_otherwise(
    client: FlaskClient, make_case: MakeCase
) -> None:
    make_case(slug="veel", title="Moestuin", summary="Een moestuin is een moestuin.")
    make_case(
        slug="weinig", title="Plein", summary="Over een plein, met ook wat groen en een moestuin erbij."
    )
    make_case(slug="niets", title="Brug", summary="Over een brug.")
    assert keys(page(client, "/cases/?q=moestuin")) == ["veel", "weinig"]
    sorts = page(client, "/cases/?q=moestuin").one("nav", class_="sorts").all("a")
    assert [link["href"] for link in sorts] == ["/cases/?q=moestuin", "/cases/?q=moestuin&sort=newest"]
    assert keys(page(client, sorts[1]["href"])) == ["weinig", "veel"]
    assert not page(client, "/cases/").all("nav", class_="sorts")


def test_what_matched_is_marked(client: FlaskClient, make_case: MakeCase) -> None:
    make_case(
        title="De moestuinen van Stein",
        summary="Een plek.",
        story="Lang geleden. " * 40 + "Toen kwam er een moestuin & een hek. " + "Daarna niets meer. " * 40,
        lessons=[
            {"statement": "Begin met een moestuin.", "explanation": "Moestuinen zijn **leuk** en <groen>."}
        ],
    )
    case = page(client, "/cases/?q=moestuin").one("article", class_="case")
    assert [mark.text for mark in case.one("h3").all("mark")] == ["moestuinen"]
    assert case.one("p", class_="case__summary").one("mark").text == "moestuin"
    assert "moestuin & een hek" in case.one("p", class_="case__summary").text
    lesson = page(client, "/search?q=moestuin").one("article", class_="lesson")
    assert lesson.one("h3").one("mark").text == "moestuin"
    snippet = lesson.one("p", class_="snippet")
    assert snippet.text == "Moestuinen zijn leuk en <groen>."
    assert snippet.one("mark").text == "Moestuinen"


def test_marks_and_texts_follow_the_language_of_the_page(client: FlaskClient, make_case: MakeCase) -> None:
    make_case(
        title="Bewoners beslissen",
        summary="Samen doen.",
        lessons=[{"statement": "Vraag het de bewoners.", "explanation": "De bewoners weten het."}],
        translations={
            "en": {"title": "Residents decide", "lessons": {"0": {"statement": "Ask the residents."}}},
        },
    )
    client.set_cookie("lang", "en")
    lesson = page(client, "/search?q=residents+bewoners").one("article", class_="lesson")
    assert lesson.one("h3").text == "Ask the residents."
    assert lesson.one("h3").one("mark").text == "residents"
    assert not lesson.one("h3").get("lang")
    assert lesson.one("p", class_="snippet").one("mark").text == "bewoners"
    assert lesson.one("p", class_="snippet")["lang"] == "nl"
    case = page(client, "/cases/?q=residents").one("article", class_="case")
    assert case.one("h3").one("mark").text == "Residents"
    assert case.one("p", class_="case__summary")["lang"] == "nl"


def test_a_hit_that_the_database_no_longer_shows_is_left_out(house: House, make_case: MakeCase) -> None:
    make_case(slug="blijft", title="Plein een")
    make_case(slug="gaat", title="Plein twee")
    with house.database.transaction() as session:
        for case in session.query(Case).filter_by(slug="gaat"):
            case.status = CaseStatus.WITHDRAWN
    client = create_app(house).test_client()
    assert keys(page(client, "/cases/?q=plein")) == ["blijft"]
    assert keys(page(client, "/search")) == ["1"]
    assert "gaat" not in client.get("/cases/?q=plein").text


def test_the_data_of_the_page_lists_what_it_shows(visitor: FlaskClient, town_house: House) -> None:
    shown = page(visitor, "/search?per_page=4&page=2")
    data = json.loads(shown.one("script", type="application/ld+json").raw)
    assert data["@type"] == "CollectionPage"
    items = data["mainEntity"]
    assert items["numberOfItems"] == len(town.lessons(town_house))
    assert [item["position"] for item in items["itemListElement"]] == [5, 6, 7, 8]
    assert [item["url"] for item in items["itemListElement"]] == [
        f"http://localhost/lessons/{key}" for key in keys(shown)
    ]
    searched = page(visitor, "/search?q=plan").one("script", type="application/ld+json")
    assert json.loads(searched.raw)["@type"] == "SearchResultsPage"


def test_what_changes_nothing_is_not_in_the_canonical_address(visitor: FlaskClient) -> None:
    for url, canonical in {
        "/search?q=&page=1&kind=lesson&sort=relevance&utm_source=x&lang=nl": "/search",
        "/search?sort=newest&page=2&theme=b&q=+a++b+&theme=a&per_page=20&theme=b": (
            "/search?q=a+b&theme=b&theme=a&sort=newest&page=2"
        ),
        "/search?kind=case&q=x": "/cases/?q=x",
        "/cases/?kind=lesson": "/cases/",
        "/cases/?lang=en&language=en": "/cases/?language=en",
    }.items():
        assert page(visitor, url).one("link", rel="canonical")["href"] == f"http://localhost{canonical}"


def test_links_that_swap_a_part_lead_to_the_same_page(visitor: FlaskClient) -> None:
    shown = page(visitor, "/search?q=plan&theme=inclusion&per_page=2")
    swapping = shown.all(data_hx_get=None)
    assert len(swapping) > 5
    for element in swapping:
        assert element["data-hx-get"] == element.get("href") + element.get("action")


def test_nothing_found_is_no_dead_end(visitor: FlaskClient) -> None:
    for url in ("/search?q=xyzzyplugh", "/cases/?q=xyzzyplugh&theme=inclusion"):
        shown = page(visitor, url)
        assert total(shown) == 0
        assert "xyzzyplugh" in shown.one("div", class_="empty").text
        assert len(shown.all("a", class_="door")) == 4
        assert shown.one("form", role="search")
    other = page(visitor, "/search?language=en")
    assert total(other) == 0
    assert "/cases/?language=en" in {link["href"] for link in other.one("div", class_="empty").all("a")}


def test_an_empty_knowledge_base_says_so(client: FlaskClient) -> None:
    for url in ("/search", "/cases/", "/search?q=plan"):
        shown = page(client, url)
        assert total(shown) == 0
        assert shown.one("div", class_="empty")


def test_a_page_that_is_not_there_leads_back(visitor: FlaskClient) -> None:
    shown = page(visitor, "/search?page=9999")
    assert keys(shown) == []
    assert shown.one("div", class_="utrecht-alert")
    assert shown.one("a", rel="prev")["href"] == "/search?page=2"
    assert not shown.all("a", rel="next")


def test_beyond_the_only_page_there_is_a_way_back(visitor: FlaskClient) -> None:
    shown = page(visitor, "/search?q=lastig&page=2")
    assert keys(shown) == []
    assert shown.one("div", class_="utrecht-alert")
    assert keys(page(visitor, shown.one("a", rel="prev")["href"])) != []


@pytest.mark.parametrize("q", ["de het een", "en", "the of"])
def test_only_stop_words_gets_a_note(visitor: FlaskClient, q: str) -> None:
    shown = page(visitor, "/search?" + urlencode({"q": q}))
    assert shown.one("div", class_="utrecht-alert").text


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("path", ["/search", "/cases/"])
def test_odd_questions_get_a_normal_page_within_a_second(visitor: FlaskClient, path: str, name: str) -> None:
    began = time.process_time()
    shown = page(visitor, f"{path}?{ODD[name]}")
    assert time.process_time() - began < 1
    assert total(shown) >= 0
    if path == "/cases/":
        return
    # whatever was typed, the page's own links can be followed
    canonical = shown.one("link", rel="canonical")["href"].removeprefix("http://localhost")
    assert total(page(visitor, canonical)) == total(shown)
    switched = shown.one("nav", id="language-switch").one("a")["href"]
    assert total(page(visitor, switched)) == total(shown)


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("path", ["/search", "/cases/"])
def test_wrong_questions_get_a_clear_page(visitor: FlaskClient, path: str, name: str) -> None:
    answer = visitor.get(f"{path}?{WRONG[name]}")
    assert answer.status_code == 400
    assert len(parse(answer.text).one("p", class_="lead").text) > 20


@pytest.mark.parametrize("kind", ["book", "x", "%00", "LESSON", "lesson,case"])
def test_an_unknown_kind_is_a_wrong_question(visitor: FlaskClient, kind: str) -> None:
    assert visitor.get(f"/search?kind={kind}").status_code == 400
    assert visitor.get(f"/cases/?kind={kind}").status_code == 200, "the address says the kind"


def test_unknown_values_can_be_taken_away_again(visitor: FlaskClient) -> None:
    shown = page(visitor, "/search?theme=nowhere&year=2018")
    assert total(shown) == 0
    assert facets(shown)["theme"]["nowhere"] == 0
    (chip,) = [chip for chip in shown.all("a", class_="chip--on") if "nowhere" in chip.text]
    assert total(page(visitor, chip["href"])) > 0


@pytest.mark.parametrize("path", ["/search?q=plan", "/cases/?q=titel", "/search", "/cases/"])
def test_as_many_queries_for_twenty_hits_as_for_a_few(towns: tuple[House, House], path: str) -> None:
    asked, hits = [], []
    for house in towns:
        client = create_app(house).test_client()
        with statements(house.database) as sent:
            hits.append(len(keys(page(client, path))))
        asked.append(len(sent))
    assert hits == [18 if "search" in path else 6, 20]
    assert asked[0] == asked[1] <= 13
