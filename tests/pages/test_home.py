"""The home page: the doors say how much is behind them, and what is new is new."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from kb import create_app
from kb.house import House
from tests import town
from tests.conftest import MakeCase
from tests.statements import statements
from tests.tree import Element, parse


def home(client: FlaskClient) -> Element:
    return parse(client.get("/").text)


def numbers(text: str) -> list[int]:
    """Return the numbers in a text, in order."""
    return [int(word) for word in text.split() if word.isdigit()]


def test_the_doors_say_how_many_lessons_and_cases_are_behind_them(
    visitor: FlaskClient, town_house: House
) -> None:
    doors = home(visitor).all("a", class_="door")
    assert [door["href"] for door in doors] == [f"/themes/{slug}" for slug in town.THEME_ORDER]
    lessons, cases = town.lessons(town_house), town.cases(town_house)
    for door, slug in zip(doors, town.THEME_ORDER, strict=True):
        carried = [sum(slug in facets["theme"] for facets in things.values()) for things in (lessons, cases)]
        assert numbers(door.one("span", class_="door__count").text) == carried
        assert all(carried)


def test_a_door_shows_the_name_and_question_of_its_theme(visitor: FlaskClient, town_house: House) -> None:
    doors = home(visitor).all("a", class_="door")
    told = town.ask(
        town_house,
        """SELECT name, question FROM theme_text JOIN theme ON theme.id = theme_id WHERE language = 'nl'
        ORDER BY position""",
    )
    shown = [
        (door.one("span", class_="theme").text, door.one("span", class_="door__question").text)
        for door in doors
    ]
    assert shown == told


def test_new_lessons_are_of_the_cases_that_were_published_last_one_of_each(
    visitor: FlaskClient, town_house: House
) -> None:
    rows = town.ask(
        town_house,
        """SELECT min(lesson.id) FROM lesson JOIN "case" c ON c.id = case_id WHERE c.status = 'published'
        GROUP BY c.id ORDER BY c.published_at DESC, c.slug LIMIT 5""",
    )
    cards = home(visitor).all("article", class_="lesson")
    assert [card.one("h3").one("a")["href"] for card in cards] == [f"/lessons/{key}" for (key,) in rows]


def test_new_cases_are_those_that_were_published_last(visitor: FlaskClient, town_house: House) -> None:
    rows = town.ask(
        town_house,
        """SELECT slug FROM "case" WHERE status = 'published' ORDER BY published_at DESC, slug LIMIT 6""",
    )
    listed = (
        home(visitor).one("section", aria_labelledby="cases-title").one("ul", class_="plain-list").all("a")
    )
    assert [link["href"] for link in listed] == [f"/cases/{slug}" for (slug,) in rows]


def test_what_was_published_later_comes_first(client: FlaskClient, make_case: MakeCase) -> None:
    for number in range(8):
        make_case(slug=f"z-{9 - number}", index=False)
    make_case(slug="nieuw", status="draft")
    make_case(slug="terug")
    make_case(slug="terug", status="withdrawn")
    page = home(client)
    listed = page.one("section", aria_labelledby="cases-title").one("ul", class_="plain-list").all("a")
    assert [link["href"] for link in listed] == [f"/cases/z-{number}" for number in range(2, 8)]


def test_the_examples_find_something(reader: FlaskClient) -> None:
    links = home(reader).one("p", class_="try").all("a")
    assert len(links) == 3
    for link in links:
        assert link["href"].startswith("/search?q=")
        found = parse(reader.get(link["href"]).text)
        assert found.all("article", class_="lesson")


def test_the_search_box_searches(visitor: FlaskClient) -> None:
    form = home(visitor).one("form", role="search")
    assert (form["method"], form["action"]) == ("get", "/search")
    assert form.one("input", name="q")["type"] == "search"
    assert form.one("button", type="submit")


def test_the_data_says_how_to_search(visitor: FlaskClient) -> None:
    data = json.loads(home(visitor).one("script", type="application/ld+json").raw)
    assert data["@type"] == "WebSite"
    template = data["potentialAction"]["target"]
    url = template.replace("{search_term_string}", "klein").removeprefix("http://localhost")
    assert parse(visitor.get(url).text).all("article", class_="lesson")


def test_an_empty_knowledge_base_says_so(client: FlaskClient) -> None:
    page = home(client)
    assert len(page.all("a", class_="door")) == 4
    assert page.one("div", class_="empty")
    assert not page.all("article")
    assert not page.all("p", class_="try")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_as_many_queries_for_thirty_cases_as_for_six(towns: tuple[House, House], language: str) -> None:
    asked = []
    for house in towns:
        client = create_app(house).test_client()
        client.set_cookie("lang", language)
        with statements(house.database) as sent:
            assert client.get("/").status_code == 200
        asked.append(len(sent))
    assert asked[0] == asked[1] <= 19
