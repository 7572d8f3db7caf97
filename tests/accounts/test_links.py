"""One-time links: the first administrator, invitations, new passwords; TRUST 43, 48 and 49."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.accounts import models
from kb.accounts.actor import OPERATOR
from kb.accounts.services import links, people
from kb.house import House
from tests.conftest import opened
from tests.people import PASSWORD, Person, csrf, make_person, post
from tests.town import ask, count

SHORT, COMMON = "kort", "wachtwoord123"
NEW = "vier paarden in de regen"
BEGIN = {"name": "Bea de Vries", "password": NEW, "again": NEW}


@pytest.fixture(autouse=True)
def _english(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")


def reset_link(house: House, person: Person) -> str:
    with house.database.transaction() as session:
        _purpose, token = people.new_link(session, OPERATOR, session.get_one(models.Person, person.id))
    return token


def signs_in(app: Flask, email: str, password: str) -> bool:
    return post(app.test_client(), "/login", email=email, password=password).status_code == 303


class TestFirstAdministrator:
    @pytest.fixture
    def token(self, house: House) -> str:
        with house.database.transaction() as session:
            token = links.first_link(session)
        assert token
        return token

    def test_begins_with_name_address_and_password(
        self, client: FlaskClient, house: House, token: str
    ) -> None:
        opened = client.get(f"/welcome/{token}")
        assert (opened.status_code, opened.location) == (303, "/welcome")
        assert "You are the first" in client.get("/welcome").text
        assert post(client, "/welcome", email="Bea@example.org", **BEGIN).location == "/account"
        assert ask(house, "SELECT email, name, roles FROM person") == [
            ("bea@example.org", "Bea de Vries", '["administrator"]')
        ]
        assert "Bea de Vries" in client.get("/account").text

    def test_there_is_no_link_once_there_is_one(self, client: FlaskClient, house: House, token: str) -> None:
        client.get(f"/welcome/{token}")
        post(client, "/welcome", email="bea@example.org", **BEGIN)
        with house.database.transaction() as session:
            assert links.first_link(session) is None

    def test_a_new_link_replaces_the_one_before(self, client: FlaskClient, house: House, token: str) -> None:
        with house.database.transaction() as session:
            newer = links.first_link(session)
        client.get(f"/welcome/{token}")
        assert client.get("/welcome").status_code == 404
        client.get(f"/welcome/{newer}")
        assert client.get("/welcome").status_code == 200

    def test_two_at_once_make_one_administrator(self, app: Flask, house: House, token: str) -> None:
        first, second = app.test_client(), app.test_client()
        for client in (first, second):
            client.get(f"/welcome/{token}")
        assert post(first, "/welcome", email="bea@example.org", **BEGIN).status_code == 303
        assert post(second, "/welcome", email="carl@example.org", **BEGIN).status_code == 404
        assert count(house, "person") == 1

    def test_an_administrator_who_can_not_sign_in_does_not_count(self, house: House) -> None:
        make_person(house, "administrator", password="")
        make_person(house, "administrator", disabled_at=dt.datetime.now(dt.UTC))
        make_person(house, "editor")
        with house.database.transaction() as session:
            assert links.first_link(session)

    def test_what_is_wrong_is_said_and_what_was_typed_is_kept(self, client: FlaskClient, token: str) -> None:
        client.get(f"/welcome/{token}")
        text = post(client, "/welcome", name="", email="geen adres", password=SHORT, again="anders").text
        for field in ("name", "email", "again"):
            assert f'href="#{field}"' in text
        assert 'value="geen adres"' in text
        text = post(
            client,
            "/welcome",
            name="Bea",
            email="bea@example.org",
            password=COMMON,
            again=COMMON,
        ).text
        assert 'href="#password"' in text
        assert 'value="Bea"' in text


class TestInvitation:
    @pytest.fixture
    def token(self, house: House) -> str:
        with house.database.transaction() as session:
            _person, token = people.invite(
                session, OPERATOR, email="Carl@example.org", roles=["author", "editor"]
            )
        return token

    def test_is_accepted_with_name_and_password(
        self, app: Flask, client: FlaskClient, house: House, token: str
    ) -> None:
        client.get(f"/welcome/{token}")
        text = client.get("/welcome").text
        assert "You sign in with carl@example.org." in text
        assert post(client, "/welcome", email="somebody@else.example", **BEGIN).status_code == 303
        assert ask(house, "SELECT email, name, roles FROM person") == [
            ("carl@example.org", "Bea de Vries", '["author", "editor"]')
        ]
        assert signs_in(app, "carl@example.org", NEW)

    def test_nobody_chooses_his_own_roles(self, client: FlaskClient, house: House, token: str) -> None:
        """TRUST 36."""
        client.get(f"/welcome/{token}")
        post(client, "/welcome", roles="administrator", role="administrator", id="1", **BEGIN)
        assert ask(house, "SELECT roles FROM person") == [('["author", "editor"]',)]

    def test_looking_at_it_does_not_use_it_up(self, app: Flask, token: str) -> None:
        for _each in range(3):
            other = app.test_client()
            other.head(f"/welcome/{token}")
            other.get(f"/welcome/{token}")
            assert other.get("/welcome").status_code == 200

    def test_works_once_and_for_seven_days(self, client: FlaskClient, house: House, token: str) -> None:
        client.get(f"/welcome/{token}")
        with house.database.transaction() as session:
            (link,) = session.query(models.OneTimeLink)
            assert link.expires_at - link.created_at == pytest.approx(
                dt.timedelta(days=7), abs=dt.timedelta(seconds=5)
            )
            link.expires_at = dt.datetime.now(dt.UTC)
        assert client.get("/welcome").status_code == 404
        assert post(client, "/welcome", **BEGIN).status_code == 404

    def test_a_second_use_finds_nothing(self, app: Flask, client: FlaskClient, token: str) -> None:
        client.get(f"/welcome/{token}")
        post(client, "/welcome", **BEGIN)
        other = app.test_client()
        other.get(f"/welcome/{token}")
        assert other.get("/welcome").status_code == 404

    def test_is_not_good_for_a_new_password(self, client: FlaskClient, token: str) -> None:
        client.get(f"/reset/{token}")
        assert client.get("/reset/new").status_code == 404


class TestReset:
    """TRUST 48."""

    @pytest.fixture
    def person(self, house: House) -> Person:
        return make_person(house, email="anna@example.org", name="Anna")

    @pytest.fixture
    def token(self, house: House, person: Person) -> str:
        return reset_link(house, person)

    def use(self, client: FlaskClient, token: str, password: str = NEW) -> int:
        client.get(f"/reset/{token}")
        return post(client, "/reset/new", password=password, again=password).status_code

    def test_replaces_the_password(self, app: Flask, client: FlaskClient, person: Person, token: str) -> None:
        assert self.use(client, token) == 303
        assert signs_in(app, person.email, NEW)
        assert not signs_in(app, person.email, PASSWORD)

    def test_works_once(self, client: FlaskClient, token: str) -> None:
        assert self.use(client, token) == 303
        assert self.use(client, token) == 404

    def test_works_for_an_hour(self, client: FlaskClient, house: House, token: str) -> None:
        with house.database.transaction() as session:
            (link,) = session.query(models.OneTimeLink)
            assert link.expires_at - link.created_at == pytest.approx(
                dt.timedelta(hours=1), abs=dt.timedelta(seconds=5)
            )
            link.expires_at = dt.datetime.now(dt.UTC)
        assert self.use(client, token) == 404

    def test_is_bound_to_the_old_password(self, client: FlaskClient, house: House, token: str) -> None:
        with house.database.transaction() as session:
            session.query(models.Person).one().password_hash = "another"
        assert self.use(client, token) == 404

    def test_only_the_last_one_works(
        self, client: FlaskClient, house: House, person: Person, token: str
    ) -> None:
        newer = reset_link(house, person)
        assert self.use(client, token) == 404
        assert self.use(client, newer) == 303

    def test_is_worthless_for_who_is_disabled(self, client: FlaskClient, house: House, token: str) -> None:
        with house.database.transaction() as session:
            session.query(models.Person).one().disabled_at = dt.datetime.now(dt.UTC)
        assert self.use(client, token) == 404

    def test_does_not_let_in_past_the_second_step(self, client: FlaskClient, token: str) -> None:
        self.use(client, token)
        assert client.get("/account").status_code == 302

    def test_ends_every_login_session(
        self, app: Flask, client: FlaskClient, house: House, person: Person, token: str
    ) -> None:
        assert signs_in(app, person.email, PASSWORD)
        self.use(client, token)
        assert count(house, "login_session") == 0

    def test_the_token_stays_out_of_referers_pages_and_logs(
        self, client: FlaskClient, house: House, token: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        answer = client.get(f"/reset/{token}")
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.location == "/reset/new"
        assert token not in client.get("/reset/new").text
        self.use(client, token)
        assert token not in caplog.text
        assert token not in str(ask(house, "SELECT * FROM one_time_link")) + str(
            ask(house, "SELECT * FROM log_entry")
        )

    def test_a_weak_password_is_refused_and_the_link_still_works(
        self, client: FlaskClient, token: str
    ) -> None:
        """TRUST 53."""
        assert self.use(client, token, "welkom2024") == 200
        assert self.use(client, token, "anna@example.org") == 200
        assert self.use(client, token) == 303

    @pytest.mark.parametrize("token", ["x", "a" * 5000, "%00", "%0d%0a", "é", "' OR 1=1 --"])
    def test_other_tokens_find_nothing(self, client: FlaskClient, token: str) -> None:
        client.get(f"/reset/{token}")
        assert client.get("/reset/new").status_code == 404


class TestAskingForANewPassword:
    @pytest.fixture
    def house(self, data: Path) -> Iterator[House]:
        url = "smtp://127.0.0.1:1?from=Praktijkbank <bank@example.org>"
        with closing(
            opened(data, KB_MAIL_URL=url, KB_BASE_URL="http://localhost", KB_RATE_LIMITS="on")
        ) as house:
            yield house

    @pytest.fixture
    def person(self, house: House) -> Person:
        return make_person(house, email="anna@example.org", name="Anna", language="nl")

    def mails(self, house: House) -> list[tuple[str, str, str]]:
        return [tuple(row) for row in ask(house, "SELECT to_address, subject, text FROM mail_outbox")]

    def test_mails_a_link_that_works(
        self, app: Flask, client: FlaskClient, house: House, person: Person
    ) -> None:
        assert post(client, "/reset", email=" Anna@example.org").status_code == 200
        ((to, _subject, text),) = self.mails(house)
        assert to == person.email
        found = re.search(r"^http://localhost(/reset/\S+)$", text, re.MULTILINE)
        assert found
        client.get(found[1])
        assert post(client, "/reset/new", password=NEW, again=NEW).status_code == 303
        assert signs_in(app, person.email, NEW)
        assert len(self.mails(house)) == 2  # and that the password was changed

    def test_the_answer_is_the_same_for_everybody(self, app: Flask, house: House, person: Person) -> None:
        """TRUST 43."""
        shut = make_person(house, disabled_at=dt.datetime.now(dt.UTC))
        answers = set()
        for email in (person.email, "niemand@example.org", shut.email):
            answer = post(app.test_client(), "/reset", email=email)
            answers.add((answer.status_code, answer.text))
        assert len(answers) == 1
        assert [to for to, _subject, _text in self.mails(house)] == [person.email]

    def test_five_times_a_day(self, app: Flask, house: House, person: Person) -> None:
        found = [post(app.test_client(), "/reset", email=person.email).status_code for _ in range(6)]
        assert found == [200] * 5 + [429]
        assert len(self.mails(house)) == 5

    def test_unknown_addresses_wait_as_long(self, app: Flask) -> None:
        found = [post(app.test_client(), "/reset", email="niemand@example.org").status_code for _ in range(6)]
        assert found == [200] * 5 + [429]

    @pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "Forwarded"])
    def test_the_link_is_never_made_of_a_poisoned_host(
        self, client: FlaskClient, house: House, person: Person, header: str
    ) -> None:
        """TRUST 49."""
        token = csrf(client)
        client.post(
            "/reset", data={"csrf_token": token, "email": person.email}, headers={header: "evil.example"}
        )
        for _to, _subject, text in self.mails(house):
            assert "evil" not in text
            assert "http://localhost/reset/" in text

    def test_who_was_invited_and_forgot_gets_a_link_too(self, client: FlaskClient, house: House) -> None:
        new = make_person(house, password="")
        post(client, "/reset", email=new.email)
        assert len(self.mails(house)) == 1


def test_without_mail_people_are_sent_to_the_administrator(client: FlaskClient) -> None:
    text = client.get("/reset").text
    assert "Ask the administrator" in text
    assert 'name="email"' not in text
    assert post(client, "/reset", email="anna@example.org").location == "/reset"
