"""What administrators do with people, and what nobody else may: services and policy together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from kb.accounts import models, queries, sessions
from kb.accounts.actor import NOBODY, OPERATOR, Actor, Role
from kb.accounts.models import LinkPurpose
from kb.accounts.services import leaving, links, people, second_steps
from kb.core import Conflict, Forbidden, NotFound, Refusal
from kb.house import House
from kb.mail import outbox
from tests.people import Person, make_person
from tests.town import ask, count


@pytest.fixture
def boss(house: House) -> Person:
    return make_person(house, "administrator", email="bas@example.org")


@pytest.fixture
def anna(house: House) -> Person:
    return make_person(house, "author", name="Anna", email="anna@example.org")


def do(house: House, act: Callable[..., Any], actor: Actor, person: Person, *more: Any, **named: Any) -> Any:
    with house.database.transaction() as session:
        return act(session, actor, session.get_one(models.Person, person.id), *more, **named)


HASH = "another"
MANAGING: dict[str, Callable[[Session, Actor, models.Person], Any]] = {
    "invite": lambda session, actor, _person: people.invite(session, actor, email="new@example.org"),
    "add": lambda session, actor, _person: people.add(session, actor, email="new@example.org"),
    "link": people.new_link,
    "roles": lambda session, actor, person: people.change_roles(session, actor, person, ["editor"]),
    "disable": people.disable,
    "enable": people.enable,
}
CHANGING: dict[str, Callable[[Session, Actor, models.Person], Any]] = {
    "rename": lambda session, actor, person: people.rename(session, actor, person, "Another"),
    "language": lambda session, actor, person: people.change_language(session, actor, person, "en"),
    "end login": lambda session, actor, person: people.end_login(session, actor, person, 1),
    "end logins": people.end_logins,
    "two-step off": second_steps.switch_off,
    "export": leaving.own_data,
    "erase": leaving.erase,
}
OWN: dict[str, Callable[[Session, Actor, models.Person], Any]] = {
    "password": lambda session, actor, person: people.change_password(
        session, actor, person, password_hash=HASH
    ),
    "notifications": lambda session, actor, person: people.change_notifications(session, actor, person, []),
    "two-step": second_steps.begin,
    "confirm": lambda session, actor, person: second_steps.confirm(session, actor, person, "000000"),
    "codes": second_steps.renew_codes,
}


class TestWhoMayDoWhat:
    """Role by action: who manages people, whose account it is, and everybody else."""

    @pytest.mark.parametrize("name", [*MANAGING, *CHANGING, *OWN])
    @pytest.mark.parametrize("who", ["nobody", "colleague", "editor", "administrator", "operator", "self"])
    def test_each(self, house: House, boss: Person, anna: Person, name: str, who: str) -> None:
        actors = {
            "nobody": NOBODY,
            "colleague": make_person(house, "author", "session-lead").actor,
            "editor": make_person(house, "editor").actor,
            "administrator": boss.actor,
            "operator": OPERATOR,
            "self": anna.actor,
        }
        allowed = {
            **{each: {"administrator", "operator"} for each in MANAGING},
            **{each: {"administrator", "operator", "self"} for each in CHANGING},
            **{each: {"self"} for each in OWN},
        }
        act = {**MANAGING, **CHANGING, **OWN}[name]
        try:
            do(house, act, actors[who], anna)
            refused = False
        except Forbidden:
            refused = True
        except Refusal:
            refused = False  # it may be asked, but makes no sense just now
        assert refused == (who not in allowed[name])


class TestInviting:
    def test_adds_somebody_who_can_not_sign_in_yet(self, house: House, boss: Person) -> None:
        with house.database.transaction() as session:
            person, token = people.invite(
                session,
                boss.actor,
                email=" New@Example.org",
                roles=["editor", "author", "author"],
                language="en",
            )
            assert (person.email, person.roles, person.password_hash, person.language) == (
                "new@example.org",
                ["author", "editor"],
                "",
                "en",
            )
            assert links.find(session, token, LinkPurpose.INVITATION).person_id == person.id

    @pytest.mark.parametrize(
        "email",
        ["", "x", "x@", "@x", "a b@example.org", "a@b\r\nBcc: c@example.org", "x" * 250 + "@example.org"],
    )
    def test_only_an_address_that_mail_reaches(self, house: House, boss: Person, email: str) -> None:
        with pytest.raises(Refusal), house.database.transaction() as session:
            people.invite(session, boss.actor, email=email)
        assert count(house, "person") == 1

    def test_nobody_has_two_accounts(self, house: House, boss: Person, anna: Person) -> None:
        with pytest.raises(Conflict), house.database.transaction() as session:
            people.invite(session, boss.actor, email=anna.email.upper())

    def test_no_made_up_role(self, house: House, boss: Person) -> None:
        with pytest.raises(Refusal), house.database.transaction() as session:
            people.invite(session, boss.actor, email="new@example.org", roles=["owner"])

    def test_a_new_link_is_an_invitation_or_a_reset(self, house: House, boss: Person, anna: Person) -> None:
        new = make_person(house, password="")
        assert do(house, people.new_link, boss.actor, new)[0] is LinkPurpose.INVITATION
        assert do(house, people.new_link, boss.actor, anna)[0] is LinkPurpose.RESET

    def test_no_link_for_who_is_disabled(self, house: House, boss: Person) -> None:
        shut = make_person(house, disabled_at=dt.datetime.now(dt.UTC))
        with pytest.raises(Refusal):
            do(house, people.new_link, boss.actor, shut)


class TestRoles:
    def test_are_replaced_and_the_person_signs_in_anew(
        self, house: House, boss: Person, anna: Person
    ) -> None:
        """TRUST 45: nobody goes on with the session he had before his rights changed."""
        with house.database.transaction() as session:
            sessions.begin(session, session.get_one(models.Person, anna.id), device="")
        do(house, people.change_roles, boss.actor, anna, ["session-lead", "author"])
        assert ask(house, "SELECT roles FROM person WHERE id = ?", anna.id) == [
            ('["author", "session-lead"]',)
        ]
        assert count(house, "login_session") == 0

    def test_the_same_again_changes_nothing(self, house: House, boss: Person, anna: Person) -> None:
        with house.database.transaction() as session:
            sessions.begin(session, session.get_one(models.Person, anna.id), device="")
        do(house, people.change_roles, boss.actor, anna, ["author"])
        assert count(house, "login_session") == 1
        assert count(house, "log_entry") == 0


class TestTheLastAdministrator:
    @pytest.mark.parametrize(
        "act",
        [
            people.disable,
            leaving.erase,
            lambda session, actor, person: people.change_roles(session, actor, person, []),
        ],
    )
    def test_stays(self, house: House, boss: Person, act: Callable[..., Any]) -> None:
        make_person(house, "administrator", password="")
        make_person(house, "administrator", disabled_at=dt.datetime.now(dt.UTC))
        with pytest.raises(Refusal, match="last administrator"):
            do(house, act, OPERATOR, boss)
        make_person(house, "administrator")
        do(house, act, OPERATOR, boss)

    def test_nobody_disables_himself(self, house: House, boss: Person) -> None:
        make_person(house, "administrator")
        with pytest.raises(Refusal, match="yourself"):
            do(house, people.disable, boss.actor, boss)


class TestNotifications:
    def test_everything_until_it_is_switched_off(self, house: House, anna: Person) -> None:
        do(house, people.change_notifications, anna.actor, anna, ["remarks", "made-up"])
        with house.database.reading() as session:
            person = session.get_one(models.Person, anna.id)
            wanted = [name for name in people.NOTIFICATIONS if people.wants(person, name)]
            assert wanted == ["remarks"]
            assert people.wants(person, "another")

    def test_nothing_for_who_is_disabled(self, house: House) -> None:
        shut = make_person(house, disabled_at=dt.datetime.now(dt.UTC))
        with house.database.reading() as session:
            assert not people.wants(session.get_one(models.Person, shut.id), "review")


def tables(house: House) -> list[list[Any]]:
    """Return all that stands in the tables that know people."""
    return [
        ask(house, f"SELECT * FROM {table}")  # noqa: S608 - the words are the test's own
        for table in ("person", "login_session", "one_time_link", "mail_outbox", "log_entry")
    ]


class TestErasing:
    @pytest.fixture
    def full(self, house: House, anna: Person) -> Person:
        with house.database.transaction() as session:
            row = session.get_one(models.Person, anna.id)
            sessions.begin(session, row, device="Firefox/Windows")
            people.new_link(session, OPERATOR, row)
            second_steps.begin(session, anna.actor, row)
            outbox.queue(session, anna.email, "About you", "Hello Anna")
            outbox.queue(session, "bea@example.org", "About you", "Hello Bea")
        return anna

    def test_a_dry_run_says_the_same_and_changes_nothing(self, house: House, full: Person) -> None:
        before = tables(house)
        with house.database.reading() as session:
            said = leaving.would_erase(session, session.get_one(models.Person, full.id))
        assert tables(house) == before
        assert do(house, leaving.erase, OPERATOR, full) == said
        assert (said.login_sessions, said.links, said.mails, said.log_lines_kept) == (1, 1, 1, 1)

    def test_nothing_says_who_it_was(self, house: House, full: Person) -> None:
        do(house, leaving.erase, OPERATOR, full)
        assert "anna" not in str(tables(house)).lower()
        assert count(house, "mail_outbox") == 1

    def test_lines_of_the_log_stay_without_a_name(self, house: House, full: Person) -> None:
        do(house, leaving.erase, OPERATOR, full)
        with house.database.reading() as session:
            assert {entry.by.name for entry in session.query(models.LogEntry) if entry.by} == {""}

    def test_the_erased_are_not_found(self, house: House, full: Person) -> None:
        do(house, leaving.erase, OPERATOR, full)
        with house.database.reading() as session:
            assert queries.by_email(session, full.email) is None
            assert queries.by_email(session, f"erased-{full.id}@invalid") is None
            assert not queries.people(session)
            with pytest.raises(NotFound):
                queries.person(session, full.id)

    def test_the_address_is_free_again(self, house: House, full: Person) -> None:
        do(house, leaving.erase, OPERATOR, full)
        assert make_person(house, email=full.email).id != full.id


def test_what_is_done_stands_in_the_log_without_addresses(house: House, boss: Person, anna: Person) -> None:
    with house.database.transaction() as session:
        people.invite(session, boss.actor, email="new@example.org", name="Nieuw", roles=["author"])
    do(house, people.rename, boss.actor, anna, "Annemarie")
    do(house, people.disable, boss.actor, anna)
    rows = ask(house, "SELECT by_id, did, kind, key, detail FROM log_entry ORDER BY id")
    assert [row[1] for row in rows] == [
        "person.add",
        "person.link-invitation",
        "person.rename",
        "person.disable",
    ]
    assert {row[0] for row in rows} == {boss.id}
    assert rows[2][2:4] == ("person", str(anna.id))
    for word in ("example.org", "Nieuw", "Annemarie"):
        assert word not in str(rows)


def test_every_role_has_its_words() -> None:
    from kb.accounts.words import NOTIFICATIONS, ROLES

    assert set(ROLES) == set(Role)
    assert set(NOTIFICATIONS) == set(people.NOTIFICATIONS)
