"""A case on its way through the review, for tests: begun, submitted, returned, published, by whoever is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kb import create_app
from kb.accounts.actor import Actor
from kb.cases import queries
from kb.cases.content import Content, empty_content, empty_row
from kb.cases.models import Case, CaseStatus
from kb.cases.services import drafts, review
from kb.house import House
from tests.people import Person, sign_in

SUDO = Actor(sudo=True)
_apps: dict[Path, Flask] = {}


def ready(**fields: Any) -> Content:
    """Return a content to which nothing is missing."""
    challenge = {**empty_row("challenges", "c1"), "title": "Wie beslist?", "cause": "Niemand wist het."}
    lesson = {
        **empty_row("lessons", "n1"),
        "statement": "Begin klein.",
        "challenge": "c1",
        "themes": ["inclusion"],
        "perspectives": ["resident"],
    }
    return {
        **empty_content(),
        "title": "Het plein van Stein",
        "summary": "Bewoners maken een plein.",
        "story": "Een **verhaal** over het plein.",
        "authors": "A. Schrijver",
        "challenges": [challenge],
        "lessons": [lesson],
        "sources": [
            {"title": "Verslag", "url": "https://bron.example/verslag", "publisher": "Dorp", "accessed": ""}
        ],
        **fields,
    }


def begin(house: House, writer: Person, **fields: Any) -> str:
    """Begin a case that is ready to be submitted, and return its slug."""
    with house.database.transaction() as session:
        case = drafts.begin(session, writer.actor, ready(**fields))
        case.nobody_named = True
        return case.slug


def submit(house: House, writer: Person, slug: str, reason: str = "") -> None:
    """Submit what is being written of a case."""
    change(house, slug, lambda session, case: review.submit(session, writer.actor, case, reason=reason))


def publish(house: House, writer: Person, editor: Person, **fields: Any) -> str:
    """Take a case all the way to its readers, and return its slug."""
    slug = begin(house, writer, **fields)
    submit(house, writer, slug)
    change(house, slug, lambda session, case: review.publish(session, editor.actor, case))
    return slug


def write(house: House, writer: Person, slug: str, **fields: Any) -> None:
    """Change what is being written of a case."""

    def save(session: Session, case: Case) -> None:
        content = {**drafts.working_content(case), **fields}
        drafts.save(session, writer.actor, case, content, drafts.version_of(case))

    change(house, slug, save)


def publish_again(house: House, writer: Person, editor: Person, slug: str, **fields: Any) -> None:
    """Publish a new version of a case."""
    write(house, writer, slug, **fields)
    submit(house, writer, slug)
    change(house, slug, lambda session, case: review.publish(session, editor.actor, case))


def change(house: House, slug: str, how: Callable[..., Any]) -> Any:
    """Do something with a case in a transaction, and return what that gave."""
    with house.database.transaction() as session:
        return how(session, queries.case_to_write(session, SUDO, slug))


def look(house: House, slug: str, how: Callable[..., Any]) -> Any:
    """Look at a case, and return what was looked for."""
    with house.database.reading() as session:
        return how(queries.case_to_write(session, SUDO, slug))


def reader(house: House, person: Person | None = None) -> FlaskClient:
    """Return somebody who reads and writes in English, signed in when it is somebody."""
    data = house.settings.data
    if data not in _apps:  # making one takes longer than most of these tests
        _apps.clear()
        _apps[data] = create_app(house)
    client = _apps[data].test_client()
    client.set_cookie("lang", "en")
    return sign_in(client, person) if person else client


def status(house: House, slug: str) -> tuple[CaseStatus, CaseStatus | None]:
    """Return the status of a case, and that of its draft."""
    found: tuple[CaseStatus, CaseStatus | None] = look(
        house, slug, lambda case: (case.status, case.draft.status if case.draft else None)
    )
    return found
