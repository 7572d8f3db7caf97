"""Who may ask for what: every address, for every kind of reader, with a case in every state.

The rows in `tests/house/matrix.py` are what the house promises; the addresses come from the application itself, so a new
one without a row fails. A row says for whom an address answers at all: what it answers to nonsense is for the tests of
its own page. Nothing is saved here: each request's changes are undone, so the next one finds the case as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from kb import create_app
from kb.accounts import models as accounts
from kb.cases import queries
from kb.cases.content import content_of, empty_row
from kb.cases.format import check
from kb.cases.models import Attachment, NamedPerson, Remark, ShareLink
from kb.cases.services import drafts, review
from kb.core import now
from kb.db import Database
from kb.events.models import Harvested, Note, Signup
from kb.events.records import empty_record, record_of
from kb.events.services import preparing
from kb.events.services.storing import write
from kb.house import House
from tests.cases.examples import THEMES
from tests.conftest import opened
from tests.databases import Databases
from tests.house.matrix import EVENT_STATES, NO_BOARD, READERS, ROWS, SIGNED_IN, STATES
from tests.people import Person, csrf, make_person, session_cookie
from tests.town import case

LOGIN = re.compile(r"/login(\?|$)")
ROLES: dict[str, tuple[str, ...]] = {
    "disabled": ("administrator",),
    "practitioner": (),
    "author": ("author",),
    "writer": ("author",),
    "lead": ("session-lead",),
    "other_lead": ("session-lead",),
    "editor": ("editor",),
    "administrator": ("administrator",),
}


@dataclass
class World:
    """The knowledge base of these tests, and how each kind of reader is signed in."""

    app: Flask
    cookies: dict[str, str]
    values: dict[str, dict[str, Any]]
    """What stands in the places of an address, by state of the case or of the session."""

    def reader(self, name: str) -> FlaskClient:
        """Return a fresh browser of this kind of reader: what came before may have signed the last one out."""
        client = self.app.test_client()
        if name in self.cookies:
            client.set_cookie("session", self.cookies[name])
        return client


@pytest.fixture(scope="module")
def world(
    databases: Databases, _empty_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with (
        databases.copied(_empty_data, tmp_path_factory.mktemp("matrix") / "data") as data,
        closing(opened(data, KB_DEVELOPMENT="on")) as house,
    ):
        yield from _world(house)


def _world(house: House) -> Iterator[World]:
    people = {name: make_person(house, *roles, name=name) for name, roles in ROLES.items()}
    values = {state: _case_in(house, state, people) for state in STATES}
    values |= {state: _event_in(house, state, people["lead"]) for state in EVENT_STATES}
    house.search.sync()
    app = create_app(house)
    cookies = {name: session_cookie(person) for name, person in people.items()}
    with house.database.transaction() as session:
        session.execute(
            update(accounts.Person)
            .where(accounts.Person.id == people["disabled"].id)
            .values(disabled_at=now())
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "transaction", _undone(Database.transaction))
        yield World(app, cookies, values)


def _undone(real: Any) -> Any:
    """Return a transaction whose changes are taken back at its end."""

    @contextmanager
    def transaction(self: Database) -> Iterator[Session]:
        with real(self) as session:
            yield session
            session.flush()
            session.expunge_all()  # a page may still show what it was about to save
            session.rollback()

    return transaction


def _case_in(house: House, state: str, people: dict[str, Person]) -> dict[str, Any]:
    """Make a case in a state, and return what stands for it in addresses."""
    writer, editor = people["writer"].actor, people["editor"].actor
    record, slips = check(case(1, "draft"), themes=THEMES)
    assert not slips
    content = {
        **content_of(record),
        "title": state,
        "sources": [{**empty_row("sources"), "title": "De krant"}],
    }
    for row in content["challenges"]:
        row["cause_unknown"] = "yes"
    with house.database.transaction() as session:
        drafts.begin(session, writer, content).nobody_named = True
    with house.database.transaction() as session:
        found = queries.case_to_write(session, writer, state)
        if state != "draft":
            review.submit(session, writer, found)
        if state == "returned":
            review.send_back(session, editor, found, reason="x")
        if state in {"published", "withdrawn", "archived", "edited"}:
            review.publish(session, editor, found)
        if state == "withdrawn":
            review.withdraw(session, editor, found, reason="x")
        if state == "archived":
            review.archive(session, editor, found, reason="x")
        if state == "edited":
            drafts.save(session, writer, found, {**drafts.working_content(found), "summary": "Nieuw"}, 0)
        remark = Remark(case_id=found.id, field="summary", text="Wie?", by_id=editor.id)
        link = ShareLink(
            case_id=found.id, digest=state, meant_for="An", made_by_id=writer.id, expires_at=now()
        )
        named = NamedPerson(case_id=found.id, name="Jan", consent="given")
        file = Attachment(
            case_id=found.id,
            key=f"key-{state}",
            file_name="x.pdf",
            media_type="application/pdf",
            size=4,
            sha256=house.shelf.put(b"%PDF"),
            published=state in {"published", "edited", "withdrawn"},
        )
        session.add_all([remark, link, named, file])
        session.flush()
        lessons = [lesson.id for lesson in found.lessons]
        return {
            "slug": state,
            "lesson": lessons[0] if lessons else 10**6,
            "key": file.key,
            "number": 1,
            "remark": remark.id,
            "link": link.id,
            "named": named.id,
            "tag": found.tags[0].id if found.tags else 1,
            "other_tag": found.tags[1].id if found.tags else 2,
            "person": people["practitioner"].id,
            "token": "no-such-token",
            "filename": "css/site.css",
        }


def _event_in(house: House, state: str, lead: Person) -> dict[str, Any]:
    """Make a session in a state, and return what stands for it in addresses."""
    record = {
        **empty_record("nl"),
        "title": state,
        "start": "2026-11-30T10:00",
        "end": "2026-11-30T12:00",
        "registration": "here",
        "series": {"slug": "reeks", "title": "Reeks", "introduction": ""},
    }
    with house.database.transaction() as session:
        event = preparing.begin(session, lead.actor, record)
        question, note = event.questions[0].id, None
        if state not in NO_BOARD:
            write(session, event, {**record_of(event), "status": "open"})
            note = Note(
                event_id=event.id, question_id=question, uid="x", text="Briefje", state="shown", changed=1
            )
            session.add(note)
        write(session, event, {**record_of(event), "status": state.removeprefix("session-")})
        signup = Signup(
            event_id=event.id, state="in", name="Jan", email=f"{state}@example.org", language="nl", nonce="x"
        )
        harvested = Harvested(event_id=event.id, kind="action", text="Bellen", owner="De wijkraad")
        session.add_all([signup, harvested])
        session.flush()
        return {
            "slug": event.slug,
            "lead": lead.id,
            "question": question,
            "note": note.id if note else 1,
            "signup": signup.id,
            "harvested": harvested.id,
        }


def addresses(app: Flask) -> dict[str, str]:
    """Return the rule of every address by endpoint and method."""
    return {
        f"{rule.endpoint} {method}": rule.rule
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_address_has_its_row_and_no_other(app: Flask) -> None:
    assert sorted({name.partition("/")[0] for name in ROWS}) == sorted(addresses(app))


@pytest.mark.parametrize("name", ROWS)
def test_it_answers_those_it_is_for_and_nobody_else(world: World, name: str) -> None:
    row = ROWS[name]
    endpoint, method = name.partition("/")[0].split()
    wrong: list[tuple[str, str, int]] = []
    for state in EVENT_STATES if row.of_an_event else STATES if row.of_a_case else STATES[:1]:
        with world.app.test_request_context():
            path = world.app.url_for(endpoint, **_filled(world, endpoint, state, row.values))
        for reader in READERS:
            client = world.reader(reader)
            data = {"csrf_token": csrf(client), **row.form} if method == "POST" else None
            with closing(client.open(path, method=method, data=data)) as answer:
                status, location = answer.status_code, answer.headers.get("Location", "")
            away = status == 302 and not row.leads_on and bool(LOGIN.search(location))
            refused = away or status in {401, 403, 404}
            if row.finds_nothing:
                refused = away or status in {401, 403}
            expected = row.lets_in(reader, state)
            if refused == expected or status >= 500:
                wrong.append((state, reader, status))
            elif reader not in SIGNED_IN and status == 403 and not (row.gives_back or row.is_known):
                wrong.append((state, reader, status))  # 403 tells that it is there
    assert wrong == []


def _filled(world: World, endpoint: str, state: str, values: dict[str, str]) -> dict[str, Any]:
    """Return what stands in the places of an address; a row says what `number` and such are of."""
    (rule, *_more) = world.app.url_map.iter_rules(endpoint)
    known = world.values[state]
    filled: dict[str, Any] = {name: text for name, text in values.items() if name not in rule.arguments}
    for place in rule.arguments:
        meant = values.get(place, place)
        filled[place] = known.get(meant, meant)
    return filled


def test_another_method_is_refused(app: Flask) -> None:
    client = app.test_client()
    known = {(rule, name.split()[1]) for name, rule in addresses(app).items()}
    for rule in {rule for rule, _ in known}:
        path = re.sub(r"<int[^>]*>", "1", rule)
        path = re.sub(r"<any\(([\w-]+)[^>]*>", r"\1", path)
        path = re.sub(r"<[^>]*>", "x", path)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            if (rule, method) not in known and (rule, "GET") in known:
                assert client.open(path, method=method).status_code in {405, 404}, (method, path)


def test_nothing_changes_by_asking(world: World) -> None:
    """Every address that changes something is a POST of its own; HEAD and GET decide alike."""
    client = world.reader("administrator")
    for name, rule in addresses(world.app).items():
        if name.endswith(" GET") and "<" not in rule:
            assert client.head(rule).status_code == client.get(rule).status_code, rule


def test_a_form_without_its_token_is_refused(world: World) -> None:
    for name, row in ROWS.items():
        endpoint, method = name.partition("/")[0].split()
        if method == "POST":
            with world.app.test_request_context():
                state = EVENT_STATES[2] if row.of_an_event else "submitted"
                path = world.app.url_for(endpoint, **_filled(world, endpoint, state, row.values))
            assert world.reader("administrator").post(path, data=row.form).status_code == 400, name
