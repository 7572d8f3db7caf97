"""Reading sessions, each with a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kb.accounts.actor import Actor, Role
from kb.accounts.models import Person
from kb.cases.models import Case
from kb.cases.policy import readable as readable_case
from kb.core import Forbidden, NotFound
from kb.events import policy
from kb.events.models import DiscussedCase, Event, EventStatus, Series


def event_by_slug(session: Session, actor: Actor, slug: str) -> Event:
    """Return a session that the actor may see, with all that belongs to it. Raises NotFound."""
    event = session.scalars(_whole().where(Event.slug == slug)).one_or_none()
    if event is None or not policy.may_see(actor, event):
        raise NotFound(slug)
    return event


def event_to_lead(session: Session, actor: Actor, slug: str) -> Event:
    """Return a session that the actor leads, with all that belongs to it.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        Forbidden: he may see it, not lead it.

    """
    event = event_by_slug(session, actor, slug)
    if not policy.may_lead(actor, event):
        raise Forbidden("Only the leads of this session can do this.")
    return event


def event_to_harvest(session: Session, actor: Actor, slug: str) -> Event:
    """Return a session from which the actor may harvest, with all that belongs to it.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        Forbidden: he may see it, not harvest from it.

    """
    rows = _whole().options(
        selectinload(Event.cases).joinedload(DiscussedCase.case).selectinload(Case.writers)
    )
    event = session.scalars(rows.where(Event.slug == slug)).one_or_none()
    if event is None or not policy.may_see(actor, event):
        raise NotFound(slug)
    if not policy.may_harvest(actor, event):
        raise Forbidden("Only the leads of this session, and who wrote its cases, can do this.")
    return event


def event_to_import(session: Session, slug: str) -> Event | None:
    """Return the session with this slug, with all that belongs to it, whoever may see it."""
    return session.scalars(_whole().where(Event.slug == slug)).one_or_none()


def whole_events(session: Session, slugs: Sequence[str], *, public: bool) -> list[Event]:
    """Return those of these sessions that there are, with all that belongs to them, by slug."""
    rows = _whole().where(Event.slug.in_(slugs)).order_by(Event.slug)
    return list(session.scalars(rows.where(policy.readable()) if public else rows))


def slugs(session: Session, *, public: bool) -> list[str]:
    """Return the slugs of all sessions, or of those that anybody may see."""
    rows = select(Event.slug).order_by(Event.slug)
    return list(session.scalars(rows.where(policy.readable()) if public else rows))


def events_by_slug(session: Session, keys: Sequence[str]) -> dict[str, Event]:
    """Return those of these sessions that anybody may see, by slug, as a list shows them."""
    rows = _listed().where(Event.slug.in_(keys), policy.readable())
    return {event.slug: event for event in session.scalars(rows)}


def to_come(session: Session, moment: dt.datetime) -> list[Event]:
    """Return the sessions that are not over, the first to come first."""
    rows = _listed().where(policy.readable(), Event.ends_at >= moment)
    return list(session.scalars(rows.order_by(Event.starts_at, Event.id)))


def past(session: Session, moment: dt.datetime) -> list[Event]:
    """Return the sessions that are over and not put away in the archive, the last one first."""
    rows = _listed().where(policy.readable(), Event.ends_at < moment, Event.status != EventStatus.ARCHIVED)
    return list(session.scalars(rows.order_by(Event.starts_at.desc(), Event.id.desc())))


def archived(session: Session, moment: dt.datetime) -> list[Event]:
    """Return the sessions in the archive, the last one first."""
    rows = _listed().where(Event.status == EventStatus.ARCHIVED, Event.ends_at < moment)
    return list(session.scalars(rows.order_by(Event.starts_at.desc(), Event.id.desc())))


def led_by(session: Session, actor: Actor) -> list[Event]:
    """Return the sessions that the actor leads and nobody else can see yet, the last changed first."""
    rows = _listed().where(Event.status == EventStatus.DRAFT)
    if not actor.has(Role.ADMINISTRATOR):
        rows = rows.where(policy.leads(actor))
    return list(session.scalars(rows.order_by(Event.changed_at.desc(), Event.id.desc())))


def public_events(session: Session) -> list[Event]:
    """Return all sessions that anybody may see, the first one first: for the calendar to subscribe to."""
    return list(session.scalars(_listed().where(policy.readable()).order_by(Event.starts_at, Event.id)))


def events_about(session: Session, case_id: int) -> list[Event]:
    """Return the sessions in which a case was or will be talked about, the last one first."""
    rows = select(Event).where(Event.cases.any(DiscussedCase.case_id == case_id), policy.readable())
    return list(session.scalars(rows.order_by(Event.starts_at.desc(), Event.id.desc())))


def series_by_slug(session: Session, slug: str) -> Series:
    """Return a series. Raises NotFound."""
    series = session.scalars(select(Series).where(Series.slug == slug)).one_or_none()
    if series is None:
        raise NotFound(slug)
    return series


def events_of_series(session: Session, series: Series) -> list[Event]:
    """Return the sessions of a series that anybody may see, the last one first."""
    rows = _listed().where(Event.series_id == series.id, policy.readable())
    return list(session.scalars(rows.order_by(Event.starts_at.desc(), Event.id.desc())))


def all_series(session: Session) -> list[Series]:
    """Return all series, by title."""
    return list(session.scalars(select(Series).order_by(func.lower(Series.title), Series.id)))


def cases_to_choose(session: Session) -> list[tuple[str, str]]:
    """Return the slug and title of each published case, by title."""
    rows = select(Case.slug, Case.title).where(readable_case()).order_by(func.lower(Case.title))
    return [(slug, title) for slug, title in session.execute(rows)]


def session_leads(session: Session) -> list[Person]:
    """Return the people who may lead a session, by name."""
    rows = (
        select(Person).where(Person.disabled_at.is_(None), Person.erased_at.is_(None)).order_by(Person.name)
    )
    return [person for person in session.scalars(rows) if policy.may_begin(person.actor())]


def _listed() -> Select[Event]:
    """Ask for sessions with what a list says of them."""
    return select(Event).options(
        joinedload(Event.series), selectinload(Event.cases).joinedload(DiscussedCase.case)
    )


def _whole() -> Select[Event]:
    """Ask for sessions with all that belongs to them."""
    return _listed().options(
        selectinload(Event.leads),
        selectinload(Event.programme),
        selectinload(Event.rooms),
        selectinload(Event.questions),
        selectinload(Event.materials),
    )
