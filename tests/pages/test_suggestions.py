"""What is offered while somebody types."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from kb.house import House
from tests.conftest import MakeCase


def offered(client: FlaskClient, q: str) -> list[dict[str, Any]]:
    answer = client.get("/search/suggest", query_string={"q": q})
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.get_json()["suggestions"]
    return found


def labels(client: FlaskClient, q: str, kind: str) -> list[str]:
    return [one["label"] for one in offered(client, q) if one["kind"] == kind]


def test_lessons_and_cases_are_offered_by_the_beginning_of_a_word(
    client: FlaskClient, make_case: MakeCase
) -> None:
    make_case(slug="een", title="Kastanjes langs de straat", lessons=[{"statement": "Plant een kastanje."}])
    make_case(slug="twee", title="Beuken", lessons=[{"statement": "Plant een beuk."}])
    make_case(slug="drie", title="Kastanjelaan", lessons=[{"statement": "Een kastanje."}], status="withdrawn")
    assert labels(client, "kasta", "lesson") == ["Plant een kastanje."]
    assert labels(client, "plant kas", "lesson")[0] == "Plant een kastanje."
    assert labels(client, "kasta", "case") == ["Kastanjes langs de straat"]
    assert [one["url"] for one in offered(client, "kasta") if one["kind"] == "case"] == ["/cases/een"]


def test_themes_are_offered(client: FlaskClient) -> None:
    assert labels(client, "partner", "theme") == ["Rollen & partnerschap"]
    assert labels(client, "zzz", "theme") == []


def test_what_others_asked_is_offered_when_enough_did(client: FlaskClient, house: House) -> None:
    for line in range(12):
        house.teller.asked("rollen verdelen", found=True, line=f"192.0.2.{line}", browser="Firefox")
    house.teller.asked("rollen van jan", found=True, line="192.0.2.1", browser="Firefox")
    with house.database.transaction() as session:
        house.teller.write(session)
    assert labels(client, "Rollen  v", "query") == ["rollen verdelen"]


@pytest.mark.parametrize(
    "q", ["", "a", " ", '"', "-", '"de', "%", "\x00\x01", "x" * 5000, "(" * 300, "\u202e\u202e"]
)
def test_nonsense_offers_nothing_and_breaks_nothing(client: FlaskClient, make_case: MakeCase, q: str) -> None:
    make_case(slug="een")
    assert offered(client, q) == []


def test_the_field_works_without_it(client: FlaskClient) -> None:
    page = client.get("/").text
    assert 'action="/search"' in page
    assert 'data-suggestions="suggestions"' in page
    assert 'role="combobox"' not in page, "it is one only where there is a script to make it work"
