"""The page with every piece of the pages: there while building, gone in production, and complete."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb import create_app
from tests.conftest import opened
from tests.tree import parse
from tests.web.test_meta import body_faults, head_faults

TEMPLATES = Path(__file__).parents[2] / "kb" / "templates"
OF_ONE_ROOM = {"board", "compare", "consent", "editor", "harvest", "harvest_form", "review", "session_form"}
"""Pieces that only the pages of one room are made of, and that mean nothing outside it."""
NOT_A_PIECE = {
    "lang",  # an attribute
    "logo",  # in the head of this page, as of every other
    "place",  # the words of a place, inside a card
    "theme_icon",  # inside a theme's label
    "theme_count",  # inside a theme's door
    "theme_door",  # one of theme_doors
    "chain_link",  # one of chain
    "chain",  # inside a challenge
    "facet_values",  # inside a facet
    "checkbox_facet",  # one value of a facet
    "event_list",  # event_card, under each other
    "lesson_list",  # lesson_card, under each other
    "case_list",  # case_card, under each other
    "doors",  # theme_doors with a heading
    "fact",  # one of facts
    "fact_links",  # one of facts
    "no_hits",  # empty_state with what was looked for
}


@pytest.fixture
def builder(data: Path) -> Iterator[FlaskClient]:
    """Give a reader of a knowledge base that is being built."""
    house = opened(data, KB_DEVELOPMENT="on")
    yield create_app(house).test_client()
    house.close()


def test_in_production_there_is_no_such_page(client: FlaskClient) -> None:
    missing = client.get("/nowhere").text.replace("/nowhere", "/patterns")
    answer = client.get("/patterns")
    assert answer.status_code == 404
    assert answer.text == missing


@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_keeps_the_rules_of_a_page(builder: FlaskClient, language: str) -> None:
    answer = builder.get(f"/patterns?lang={language}")
    assert answer.status_code == 200
    page = parse(answer.text)
    sample = {link["href"] for link in page.all("a", href=None) if "voorbeeld.example" in link["href"]}
    assert list(body_faults(page, sample)) == []
    # nobody is meant to find it, so it says nothing of itself to search engines
    assert list(head_faults(page, language, "/patterns")) == []


def test_every_piece_is_on_it(builder: FlaskClient) -> None:
    pieces = {
        name
        for path in sorted((TEMPLATES / "macros").glob("*.html"))
        if path.stem not in OF_ONE_ROOM
        for name in re.findall(r"{%-?\s*macro ([a-z]\w+)\(", path.read_text(encoding="utf-8"))
    }
    page = parse(builder.get("/patterns").text)
    shown = {
        name
        for section in page.all("section", class_="pattern")
        for name in section["aria-label"].split(", ")
    }
    assert "lesson_card" in pieces
    assert pieces - NOT_A_PIECE <= shown
    assert pieces >= NOT_A_PIECE, "what is no piece any more needs no exception"
    for section in page.all("section", class_="pattern"):
        assert len(list(section)) > 3, f"{section['aria-label']} is empty"
