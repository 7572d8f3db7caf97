"""What the tests of the board share: an open board, participants on it, and what each of them may see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kb.events import board_queries, queries
from kb.events.models import Board, Event, EventStatus, Participant
from kb.events.services import boards, notes, preparing
from kb.house import House
from tests.events.sessions import prepared
from tests.people import Person, csrf, make_person, sign_in

JSON = {"Accept": "application/json"}


@dataclass
class Meeting:
    """A session whose board is open, led by `lead`."""

    house: House
    lead: Person
    slug: str
    code: str
    questions: list[int]
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The address of the board."""
        return f"/events/{self.slug}/board"

    @contextmanager
    def open(self) -> Iterator[tuple[Session, Event]]:
        """Open a transaction with the session in it."""
        with self.house.database.transaction() as session:
            event = queries.event_to_import(session, self.slug)
            assert event is not None
            yield session, event

    def join(self, name: str = "", room: str = "") -> int:
        """Let somebody join; return the number of the participant."""
        with self.house.database.transaction() as session:
            joined = boards.join(session, self.code, nickname=name, room=room)
            self.tokens[str(joined.participant.id)] = joined.token
            return joined.participant.id

    def write(self, me: int, text: str, question: int = 0, uid: str = "") -> int:
        """Let a participant write a note; return its number."""
        with self.open() as (session, event):
            row = session.get_one(Participant, me)
            uid = uid or str(uuid4())
            place = self.questions[question]
            return notes.write(session, event, row, question=place, text=text, uid=uid).id

    def vote(self, me: int, number: int, *, on: bool = True) -> None:
        """Let a participant say of a note: with us too."""
        with self.open() as (session, event):
            notes.vote(session, event, session.get_one(Participant, me), number, on=on)

    def does(self, what: str, number: int, **more: Any) -> None:
        """Let the lead do something with a note: a service of `notes`."""
        with self.open() as (session, event):
            getattr(notes, what)(session, self.lead.actor, event, number, **more)

    def move_on(self, status: str) -> None:
        """Let the lead say where the session stands now."""
        with self.open() as (session, event):
            preparing.move_on(session, self.lead.actor, event, EventStatus(status))

    def version(self) -> int:
        """Return the version of the board."""
        with self.open() as (session, event):
            return session.get_one(Board, event.id).version

    def sees(self, me: int = 0, since: int = 0) -> tuple[dict[str, int], list[int]]:
        """Return text and votes of the notes that a participant (the lead: 0) is shown, and the numbers of those gone."""
        with self.open() as (session, event):
            row = session.get_one(Participant, me) if me else None
            found, gone = board_queries.notes_since(session, event, since, lead=not me, me=row)
            return {note.text: found.votes.get(note.id, 0) for note in found.rows}, gone

    def browser(self, app: Flask, me: int) -> FlaskClient:
        """Return a browser in which this participant joined."""
        client = app.test_client()
        client.set_cookie("participant", self.tokens[str(me)], path=self.url)
        return client

    def leading(self, app: Flask) -> FlaskClient:
        """Return a browser in which the lead is signed in."""
        return sign_in(app.test_client(), self.lead)


def meeting(house: House, **fields: Any) -> Meeting:
    """Open the board of a session with these fields."""
    lead = make_person(house, "session-lead")
    rooms = [{"key": "r1", "name": "Deelgroep 1", "lead": "", "url": ""}]
    slug = prepared(house, lead, "open", **{"rooms": rooms, **fields})
    with house.database.reading() as session:
        event, board = board_queries.board_by_slug(session, slug)
        return Meeting(house, lead, slug, board.code, [question.id for question in event.questions])


def send(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Send what the script of the board would send."""
    return client.post(path, data={"csrf_token": csrf(client), **fields}, headers=JSON)


def texts(page: str) -> list[str]:
    """Return the texts of the notes on a page."""
    return re.findall(r'class="note__text"[^>]*>([^<]*)<', page)
