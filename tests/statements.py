"""Counting what is asked of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from kb.db import Database


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Give a list to which every statement that is sent to the database is added."""
    sent: list[str] = []

    def add(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    for engine in (database.engine, database._writing):
        event.listen(engine, "before_cursor_execute", add)
    try:
        yield sent
    finally:
        for engine in (database.engine, database._writing):
            event.remove(engine, "before_cursor_execute", add)


def made_for(client: FlaskClient) -> None:
    """Let this client get pages that are made for it: who sends a session, though it be nobody's, gets none that are kept."""
    client.set_cookie("session", "of nobody")
