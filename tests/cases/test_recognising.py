"""Saying of a lesson that it happens with us too, or that we applied it: who may, what readers see, and sorting by it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.house import House
from tests.conftest import MakeCase
from tests.paper import Reader
from tests.people import Person, make_person, post, sign_in
from tests.town import ask
from tests.tree import parse


@pytest.fixture
def lesson(house: House, make_case: MakeCase) -> int:
    make_case(slug="duiven-west", lessons=[{"statement": "Spreek rollen af.", "themes": ["inclusion"]}])
    ((number,),) = ask(house, "SELECT id FROM lesson")
    return int(number)


@pytest.fixture
def anna(house: House) -> Person:
    return make_person(house, name="Anna Bakker")


def signed_in(app: Flask, person: Person) -> FlaskClient:
    client = sign_in(app.test_client(), person)
    client.set_cookie("lang", "en")
    return client


@pytest.fixture
def client(app: Flask, anna: Person) -> FlaskClient:
    return signed_in(app, anna)


def counts(house: House) -> tuple[int, int]:
    ((recognised, applied),) = ask(house, "SELECT recognised, applied FROM lesson ORDER BY id LIMIT 1")
    return recognised, applied


def test_a_practitioner_says_it_with_his_place_and_a_line(client: FlaskClient, lesson: int) -> None:
    form = Reader(client).visit(f"/lessons/{lesson}").form("Save")
    page = (
        form.fill("Your place", "Batenburg")
        .fill("In one line: how is it with you? (optional)", "Elk jaar een ander.")
        .press("Save")
    )
    assert "1 recognises this" in page.text
    assert "Batenburg" in page.text
    assert "Elk jaar een ander." in page.text
    assert "1 recognises this" in client.get("/search?q=rollen").text
    reader = client.application.test_client().get(f"/lessons/{lesson}").text
    assert "Batenburg" in reader
    assert "Anna" not in reader


def test_once_for_each_kind_and_it_can_be_changed_and_taken_back(
    house: House, client: FlaskClient, lesson: int
) -> None:
    for place in ("Duiven", "Stein"):
        post(client, f"/lessons/{lesson}/recognised", **{"place-recognised": place})
    fields = {"place-applied": "Stein", "url-applied": "https://example.org/plan"}
    post(client, f"/lessons/{lesson}/applied", **fields)
    assert counts(house) == (1, 1)
    assert ask(house, "SELECT place FROM recognition ORDER BY id") == [("Stein",), ("Stein",)]
    post(client, f"/lessons/{lesson}/recognised/take-back")
    post(client, f"/lessons/{lesson}/recognised/take-back")
    assert counts(house) == (0, 1)


@pytest.mark.parametrize(
    ("kind", "fields", "why"),
    [
        ("recognised", {}, "Say where this is"),
        ("recognised", {"place": " \u200b "}, "Say where this is"),
        ("recognised", {"place": "x" * 5000}, "Keep it short"),
        ("recognised", {"place": "Duiven", "line": "x" * 600}, "Keep it short"),
        ("applied", {"place": "Duiven"}, "Say in a line"),
        ("applied", {"place": "Duiven", "url": "javascript:alert(1)"}, "Type the whole web address"),
        ("applied", {"place": "Duiven", "url": "https://" + "x" * 3000}, "Type the whole web address"),
    ],
)
def test_nonsense_comes_back_with_what_was_typed(
    client: FlaskClient, lesson: int, kind: str, fields: dict[str, str], why: str
) -> None:
    answer = post(
        client, f"/lessons/{lesson}/{kind}", **{f"{name}-{kind}": text for name, text in fields.items()}
    )
    assert answer.status_code == 422
    page = parse(answer.text)
    assert why in page.one("main").text
    assert page.one("input", id=f"place-{kind}").get("aria-invalid") == "true"
    assert "Nobody has said so yet." in page.one("main").text


def test_markup_in_a_line_is_shown_as_text(client: FlaskClient, lesson: int) -> None:
    fields = {"place-recognised": "<b>x</b>", "line-recognised": "<script>alert(1)</script>{{7*7}}"}
    post(client, f"/lessons/{lesson}/recognised", **fields)
    text = client.get(f"/lessons/{lesson}").text
    assert "<script>alert" not in text
    assert "<b>x" not in text
    assert "{{7*7}}" in text


def test_who_is_not_signed_in_is_asked_to(app: Flask, house: House, lesson: int) -> None:
    visitor = app.test_client()
    page = parse(visitor.get(f"/lessons/{lesson}").text)
    assert page.all("a", href=f"/login?next=/lessons/{lesson}")
    assert "/login" in post(visitor, f"/lessons/{lesson}/recognised").location
    assert counts(house) == (0, 0)


def test_a_lesson_that_nobody_can_read_can_not_be_recognised(
    house: House, client: FlaskClient, make_case: MakeCase
) -> None:
    make_case(slug="weg", status="withdrawn")
    ((number,),) = ask(house, "SELECT id FROM lesson")
    fields = {"place-recognised": "Duiven"}
    assert post(client, f"/lessons/{number}/recognised", **fields).status_code == 404
    assert post(client, "/lessons/999999/recognised", **fields).status_code == 404


def test_the_search_sorts_by_it(house: House, app: Flask, make_case: MakeCase) -> None:
    for name in ("Een", "Twee", "Drie"):
        make_case(slug=name.lower(), lessons=[{"statement": f"Plein {name}.", "themes": ["inclusion"]}])
    numbers = dict(ask(house, "SELECT statement, id FROM lesson"))
    people = [signed_in(app, make_person(house)) for _ in range(2)]
    for person in people:
        post(person, f"/lessons/{numbers['Plein Twee.']}/recognised", **{"place-recognised": "Duiven"})
    post(people[0], f"/lessons/{numbers['Plein Drie.']}/recognised", **{"place-recognised": "Duiven"})
    house.search.sync()
    hits = people[0].get("/api/v1/search?q=plein&sort=recognised").json["hits"]  # type: ignore[index]  # it is JSON
    assert [hit["title"] for hit in hits] == ["Plein Twee.", "Plein Drie.", "Plein Een."]
    assert "most recognised" in people[0].get("/search?q=plein").text


def test_counts_outlive_a_new_version_of_the_case(
    house: House, client: FlaskClient, lesson: int, make_case: MakeCase
) -> None:
    post(client, f"/lessons/{lesson}/recognised", **{"place-recognised": "Duiven"})
    make_case(
        slug="duiven-west",
        summary="Anders.",
        lessons=[{"statement": "Spreek rollen af.", "themes": ["inclusion"]}],
    )
    assert ask(house, "SELECT id, recognised FROM lesson") == [(lesson, 1)]
