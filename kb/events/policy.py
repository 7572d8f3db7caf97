"""Who may see and do what with sessions, each rule as a predicate and, where lists need it, as a filter for queries.

| who | may |
|---|---|
| anybody | see a session that is no draft, and its series |
| session lead | begin a session, and lead the sessions that he is a lead of |
| lead of a session | see and change it as long as he has the role; name other session leads as its leads |
| writer of a case that it is about | harvest from it, and see its report |
| administrator | what the leads of every session may |
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement

from kb.accounts.actor import Actor, Role
from kb.accounts.models import Person
from kb.cases import policy as case_policy
from kb.events.models import Event, EventStatus, Registration

BEGINNERS = (Role.SESSION_LEAD, Role.ADMINISTRATOR)

NEXT: dict[EventStatus, tuple[EventStatus, ...]] = {
    EventStatus.DRAFT: (EventStatus.ANNOUNCED,),
    EventStatus.ANNOUNCED: (EventStatus.OPEN, EventStatus.DRAFT),
    EventStatus.OPEN: (EventStatus.CLOSED,),
    EventStatus.CLOSED: (EventStatus.ARCHIVED, EventStatus.OPEN),
    EventStatus.ARCHIVED: (EventStatus.CLOSED,),
}
"""Where a session can go from where it is; the usual next step first."""


def may_read(event: Event) -> bool:
    """Tell whether anybody may see the session."""
    return event.status is not EventStatus.DRAFT


def readable() -> ColumnElement[bool]:
    """Return `may_read` as a condition on `Event`."""
    return Event.status != EventStatus.DRAFT


def is_lead(actor: Actor, event: Event) -> bool:
    """Tell whether the actor is a lead of the session."""
    return actor.signed_in and any(person.id == actor.id for person in event.leads)


def leads(actor: Actor) -> ColumnElement[bool]:
    """Return `is_lead` as a condition on `Event`."""
    return Event.leads.any(Person.id == actor.id)


def may_begin(actor: Actor) -> bool:
    """Tell whether the actor may begin a session."""
    return actor.has(*BEGINNERS)


def may_lead(actor: Actor, event: Event) -> bool:
    """Tell whether the actor may change the session, run its board and harvest from it."""
    return actor.has(Role.ADMINISTRATOR) or (actor.has(Role.SESSION_LEAD) and is_lead(actor, event))


def may_harvest(actor: Actor, event: Event) -> bool:
    """Tell whether the actor may see what was written on the board and make something of it: its leads, and who wrote a case that it is about."""
    return may_lead(actor, event) or (
        may_read(event) and any(case_policy.may_write_as_writer(actor, row.case) for row in event.cases)
    )


def may_see(actor: Actor, event: Event) -> bool:
    """Tell whether the actor may see the session's page."""
    return may_read(event) or may_lead(actor, event)


def may_be_cancelled(event: Event) -> bool:
    """Tell whether the session can be called off, or on again: it was announced, and is not over."""
    return event.status in {EventStatus.ANNOUNCED, EventStatus.OPEN}


def may_be_written_on(event: Event) -> bool:
    """Tell whether participants can write on the board of the session."""
    return event.status is EventStatus.OPEN and not event.cancelled


def may_sign_up(event: Event, moment: dt.datetime) -> bool:
    """Tell whether people can sign up here: for a session that everybody sees, that goes on, and that is still to begin."""
    open_to_all = event.status in {EventStatus.ANNOUNCED, EventStatus.OPEN} and not event.cancelled
    return open_to_all and event.registration is Registration.HERE and event.starts_at > moment
