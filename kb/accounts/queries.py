"""Looking people up. Erased people are never found: nothing of them is left to find."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.accounts.actor import Actor, Role
from kb.accounts.models import LogEntry, LoginSession, Person
from kb.core import NotFound, now


def person(session: Session, number: int) -> Person:
    """Return a person by number. Raises NotFound."""
    row = session.get(Person, number)
    if row is None or row.erased_at is not None:
        raise NotFound("There is no such person.")
    return row


def myself(session: Session, actor: Actor) -> Person:
    """Return the row of who acts. Raises NotFound when nobody is signed in."""
    return person(session, actor.id or 0)


def by_email(session: Session, email: str) -> Person | None:
    """Return the person with an e-mail address, in capitals or not."""
    return session.scalar(
        select(Person).where(Person.email == email.strip().lower(), Person.erased_at.is_(None))
    )


def people(session: Session) -> Sequence[Person]:
    """Return everybody, by name; those who did not choose a name yet first."""
    rows = session.scalars(select(Person).where(Person.erased_at.is_(None))).all()
    return sorted(rows, key=lambda row: (row.name.casefold(), row.email))


def logins(session: Session, person: Person) -> Sequence[LoginSession]:
    """Return the login sessions of a person that are still good, the one used last first."""
    return session.scalars(
        select(LoginSession)
        .where(LoginSession.person_id == person.id, LoginSession.expires_at > now())
        .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
    ).all()


def deeds(session: Session, person: Person) -> Sequence[LogEntry]:
    """Return the lines of the log of what a person did, the oldest first."""
    return session.scalars(select(LogEntry).where(LogEntry.by_id == person.id).order_by(LogEntry.id)).all()


def administrators(session: Session) -> Sequence[Person]:
    """Return the administrators who can sign in: not disabled, and with a password."""
    rows = session.scalars(
        select(Person).where(
            Person.disabled_at.is_(None), Person.erased_at.is_(None), Person.password_hash != ""
        )
    ).all()
    # Roles are a list in one column: few people have the role, and few rows are read.
    return [row for row in rows if Role.ADMINISTRATOR in row.roles]


def is_last_administrator(session: Session, person: Person) -> bool:
    """Tell whether nobody else could administrate when this person could not."""
    standing = {row.id for row in administrators(session)}
    return person.id in standing and len(standing) == 1
