"""The pages of the people, as the administrator uses them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import select

from kb import create_app
from kb.accounts import models, queries
from kb.core import now
from kb.house import House
from kb.mail import outbox
from kb.mail.models import MailRow
from tests.conftest import opened
from tests.people import Person, make_person, post, sign_in
from tests.statements import statements

INVITATION = {"email": "bo@example.org", "name": "Bo de Schrijver", "roles": ["author"], "language": "nl"}
NASTY = '<script>alert(1)</script>"\' onmouseover="x {{7*7}}'


def row(house: House, email: str) -> models.Person:
    with house.database.reading() as session:
        found = queries.by_email(session, email)
        assert found is not None
        session.expunge(found)
        return found


class TestFinding:
    @pytest.fixture(autouse=True)
    def _people(self, house: House) -> None:
        make_person(house, "author", "editor", name="Cas Redactie", email="cas@example.org")
        make_person(house, "author", name="Bo", email="bo@example.org")
        make_person(house, name="Nieuw", email="nieuw@example.org", password="")
        make_person(house, name="Weg", email="weg@example.org", disabled_at=now())
        make_person(house, name="", email="erased-9@invalid", erased_at=now())

    def names(self, desk: FlaskClient, query: str) -> list[str]:
        page = desk.get(f"/admin/people?{query}&lang=en").text
        return re.findall(r'admin-list__name"><a [^>]*>([^<]+)<', page)

    def test_everybody_by_name_but_those_who_left(self, desk: FlaskClient) -> None:
        assert self.names(desk, "") == ["Ada Beheer", "Bo", "Cas Redactie", "Nieuw", "Weg"]

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("q=cas", ["Cas Redactie"]),
            ("q=EXAMPLE.org&state=active", ["Ada Beheer", "Bo", "Cas Redactie"]),
            ("role=author", ["Bo", "Cas Redactie"]),
            ("role=administrator", ["Ada Beheer"]),
            ("role=session-lead", []),
            ("state=invited", ["Nieuw"]),
            ("state=disabled", ["Weg"]),
            ("q=%25", []),
            ("role=boss&state=dead", ["Ada Beheer", "Bo", "Cas Redactie", "Nieuw", "Weg"]),
        ],
    )
    def test_by_what_is_asked(self, desk: FlaskClient, query: str, names: list[str]) -> None:
        assert self.names(desk, query) == names

    def test_behind_the_last_page_there_is_nobody(self, desk: FlaskClient) -> None:
        assert self.names(desk, "page=9") == []
        assert self.names(desk, "page=-9") == self.names(desk, "")

    def test_as_many_statements_for_few_as_for_many(self, desk: FlaskClient, house: House) -> None:
        def count() -> int:
            with statements(house.database) as sent:
                assert desk.get("/admin/people").status_code == 200
            return len(sent)

        before = count()
        for _ in range(20):
            make_person(house, "author")
        assert count() == before


class TestInviting:
    def test_without_mail_the_link_is_shown_once(self, desk: FlaskClient, house: House) -> None:
        answer = post(desk, "/admin/people/new?lang=en", **INVITATION)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        (link,) = re.findall(r'value="http://localhost(/welcome/[\w-]+)"', answer.text)
        assert "the only time that you see it" in answer.text
        assert desk.application.test_client().get(link, follow_redirects=True).status_code == 200
        person = row(house, "bo@example.org")
        assert (person.name, person.roles, person.password_hash) == ("Bo de Schrijver", ["author"], "")
        assert link.split("/")[-1] not in desk.get(f"/admin/people/{person.id}").text

    def test_with_mail_it_is_mailed_and_not_shown(self, data: Path) -> None:
        house = opened(data, KB_MAIL_URL="smtp://127.0.0.1:1?from=kb@example.org")
        boss = make_person(house, "administrator", name="Ada Beheer")
        client = sign_in(create_app(house).test_client(), boss)
        answer = post(client, "/admin/people/new?lang=en", **INVITATION)
        assert answer.status_code == 303
        page = client.get(answer.location).text
        assert "on its way to bo@example.org" in page
        assert "/welcome/" not in page
        with house.database.reading() as session:
            (letter,) = outbox.waiting(session)
            text = session.scalars(select(MailRow.text)).one()
        assert letter.to_address == "bo@example.org"
        assert "/welcome/" in text
        assert "Ada Beheer" in text
        house.close()

    @pytest.mark.parametrize(
        ("field", "value"),
        [("email", "geen adres"), ("email", ""), ("roles", ["author", "boss"]), ("language", "xx")],
    )
    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
        self, desk: FlaskClient, field: str, value: str | list[str]
    ) -> None:
        answer = post(desk, "/admin/people/new", **{**INVITATION, field: value})
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}"' in answer.text
        assert 'value="Bo de Schrijver"' in answer.text

    def test_nobody_is_invited_twice(self, desk: FlaskClient) -> None:
        answer = post(desk, "/admin/people/new?lang=en", **{**INVITATION, "email": "ADA@example.org"})
        assert answer.status_code == 422
        assert "has an account already" in answer.text

    def test_trust_36_nothing_but_the_form_s_own_fields_counts(self, desk: FlaskClient, house: House) -> None:
        post(
            desk,
            "/admin/people/new",
            **INVITATION,
            totp_since="2020-01-01",
            id="77",
            disabled_at="2020-01-01",
        )
        person = row(house, "bo@example.org")
        assert (person.totp_since, person.disabled_at) == (None, None)
        assert person.id != 77


class TestRoles:
    def test_they_change_and_the_person_signs_in_anew(
        self, app: Flask, desk: FlaskClient, house: House
    ) -> None:
        bo = make_person(house, "author", email="bo@example.org")
        browser = sign_in(app.test_client(), bo)
        answer = post(desk, f"/admin/people/{bo.id}/roles", roles=["editor", "session-lead"])
        assert answer.status_code == 303
        assert row(house, bo.email).roles == ["session-lead", "editor"]
        assert "/login" in browser.get("/admin/").location

    def test_none_is_a_choice_too(self, desk: FlaskClient, house: House) -> None:
        bo = make_person(house, "author")
        post(desk, f"/admin/people/{bo.id}/roles")
        assert row(house, bo.email).roles == []

    def test_nobody_takes_the_own_role_away_by_accident(
        self, desk: FlaskClient, boss: Person, house: House
    ) -> None:
        make_person(house, "administrator")
        path = f"/admin/people/{boss.id}/roles"
        answer = post(desk, path, roles=["author"])
        assert answer.status_code == 422
        assert 'name="sure"' in answer.text
        assert row(house, boss.email).roles == ["administrator"]
        post(desk, path, roles=["administrator", "author"])
        assert row(house, boss.email).roles == ["author", "administrator"]
        assert post(desk, path, roles=["author"], sure="yes").location == "/"
        assert row(house, boss.email).roles == ["author"]
        assert desk.get("/admin/").status_code == 403

    def test_the_last_administrator_keeps_the_role(
        self, desk: FlaskClient, boss: Person, house: House
    ) -> None:
        make_person(house, "administrator", disabled_at=now())
        make_person(house, "administrator", password="")
        answer = post(desk, f"/admin/people/{boss.id}/roles?lang=en", roles=["author"], sure="yes")
        assert answer.status_code == 422
        assert "This is the last administrator" in answer.text
        assert row(house, boss.email).roles == ["administrator"]

    def test_trust_36_a_role_that_there_is_not(self, desk: FlaskClient, house: House) -> None:
        bo = make_person(house, "author")
        assert post(desk, f"/admin/people/{bo.id}/roles", roles=["owner"]).status_code == 422
        assert row(house, bo.email).roles == ["author"]


class TestAccount:
    def test_disabling_ends_everything_at_once_and_can_be_undone(
        self, app: Flask, desk: FlaskClient, house: House
    ) -> None:
        bo = make_person(house, "administrator")
        browser = sign_in(app.test_client(), bo)
        assert browser.get("/admin/").status_code == 200
        post(desk, f"/admin/people/{bo.id}/disable")
        assert browser.get("/admin/").status_code == 302
        page = desk.get(f"/admin/people/{bo.id}?lang=en").text
        assert "Let sign in again" in page
        assert "/link" not in page
        post(desk, f"/admin/people/{bo.id}/enable")
        assert row(house, bo.email).disabled_at is None
        assert browser.get("/admin/").status_code == 302

    def test_nobody_disables_himself(self, desk: FlaskClient, boss: Person, house: House) -> None:
        make_person(house, "administrator")
        assert "/disable" not in desk.get(f"/admin/people/{boss.id}").text
        post(desk, f"/admin/people/{boss.id}/disable?lang=en")
        assert row(house, boss.email).disabled_at is None
        assert "disable yourself" in desk.get("/admin/?lang=en").text

    def test_a_disabled_one_gets_no_link(self, desk: FlaskClient, house: House) -> None:
        weg = make_person(house, disabled_at=now())
        assert post(desk, f"/admin/people/{weg.id}/link?lang=en").status_code == 303
        assert "Enable it first" in desk.get("/admin/?lang=en").text

    @pytest.mark.parametrize(("password", "path"), [("", "welcome"), ("negen bomen bij het water", "reset")])
    def test_a_new_link_is_for_what_is_needed(
        self, desk: FlaskClient, house: House, password: str, path: str
    ) -> None:
        bo = make_person(house, password=password)
        answer = post(desk, f"/admin/people/{bo.id}/link")
        (link,) = re.findall(rf'value="http://localhost(/{path}/[\w-]+)"', answer.text)
        assert desk.application.test_client().get(link, follow_redirects=True).status_code == 200

    def test_trust_59_no_secret_and_no_address_comes_in_the_log(
        self, desk: FlaskClient, house: House, caplog: pytest.LogCaptureFixture
    ) -> None:
        answer = post(desk, "/admin/people/new", **INVITATION)
        (secret,) = re.findall(r"/welcome/([\w-]+)", answer.text)
        with house.database.reading() as session:
            lines = session.scalars(select(models.LogEntry)).all()
            written = " ".join(f"{line.did} {line.kind} {line.key} {line.detail}" for line in lines)
        assert "person.add" in written
        for word in (secret, "bo@example.org", "Schrijver"):
            assert word not in written + caplog.text

    def test_signing_out_everywhere(self, app: Flask, desk: FlaskClient, house: House, boss: Person) -> None:
        bo = make_person(house, "administrator")
        browser = sign_in(app.test_client(), bo)
        post(desk, f"/admin/people/{bo.id}/sign-out")
        assert browser.get("/admin/").status_code == 302
        other = sign_in(app.test_client(), boss)
        post(desk, f"/admin/people/{boss.id}/sign-out")
        assert other.get("/admin/").status_code == 302
        assert desk.get("/admin/").status_code == 200

    def test_what_somebody_did_is_shown(self, desk: FlaskClient, boss: Person, house: House) -> None:
        bo = make_person(house, name="Bo")
        post(desk, f"/admin/people/{bo.id}/roles", roles=["author"])
        page = desk.get(f"/admin/people/{boss.id}?lang=en").text
        assert "changed somebody&#39;s roles: " in page
        assert ">Bo</a>" in page

    def test_who_is_not_there(self, desk: FlaskClient, house: House) -> None:
        gone = make_person(house, email="erased-1@invalid", erased_at=now())
        for number in (999, gone.id, 2**63 - 1, 2**64):
            assert desk.get(f"/admin/people/{number}").status_code == 404
            assert post(desk, f"/admin/people/{number}/disable").status_code == 404

    def test_trust_1_names_are_text(self, desk: FlaskClient, house: House) -> None:
        bo = make_person(house, name=NASTY)
        for path in ("/admin/people", f"/admin/people/{bo.id}"):
            page = desk.get(path).text
            assert "<script>alert" not in page
            assert str(escape(NASTY)) in page
