"""Preparing a session: beginning it, changing it, saying where it stands, and who leads it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.accounts.models import Person
from kb.core import Conflict, Forbidden, Refusal, now
from kb.events import policy
from kb.events.models import Event, EventStatus
from kb.events.records import Record, record_of
from kb.events.services.leading import check_lead
from kb.events.services.storing import write


class Outdated(Conflict):
    """Somebody else changed the session meanwhile; nothing was saved."""


def begin(session: Session, actor: Actor, record: Record) -> Event:
    """Begin a session as a draft, led by the actor.

    Raises:
        Forbidden: the actor may not begin sessions.
        Refusal: something in the record does not fit (see `storing.write`).

    """
    if not policy.may_begin(actor):
        raise Forbidden("Only session leads can begin a session. Ask the administrator for that role.")
    event = Event()
    if actor.id is not None:
        event.leads = [session.get_one(Person, actor.id)]
    write(session, event, {**record, "slug": "", "status": EventStatus.DRAFT.value, "cancelled": False})
    log(session, actor, "event.begin", kind="event", key=event.slug)
    return event


def save(session: Session, actor: Actor, event: Event, record: Record, version: int) -> bool:
    """Change a session; its slug and status stay. `version` is the one that the actor started from.

    Returns whether anything changed.

    Raises:
        Forbidden: the actor is not a lead of the session.
        Outdated: it is not the version that the session has now.
        Refusal: something in the record does not fit.

    """
    check_lead(actor, event)
    if version != event.version:
        raise Outdated("Somebody else changed this session meanwhile.")
    kept = record_of(event)
    changed = write(
        session, event, {**record, **{name: kept[name] for name in ("slug", "status", "cancelled")}}
    )
    if changed:
        log(session, actor, "event.change", kind="event", key=event.slug)
    return changed


def move_on(session: Session, actor: Actor, event: Event, status: EventStatus) -> bool:
    """Say where a session stands now; return whether that changed. Raises Forbidden, and Conflict when it can't go there."""
    check_lead(actor, event)
    if event.status is status:
        return False
    if status not in policy.NEXT[event.status]:
        raise Conflict("The session stands elsewhere now. Look again before you go on.")
    write(session, event, {**record_of(event), "status": status.value})
    log(session, actor, f"event.{status.value}", kind="event", key=event.slug)
    return True


def cancel(session: Session, actor: Actor, event: Event, *, off: bool) -> bool:
    """Call a session off, or on again; return whether that changed. A session that is over can't be called off."""
    check_lead(actor, event)
    if event.cancelled is off:
        return False
    if not policy.may_be_cancelled(event):
        raise Refusal("Only a session that was announced and is not over can be cancelled.")
    write(session, event, {**record_of(event), "cancelled": off})
    log(session, actor, "event.cancel" if off else "event.revive", kind="event", key=event.slug)
    return True


def name_lead(session: Session, actor: Actor, event: Event, person: Person) -> None:
    """Let somebody lead the session too. Raises Forbidden, and Refusal for who may not lead sessions."""
    check_lead(actor, event)
    if not policy.may_begin(person.actor()):
        raise Refusal("Only somebody with the role of session lead can lead a session.")
    if person not in event.leads:
        event.leads.append(person)
        event.changed_at = now()
        log(session, actor, "event.lead", kind="event", key=event.slug)


def leave(session: Session, actor: Actor, event: Event, person: Person) -> None:
    """Let somebody lead the session no longer. Raises Forbidden, and Refusal for the last one."""
    check_lead(actor, event)
    if person not in event.leads:
        return
    if len(event.leads) == 1:
        raise Refusal("A session has at least one lead. Name another one first.")
    event.leads.remove(person)
    event.changed_at = now()
    log(session, actor, "event.leave", kind="event", key=event.slug)


def delete(session: Session, actor: Actor, event: Event) -> None:
    """Throw a draft away that nobody else ever saw. Raises Forbidden, Conflict."""
    check_lead(actor, event)
    if event.status is not EventStatus.DRAFT:
        raise Conflict("A session that was announced stays. You can cancel it, or put it in the archive.")
    slug = event.slug
    session.delete(event)
    session.flush()
    log(session, actor, "event.delete", kind="event", key=slug)
