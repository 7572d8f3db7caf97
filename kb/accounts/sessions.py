"""Login sessions: signing in and out, and ending a session from elsewhere.

A login session is a row, and cookies only hold its token: without the row every cookie is worthless, the one that
remembers people too. So signing out, a new password and being disabled end it for real.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from kb.accounts.models import LoginSession, OneTimeLink, Person
from kb.accounts.tokens import digest, new_token
from kb.core import now

IDLE = dt.timedelta(hours=8)
"""How long a login session lives when nothing is done in it; one that is remembered lives until it expires."""
LONGEST = dt.timedelta(hours=24)
REMEMBERED = dt.timedelta(days=30)
SEEN_EVERY = dt.timedelta(minutes=5)
"""How exactly we keep when a login session was last used: a write for each page would be too much."""


def begin(session: Session, person: Person, *, device: str, remember: bool = False) -> str:
    """Begin a login session of a person and return its token, which only the browser keeps."""
    token = new_token()
    moment = now()
    session.add(
        LoginSession(
            person_id=person.id,
            digest=digest(token),
            created_at=moment,
            seen_at=moment,
            expires_at=moment + (REMEMBERED if remember else LONGEST),
            remembered=remember,
            device=device[:200],
        )
    )
    return token


def find(session: Session, token: str) -> LoginSession | None:
    """Return the login session of a token with its person, when it is still good and the person may act."""
    row = session.scalar(
        select(LoginSession)
        .where(LoginSession.digest == digest(token))
        .options(joinedload(LoginSession.person))
    )
    moment = now()
    if row is None or row.expires_at <= moment or not row.person.active:
        return None
    idle = not row.remembered and moment - row.seen_at > IDLE
    return None if idle else row


def is_due(row: LoginSession) -> bool:
    """Tell whether it is time to note that a login session was used."""
    return now() - row.seen_at > SEEN_EVERY


def seen(session: Session, token: str) -> None:
    """Note that a login session was used just now."""
    row = session.scalar(select(LoginSession).where(LoginSession.digest == digest(token)))
    if row is not None:
        row.seen_at = now()


def end(session: Session, token: str) -> None:
    """End the login session of a token, if there is one."""
    session.execute(delete(LoginSession).where(LoginSession.digest == digest(token)))


def end_one(session: Session, person_id: int, number: int) -> None:
    """End one login session of a person; nothing happens when it is somebody else's or gone."""
    session.execute(
        delete(LoginSession).where(LoginSession.id == number, LoginSession.person_id == person_id)
    )


def end_all(session: Session, person_id: int, *, but: str = "") -> None:
    """End all login sessions of a person, but for the one of the token `but`."""
    rows = delete(LoginSession).where(LoginSession.person_id == person_id)
    session.execute(rows.where(LoginSession.digest != digest(but)) if but else rows)


def forget_expired(session: Session) -> None:
    """Delete the login sessions and one-time links that have expired."""
    moment = now()
    session.execute(delete(LoginSession).where(LoginSession.expires_at < moment))
    session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < moment))
