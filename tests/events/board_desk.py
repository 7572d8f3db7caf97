"""What the tests of the board share: an open board, and participants who join it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.house import House
from tests.events.sessions import prepared
from tests.people import Person, csrf, make_person, sign_in
from tests.town import ask

JSON = {"Accept": "application/json"}
ROOMS = [{"key": f"r{number}", "name": f"Groep {number}", "lead": "", "url": ""} for number in (1, 2)]


@dataclass
class Desk:
    """A board of an open session: its address, its code, the numbers of its questions, and its lead."""

    house: House
    app: Flask
    slug: str
    lead: Person

    @property
    def url(self) -> str:
        return f"/events/{self.slug}/board"

    @property
    def code(self) -> str:
        sql = "SELECT code FROM board JOIN event ON id = event_id WHERE slug = ?"
        (row,) = ask(self.house, sql, self.slug)
        return str(row[0])

    @property
    def questions(self) -> list[int]:
        sql = (
            "SELECT learning_question.id FROM learning_question JOIN event ON event.id = event_id"
            " WHERE slug = ? ORDER BY position"
        )
        rows = ask(self.house, sql, self.slug)
        return [row[0] for row in rows]

    def joined(self, **fields: str) -> FlaskClient:
        """Return a browser that joined the board."""
        client = self.app.test_client()
        client.set_cookie("lang", "en")
        answer = client.post(f"/join/{self.code}", data={"csrf_token": csrf(client), **fields})
        assert answer.status_code == 303, answer.text
        return client

    def led(self) -> FlaskClient:
        """Return the browser of its lead."""
        client = sign_in(self.app.test_client(), self.lead)
        client.set_cookie("lang", "en")
        return client

    def post(self, client: FlaskClient, path: str, /, **fields: Any) -> TestResponse:
        """Send something as the script of the board does."""
        return client.post(self.url + path, data={"csrf_token": csrf(client), **fields}, headers=JSON)

    def write(self, client: FlaskClient, text: str, question: int = 0, uid: str = "") -> TestResponse:
        """Post a note under a question, counted from 0."""
        return self.post(
            client, "/notes", text=text, question=str(self.questions[question]), uid=uid or str(uuid4())
        )

    def note(self, text: str) -> int:
        """Return the number of the note with this text."""
        ((number,),) = ask(self.house, "SELECT id FROM note WHERE text = ?", text)
        return int(number)

    def news(self, client: FlaskClient, since: int = 0) -> dict[str, Any]:
        """Return what changed since a version."""
        answer = client.get(f"{self.url}/updates?since={since}")
        assert answer.status_code == 200, answer.status_code
        assert isinstance(answer.json, dict)
        return answer.json

    def seen(self, client: FlaskClient) -> str:
        """Return all that an update says to this browser."""
        return "\n".join(note["html"] for note in self.news(client)["notes"])


def open_board(house: House, app: Flask, **fields: Any) -> Desk:
    """Open the board of a new session."""
    lead = make_person(house, "session-lead")
    return Desk(house, app, prepared(house, lead, "open", **{"rooms": ROOMS, **fields}), lead)
