"""The page of a case: all of it, in its order, each text in its own language."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from flask.testing import FlaskClient

from kb import create_app
from kb.cases import queries
from kb.house import House
from tests import town
from tests.cases.test_services import EVERYTHING, complete, save
from tests.conftest import MakeCase
from tests.statements import made_for, statements
from tests.tree import Element, parse


def page(client: FlaskClient, slug: str = "alles") -> Element:
    answer = client.get(f"/cases/{slug}")
    assert answer.status_code == 200
    return parse(answer.text)


@pytest.fixture
def shown(client: FlaskClient, house: House) -> Element:
    """Give the page of a case in which every field is filled."""
    save(house, {**EVERYTHING, "status": "published"})
    return page(client)


def test_all_that_a_case_holds_is_on_its_page(shown: Element) -> None:
    text = shown.one("main").text
    for part in (
        *("Duiven-West", "Samen aan zet", "Een wijkschouw.", "Duiven", "Gelderland", "2016–2027"),
        *("Eerst", "Een reden.", "Dan", "Zo.", "Goed.", "Ook", "Eén.", "Twee.", "Drie, zonder uitdaging."),
        *("26 november 2016", "maart 2017", "2019", "Later", "Eerder", "Midden"),
        *("Zonder adres", "Met", "P", "wijkschouw", "Élan", "Z. Laatst, A. Eerst", "CC-BY-4.0", "B", "A"),
    ):
        assert part in text, part


def test_it_comes_in_the_order_lessons_challenges_story_timeline_sources(shown: Element) -> None:
    order = [section["id"] for section in shown.one("main").all("section", class_="section", id=None)]
    assert order == ["lessons", "challenges", "story", "timeline", "sources"]


def test_lessons_challenges_and_what_happened_stand_in_their_own_order(shown: Element, house: House) -> None:
    rows = town.ask(house, "SELECT id FROM lesson ORDER BY position")
    cards = shown.one("section", id="lessons").all("article", class_="lesson")
    assert [card.one("h3").one("a")["href"] for card in cards] == [f"/lessons/{key}" for (key,) in rows]
    challenges = shown.all("section", class_="challenge")
    assert [challenge.one("h3").text for challenge in challenges] == ["Eerst", "Dan", "Ook"]
    assert [challenge["id"] for challenge in challenges] == ["challenge-1", "challenge-2", "challenge-3"]
    happened = shown.one("ol", class_="timeline").all("li")
    assert [item.one("time")["datetime"] for item in happened] == ["2019", "2016-11-26", "2017-03"]
    assert [item.one("span").text for item in happened] == ["Later", "Eerder", "Midden"]


def test_a_challenge_shows_its_chain_and_the_lessons_that_hang_on_it(shown: Element, house: House) -> None:
    ids = dict(town.ask(house, "SELECT position, id FROM lesson"))
    first, second, third = shown.all("section", class_="challenge")
    assert [link["href"] for link in first.one("div", class_="challenge__lessons").all("a")] == [
        f"/lessons/{ids[1]}"
    ]
    assert [link["href"] for link in second.one("div", class_="challenge__lessons").all("a")] == [
        f"/lessons/{ids[0]}"
    ]
    assert not third.all("div", class_="challenge__lessons")
    cause, approach, outcome = first.one("dl", class_="chain").all("dd")
    assert cause.text == "Een reden."
    assert cause.one("em").text == "reden"
    for untold in (approach, outcome):
        assert untold.one("span", class_="missing").text
        assert not untold.get("lang"), "that it is not told is said in the language of the page"
    assert first.all("span", class_="chip--open")
    assert second.all("span", class_="chip--overcome")
    assert not third.all("span", class_="chip")


def test_sources_and_partners_lead_outside_without_saying_from_where(shown: Element) -> None:
    sources = shown.one("ol", class_="sources").all("li")
    assert [(one.all("a")[0]["href"] if one.all("a") else None) for one in sources] == [
        None,
        "http://x.example",
    ]
    outside = [link for link in shown.one("main").all("a") if link["href"].startswith("http")]
    assert {link["href"] for link in outside} == {
        "http://x.example",
        "https://b.example/é?x=1&y=2",
        "https://creativecommons.org/licenses/by/4.0/",
    }
    assert all("noreferrer" in link["rel"].split() for link in outside)


def test_tags_are_told_apart_by_kind_and_lead_to_their_cases(shown: Element) -> None:
    chips = [
        [link.text for link in part.all("a", class_="chip")]
        for part in shown.one("aside").all("ul", class_="chips")
    ]
    assert chips == [["wijkschouw", "Élan"], ["wijkschouw"]]


def test_the_navigation_counts_what_it_leads_to(shown: Element) -> None:
    links = shown.one("main").one("nav", class_="tabs").all("a")
    counts = {
        link["href"]: link.one("span", class_="count").text
        for link in links
        if link.all("span", class_="count")
    }
    assert counts == {"#lessons": "4", "#challenges": "3", "#sources": "2"}
    assert [link["href"] for link in links] == ["#lessons", "#challenges", "#story", "#timeline", "#sources"]


def test_derived_lessons_say_so_and_stated_ones_need_no_word(shown: Element) -> None:
    cards = shown.one("section", id="lessons").all("article", class_="lesson")
    assert [bool(card.all("span", class_="chip--derived")) for card in cards] == [False, True, False, False]
    assert shown.one("section", id="lessons").one("p", class_="note")


def test_the_least_that_a_case_may_be(client: FlaskClient, make_case: MakeCase) -> None:
    make_case(slug="weinig", title="Weinig", summary="", story="Een verhaal.", lessons=[])
    shown = page(client, "weinig")
    assert shown.one("h1").text == "Weinig"
    assert shown.one("section", id="lessons").one("div", class_="empty")
    assert shown.one("section", id="sources").one("p", class_="missing")
    assert not shown.all("section", id="challenges")
    assert not shown.all("section", id="timeline")
    assert not shown.all("p", class_="lead")
    assert shown.one("head").one("meta", name="description")["content"] == "Een verhaal."


def test_a_long_summary_is_cut_for_sharing_and_whole_on_the_page(
    client: FlaskClient, make_case: MakeCase
) -> None:
    summary = "Samen aan de slag. " * 40
    make_case(slug="lang", summary=summary)
    shown = page(client, "lang")
    described = shown.one("head").one("meta", name="description")["content"]
    assert len(described) <= 160
    assert described.endswith("…")
    assert summary.startswith(described[:-1])
    assert shown.one("p", class_="lead").text == summary.strip()


TOLD: dict[str, Any] = {
    "slug": "plein",
    "title": "Het plein",
    "summary": "Een samenvatting.",
    "story": "Het verhaal.",
    "challenges": [{"key": "c1", "title": "Lastig", "cause": "De oorzaak."}],
    "lessons": [{"statement": "Begin klein.", "challenge": "c1"}, {"statement": "Ga door."}],
    "timeline": [{"date": "2016-01-01", "what": "Het begin"}],
    "translations": {
        "en": {"title": "The square", "story": "The story.", "lessons": {"0": {"statement": "Start."}}}
    },
}


def test_what_was_not_translated_says_in_which_language_it_is(
    client: FlaskClient, make_case: MakeCase
) -> None:
    make_case(**TOLD)
    client.set_cookie("lang", "en")
    main = page(client, "plein").one("main")
    for dutch in ("Een samenvatting.", "Lastig", "De oorzaak.", "Ga door.", "Het begin"):
        assert main.language_of(dutch) == {"nl"}, dutch
    for english in ("The square", "The story.", "Start."):
        assert main.language_of(english) == {""}, english
    assert "Het plein" not in main.text
    assert "Begin klein." not in main.text
    assert main.one("div", class_="page-head").one("p", class_="note"), "that not all is translated is said"


def test_in_its_own_language_nothing_needs_to_be_said(client: FlaskClient, make_case: MakeCase) -> None:
    make_case(**TOLD)
    main = page(client, "plein").one("main")
    assert not main.all(lang=None)
    assert not main.one("div", class_="page-head").all("p", class_="note")


def test_a_case_in_another_language_says_so(client: FlaskClient, make_case: MakeCase) -> None:
    fields = {name: value for name, value in TOLD.items() if name != "translations"}
    make_case(**fields, language="fr")
    for language in ("nl", "en"):
        client.set_cookie("lang", language)
        main = page(client, "plein").one("main")
        for text in ("Het plein", "Een samenvatting.", "Lastig", "De oorzaak.", "Begin klein.", "Het begin"):
            assert main.language_of(text) == {"fr"}, text
        assert main.one("div", class_="page-head").one("p", class_="note").text


def test_similar_cases_are_offered(client: FlaskClient, make_case: MakeCase) -> None:
    make_case(slug="een", title="Moestuinen", summary="Bewoners leggen een moestuin aan.", themes=[])
    make_case(slug="twee", title="Groen", summary="Een moestuin achter de school.", themes=[])
    make_case(slug="drie", title="Verkeer", summary="Een drempel.", themes=[])
    make_case(slug="vier", title="Moestuin", summary="Een moestuin.", status="withdrawn")
    shown = page(client, "een").one("section", aria_labelledby="similar-title")
    assert [link["href"] for link in shown.all("a")] == ["/cases/twee", "/cases/drie"]


def test_similar_lessons_are_from_other_cases(client: FlaskClient, house: House, make_case: MakeCase) -> None:
    make_case(
        slug="een",
        title="A",
        lessons=[{"statement": "Begin met een moestuin."}, {"statement": "Een moestuin bindt."}],
    )
    make_case(
        slug="twee",
        title="B",
        lessons=[{"statement": "Geef de moestuin een hek."}, {"statement": "Vraag geld."}],
    )
    make_case(slug="drie", title="C", lessons=[{"statement": "Een moestuin kost tijd."}], status="withdrawn")
    with house.database.reading() as session:
        number = queries.lessons_by_place(session)["een#0"]
    shown = parse(client.get(f"/lessons/{number}").text).one("section", aria_labelledby="similar-title")
    assert "Geef de moestuin een hek." in shown.text
    assert "Een moestuin bindt." not in shown.text
    assert "Een moestuin kost tijd." not in shown.text


@pytest.mark.whoosh
def test_a_case_can_be_read_without_an_index(client: FlaskClient, house: House, make_case: MakeCase) -> None:
    make_case(slug="een")
    shutil.rmtree(house.settings.index_folder)
    house.search.engine.close()
    assert client.get("/cases/een").status_code == 200


def test_the_card_of_a_lesson_in_a_card_knows_its_period(client: FlaskClient, make_case: MakeCase) -> None:
    make_case(slug="plein", place="Plein", municipality="Plein", period_start=2016, period_end=2016)
    facts = page(client, "plein").one("dl", class_="facts")
    values = [value.text for value in facts.all("dd")]
    assert values[:2] == ["Plein", "2016"]


@pytest.mark.whoosh
@pytest.mark.parametrize("language", ["nl", "en"])
def test_as_many_queries_for_a_large_case_as_for_a_small_one(house: House, language: str) -> None:
    client = create_app(house).test_client()
    client.set_cookie("lang", language)
    made_for(client)
    asked = []
    for size in (2, 30):
        fields = {**town.case(1), "slug": "groot", "translations": {}}
        for name in ("tags", "challenges", "lessons"):
            fields[name] = grown(fields[name], size)
        fields["sources"] = [{"title": f"Bron {number}"} for number in range(size)]
        fields["timeline"] = [{"date": f"20{number + 10}-01-01", "what": "Iets"} for number in range(size)]
        save(house, complete(**fields))
        client.get("/cases/groot")  # what it is like is kept
        with statements(house.database) as sent:
            assert client.get("/cases/groot").status_code == 200
        asked.append(len(sent))
    assert asked[0] == asked[1] <= 19


def test_as_many_queries_among_thirty_cases_as_among_six(towns: tuple[House, House]) -> None:
    asked = []
    for house in towns:
        client = create_app(house).test_client()
        made_for(client)
        page(client, "published-1")  # what it is like is kept
        with statements(house.database) as sent:
            assert page(client, "published-1").all("section", aria_labelledby="similar-title")
        asked.append(len(sent))
    assert asked[0] == asked[1] <= 22


def grown(rows: list[dict[str, Any]], size: int) -> list[dict[str, Any]]:
    """Return so many rows like these, with keys and names of their own."""
    made = []
    for number in range(size):
        row = dict(rows[number % len(rows)])
        for name in {"key", "name", "statement"} & row.keys():
            row[name] = f"{row[name]}{number // len(rows) or ''}"
        made.append(row)
    return made
