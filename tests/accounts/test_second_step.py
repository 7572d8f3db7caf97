"""Signing in with a code: TRUST 54, and the setting that asks it of editors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb import create_app
from kb.accounts import door, models
from kb.accounts.actor import OPERATOR
from kb.accounts.services import second_steps
from kb.house import House
from tests.conftest import opened
from tests.people import PASSWORD, Person, make_person, post, sign_in
from tests.town import ask

WRONG = "fout"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def _for_editors() -> str:
    return "for editors"


def code(at: timedelta = timedelta()) -> str:
    return pyotp.TOTP(SECRET).at(datetime.now(UTC) + at)


@pytest.fixture
def person(house: House) -> Person:
    """Somebody with the second step on."""
    return make_person(house, "editor", totp_secret=SECRET, totp_since=datetime.now(UTC))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("lang", "en")
    return client


def halfway(client: FlaskClient, person: Person, **fields: str) -> FlaskClient:
    answer = post(client, "/login", email=person.email, password=PASSWORD, **fields)
    assert (answer.status_code, answer.location) == (303, "/login/code")
    return client


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


class TestSigningIn:
    def test_the_password_alone_is_not_enough(self, client: FlaskClient, person: Person) -> None:
        halfway(client, person)
        assert not is_in(client)
        assert client.get("/login/code").status_code == 200

    def test_with_the_code_one_gets_in_and_goes_on(self, client: FlaskClient, person: Person) -> None:
        halfway(client, person, next="/cases/", remember="yes")
        answer = post(client, "/login/code", code=code())
        assert (answer.status_code, answer.location) == (303, "/cases/")
        assert is_in(client)
        assert client.get_cookie("remember")

    def test_a_code_is_used_once(self, app: Flask, client: FlaskClient, person: Person) -> None:
        used = code()
        post(halfway(client, person), "/login/code", code=used)
        again = halfway(app.test_client(), person)
        assert post(again, "/login/code", code=used).status_code == 200
        assert not is_in(again)

    @pytest.mark.parametrize("wrong", ["", "000000x", "12345", "½½½½½½", "1" * 1000])
    def test_another_code_is_refused_in_words(self, client: FlaskClient, person: Person, wrong: str) -> None:
        text = post(halfway(client, person), "/login/code", code=wrong).text
        assert 'href="#code"' in text
        assert not is_in(client)

    def test_codes_can_not_be_guessed_one_by_one(self, data: Path, person: Person) -> None:
        """From many browsers neither: the count is the person's."""
        with closing(opened(data, KB_RATE_LIMITS="on")) as house:
            app = create_app(house)
            guesses = [f"{number:06}" for number in range(11)]
            clients = [halfway(app.test_client(), person) for _guess in guesses]
            found = [
                post(client, "/login/code", code=guess)
                for client, guess in zip(clients, guesses, strict=True)
            ]
        assert [answer.status_code for answer in found] == [200] * 10 + [429]

    @pytest.mark.usefixtures("person")
    def test_nobody_begins_with_the_second_step(self, client: FlaskClient) -> None:
        assert client.get("/login/code").location == "/login"
        assert post(client, "/login/code", code=code()).location == "/login"

    def test_halfway_ends_with_a_new_password(
        self, client: FlaskClient, house: House, person: Person
    ) -> None:
        halfway(client, person)
        with house.database.transaction() as session:
            session.get_one(models.Person, person.id).password_hash = "another"
        assert post(client, "/login/code", code=code()).location == "/login"
        assert not is_in(client)

    def test_halfway_ends_by_itself(self, client: FlaskClient, person: Person) -> None:
        halfway(client, person)
        with client.session_transaction() as kept:
            kept["halfway"] = {**kept["halfway"], "at": kept["halfway"]["at"] - 601}
        assert client.get("/login/code").location == "/login"

    def test_a_recovery_code_works_once_and_only_its_digest_is_kept(
        self, app: Flask, client: FlaskClient, house: House, person: Person
    ) -> None:
        with house.database.transaction() as session:
            row = session.get_one(models.Person, person.id)
            codes = second_steps.renew_codes(session, row.actor(), row)
        assert not any(one in str(ask(house, "SELECT recovery_digests FROM person")) for one in codes)
        assert (
            post(halfway(client, person), "/login/code", code=codes[0].upper().replace("-", " ")).status_code
            == 303
        )
        assert "9 recovery codes left" in client.get("/account").text
        again = halfway(app.test_client(), person)
        assert post(again, "/login/code", code=codes[0]).status_code == 200
        assert post(again, "/login/code", code=codes[1]).status_code == 303


class TestSettingUp:
    @pytest.fixture
    def anna(self, client: FlaskClient, house: House) -> FlaskClient:
        return sign_in(client, make_person(house, "author", email="anna@example.org"))

    def secret(self, client: FlaskClient) -> str:
        found = re.search(r'class="secret">([A-Z2-7 ]+)<', client.get("/account/two-step").text)
        assert found
        return found[1].replace(" ", "")

    def test_from_qr_code_to_recovery_codes(self, anna: FlaskClient, house: House) -> None:
        assert post(anna, "/account/two-step/begin").location == "/account/two-step"
        text = anna.get("/account/two-step").text
        assert "<svg" in text
        assert "otpauth://totp/" in text
        assert ask(house, "SELECT totp_since FROM person") == [(None,)]
        answer = post(anna, "/account/two-step", code=pyotp.TOTP(self.secret(anna)).now())
        codes = re.findall(r"<code>([a-z0-9-]+)</code>", answer.text)
        assert len(codes) == 10
        assert answer.headers["Cache-Control"] == "no-store"
        text = anna.get("/account/two-step").text
        assert "It is on" in text
        assert not any(one in text for one in codes)
        assert "otpauth" not in text

    def test_a_wrong_code_leaves_it_off(self, anna: FlaskClient, house: House) -> None:
        post(anna, "/account/two-step/begin")
        before = self.secret(anna)
        assert 'href="#code"' in post(anna, "/account/two-step", code="000000").text
        assert self.secret(anna) == before
        assert ask(house, "SELECT totp_since FROM person") == [(None,)]

    def test_nothing_is_confirmed_before_it_was_begun(self, anna: FlaskClient, house: House) -> None:
        assert post(anna, "/account/two-step", code="000000").status_code == 200
        assert ask(house, "SELECT totp_secret FROM person") == [("",)]

    def test_looking_begins_nothing(self, anna: FlaskClient, house: House) -> None:
        anna.get("/account/two-step")
        assert ask(house, "SELECT totp_secret FROM person") == [("",)]

    def test_new_codes_and_switching_off_ask_the_password(
        self, client: FlaskClient, house: House, person: Person
    ) -> None:
        sign_in(client, person)
        for path in ("/account/two-step/codes", "/account/two-step/off"):
            assert 'role="alert"' in post(client, path, password=WRONG).text
        assert "<code>" in post(client, "/account/two-step/codes", password=PASSWORD).text
        assert post(client, "/account/two-step/off", password=PASSWORD).location == "/account"
        assert ask(house, "SELECT totp_secret, totp_since, recovery_digests FROM person") == [
            ("", None, "[]")
        ]

    def test_an_administrator_switches_it_off_for_who_lost_all(self, house: House, person: Person) -> None:
        with house.database.transaction() as session:
            second_steps.switch_off(session, OPERATOR, session.get_one(models.Person, person.id))
        assert ask(house, "SELECT totp_secret FROM person") == [("",)]


class TestRequired:
    """KB_TWO_STEP=editors."""

    @pytest.fixture
    def house(self, data: Path) -> Iterator[House]:
        with closing(opened(data, KB_TWO_STEP="editors")) as house:
            yield house

    @pytest.fixture
    def app(self, house: House) -> Flask:
        """The application, with a page of another room for people who signed in."""
        app = create_app(house)
        app.add_url_rule("/elsewhere", "elsewhere", door.signed_in(_for_editors))
        return app

    @pytest.mark.parametrize("role", ["editor", "administrator"])
    def test_until_then_only_the_account_can_be_reached(self, app: Flask, house: House, role: str) -> None:
        client = sign_in(app.test_client(), make_person(house, role))
        client.set_cookie("lang", "en")
        assert "One more step before you can go on" in client.get("/account").text
        answer = client.get("/elsewhere")
        assert (answer.status_code, answer.location) == (302, "/account/two-step")
        assert client.get("/account/two-step").status_code == 200
        assert client.get("/about").status_code == 200

    def test_the_role_does_not_count_until_then(self, app: Flask, house: House) -> None:
        on: dict[str, Any] = {"totp_secret": SECRET, "totp_since": datetime.now(UTC)}
        cases: list[tuple[dict[str, Any], set[str]]] = [({}, {"author"}), (on, {"author", "editor"})]
        for fields, roles in cases:
            client = sign_in(app.test_client(), make_person(house, "editor", "author", **fields))
            with client:
                client.get("/account")
                assert set(door.actor().roles) == roles
                assert door.lacks_step() == (len(roles) == 1)

    def test_others_are_not_asked(self, app: Flask, house: House) -> None:
        client = sign_in(app.test_client(), make_person(house, "author"))
        client.set_cookie("lang", "en")
        assert "One more step" not in client.get("/account").text

    def test_it_can_not_be_switched_off(self, app: Flask, house: House) -> None:
        person = make_person(house, "editor", totp_secret=SECRET, totp_since=datetime.now(UTC))
        client = sign_in(app.test_client(), person)
        assert "/account/two-step/off" not in client.get("/account/two-step").text
        assert post(client, "/account/two-step/off", password=PASSWORD).status_code == 403
        assert ask(house, "SELECT totp_secret FROM person") == [(SECRET,)]
