"""The page of a lesson: the advice, what is meant by it, and where it comes from."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from kb import create_app
from kb.house import House
from tests import town
from tests.cases.test_case_page import TOLD, grown
from tests.cases.test_services import EVERYTHING, case, complete, ids, save
from tests.conftest import MakeCase
from tests.statements import made_for, statements
from tests.tree import Element, parse


def page(client: FlaskClient, key: int = 1) -> Element:
    answer = client.get(f"/lessons/{key}")
    assert answer.status_code == 200
    return parse(answer.text)


@pytest.fixture
def keys(house: House) -> list[int]:
    """Store a case in which every field is filled; give the ids of its lessons, in order."""
    save(house, {**EVERYTHING, "status": "published"})
    return [key for (key,) in town.ask(house, "SELECT id FROM lesson ORDER BY position")]


def test_it_shows_the_advice_the_explanation_and_the_way_to_the_case(
    client: FlaskClient, keys: list[int]
) -> None:
    shown = page(client, keys[2])
    assert shown.one("h1").text == shown.one("head").one("meta", name="description")["content"]
    assert shown.one("h1").text == "Drie, zonder uitdaging."
    assert shown.one("section", aria_labelledby="explanation-title").one("li").text == "punt"
    links = [link["href"] for link in shown.one("main").all("a")]
    assert links.count("/cases/alles") >= 3
    assert shown.one("ol", class_="sources").all("li")
    assert shown.one("aside").one("article", class_="case").one("h3").text == "Duiven-West"


def test_it_shows_its_own_challenge_and_leads_to_it(client: FlaskClient, keys: list[int]) -> None:
    challenge = page(client, keys[0]).one("section", class_="challenge")
    assert challenge.one("h3").text == "Dan"
    link = challenge.one("h3").one("a")["href"]
    assert link == "/cases/alles#challenge-2"
    assert parse(client.get("/cases/alles").text).one("section", id="challenge-2").one("h3").text == "Dan"
    assert not challenge.all("div", class_="challenge__lessons")
    assert not page(client, keys[2]).all("section", class_="challenge")


def test_the_other_lessons_of_the_case_are_offered(client: FlaskClient, keys: list[int]) -> None:
    siblings = (
        page(client, keys[1]).one("section", aria_labelledby="siblings-title").all("article", class_="lesson")
    )
    assert [card.one("h3").one("a")["href"] for card in siblings] == [
        f"/lessons/{key}" for key in keys if key != keys[1]
    ]


def test_an_only_lesson_has_no_others(client: FlaskClient, make_case: MakeCase) -> None:
    make_case()
    make_case()
    assert not page(client, 1).all("section", aria_labelledby="siblings-title")


@pytest.mark.parametrize(("origin", "told"), [("stated", 0), ("derived", 1), ("session", 1)])
def test_where_it_comes_from_is_said(
    client: FlaskClient, make_case: MakeCase, origin: str, told: int
) -> None:
    make_case(lessons=[{"statement": "A.", "origin": origin}])
    assert len(page(client).one("main").all("div", class_="utrecht-alert")) == told


def test_who_tells_it_is_said(client: FlaskClient, make_case: MakeCase) -> None:
    make_case(lessons=[{"statement": "A.", "perspectives": ["executive", "resident"]}, {"statement": "B."}])
    chips = page(client, 1).one("div", class_="lesson-head").one("ul", class_="chips").all("li")
    assert len(chips) == 2
    assert not page(client, 2).one("div", class_="lesson-head").all("ul", class_="chips")


def test_a_translated_lesson_is_shown_so_and_another_says_that_it_is_dutch(
    client: FlaskClient, make_case: MakeCase
) -> None:
    make_case(**TOLD)
    client.set_cookie("lang", "en")
    translated, other = page(client, 1), page(client, 2)
    assert translated.one("h1").text == "Start."
    assert not translated.one("h1").get("lang")
    assert other.one("h1").text == "Ga door."
    assert other.one("h1")["lang"] == "nl"
    assert other.one("main").one("p", class_="note").text
    assert translated.one("main").language_of("Lastig") == {"nl"}
    assert translated.one("main").language_of("De oorzaak.") == {"nl"}
    siblings = translated.one("section", aria_labelledby="siblings-title")
    assert siblings.one("h3")["lang"] == "nl"
    case_card = translated.one("aside").one("article", class_="case")
    assert case_card.one("h3").text == "The square"
    assert not case_card.one("h3").get("lang")
    assert case_card.one("p", class_="case__summary")["lang"] == "nl"
    client.set_cookie("lang", "nl")
    dutch = page(client, 1)
    assert dutch.one("h1").text == "Begin klein."
    assert not dutch.one("main").all(lang=None)


def test_an_explanation_may_be_in_another_language_than_the_advice(
    client: FlaskClient, make_case: MakeCase
) -> None:
    lesson = {"statement": "Begin klein.", "explanation": "Klein is fijn."}
    make_case(lessons=[lesson], translations={"en": {"lessons": {"0": {"statement": "Start small."}}}})
    client.set_cookie("lang", "en")
    shown = page(client)
    assert shown.one("h1").text == "Start small."
    assert shown.one("main").language_of("Klein is fijn.") == {"nl"}


def test_its_address_stays_when_the_case_is_imported_again(client: FlaskClient, house: House) -> None:
    save(house, case("A.", "B."))
    before = ids(house)
    save(house, case("Nieuw.", "B.", "A, maar beter."))
    assert page(client, before["B."]).one("h1").text == "B."
    save(house, case("B."))
    assert client.get(f"/lessons/{before['A.']}").status_code == 404


@pytest.mark.parametrize("path", ["/lessons/01", "/lessons/%D9%A1"])
def test_another_way_to_write_its_number_has_the_same_canonical_address(
    client: FlaskClient, make_case: MakeCase, path: str
) -> None:
    make_case()
    answer = client.get(path)
    assert answer.status_code in {200, 404}
    if answer.status_code == 200:
        assert parse(answer.text).one("link", rel="canonical")["href"] == "http://localhost/lessons/1"


@pytest.mark.whoosh
@pytest.mark.parametrize("language", ["nl", "en"])
def test_as_many_queries_in_a_large_case_as_in_a_small_one(house: House, language: str) -> None:
    client = create_app(house).test_client()
    client.set_cookie("lang", language)
    made_for(client)
    asked = []
    for size in (2, 30):
        fields: dict[str, Any] = {**town.case(1), "slug": "groot", "translations": {}}
        for name in ("challenges", "lessons"):
            fields[name] = grown(fields[name], size)
        save(house, complete(**fields))
        (key, *_) = town.ask(house, "SELECT min(id) FROM lesson")[0]
        client.get(f"/lessons/{key}")  # what it is like is kept
        with statements(house.database) as sent:
            assert client.get(f"/lessons/{key}").status_code == 200
        asked.append(len(sent))
    assert asked[0] == asked[1] <= 17
