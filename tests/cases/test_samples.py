"""The sample cases that come with the product: real, complete, and honest about what was derived."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from kb.cases.format import Fault, Record, read
from kb.cases.transfer import SAMPLES
from tests import town
from tests.cases.examples import THEMES
from tests.pages.test_search_page import keys, page

FILES = sorted(SAMPLES.glob("*.yaml"))


def sample(path: Path) -> dict[str, Any]:
    (found,) = read(path, themes=THEMES)
    assert isinstance(found, Record), found
    return found.data


def each() -> list[dict[str, Any]]:
    return [sample(path) for path in FILES]


def test_there_are_at_least_twelve_with_duiven_west_among_them() -> None:
    assert len(FILES) >= 12
    assert "duiven-west" in {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestEach:
    def test_is_without_fault_and_named_after_its_file(self, path: Path) -> None:
        found = list(read(path, themes=THEMES))
        assert [str(fault) for fault in found if isinstance(fault, Fault)] == []
        assert sample(path)["slug"] == path.stem

    def test_has_all_that_a_reader_needs(self, path: Path) -> None:
        case = sample(path)
        for name in ("title", "summary", "story", "province", "country", "licence"):
            assert case[name], name
        assert case["status"] == "published"
        assert case["language"] == "nl"
        assert case["themes"]
        assert case["tags"]
        assert case["authors"]
        assert case["challenges"]
        assert case["sources"]

    def test_has_three_to_six_lessons(self, path: Path) -> None:
        assert 3 <= len(sample(path)["lessons"]) <= 6

    def test_gives_each_lesson_a_theme_and_an_explanation(self, path: Path) -> None:
        for lesson in sample(path)["lessons"]:
            assert lesson["themes"], lesson["statement"]
            assert lesson["explanation"].strip(), lesson["statement"]

    def test_says_of_a_derived_lesson_that_it_is(self, path: Path) -> None:
        for lesson in sample(path)["lessons"]:
            assert lesson["origin"] in {"stated", "derived"}, "no session has taken place here"
            assert (lesson["origin"] == "derived") == ("afgeleid" in lesson["explanation"]), lesson[
                "statement"
            ]

    def test_says_of_each_challenge_how_it_stands(self, path: Path) -> None:
        for challenge in sample(path)["challenges"]:
            assert challenge["status"], challenge["title"]
            assert challenge["themes"], challenge["title"]

    def test_names_where_it_was_read_and_when(self, path: Path) -> None:
        for source in sample(path)["sources"]:
            assert urlsplit(source["url"] or "").scheme in {"http", "https"}, source["title"]
            assert urlsplit(source["url"]).hostname
            assert source["publisher"]
            assert source["accessed"]

    def test_stands_in_its_period_in_order(self, path: Path) -> None:
        case = sample(path)
        dates = [entry["date"] for entry in case["timeline"]]
        assert dates == sorted(dates)
        for entry in case["timeline"]:
            if entry["precision"] != "day":
                assert entry["date"].endswith("-01")
            if entry["precision"] == "year":
                assert entry["date"].endswith("-01-01")

    def test_translates_nothing_halfway(self, path: Path) -> None:
        for translation in sample(path)["translations"].values():
            assert translation["title"]
            assert translation["summary"]


def test_at_least_three_are_in_english_too() -> None:
    told = [case["translations"]["en"] for case in each() if "en" in case["translations"]]
    assert sum(bool(text["title"] and text["summary"]) for text in told) >= 3


def test_together_they_carry_every_theme() -> None:
    carried = {theme for case in each() for lesson in case["lessons"] for theme in lesson["themes"]}
    assert carried == set(THEMES)


def test_no_lesson_stands_in_two_places() -> None:
    statements = [lesson["statement"] for case in each() for lesson in case["lessons"]]
    assert len(statements) == len(set(statements))


@pytest.mark.parametrize(
    "q", ["wijkontwikkelplan", "Wijkontwikkelplan", "wijkontwikkelplannen", "WIJKONTWIKKELPLAN"]
)
def test_wijkontwikkelplan_finds_duiven_west(reader: FlaskClient, q: str) -> None:
    question = urlencode({"q": q})
    assert keys(page(reader, f"/cases/?{question}"))[0] == "duiven-west"
    lessons = page(reader, f"/search?{question}").all("article", class_="lesson")
    assert any(card.all("a", href="/cases/duiven-west") for card in lessons)


@pytest.mark.parametrize("theme", town.THEME_ORDER)
def test_a_theme_gives_only_lessons_of_that_theme(reader: FlaskClient, theme: str) -> None:
    shown = page(reader, f"/search?theme={theme}&per_page=100")
    right = {
        lesson["statement"] for case in each() for lesson in case["lessons"] if theme in lesson["themes"]
    }
    cards = shown.one("ol", class_="cards").all("article")
    assert {card.one("h3").text for card in cards} == {" ".join(text.split()) for text in right}
