"""Signing up, waiting, cancelling, and the lists of the lead; fifty people at once for the last ten places."""

from __future__ import annotations

import csv
import datetime as dt
import http.client
import io
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb import create_app
from kb.accounts import models as accounts
from kb.accounts.actor import OPERATOR
from kb.accounts.services import leaving
from kb.core import now
from kb.events import letters
from kb.events.services import dividing, registering
from kb.house import House
from tests.browser.conftest import served
from tests.conftest import opened
from tests.events.board_desk import ROOMS
from tests.events.sessions import leading, prepared
from tests.paper import Reader
from tests.people import Person, make_person, post, sign_in
from tests.town import ask, number
from tests.tree import parse

TO_COME = {"start": "2036-11-30T10:00", "end": "2036-11-30T12:00", "registration": "here"}
ONE = {"name": "Jan Jansen", "email": "jan@voorbeeld.example"}


@pytest.fixture
def house(data: Path) -> Iterator[House]:
    url = "smtp://127.0.0.1:1?from=Praktijkbank <bank@example.org>"
    with closing(opened(data, KB_MAIL_URL=url)) as house:
        yield house


@pytest.fixture
def app(house: House) -> Flask:
    return create_app(house)


@pytest.fixture
def lead(house: House) -> Person:
    return make_person(house, "session-lead")


@pytest.fixture
def led(app: Flask, lead: Person) -> FlaskClient:
    client = sign_in(app.test_client(), lead)
    client.set_cookie("lang", "en")
    return client


def visitor(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("lang", "en")
    return client


def session_of(house: House, lead: Person, **fields: Any) -> str:
    return prepared(house, lead, "announced", **{**TO_COME, **fields})


def enter(app: Flask, slug: str, number: int) -> str:
    answer = post(
        visitor(app),
        f"/events/{slug}/register",
        name=f"Mens {number}",
        email=f"mens{number}@voorbeeld.example",
    )
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def states(house: House) -> list[str]:
    return [state for (state,) in ask(house, "SELECT state FROM signup ORDER BY id")]


def mails(house: House) -> list[tuple[str, str]]:
    return ask(house, "SELECT to_address, subject FROM mail_outbox ORDER BY id")


def link_of(house: House, address: str) -> str:
    ((text,),) = ask(house, "SELECT text FROM mail_outbox WHERE to_address = ? ORDER BY id LIMIT 1", address)
    found = re.search(r"/signups/\S+", text)
    assert found
    return found[0]


class TestSigningUp:
    def test_it_takes_a_name_and_an_address_and_no_account(
        self, house: House, app: Flask, lead: Person
    ) -> None:
        slug = session_of(house, lead, capacity=40)
        page = Reader(visitor(app)).visit(f"/events/{slug}").follow("Sign up")
        form = (
            page.form("Sign up")
            .fill("Your name", "Jan Jansen")
            .fill("E-mail address", "Jan@Voorbeeld.example")
        )
        page = form.fill("Organisation or group (optional)", "Dorpsraad").press("Sign up")
        assert page.title == "You have signed up"
        assert ask(house, "SELECT name, email, organisation, state FROM signup") == [
            ("Jan Jansen", "jan@voorbeeld.example", "Dorpsraad", "in")
        ]
        assert mails(house) == [("jan@voorbeeld.example", "You are in: Praten over Duiven")]
        assert "1 of 40 places taken" in visitor(app).get(f"/events/{slug}").text

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "x" * 10_000}, "name"),
            ({"email": "nergens"}, "email"),
            ({"email": "jan@voorbeeld.example\r\nBcc: x@evil.example"}, "email"),
            ({"email": "x" * 300 + "@voorbeeld.example"}, "email"),
            ({"organisation": "x" * 500}, "organisation"),
        ],
    )
    def test_nonsense_comes_back_with_what_was_typed(
        self, house: House, app: Flask, lead: Person, fields: dict[str, str], field: str
    ) -> None:
        slug = session_of(house, lead)
        answer = post(
            visitor(app), f"/events/{slug}/register", **{**ONE, "organisation": "Dorpsraad", **fields}
        )
        page = parse(answer.text)
        assert answer.status_code == 422
        assert page.one(id="error-summary").all("a", href=f"#{field}")
        assert states(house) == []

    def test_full_means_waiting_and_who_cancels_makes_room(
        self, house: House, app: Flask, lead: Person
    ) -> None:
        slug = session_of(house, lead, capacity=1)
        for at in range(3):
            enter(app, slug, at)
        assert states(house) == ["in", "waiting", "waiting"]
        link = link_of(house, "mens0@voorbeeld.example")
        page = Reader(visitor(app)).visit(link)
        assert states(house)[0] == "in"  # looking at the link changes nothing
        button = "Yes, take me off the list"
        assert "off the list" in page.form(button).press(button).title
        assert states(house) == ["cancelled", "in", "waiting"]
        assert mails(house)[-1] == (
            "mens1@voorbeeld.example",
            "A place for you after all: Praten over Duiven",
        )
        post(visitor(app), link)
        assert states(house) == ["cancelled", "in", "waiting"]

    def test_more_places_move_people_up(
        self, house: House, app: Flask, lead: Person, led: FlaskClient
    ) -> None:
        slug = session_of(house, lead, capacity=1)
        for at in range(4):
            enter(app, slug, at)
        form = Reader(led).visit(f"/events/{slug}/edit").form("Save")
        form.fill("How many people can come (optional)", "3").press("Save")
        assert states(house) == ["in", "in", "in", "waiting"]

    def test_signing_up_twice_changes_nothing_and_tells_nobody(
        self, house: House, app: Flask, lead: Person
    ) -> None:
        slug = session_of(house, lead)
        first = post(visitor(app), f"/events/{slug}/register", **ONE)
        again = post(visitor(app), f"/events/{slug}/register", **{**ONE, "name": "Iemand anders"})
        assert first.location == again.location
        assert ask(house, "SELECT name FROM signup") == [("Jan Jansen",)]
        assert [subject for _to, subject in mails(house)] == [
            "You are in: Praten over Duiven",
            "You had signed up already: Praten over Duiven",
        ]

    def test_a_cancelled_session_tells_everybody(
        self, house: House, app: Flask, lead: Person, led: FlaskClient
    ) -> None:
        slug = session_of(house, lead, capacity=1)
        for at in range(2):
            enter(app, slug, at)
        post(led, f"/events/{slug}/cancel", off="yes")
        assert [subject for _to, subject in mails(house)[-2:]] == ["Cancelled: Praten over Duiven"] * 2
        answer = post(visitor(app), f"/events/{slug}/register", **ONE)
        assert "closed" in visitor(app).get(f"/events/{slug}/register").text
        assert answer.status_code == 303
        assert len(states(house)) == 2

    def test_the_link_of_another_or_of_nobody_leads_nowhere(
        self, house: House, app: Flask, lead: Person
    ) -> None:
        enter(app, session_of(house, lead), 1)
        good = link_of(house, "mens1@voorbeeld.example")
        for path in ("/signups/x", good[:-1], good + "x", "/signups/" + "A" * 5000):
            assert visitor(app).get(path).status_code == 404, path


class TestReminding:
    def test_who_is_in_is_reminded_the_day_before_once(self, house: House, app: Flask, lead: Person) -> None:
        slug = session_of(house, lead, capacity=1)
        for at in range(2):
            enter(app, slug, at)
        assert letters.send_reminders(app) == 0
        soon = (now() + dt.timedelta(hours=20)).replace(tzinfo=None).isoformat(" ")
        with house.database.transaction() as session:
            session.connection().exec_driver_sql(f"UPDATE event SET starts_at = '{soon}'")  # noqa: S608 - our own words
            session.connection().exec_driver_sql("UPDATE signup SET made_at = '2026-01-01 00:00:00'")
        assert letters.send_reminders(app) == 1
        assert letters.send_reminders(app) == 0
        assert mails(house)[-1] == ("mens0@voorbeeld.example", "Tomorrow: Praten over Duiven")


class TestLists:
    def test_the_lead_notes_who_came_and_takes_people_off(
        self, house: House, app: Flask, lead: Person, led: FlaskClient
    ) -> None:
        slug = session_of(house, lead, capacity=1)
        for at in range(2):
            enter(app, slug, at)
        page = (
            Reader(led).visit(f"/events/{slug}/participants").form("Is there Mens 0").press("Is there Mens 0")
        )
        assert "was there" in page.text
        page.form("Take off the list Mens 0").press("Take off the list Mens 0")
        assert states(house) == ["cancelled", "in"]
        form = Reader(led).visit(f"/events/{slug}/participants").form("Add")
        form.fill("Name", "Bij de deur").fill("E-mail address", "deur@voorbeeld.example").press("Add")
        assert states(house) == ["cancelled", "in", "waiting"]

    def test_badges_show_names_and_no_addresses(
        self, house: House, app: Flask, lead: Person, led: FlaskClient
    ) -> None:
        slug = session_of(house, lead)
        enter(app, slug, 1)
        text = led.get(f"/events/{slug}/badges").text
        assert "Mens 1" in text
        assert "mens1@" not in text

    @pytest.mark.parametrize("how", ["random", "mixed"])
    def test_people_are_divided_and_moved_by_hand(
        self, house: House, app: Flask, lead: Person, led: FlaskClient, how: str
    ) -> None:
        slug = session_of(house, lead, rooms=ROOMS)
        for at in range(7):
            enter(app, slug, at)
        post(led, f"/events/{slug}/rooms", how=how)
        sizes = ask(house, "SELECT count(*) FROM signup GROUP BY room_id ORDER BY 1")
        assert sizes == [(3,), (4,)]
        ((first,),) = ask(house, "SELECT id FROM signup ORDER BY id LIMIT 1")
        for key in ("r1", "r2", ""):
            post(led, f"/events/{slug}/participants/{first}/room", room=key)
        assert ask(house, "SELECT room_id FROM signup WHERE id = ?", first) == [(None,)]
        assert post(led, f"/events/{slug}/participants/{first}/room", room="r9").status_code == 404
        assert "Groep 1" in led.get(f"/events/{slug}/rooms").text

    def test_with_nobody_or_no_rooms_nothing_is_divided(
        self, house: House, lead: Person, led: FlaskClient
    ) -> None:
        for rooms, why in (([], "no rooms yet"), (ROOMS, "nobody to divide")):
            slug = session_of(house, lead, rooms=rooms)
            answer = post(led, f"/events/{slug}/rooms", how="random")
            assert why in led.get(answer.location).text

    def test_only_who_is_there_is_divided_when_asked(self, house: House, app: Flask, lead: Person) -> None:
        slug = session_of(house, lead, rooms=ROOMS)
        for at in range(4):
            enter(app, slug, at)
        with leading(house, lead, slug) as (session, event):
            (first, *_rest) = [row[0] for row in ask(house, "SELECT id FROM signup")]
            registering.attended(session, lead.actor, event, first, on=True)
            session.flush()
            assert dividing.divide(session, lead.actor, event, mixed=False, present=True) == 1
        assert number(house, "SELECT count(*) FROM signup WHERE room_id IS NOT NULL") == 1


class TestForgetting:
    def test_names_and_addresses_go_and_counts_stay(self, house: House, app: Flask, lead: Person) -> None:
        slug = session_of(house, lead)
        enter(app, slug, 1)
        link = link_of(house, "mens1@voorbeeld.example")
        with house.database.transaction() as session:
            assert registering.forget(session, 90) == 0
            session.connection().exec_driver_sql("UPDATE event SET ends_at = '2026-01-01 00:00:00'")
            assert registering.forget(session, 90) == 1
            assert registering.forget(session, 90) == 0
        assert ask(house, "SELECT name, email, organisation, state FROM signup") == [("", "", "", "in")]
        assert visitor(app).get(link).status_code == 404

    def test_how_long_it_is_kept_is_said_on_the_form(self, house: House, app: Flask, lead: Person) -> None:
        assert (
            "90 days after the session"
            in visitor(app).get(f"/events/{session_of(house, lead)}/register").text
        )


def test_trust_11_no_line_of_a_name_becomes_a_line_of_a_mail(house: House, app: Flask, lead: Person) -> None:
    slug = session_of(house, lead, title="Praten\r\nBcc: x@evil.example")
    post(
        visitor(app),
        f"/events/{slug}/register",
        name="Jan\r\nBcc: y@evil.example",
        email="jan@voorbeeld.example",
    )
    ((subject, text),) = ask(house, "SELECT subject, text FROM mail_outbox")
    assert "\n" not in subject
    assert "Dear Jan Bcc: y@evil.example," in text


def test_trust_33_nobody_changes_the_list_of_another_session(house: House, app: Flask, lead: Person) -> None:
    mine, other = session_of(house, lead), make_person(house, "session-lead")
    theirs = session_of(house, other)
    enter(app, theirs, 1)
    (row,) = [found[0] for found in ask(house, "SELECT id FROM signup")]
    client = sign_in(app.test_client(), lead)
    for slug, status in ((mine, 404), (theirs, 403)):
        for what in ("remove", "there", "room"):
            assert post(client, f"/events/{slug}/participants/{row}/{what}", room="r1").status_code == status
    for path in ("participants", "participants.csv", "badges", "rooms"):
        assert client.get(f"/events/{theirs}/{path}").status_code == 403
    assert states(house) == ["in"]


def test_trust_41_fifty_at_once_for_the_last_ten_places(house: House, app: Flask, lead: Person) -> None:
    slug = session_of(house, lead, capacity=12)
    for at in range(2):
        enter(app, slug, at)
    ready = threading.Barrier(50)

    def one(address: str, at: int) -> int:
        """Open the form, wait until all fifty have, and send it."""
        with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)) as line:
            line.request("GET", f"/events/{slug}/register")
            form = line.getresponse()
            cookie = (form.getheader("Set-Cookie") or "").partition(";")[0]
            token = parse(form.read().decode()).all("input", name="csrf_token")[0].get("value")
            ready.wait(60)
            fields = {"csrf_token": token, "name": f"Mens {at}", "email": f"mens{at}@voorbeeld.example"}
            headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
            line.request("POST", f"/events/{slug}/register", urlencode(fields), headers)
            return line.getresponse().status

    with served(house) as address, ThreadPoolExecutor(50) as people:
        answers = list(people.map(one, [address] * 50, range(2, 52)))
    assert answers == [303] * 50
    assert sorted(states(house)) == ["in"] * 12 + ["waiting"] * 40
    assert len(set(ask(house, "SELECT email FROM signup"))) == 52


def test_trust_41_nobody_signs_up_for_what_is_closed(house: House, app: Flask, lead: Person) -> None:
    past = session_of(house, lead, start="2020-01-10T10:00", end="2020-01-10T12:00")
    elsewhere = session_of(house, lead, registration="elsewhere", registration_url="https://example.org/")
    draft = prepared(house, lead, **TO_COME)
    for slug, status in ((past, 303), (elsewhere, 404), (draft, 404), ("nergens", 404)):
        assert post(visitor(app), f"/events/{slug}/register", **ONE).status_code == status
    assert states(house) == []


def test_nobody_floods_the_mail_of_another_by_signing_him_up(data: Path) -> None:
    url = "smtp://127.0.0.1:1?from=Praktijkbank <bank@example.org>"
    with closing(opened(data, KB_MAIL_URL=url, KB_RATE_LIMITS="on")) as house:
        app = create_app(house)
        slug = session_of(house, make_person(house, "session-lead"))
        answers = [post(visitor(app), f"/events/{slug}/register", **ONE) for _ in range(12)]
        assert {(answer.status_code, answer.location) for answer in answers} == {
            (303, f"/events/{slug}/register/done")
        }
        assert len(mails(house)) == 5


def test_trust_57_a_spreadsheet_obeys_no_name(
    house: House, app: Flask, lead: Person, led: FlaskClient
) -> None:
    slug = session_of(house, lead)
    post(
        visitor(app),
        f"/events/{slug}/register",
        name="=1+1",
        email="jan@voorbeeld.example",
        organisation="@SUM(A1)",
    )
    answer = led.get(f"/events/{slug}/participants.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[1][:3] == ["'=1+1", "jan@voorbeeld.example", "'@SUM(A1)"]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="participants-{slug}.csv"'


class TestLeaving:
    """Who erases his account is not kept on the list of a session either, and his place goes to who waits."""

    @pytest.fixture
    def anna(self, house: House, lead: Person, app: Flask) -> Person:
        """The first on a list with one place; somebody else waits."""
        slug = session_of(house, lead, capacity=1)
        enter(app, slug, 1)
        enter(app, slug, 2)
        return make_person(house, email="mens1@voorbeeld.example")

    def test_by_the_page(self, house: House, app: Flask, anna: Person) -> None:
        client = sign_in(app.test_client(), anna)
        assert post(client, "/account/delete", email=anna.email, password=anna.password).status_code == 303
        rows = ask(house, "SELECT name, email, state FROM signup ORDER BY id")
        assert rows == [("", "", "cancelled"), ("Mens 2", "mens2@voorbeeld.example", "in")]
        assert mails(house)[-1] == (
            "mens2@voorbeeld.example",
            "A place for you after all: Praten over Duiven",
        )

    def test_by_the_operator(self, house: House, anna: Person) -> None:
        with house.database.reading() as session:
            row = session.get_one(accounts.Person, anna.id)
            assert leaving.would_erase(session, row, registering.known_by_address).elsewhere == 1
        with house.database.transaction() as session:
            row = session.get_one(accounts.Person, anna.id)
            gone = leaving.erase(session, OPERATOR, row, registering.forget_person)
        assert gone.elsewhere == 1
        assert ask(house, "SELECT count(*) FROM signup WHERE name = 'Mens 1'") == [(0,)]
