"""Signing up for a session, waiting for a place, and not coming after all.

Places are counted and given in one transaction that holds the write lock from its start, so two people never get the last
one. Whoever leaves makes room for the first who waits, at once.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.cases.models import Perspective
from kb.core import Conflict, NotFound, now
from kb.db import Database
from kb.events import policy, signup_queries
from kb.events.models import Event, Room, Signup, SignupState
from kb.events.services.leading import check_lead

DAY = dt.timedelta(days=1)
Send = Callable[[Session, Signup], None]
"""Tells somebody something by mail, where mail is set up."""


@dataclass(frozen=True)
class Who:
    """What somebody tells of himself; the form has checked it."""

    name: str
    email: str
    organisation: str
    perspective: Perspective | None
    language: str


def sign_up(session: Session, event: Event, who: Who) -> tuple[Signup, bool]:
    """Sign somebody up, or put him on the waiting list; return the row and whether it is new.

    With an address that is signed up already nothing changes, and who asks must not learn of it.

    Raises:
        Conflict: nobody can sign up for this session now.

    """
    if not policy.may_sign_up(event, now()):
        raise Conflict("Signing up for this session is closed.")
    return _enter(session, event, who)


def add(session: Session, actor: Actor, event: Event, who: Who) -> tuple[Signup, bool]:
    """Sign somebody up as the lead, also when signing up is closed; the capacity counts. Raises Forbidden."""
    check_lead(actor, event)
    row, new = _enter(session, event, who)
    if new:
        log(session, actor, "signup.add", kind="event", key=event.slug, detail=str(row.id))
    return row, new


def cancel(session: Session, row: Signup) -> list[Signup]:
    """Take somebody off the list; return who moved up because of it. A second time nothing happens."""
    if row.state is SignupState.CANCELLED:
        return []
    row.state, row.room_id = SignupState.CANCELLED, None
    session.flush()
    return move_up(session, row.event)


def remove(session: Session, actor: Actor, event: Event, number: int) -> list[Signup]:
    """Take somebody off the list as the lead. Raises Forbidden, NotFound."""
    row = find(session, actor, event, number)
    log(session, actor, "signup.remove", kind="event", key=event.slug, detail=str(row.id))
    return cancel(session, row)


def move_up(session: Session, event: Event) -> list[Signup]:
    """Give free places to those who wait, the first first; return who got one. For a session that is still to come."""
    if event.cancelled or event.ends_at < now():
        return []
    free = _free(session, event)
    rows = (
        select(Signup)
        .where(Signup.event_id == event.id, Signup.state == SignupState.WAITING)
        .order_by(Signup.id)
        .limit(free)
    )
    moved = list(session.scalars(rows))
    for row in moved:
        row.state = SignupState.IN
    session.flush()
    return moved


def attended(session: Session, actor: Actor, event: Event, number: int, *, on: bool) -> None:
    """Note whether somebody came. Raises Forbidden, NotFound."""
    find(session, actor, event, number).attended = on


def place(session: Session, actor: Actor, event: Event, number: int, *, room: str) -> None:
    """Put somebody in a room (its key), or in none. Raises Forbidden, NotFound."""
    row = find(session, actor, event, number)
    if not room:
        row.room_id = None
        return
    found = session.scalars(select(Room).where(Room.event_id == event.id, Room.key == room)).one_or_none()
    if found is None:
        raise NotFound(room)
    row.room_id = found.id


def find(session: Session, actor: Actor, event: Event, number: int) -> Signup:
    """Return somebody who is in or waits for this session. Raises Forbidden, and NotFound, also for another session's."""
    check_lead(actor, event)
    row = signup_queries.signup(session, number)
    if row is None or row.event_id != event.id or row.state is SignupState.CANCELLED:
        raise NotFound(str(number))
    return row


def remind(database: Database, send: Send) -> int:
    """Remind who is in of sessions within a day, each once; return how many that were."""
    moment = now()
    with database.transaction() as session:
        rows = (
            select(Signup)
            .join(Event)
            .options(joinedload(Signup.event))
            .where(
                Signup.state == SignupState.IN,
                Signup.reminded_at.is_(None),
                Signup.emptied_at.is_(None),
                Event.cancelled.is_(False),
                Event.starts_at > moment,
                Event.starts_at <= moment + DAY,
            )
        )
        sent = 0
        for row in session.scalars(rows):
            row.reminded_at = moment
            if row.made_at < moment - DAY:  # who signed up today knows
                send(session, row)
                sent += 1
        return sent


def forget(session: Session, days: int) -> int:
    """Empty the names and addresses of sessions that were over so many days ago; return of how many people."""
    moment = now()
    rows = (
        select(Signup)
        .join(Event)
        .where(Signup.emptied_at.is_(None), Event.ends_at < moment - dt.timedelta(days=days))
    )
    count = 0
    for row in session.scalars(rows):
        _empty(row, moment)
        count += 1
    return count


Tell = Callable[[Session, list[Signup]], None]
"""Tells people that they got a place after all."""


def forget_person(session: Session, email: str, tell: Tell | None = None) -> int:
    """Empty all that somebody with this address told when he signed up, and cancel what is to come; return of how many.

    `tell` is told who got his place.
    """
    moment = now()
    rows = select(Signup).options(joinedload(Signup.event)).where(Signup.email == email.lower())
    found = list(session.scalars(rows))
    for row in found:
        if row.event.starts_at > moment:
            moved = cancel(session, row)
            if moved and tell:
                tell(session, moved)
        _empty(row, moment)
    return len(found)


def known_by_address(session: Session, email: str) -> int:
    """Return how many times somebody signed up with this address, as far as that is still known."""
    rows = select(func.count(Signup.id)).where(Signup.email == email.lower())
    return session.scalar(rows) or 0


def _empty(row: Signup, moment: dt.datetime) -> None:
    row.name = row.email = row.organisation = ""
    row.nonce = secrets.token_urlsafe(16)
    row.emptied_at = moment


def _enter(session: Session, event: Event, who: Who) -> tuple[Signup, bool]:
    known = session.scalars(
        select(Signup).where(
            Signup.event_id == event.id,
            Signup.email == who.email.lower(),
            Signup.state != SignupState.CANCELLED,
        )
    ).first()
    if known is not None:
        return known, False
    full = signup_queries.places(session, event).full
    row = Signup(
        event_id=event.id,
        state=SignupState.WAITING if full else SignupState.IN,
        name=who.name,
        email=who.email.lower(),
        organisation=who.organisation,
        perspective=who.perspective,
        language=who.language,
        nonce=secrets.token_urlsafe(16),
    )
    session.add(row)
    session.flush()
    return row, True


def _free(session: Session, event: Event) -> int:
    seats = signup_queries.places(session, event)
    return seats.waiting if seats.capacity is None else max(0, seats.capacity - seats.taken)
