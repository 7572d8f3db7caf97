"""TRUST 30: the pages of the administrator are the administrator's alone, whatever is asked of them and how."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from kb.accounts.models import Person
from kb.core import now
from kb.house import House
from tests.people import make_person, post, sign_in

OTHERS = [(), ("author",), ("session-lead",), ("editor",), ("author", "session-lead", "editor")]


def routes(app: Flask, method: str) -> list[str]:
    found = [
        re.sub(r"<any\((\w+)[^>]*>", r"\1", re.sub(r"<int[^>]*>", "1", rule.rule)).replace(
            "<slug>", "inclusion"
        )
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.") and method in (rule.methods or set())
    ]
    assert len(found) >= 9
    return found


def test_trust_30_who_is_not_signed_in_goes_to_the_sign_in_page(app: Flask) -> None:
    client = app.test_client()
    for path in routes(app, "GET"):
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert "/login" in answer.location
        assert client.head(path).status_code == 302
    for path in routes(app, "POST"):
        answer = post(client, path)
        assert answer.status_code == 302, path
        assert "/login" in answer.location


@pytest.mark.parametrize("roles", OTHERS)
def test_trust_30_who_has_another_role_is_refused(app: Flask, house: House, roles: tuple[str, ...]) -> None:
    client = sign_in(app.test_client(), make_person(house, *roles))
    for path in routes(app, "GET"):
        assert client.get(path).status_code == 403, path
    for path in routes(app, "POST"):
        assert post(client, path).status_code == 403, path


def test_trust_30_a_disabled_administrator_is_nobody(app: Flask, house: House) -> None:
    person = make_person(house, "administrator")
    client = sign_in(app.test_client(), person)
    assert client.get("/admin/").status_code == 200
    with house.database.transaction() as session:
        session.get_one(Person, person.id).disabled_at = now()
    assert client.get("/admin/").status_code == 302


def test_trust_50_nothing_changes_without_the_token_of_the_page(app: Flask, house: House) -> None:
    client = sign_in(app.test_client(), make_person(house, "administrator"))
    for path in routes(app, "POST"):
        assert client.post(path).status_code == 400, path


def test_what_changes_something_does_not_answer_to_get(app: Flask, house: House) -> None:
    client = sign_in(app.test_client(), make_person(house, "administrator"))
    for path in set(routes(app, "POST")) - set(routes(app, "GET")):
        assert client.get(path).status_code in {404, 405}, path


def test_trust_61_the_pages_are_kept_nowhere(app: Flask, house: House) -> None:
    client = sign_in(app.test_client(), make_person(house, "administrator"))
    for path in routes(app, "GET"):
        answer = client.get(path)
        if answer.status_code == 200:
            assert answer.headers["Cache-Control"] == "no-store", path
            assert "Cookie" in answer.headers["Vary"]
