"""TRUST 44: trying passwords soon means waiting; making up addresses doesn't help; nobody is kept out by somebody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb import create_app
from kb.core import DataError, now
from kb.house import House
from kb.web import limits
from tests.conftest import opened
from tests.people import PASSWORD, Person, make_person, post, sign_in
from tests.town import count

GUESSES = 10


@pytest.fixture
def house(data: Path) -> Iterator[House]:
    """An empty knowledge base with its limits on."""
    with closing(opened(data, KB_RATE_LIMITS="on")) as house:
        yield house


@pytest.fixture
def person(house: House) -> Person:
    return make_person(house, email="anna@example.org")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every password is wrong but the right one, without the tenth of a second that the real answer takes."""
    monkeypatch.setattr("kb.accounts.services.passwords.matches", lambda _kept, typed: typed == PASSWORD)
    monkeypatch.setattr("kb.accounts.services.passwords.match_nobody", lambda _typed: False)


def guess(
    client: FlaskClient,
    email: str,
    number: int = 0,
    *,
    address: str = "127.0.0.1",
    headers: dict[str, str] | None = None,
    password: str = "",
) -> int:
    client.set_cookie("lang", "en")
    from tests.people import csrf

    data = {"csrf_token": csrf(client), "email": email, "password": password or f"gok nummer {number}"}
    return client.post(
        "/login", data=data, environ_base={"REMOTE_ADDR": address}, headers=headers
    ).status_code


def test_after_ten_wrong_passwords_one_waits_and_is_told_how_long(
    client: FlaskClient, person: Person
) -> None:
    for number in range(GUESSES):
        assert guess(client, person.email, number) == 200
    answer = post(client, "/login", email=person.email, password=PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300
    assert "Try again in" in answer.text


def test_an_account_is_guarded_from_many_addresses(app: Flask, person: Person) -> None:
    for number in range(GUESSES):
        assert guess(app.test_client(), person.email, number, address=f"198.51.100.{number}") == 200
    assert guess(app.test_client(), person.email, address="198.51.100.200", password=PASSWORD) == 429


def test_an_address_that_tries_many_accounts_waits(app: Flask, person: Person) -> None:
    for number in range(GUESSES):
        assert guess(app.test_client(), f"naam-{number}@example.org") == 200
    assert guess(app.test_client(), person.email, password=PASSWORD) == 429
    assert guess(app.test_client(), person.email, password=PASSWORD, address="198.51.100.7") == 303


def test_one_ipv6_network_is_one_address(app: Flask, person: Person) -> None:
    for number in range(GUESSES):
        assert (
            guess(app.test_client(), f"naam-{number}@example.org", address=f"2001:db8:1:2::{number + 1:x}")
            == 200
        )
    assert guess(app.test_client(), person.email, address="2001:db8:1:2:ffff::1") == 429
    assert guess(app.test_client(), person.email, address="2001:db8:1:3::1") == 200


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Client-IP"])
def test_a_made_up_address_is_not_believed(app: Flask, person: Person, name: str) -> None:
    for number in range(GUESSES):
        guess(app.test_client(), f"naam-{number}@example.org", headers={name: f"for=203.0.113.{number}"})
    assert guess(app.test_client(), person.email, headers={name: "203.0.113.99"}) == 429


def test_behind_a_proxy_of_ours_readers_are_told_apart(data: Path, person: Person) -> None:
    with closing(opened(data, KB_PROXIES="1", KB_RATE_LIMITS="on")) as house:
        app = create_app(house)
        for number in range(GUESSES):
            # What the reader makes up stands before what our proxy adds.
            guess(
                app.test_client(),
                f"naam-{number}@example.org",
                headers={"X-Forwarded-For": f"9.9.9.{number}, 203.0.113.5"},
            )
        other = {"X-Forwarded-For": "203.0.113.6"}
        assert guess(app.test_client(), person.email, headers={"X-Forwarded-For": "203.0.113.5"}) == 429
        assert guess(app.test_client(), person.email, headers=other, password=PASSWORD) == 303


def test_a_colleague_is_not_locked_out_of_a_browser_of_his_own(app: Flask, person: Person) -> None:
    own, stranger = app.test_client(), app.test_client()
    assert guess(own, person.email, password=PASSWORD) == 303
    post(own, "/logout")
    for number in range(3 * GUESSES):
        guess(stranger, person.email, number)
    assert guess(stranger, person.email, password=PASSWORD) == 429
    assert guess(own, person.email, password=PASSWORD) == 303


def test_a_known_browser_has_its_limit_too(app: Flask, person: Person) -> None:
    own = app.test_client()
    guess(own, person.email, password=PASSWORD)
    post(own, "/logout")
    assert [guess(own, person.email, number) for number in range(GUESSES + 1)] == [200] * GUESSES + [429]


def test_a_known_browser_is_known_for_its_own_people_only(app: Flask, house: House, person: Person) -> None:
    attacker = make_person(house)
    client = app.test_client()
    assert guess(client, attacker.email, password=PASSWORD) == 303
    post(client, "/logout")
    for number in range(GUESSES):
        guess(client, person.email, number)
    assert guess(client, person.email, password=PASSWORD) == 429


def test_a_cookie_of_ones_own_making_is_not_believed(client: FlaskClient, person: Person) -> None:
    for number in range(GUESSES):
        guess(client, person.email, number)
    client.set_cookie("known", "WyJ4IiwiYSJd.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert guess(client, person.email, password=PASSWORD) == 429


def test_signing_in_rightly_is_not_counted(app: Flask, house: House) -> None:
    """Thirty people in one hall have one address."""
    for _each in range(2 * GUESSES):
        assert guess(app.test_client(), make_person(house).email, password=PASSWORD) == 303


def test_the_waiting_ends(client: FlaskClient, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(GUESSES):
        guess(client, person.email, number)
    assert guess(client, person.email, password=PASSWORD) == 429
    later = now() + dt.timedelta(seconds=301)
    monkeypatch.setattr("kb.rates.now", lambda: later)
    assert guess(client, person.email, password=PASSWORD) == 303


def test_off_means_off(data: Path, person: Person) -> None:
    with closing(opened(data, KB_RATE_LIMITS="off")) as house:
        client = create_app(house).test_client()
        assert {guess(client, person.email, number) for number in range(2 * GUESSES)} == {200}


def test_two_servers_count_together(data: Path, person: Person) -> None:
    with closing(opened(data, KB_RATE_LIMITS="on")) as one, closing(opened(data, KB_RATE_LIMITS="on")) as two:
        servers = create_app(one), create_app(two)
        for number in range(GUESSES):
            assert guess(servers[number % 2].test_client(), person.email, number) == 200
        for server in servers:
            assert guess(server.test_client(), person.email, password=PASSWORD) == 429


def test_a_restart_is_no_way_around(data: Path, person: Person) -> None:
    answers = []
    for number in range(GUESSES + 1):
        with closing(opened(data, KB_RATE_LIMITS="on")) as house:
            answers.append(guess(create_app(house).test_client(), person.email, number))
    assert answers == [200] * GUESSES + [429]


def test_what_is_quick_is_counted_by_each_server_and_fills_no_table(house: House, app: Flask) -> None:
    assert set(limits.LIMITS) >= limits.QUICK
    with app.test_request_context("/"):
        for name in limits.QUICK:
            limits.count(name, "somebody")
        assert count(house, "rate_count") == 0
        for name in sorted(set(limits.LIMITS) - limits.QUICK):
            limits.count(name, "somebody")
    assert count(house, "rate_count") == len(limits.LIMITS) - len(limits.QUICK)


def test_what_was_counted_stays_so_when_the_rest_fails(
    client: FlaskClient, house: House, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise DataError("The disk is full.")

    sign_in(client, person)
    monkeypatch.setattr("kb.accounts.services.leaving.note_taken", fail)
    assert [post(client, "/account/data").status_code for _ in range(11)] == [503] * 10 + [429]
    assert count(house, "rate_count") == 10


def test_taking_ones_data_along_is_limited(client: FlaskClient, person: Person) -> None:
    sign_in(client, person)
    assert [post(client, "/account/data").status_code for _ in range(11)] == [200] * 10 + [429]


def test_a_password_of_ones_own_can_not_be_guessed_in_a_stolen_session(
    client: FlaskClient, person: Person
) -> None:
    sign_in(client, person)
    fields = {"old": "gok", "password": "vier paarden in de regen", "again": "vier paarden in de regen"}
    assert [post(client, "/account/password", **fields).status_code for _ in range(11)] == [200] * 10 + [429]
    assert post(client, "/account/delete", email=person.email, password=PASSWORD).status_code == 429


class TestSearch:
    """Five searches a second from one address."""

    @pytest.fixture
    def app(self, house: House) -> Flask:
        app = create_app(house)
        if limits.slow_down_searches not in app.before_request_funcs.get(None, []):
            app.before_request(limits.slow_down_searches)
        return app

    def test_a_program_is_slowed_down(self, app: Flask) -> None:
        client = app.test_client()
        found = [
            client.get(path).status_code for path in ("/search?q=a", "/cases/", "/api/v1/search?q=a") * 3
        ]
        assert found[:5] == [200] * 5
        assert 429 in found
        assert client.get("/api/v1/search?q=a").get_json()["error"]["status"] == 429

    def test_other_readers_and_other_pages_are_not(self, app: Flask) -> None:
        client = app.test_client()
        for _each in range(8):
            client.get("/search?q=a")
        assert client.get("/about").status_code == 200
        assert client.get("/search?q=a", environ_base={"REMOTE_ADDR": "198.51.100.1"}).status_code == 200
