"""What people search for, and the words of the search, as the administrator uses them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kb.house import House
from kb.search import lists
from kb.search.documents import Query
from tests.conftest import MakeCase
from tests.people import post
from tests.tree import parse

WORDS = "/admin/search/words"


def ask(client: FlaskClient, q: str, **more: object) -> None:
    client.get("/search", query_string={"q": q, **more}, headers={"User-Agent": "Mozilla/5.0"})


def texts(house: House) -> dict[str, str]:
    with house.database.reading() as session:
        return {name: kept.text for name, kept in lists.kept(session).items()}


def versions(client: FlaskClient) -> dict[str, str]:
    page = parse(client.get(WORDS).text)
    return {f"{name}-version": page.one("input", name=f"{name}-version")["value"] for name in lists.NAMES}


def change(client: FlaskClient, do: str = "save", **fields: str) -> object:
    return post(
        client,
        f"{WORDS}?lang=en",
        **{"do": do, "synonyms": "", "exceptions": "", **versions(client), **fields},
    )


def found(house: House, q: str) -> list[str]:
    """Return what is found by words, not by letters alone."""
    with house.database.reading() as session:
        answer = house.search.find(session, Query(q=q))
        return [] if answer.dropped else [hit.item.statement for hit in answer.hits]


def test_what_was_asked_is_counted_by_what_came_of_it(
    desk: FlaskClient, client: FlaskClient, make_case: MakeCase
) -> None:
    make_case(slug="een", lessons=[{"statement": "Plant een kastanje."}])
    ask(client, "Kastanje")
    ask(client, "kastanje ", theme="")
    ask(client, "kastanje", municipality="Duiven")
    ask(client, "kastanje", page="2")
    ask(client, "wilgentenen")
    page = parse(desk.get("/admin/search?lang=en").text)
    assert "asked 2 times" in page.one("section", aria_labelledby="frequent-title").text
    assert "wilgentenen" in page.one("section", aria_labelledby="unanswered-title").text
    assert "kastanje" not in page.one("section", aria_labelledby="unanswered-title").text
    unopened = page.one("section", aria_labelledby="unopened-title").text
    assert "kastanje" in unopened
    assert "wilgentenen" not in unopened
    client.get("/cases/een", headers={"Referer": "http://localhost/search?q=kastanje&theme="})
    page = parse(desk.get("/admin/search?lang=en").text)
    assert "kastanje" not in page.one("section", aria_labelledby="unopened-title").text
    assert "1 time something opened" in page.one("section", aria_labelledby="frequent-title").text


@pytest.mark.parametrize(
    "referrer",
    [
        "http://elsewhere.example/search?q=kastanje",
        "http://localhost/about?q=kastanje",
        "?q=kastanje",
        "http://[",
        "",
    ],
)
def test_only_a_search_of_ours_leads_to_what_it_found(
    desk: FlaskClient, client: FlaskClient, make_case: MakeCase, referrer: str
) -> None:
    make_case(slug="een", lessons=[{"statement": "Plant een kastanje."}])
    ask(client, "kastanje")
    assert client.get("/cases/een", headers={"Referer": referrer}).status_code == 200
    assert (
        "kastanje"
        in parse(desk.get("/admin/search").text).one("section", aria_labelledby="unopened-title").text
    )


@pytest.mark.parametrize(
    "q", ["jan@voorbeeld.nl", "bel 026 123 45 67", "https://voorbeeld.nl/jan", "x" * 101]
)
def test_what_points_to_a_person_is_not_counted(desk: FlaskClient, client: FlaskClient, q: str) -> None:
    ask(client, q)
    assert q not in desk.get("/admin/search").text


def test_nothing_was_asked_yet(desk: FlaskClient) -> None:
    assert desk.get("/admin/search?lang=en").text.count("Nothing yet.") == 3


def test_a_question_goes_to_the_words(desk: FlaskClient) -> None:
    page = parse(desk.get(f"{WORDS}?add=wilgen, tenen%23&lang=en").text)
    assert page.one("textarea", id="synonyms").text.startswith("wilgen tenen, ")
    assert page.one("input", id="question")["value"] == "wilgen tenen"


def test_words_that_are_saved_are_in_force_at_once(
    desk: FlaskClient, house: House, make_case: MakeCase
) -> None:
    make_case(lessons=[{"statement": "Maak een hut van wilgentenen."}])
    assert found(house, "twijgen") == []
    answer = change(desk, synonyms="twijgen, wilgentenen")
    assert answer.status_code == 303  # type: ignore[attr-defined]  # what a client answers
    assert found(house, "twijgen") == ["Maak een hut van wilgentenen."]
    assert texts(house)["synonyms"] == "twijgen, wilgentenen\n"
    assert "changed the words of the search" in desk.get("/admin/log?lang=en").text


def test_trying_saves_nothing(desk: FlaskClient, house: House, make_case: MakeCase) -> None:
    make_case(lessons=[{"statement": "Maak een hut van wilgentenen."}])
    before = texts(house)
    page = change(desk, "try", synonyms="twijgen, wilgentenen", exceptions="wil+gentenen", question="twijgen")
    tried = parse(page.text).one("section", id="tried").text  # type: ignore[attr-defined]  # what a client answers
    assert "1 lesson found; with the saved lists: 0." in tried
    assert "also wilgentenen" in tried
    assert "Maak een hut van wilgentenen. new" in " ".join(tried.split())
    assert texts(house) == before
    assert found(house, "twijgen") == []
    assert "Type a question below" in change(desk, "try", synonyms="a, b").text  # type: ignore[attr-defined]  # as above


def test_an_exception_makes_the_index_anew(desk: FlaskClient, house: House, make_case: MakeCase) -> None:
    make_case(lessons=[{"statement": "Een wijkmoestuin."}])
    assert found(house, "moestuin") == ["Een wijkmoestuin."]
    change(desk, exceptions="wijkmoestuin")
    house.search.sync()
    assert found(house, "moestuin") == []
    change(desk, exceptions="")
    house.search.sync()
    assert found(house, "moestuin") == ["Een wijkmoestuin."]


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("synonyms", "een, twee\n# rem, ark\nalleen", "Look at line 3."),
        ("synonyms", "a,,", "Look at line 1."),
        ("exceptions", "dorps+raad\ntwee woorden", "Look at line 2."),
        ("exceptions", "dorps++raad", "Look at line 1."),
        ("exceptions", "x" * 100_001, "at most"),
        ("synonyms", "a, b\n" * 3_001, "at most"),
    ],
)
def test_a_line_that_is_none_is_named(
    desk: FlaskClient, house: House, field: str, text: str, said: str
) -> None:
    before = texts(house)
    answer = change(desk, **{field: text})
    assert answer.status_code == 422  # type: ignore[attr-defined]  # what a client answers
    assert said in answer.text  # type: ignore[attr-defined]  # as above
    assert texts(house) == before


def test_of_two_who_change_the_lists_neither_loses_anything(desk: FlaskClient, house: House) -> None:
    old = versions(desk)
    change(desk, synonyms="een, twee")
    answer = change(desk, synonyms="drie, vier", **old)
    assert answer.status_code == 422  # type: ignore[attr-defined]  # what a client answers
    page = parse(answer.text)  # type: ignore[attr-defined]  # as above
    assert page.one("textarea", id="synonyms").text.strip() == "drie, vier"
    assert page.one("textarea", id="theirs-synonyms").text.strip() == "een, twee"
    assert texts(house)["synonyms"] == "een, twee\n"
    again = {name: page.one("input", name=name)["value"] for name in old}
    change(desk, synonyms="drie, vier", **again)
    assert texts(house)["synonyms"] == "drie, vier\n"


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 5000, "1.5"])
def test_a_version_that_is_none_writes_over_nothing(desk: FlaskClient, house: House, version: str) -> None:
    answer = change(desk, synonyms="een, twee", **{"synonyms-version": version})
    assert answer.status_code == 422  # type: ignore[attr-defined]  # what a client answers
    assert texts(house)["synonyms"] != "een, twee\n"


def test_words_come_out_escaped(desk: FlaskClient) -> None:
    nasty = "<b onmouseover=x>, \"'{{7*7}}"
    page = change(desk, "try", synonyms=nasty, question="<b onmouseover=x>")
    assert "<b onmouseover" not in page.text  # type: ignore[attr-defined]  # what a client answers
    assert "49" not in parse(page.text).one("textarea", id="synonyms").text  # type: ignore[attr-defined]  # as above
