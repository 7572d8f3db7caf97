"""The page about the knowledge base: it says what it promises, under the name that was set."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient

from kb import create_app
from tests.conftest import opened
from tests.statements import statements
from tests.tree import parse


def test_it_is_there_without_a_case(client: FlaskClient) -> None:
    page = parse(client.get("/about").text)
    assert page.one("h1").text
    assert len(page.one("main").all("h2")) >= 4
    assert page.one("table").all("tr")


def test_the_links_on_the_page_lead_to_its_parts(client: FlaskClient) -> None:
    page = parse(client.get("/about").text)
    parts = [link["href"].removeprefix("#") for link in page.one("main").one("nav", class_="tabs").all("a")]
    assert len(parts) >= 4
    assert all(page.one("section", id=part) for part in parts)


def test_the_name_that_was_set_stands_everywhere(data: Path) -> None:
    house = opened(data, KB_SITE_NAME="Dorp & <Stad>")
    page = parse(create_app(house).test_client().get("/about").text)
    assert "Dorp & <Stad>" in page.one("h1").text
    assert page.one("title").text.endswith("· Dorp & <Stad>")
    assert page.one("meta", property="og:site_name")["content"] == "Dorp & <Stad>"
    assert page.one("a", class_="logo").text == "Dorp & <Stad>"
    assert "Praktijkbank" not in page.text
    house.close()


def test_nothing_is_asked_of_the_database(data: Path) -> None:
    house = opened(data)
    with statements(house.database) as sent:
        create_app(house).test_client().get("/about")
    assert sent == []
    house.close()
