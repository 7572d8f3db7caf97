"""People for tests: made in the database, and signed in without the sign-in page, which is slow by design.

A real login through `POST /login` is what `tests/accounts/test_sign_in.py` is about; elsewhere the row of the login
session and the cookie that holds its token are made directly, as the door would make them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any, cast

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from kb.accounts import models, sessions
from kb.accounts.actor import Actor, Role
from kb.accounts.passwords import hashed
from kb.cases.models import Case, case_writer
from kb.house import House

PASSWORD = "negen bomen bij het water"
"""The password of everybody here."""

_CSRF = "c" * 40
_numbers = count(1)


@dataclass(frozen=True)
class Person:
    """Somebody with an account, as a test needs to know him."""

    id: int
    name: str
    email: str
    roles: tuple[str, ...]
    house: House
    password: str = PASSWORD

    @property
    def actor(self) -> Actor:
        """The person as the one who acts, for calling services."""
        return Actor(id=self.id, name=self.name, roles=frozenset(Role(role) for role in self.roles))


def make_person(
    house: House,
    *roles: str,
    name: str = "",
    email: str = "",
    password: str = PASSWORD,
    **fields: Any,
) -> Person:
    """Store a person with these roles, such as `make_person(house, "author")`; an empty password is none yet."""
    number = next(_numbers)
    name = name or f"Persoon {number}"
    email = (email or f"persoon-{number}@example.org").lower()
    with house.database.transaction() as session:
        row = models.Person(
            name=name,
            email=email,
            roles=list(roles),
            password_hash=hash_of(password) if password else "",
            **fields,
        )
        session.add(row)
        session.flush()
        return Person(row.id, name, email, roles, house, password)


def session_cookie(person: Person, **more: Any) -> str:
    """Return the value of the cookie `session` of a browser in which the person is signed in."""
    with person.house.database.transaction() as session:
        row = session.get_one(models.Person, person.id)
        token = sessions.begin(session, row, device="a test")
    return _sealed(person.house, {"_user_id": token, "_fresh": True, "csrf_token": _CSRF, **more})


def made_writer(house: House, person: Person, slug: str) -> Person:
    """Make a person a writer of a case, and return the person."""
    with house.database.transaction() as session:
        case = session.scalars(select(Case.id).where(Case.slug == slug)).one()
        session.execute(insert(case_writer).values(case_id=case, person_id=person.id))
    return person


def sign_in(client: FlaskClient, person: Person) -> FlaskClient:
    """Sign a person in, in this client, and return the client."""
    client.set_cookie("session", session_cookie(person))
    return client


def browser_cookies(person: Person, address: str) -> list[Any]:
    """Return the cookies with which a real browser at `address` is signed in: `context.add_cookies(…)`."""
    return [
        {
            "name": "session",
            "value": session_cookie(person),
            "url": address,
            "httpOnly": True,
            "sameSite": "Lax",
        }
    ]


def csrf(client: FlaskClient) -> str:
    """Return a `csrf_token` that forms sent by this client may hold."""
    with client.session_transaction() as kept:
        raw = kept.setdefault("csrf_token", _CSRF)
    key = cast("str", client.application.secret_key)
    return _text(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(raw))


def post(client: FlaskClient, path: str, /, **fields: Any) -> TestResponse:
    """Send a form, with the token that its page would have held."""
    return client.post(path, data={"csrf_token": csrf(client), **fields})


def _text(sealed: str | bytes) -> str:
    return sealed if isinstance(sealed, str) else sealed.decode("ascii")


@cache
def hash_of(password: str) -> str:
    return hashed(password)


def _sealed(house: House, values: dict[str, Any]) -> str:
    app = Flask("sealer")
    app.secret_key = house.settings.secret_key
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    return _text(serializer.dumps(values))
