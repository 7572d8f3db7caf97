"""Passwords of people: choosing one, and telling whether somebody knows his. None of this needs a transaction."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kb.accounts import queries
from kb.accounts.models import Person
from kb.accounts.passwords import hashed, match_nobody, matches, needs_rehash, why_refused
from kb.core import Refusal


def chosen(password: str, *about: str) -> str:
    """Return the hash of a new password. Raises Refusal, which says why it can't be chosen."""
    why_refused(password, about=about)
    return hashed(password)


def who(session: Session, email: str, password: str) -> Person | None:
    """Return the person with this address and password, when he may sign in.

    An unknown address, a wrong password, a disabled account and one without a password all take as long.
    """
    person = queries.by_email(session, email)
    if person is None:
        match_nobody(password)
        return None
    right = matches(person.password_hash, password)
    return person if right and person.active else None


def check(person: Person, password: str) -> None:
    """Do nothing when this is the person's password. Raises Refusal."""
    if not matches(person.password_hash, password):
        raise Refusal("This is not your password.")


def made_anew(person: Person, password: str) -> str:
    """Return a new hash of the password that was just found right, when the kept one is of an older make; else nothing."""
    return hashed(password) if needs_rehash(person.password_hash) else ""
