"""One's own account: what can be changed there, by whom, and what it shows."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.house import House
from tests.people import PASSWORD, Person, make_person, post, sign_in
from tests.town import ask, count

NEW = "vier paarden in de regen"
PAGES = ("/account", "/account/password", "/account/two-step", "/account/data", "/account/delete")


@pytest.fixture
def person(house: House) -> Person:
    return make_person(house, "author", name="Anna de Boer", email="anna@example.org")


@pytest.fixture
def anna(client: FlaskClient, person: Person) -> FlaskClient:
    client.set_cookie("lang", "en")
    return sign_in(client, person)


@pytest.mark.parametrize("path", PAGES)
def test_only_for_who_is_signed_in(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (302, f"/login?next={path}")


@pytest.mark.parametrize("path", PAGES)
def test_each_page_in_both_languages(anna: FlaskClient, path: str) -> None:
    for language in ("nl", "en"):
        answer = anna.get(f"{path}?lang={language}")
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text


def test_it_shows_who_one_is_and_what_one_may(anna: FlaskClient) -> None:
    text = anna.get("/account").text
    for word in ("Anna de Boer", "anna@example.org", "Author", "Practitioner", "this browser"):
        assert word in text


class TestAboutYou:
    def test_name_language_and_mail_are_changed(self, anna: FlaskClient, house: House) -> None:
        answer = post(anna, "/account", name="  Anna   Bos ", language="en", notify=["review", "outcome"])
        assert (answer.status_code, answer.location) == (303, "/account")
        assert ask(house, "SELECT name, language, notifications FROM person") == [
            ("Anna Bos", "en", '{"remarks": false, "check-on": false, "proposals": false}')
        ]
        text = anna.get("/account").text
        assert "Your account is saved." in text
        assert len(re.findall(r'name="notify"[^>]* checked', text)) == 2

    def test_an_empty_name_is_refused_and_the_rest_stays_as_typed(
        self, anna: FlaskClient, house: House
    ) -> None:
        text = post(anna, "/account", name=" ", language="nl", notify=["remarks"]).text
        assert 'href="#name"' in text
        assert re.search(r'<option value="nl" selected', text)
        assert len(re.findall(r'name="notify"[^>]* checked', text)) == 1
        assert ask(house, "SELECT name FROM person") == [("Anna de Boer",)]

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("An\u202ena", "Anna"),
            ("An\u200bna", "Anna"),
            ("Anna\r\nBcc: x@example.org", "Anna Bcc: x@example.org"),
            ("{{7*7}}", "{{7*7}}"),
            ("Anna\x00", "Anna"),
        ],
    )
    def test_hostile_names_are_harmless(self, anna: FlaskClient, house: House, typed: str, kept: str) -> None:
        """TRUST 1, 13 and 14."""
        post(anna, "/account", name=typed, language="en")
        assert ask(house, "SELECT name FROM person") == [(kept,)]
        for path in PAGES:
            text = anna.get(path).text
            assert "<script>alert" not in text
            assert "49" not in text or "{{7*7}}" in text or typed != "{{7*7}}"

    def test_an_unknown_language_is_refused(self, anna: FlaskClient, house: House) -> None:
        assert post(anna, "/account", name="Anna", language="xx").status_code == 400
        assert ask(house, "SELECT language FROM person") == [("",)]

    def test_nobody_gives_himself_a_role(self, anna: FlaskClient, house: House) -> None:
        """TRUST 36."""
        fields = {
            "roles": "administrator",
            "role": "administrator",
            "id": "99",
            "email": "x@example.org",
            "disabled_at": "",
        }
        post(anna, "/account", name="Anna", language="en", **fields)
        assert ask(house, "SELECT email, roles FROM person") == [("anna@example.org", '["author"]')]


class TestPassword:
    def test_the_old_one_is_asked(self, anna: FlaskClient, house: House) -> None:
        before = ask(house, "SELECT password_hash FROM person")
        text = post(anna, "/account/password", old="iets anders", password=NEW, again=NEW).text
        assert 'href="#old"' in text
        assert ask(house, "SELECT password_hash FROM person") == before

    @pytest.mark.parametrize(
        "weak",
        ["kort", "wachtwoord123", "anna de boer", "anna@example.org", "aaaaaaaaaaaaaa", "qwertyuiop12"],
    )
    def test_a_password_that_strangers_try_is_refused(self, anna: FlaskClient, weak: str) -> None:
        """TRUST 53."""
        text = post(anna, "/account/password", old=PASSWORD, password=weak, again=weak).text
        assert 'href="#password"' in text
        assert f'value="{weak}"' not in text

    def test_it_must_be_typed_twice_alike(self, anna: FlaskClient) -> None:
        assert 'href="#again"' in post(anna, "/account/password", old=PASSWORD, password=NEW, again="x").text

    def test_this_browser_gets_a_new_session_and_the_others_end(
        self, app: Flask, anna: FlaskClient, person: Person, house: House
    ) -> None:
        """TRUST 45 and 46."""
        other = sign_in(app.test_client(), person)
        with anna.session_transaction() as kept:
            before = kept["_user_id"]
        assert post(anna, "/account/password", old=PASSWORD, password=NEW, again=NEW).location == "/account"
        with anna.session_transaction() as kept:
            assert kept["_user_id"] != before
        assert anna.get("/account").status_code == 200
        assert other.get("/account").status_code == 302
        assert count(house, "login_session") == 1
        assert post(app.test_client(), "/login", email=person.email, password=NEW).status_code == 303


class TestLogins:
    def test_one_is_ended(self, app: Flask, anna: FlaskClient, person: Person, house: House) -> None:
        other = sign_in(app.test_client(), person)
        ((number,),) = ask(house, "SELECT max(id) FROM login_session")
        assert f'action="/account/logins/{number}/end"' in anna.get("/account").text
        post(anna, f"/account/logins/{number}/end")
        assert other.get("/account").status_code == 302
        assert anna.get("/account").status_code == 200

    def test_nobody_ends_somebody_elses(self, app: Flask, anna: FlaskClient, house: House) -> None:
        """TRUST 33 and 34."""
        bea = sign_in(app.test_client(), make_person(house))
        ((number,),) = ask(house, "SELECT max(id) FROM login_session")
        theirs = post(anna, f"/account/logins/{number}/end")
        nobodys = post(anna, "/account/logins/999/end")
        assert (theirs.status_code, theirs.location) == (nobodys.status_code, nobodys.location)
        assert bea.get("/account").status_code == 200

    def test_all_others_are_ended(self, app: Flask, anna: FlaskClient, person: Person, house: House) -> None:
        others = [sign_in(app.test_client(), person) for _ in range(2)]
        bea = sign_in(app.test_client(), make_person(house))
        post(anna, "/account/logins/end-others")
        assert [other.get("/account").status_code for other in others] == [302, 302]
        assert anna.get("/account").status_code == bea.get("/account").status_code == 200


class TestData:
    def test_all_that_is_kept_can_be_read_and_taken_along(self, anna: FlaskClient, house: House) -> None:
        post(anna, "/account", name="Anna Bos", language="en")
        text = anna.get("/account/data").text
        for word in ("anna@example.org", "Anna Bos", "person.rename"):
            assert word in text
        answer = post(anna, "/account/data")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="account.json"'
        assert answer.headers["Cache-Control"] == "no-store"
        kept = answer.get_json()
        assert kept["account"]["email"] == "anna@example.org"
        assert kept["log"][0]["did"] == "person.rename"
        ((secret,),) = ask(house, "SELECT password_hash FROM person")
        assert secret not in answer.text

    def test_nobody_elses_is_in_it(self, anna: FlaskClient, house: House, app: Flask) -> None:
        """TRUST 35."""
        bea = sign_in(app.test_client(), make_person(house, name="Bea", email="bea@example.org"))
        post(bea, "/account", name="Bea Bos", language="en")
        assert "Bea" not in post(anna, "/account/data").text


class TestDeleting:
    def test_ones_own_address_and_password_are_asked(self, anna: FlaskClient, house: House) -> None:
        text = post(anna, "/account/delete", email="iemand@example.org", password=NEW).text
        assert 'href="#email"' in text
        assert 'href="#password"' in text
        assert count(house, "person", "erased_at IS NULL") == 1

    def test_the_account_is_emptied_and_the_reader_goes_home(
        self, app: Flask, anna: FlaskClient, person: Person, house: House
    ) -> None:
        other = sign_in(app.test_client(), person)
        answer = post(anna, "/account/delete", email="ANNA@example.org", password=PASSWORD)
        assert (answer.status_code, answer.location) == (303, "/")
        assert "Your account is deleted." in anna.get("/").text
        assert ask(house, "SELECT email, name, roles, password_hash FROM person") == [
            (f"erased-{person.id}@invalid", "", "[]", "")
        ]
        assert anna.get("/account").status_code == other.get("/account").status_code == 302
        assert post(app.test_client(), "/login", email=person.email, password=PASSWORD).status_code == 200

    def test_the_last_administrator_can_not(self, client: FlaskClient, house: House) -> None:
        last = make_person(house, "administrator")
        client.set_cookie("lang", "en")
        sign_in(client, last)
        assert "You are the last administrator" in client.get("/account/delete").text
        post(client, "/account/delete", email=last.email, password=PASSWORD)
        assert count(house, "person", "erased_at IS NULL") == 1
        make_person(house, "administrator")
        assert post(client, "/account/delete", email=last.email, password=PASSWORD).status_code == 303


def test_every_page_takes_a_fixed_number_of_queries(
    app: Flask, anna: FlaskClient, person: Person, house: House
) -> None:
    from tests.statements import statements

    with statements(house.database) as few:
        anna.get("/account")
    for _each in range(5):
        sign_in(app.test_client(), person)
    with statements(house.database) as many:
        anna.get("/account")
    assert len(many) == len(few)
