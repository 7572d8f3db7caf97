"""One-time links: for the first administrator, for who is invited, and for a new password.

Opening a link changes nothing (mail programs open links to look at them); it is used up by what is done with it. It is
bound to the password that stood when it was made: once that has changed, the link is worthless.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from kb.accounts import queries
from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.accounts.models import LinkPurpose, OneTimeLink, Person
from kb.accounts.tokens import digest, new_token
from kb.core import Refusal, now

LIFETIMES = {
    LinkPurpose.FIRST_ADMINISTRATOR: dt.timedelta(days=7),
    LinkPurpose.INVITATION: dt.timedelta(days=7),
    LinkPurpose.RESET: dt.timedelta(hours=1),
}


class LinkOver(Refusal):
    """A link was used, has expired, was replaced, or never existed. The four are not told apart."""

    status = 404


def make(session: Session, actor: Actor, purpose: LinkPurpose, person: Person | None = None) -> str:
    """Make a link and return its token, which is kept nowhere; earlier ones for the same person stop working."""
    person_id = person.id if person else None
    session.execute(
        delete(OneTimeLink).where(
            OneTimeLink.person_id == person_id if person else OneTimeLink.person_id.is_(None)
        )
    )
    token = new_token()
    session.add(
        OneTimeLink(
            purpose=purpose,
            person_id=person_id,
            digest=digest(token),
            bound_to=digest(person.password_hash if person else ""),
            expires_at=now() + LIFETIMES[purpose],
        )
    )
    log(session, actor, f"person.link-{purpose.value}", kind="person", key=str(person_id or ""))
    return token


def first_link(session: Session) -> str | None:
    """Return the token of a link for the first administrator; None when there is one who can sign in."""
    if queries.administrators(session):
        return None
    return make(session, Actor(), LinkPurpose.FIRST_ADMINISTRATOR)


def find(session: Session, token: str, *purposes: LinkPurpose) -> OneTimeLink:
    """Return the link of a token when it still works.

    Raises:
        LinkOver: it does not, or it is for something else.

    """
    link = session.scalar(
        select(OneTimeLink)
        .where(OneTimeLink.digest == digest(token), OneTimeLink.purpose.in_(purposes))
        .options(joinedload(OneTimeLink.person))
    )
    if link is None or not _works(session, link):
        raise LinkOver("This link no longer works.")
    return link


def use(link: OneTimeLink) -> None:
    """Use a link up."""
    link.used_at = now()


def _works(session: Session, link: OneTimeLink) -> bool:
    if link.used_at is not None or link.expires_at <= now():
        return False
    if link.purpose is LinkPurpose.FIRST_ADMINISTRATOR:
        return not queries.administrators(session)
    person = link.person
    return person is not None and person.active and link.bound_to == digest(person.password_hash)
