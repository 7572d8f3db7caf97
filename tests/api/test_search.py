"""`/api/v1/search`: the shape that other people's programs rely on, and the same truth as the page."""

from __future__ import annotations

import re
import time
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from kb import create_app
from kb.cases.models import Case, CaseStatus
from kb.house import House
from kb.search.documents import FACETS
from tests import town
from tests.conftest import MakeCase
from tests.pages.test_search_page import SELECTIONS, address
from tests.questions import ODD, WRONG
from tests.statements import statements


def ask(client: FlaskClient, question: str = "") -> dict[str, Any]:
    answer = client.get(f"/api/v1/search?{question}")
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/json"
    data = answer.json
    assert isinstance(data, dict)
    return data


def ids(data: dict[str, Any]) -> list[str]:
    return [str(hit["id"]) for hit in data["hits"]]


def test_the_answer_has_the_shape_of_the_contract_in_its_order(visitor: FlaskClient) -> None:
    data = ask(visitor, "q=plan")
    assert list(data) == [
        "query",
        "kind",
        "total",
        "page",
        "per_page",
        "took_ms",
        "did_you_mean",
        "dropped",
        "hits",
        "facets",
    ]
    assert (data["query"], data["kind"], data["page"], data["per_page"]) == ("plan", "lesson", 1, 20)
    assert data["did_you_mean"] is None
    assert isinstance(data["took_ms"], float)
    assert list(data["facets"]) == list(FACETS)
    for values in data["facets"].values():
        assert all(list(value) == ["value", "label", "count"] for value in values)


def test_a_lesson_and_a_case_say_who_they_are(visitor: FlaskClient, town_house: House) -> None:
    (lesson,) = [
        hit for hit in ask(visitor, "q=plan&per_page=100")["hits"] if hit["title"].endswith("plan 3-1.")
    ]
    assert list(lesson) == ["kind", "id", "url", "case", "title", "snippet", "themes", "score"]
    assert isinstance(lesson["id"], int)
    assert lesson["kind"] == "lesson"
    assert lesson["url"] == f"/lessons/{lesson['id']}"
    assert lesson["case"] == "published-3"
    assert set(lesson["themes"]) == town.lessons(town_house)[str(lesson["id"])]["theme"]
    assert lesson["score"] > 0
    case = next(hit for hit in ask(visitor, "q=moestuin&kind=case")["hits"] if hit["id"] == "published-3")
    assert list(case) == list(lesson)
    assert (case["kind"], case["url"], case["case"]) == ("case", "/cases/published-3", "published-3")
    assert case["themes"] == ["organising"]
    assert visitor.get(lesson["url"]).status_code == visitor.get(case["url"]).status_code == 200


@pytest.mark.parametrize("kind", ["lesson", "case"])
@pytest.mark.parametrize("selected", SELECTIONS)
def test_the_counts_are_those_of_the_tables(
    visitor: FlaskClient, town_house: House, kind: str, selected: dict[str, set[str]]
) -> None:
    things = town.cases(town_house) if kind == "case" else town.lessons(town_house)
    question = address("", selected, kind=kind, per_page="100").removeprefix("?")
    data = ask(visitor, question)
    right = town.chosen(things, selected)
    assert data["total"] == len(right)
    assert sorted(ids(data)) == sorted(right)
    for name in FACETS:
        counts = {value["value"]: value["count"] for value in data["facets"][name]}
        chosen = dict.fromkeys(selected.get(name, ()), 0)
        assert counts == chosen | town.counted(things, name, selected)


def test_lang_and_language_are_the_language_of_the_texts(visitor: FlaskClient) -> None:
    data = ask(visitor, "kind=case&lang=en")
    assert 0 < data["total"] < ask(visitor, "kind=case")["total"]
    assert ids(data) == ids(ask(visitor, "kind=case&language=en"))
    assert ask(visitor, "kind=case&lang=nl&language=en")["total"] == ask(visitor, "kind=case")["total"]


def test_labels_are_in_the_language_of_the_reader(visitor: FlaskClient) -> None:
    def labels() -> dict[str, str]:
        return {value["value"]: value["label"] for value in ask(visitor)["facets"]["theme"]}

    dutch = labels()
    visitor.set_cookie("lang", "en")
    assert set(dutch) == set(labels()) == set(town.THEME_ORDER)
    assert labels() != dutch


def test_from_page_to_page_everything_comes_once(visitor: FlaskClient, town_house: House) -> None:
    seen: list[str] = []
    for number in range(1, 5):
        data = ask(visitor, f"per_page=7&page={number}")
        assert (data["page"], data["per_page"]) == (number, 7)
        seen += ids(data)
    assert len(seen) == len(set(seen)) == data["total"]
    assert set(seen) == set(town.lessons(town_house))
    assert ids(ask(visitor, "page=99")) == []


def test_scores_go_down_and_newest_first_does_not_look_at_them(visitor: FlaskClient) -> None:
    scores = [hit["score"] for hit in ask(visitor, "q=plan+klein+lastig")["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]
    by_date = [hit["id"] for hit in ask(visitor, "q=plan+klein+lastig&sort=newest&per_page=100")["hits"]]
    assert by_date != [hit["id"] for hit in ask(visitor, "q=plan+klein+lastig&per_page=100")["hits"]]


def test_a_snippet_is_escaped_but_for_the_marks(client: FlaskClient, make_case: MakeCase) -> None:
    make_case(
        title="Plein <i>één</i> & twee",
        summary='Het plein <b onmouseover=alert(1)>en</b> "zo" & zo.',
        lessons=[
            {
                "statement": "Het <b onmouseover=x>plein</b> & 'meer'.",
                "explanation": "Op het plein <hr> & zo.",
            }
        ],
    )
    for kind in ("lesson", "case"):
        (hit,) = ask(client, f"q=plein&kind={kind}")["hits"]
        assert "<mark>plein</mark>" in hit["snippet"]
        assert set(re.findall(r"<[^>]*>", hit["snippet"])) == {"<mark>", "</mark>"}
        assert "onmouseover=" in unescape(hit["snippet"])
        assert "<" in hit["title"], "a title is text, not markup"
        (plain,) = ask(client, f"kind={kind}")["hits"]
        assert "<" not in plain["snippet"]
        assert "&lt;" in plain["snippet"]


def test_a_text_that_was_translated_comes_in_the_language_of_the_reader(
    client: FlaskClient, make_case: MakeCase
) -> None:
    make_case(title="Plein", translations={"en": {"title": "Square"}})
    client.set_cookie("lang", "en")
    assert [hit["title"] for hit in ask(client, "kind=case")["hits"]] == ["Square"]
    client.set_cookie("lang", "nl")
    assert [hit["title"] for hit in ask(client, "kind=case&q=square")["hits"]] == ["Plein"]


def test_a_hit_that_the_database_no_longer_shows_is_left_out(house: House, make_case: MakeCase) -> None:
    make_case(slug="gaat", title="Plein")
    make_case(slug="blijft", title="Plein")
    with house.database.transaction() as session:
        for case in session.query(Case).filter_by(slug="gaat"):
            case.status = CaseStatus.DRAFT
    client = create_app(house).test_client()
    assert ids(ask(client, "kind=case&q=plein")) == ["blijft"]
    assert ids(ask(client)) == ["2"]


@pytest.mark.parametrize("kind", ["lesson", "case"])
@pytest.mark.parametrize("name", ODD)
def test_odd_questions_get_a_normal_answer(visitor: FlaskClient, kind: str, name: str) -> None:
    began = time.process_time()
    data = ask(visitor, f"{ODD[name]}&kind={kind}" if "kind=" not in ODD[name] else ODD[name])
    assert time.process_time() - began < 1
    assert data["total"] >= len(data["hits"])


@pytest.mark.parametrize("name", [*WRONG, "unknown kind"])
def test_wrong_questions_get_one_clear_sentence(visitor: FlaskClient, name: str) -> None:
    answer = visitor.get(f"/api/v1/search?{WRONG.get(name, 'kind=book')}")
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["error"]["status"] == 400
    assert len(answer.json["error"]["detail"]) > 20


def test_what_was_asked_comes_back_as_it_was_asked(visitor: FlaskClient) -> None:
    asked = '<script>"é 🏘 &amp; 100%'
    answer = visitor.get("/api/v1/search?" + urlencode({"q": asked}))
    assert answer.json is not None
    assert answer.json["query"] == asked
    assert "é 🏘" in answer.text, "people read it, so letters stay letters"


@pytest.mark.parametrize("question", ["q=plan", "kind=case&q=titel"])
def test_as_many_queries_for_twenty_hits_as_for_a_few(towns: tuple[House, House], question: str) -> None:
    asked, hits = [], []
    for house in towns:
        client = create_app(house).test_client()
        with statements(house.database) as sent:
            hits.append(len(ask(client, question)["hits"]))
        asked.append(len(sent))
    assert hits == [6 if "case" in question else 18, 20]
    assert asked[0] == asked[1] <= 13
