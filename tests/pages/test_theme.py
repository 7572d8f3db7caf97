"""The page of a theme: its counts, its lessons and its cases, and nothing of another theme."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from kb import create_app
from kb.cases.models import Lesson, Theme, ThemeText, lesson_theme
from kb.house import House
from tests import town
from tests.conftest import MakeCase
from tests.pages.test_home import numbers
from tests.statements import made_for, statements
from tests.tree import Element, parse


def page(client: FlaskClient, slug: str) -> Element:
    answer = client.get(f"/themes/{slug}")
    assert answer.status_code == 200
    return parse(answer.text)


def lessons_on(shown: Element) -> list[str]:
    section = shown.one("section", aria_labelledby="lessons-title")
    return [card.one("h3").one("a")["href"].removeprefix("/lessons/") for card in section.all("article")]


def cases_on(shown: Element) -> list[str]:
    section = shown.one("section", aria_labelledby="cases-title")
    return [link["href"].removeprefix("/cases/") for link in section.one("ul", class_="plain-list").all("a")]


@pytest.mark.parametrize("slug", town.THEME_ORDER)
def test_the_counts_are_those_of_the_tables(visitor: FlaskClient, town_house: House, slug: str) -> None:
    lessons = town.chosen(town.lessons(town_house), {"theme": {slug}})
    cases = town.chosen(town.cases(town_house), {"theme": {slug}})
    head = page(visitor, slug).one("div", class_="theme-head")
    assert numbers(head.one("p", class_="door__count").text) == [len(lessons), len(cases)]


@pytest.mark.parametrize("slug", town.THEME_ORDER)
def test_only_lessons_and_cases_of_the_theme_are_shown(
    visitor: FlaskClient, town_house: House, slug: str
) -> None:
    shown = page(visitor, slug)
    lessons = town.chosen(town.lessons(town_house), {"theme": {slug}})
    cases = town.chosen(town.cases(town_house), {"theme": {slug}})
    assert set(lessons_on(shown)) <= lessons
    assert len(lessons_on(shown)) == min(10, len(lessons))
    assert set(cases_on(shown)) == cases
    others = [door["href"] for door in shown.all("a", class_="door")]
    assert others == [f"/themes/{other}" for other in town.THEME_ORDER if other != slug]


def test_the_newest_come_first_and_the_rest_is_behind_a_link(
    client: FlaskClient, make_case: MakeCase
) -> None:
    for number in range(12):
        make_case(slug=f"z-{20 - number}", themes=["inclusion"], index=False)
    shown = page(client, "inclusion")
    assert lessons_on(shown) == [str(number) for number in range(12, 2, -1)]
    assert cases_on(shown) == [f"z-{number}" for number in range(9, 17)]
    links = {link["href"]: link for link in shown.one("main").all("a")}
    assert numbers(links["/search?theme=inclusion"].text) == [12]
    assert "/search?kind=case&theme=inclusion" in links


def test_a_theme_without_anything_says_so(client: FlaskClient, make_case: MakeCase) -> None:
    make_case(themes=["inclusion"])
    shown = page(client, "connecting")
    assert shown.one("div", class_="empty")
    assert not shown.all("article")


def test_a_theme_of_an_organisation_itself_has_a_page_and_a_door(house: House, make_case: MakeCase) -> None:
    with house.database.transaction() as session:
        text = ThemeText(language="nl", name="Water & groen", question="Hoe houd je <droge> voeten?")
        session.add(Theme(slug="water", position=9, texts=[text]))
    make_case()
    with house.database.transaction() as session:
        theme = session.scalars(select(Theme).where(Theme.slug == "water")).one()
        lesson = session.scalars(select(Lesson)).one()
        session.execute(insert(lesson_theme).values(lesson_id=lesson.id, theme_id=theme.id))
    client = create_app(house).test_client()
    client.set_cookie("lang", "en")
    shown = page(client, "water")
    assert shown.one("h1").text == "Water & groen"
    assert shown.one("div", class_="theme-head").has("class", "t-own")
    assert shown.one("p", class_="door__question").text == "Hoe houd je <droge> voeten?"
    assert lessons_on(shown) == [str(lesson.id)]
    assert shown.language_of("Water & groen") == shown.language_of("Hoe houd je <droge> voeten?") == {"nl"}
    door = parse(client.get("/").text).all("a", class_="door")[-1]
    assert door["href"] == "/themes/water"
    assert numbers(door.one("span", class_="door__count").text) == [1, 0]
    assert door.one("span", class_="door__question")["lang"] == "nl"


def test_a_theme_without_texts_shows_its_slug(house: House) -> None:
    with house.database.transaction() as session:
        session.add(Theme(slug="leeg", position=9))
    shown = page(create_app(house).test_client(), "leeg")
    assert shown.one("h1").text == "leeg"


def test_as_many_queries_for_thirty_cases_as_for_six(towns: tuple[House, House]) -> None:
    asked = []
    for house in towns:
        client = create_app(house).test_client()
        made_for(client)
        with statements(house.database) as sent:
            assert lessons_on(page(client, "inclusion"))
        asked.append(len(sent))
    assert asked[0] == asked[1] <= 18
