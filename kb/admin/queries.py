"""What the pages of the administrator show: people, the log, all cases, and how things stand. A fixed number of statements each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session, joinedload, load_only, selectinload

from kb.accounts.actor import Role
from kb.accounts.models import LogEntry, LoginSession, Person
from kb.cases.models import Attachment, Case, CaseStatus, Draft, Tag, Theme
from kb.cases.policy import readable


class PersonState(StrEnum):
    """Whether somebody can sign in: yes, not yet, or no longer."""

    ACTIVE = "active"
    INVITED = "invited"
    DISABLED = "disabled"


class ReviewNumbers(NamedTuple):
    """How the review stands: how many wait and since when, how many were returned, and how many are overdue."""

    waiting: int
    oldest: dt.datetime | None
    returned: int
    overdue: int


class LogFilter(NamedTuple):
    """Which lines of the log are wanted; `by` is a person's number, or 0 for what the program did itself."""

    by: int | None = None
    did: str = ""
    kind: str = ""
    key: str = ""


class Names(NamedTuple):
    """What the things that lines of the log are about are called now, by their keys; a case's title with its language."""

    people: dict[str, str]
    themes: dict[str, Theme]
    tags: dict[str, str]
    cases: dict[str, tuple[str, str]]


_KNOWN = Person.erased_at.is_(None)
_STATES: dict[PersonState, ColumnElement[bool]] = {
    PersonState.ACTIVE: and_(Person.disabled_at.is_(None), Person.password_hash != ""),
    PersonState.INVITED: and_(Person.disabled_at.is_(None), Person.password_hash == ""),
    PersonState.DISABLED: Person.disabled_at.is_not(None),
}


def state_of(person: Person) -> PersonState:
    """Return whether a person can sign in."""
    if person.disabled_at is not None:
        return PersonState.DISABLED
    return PersonState.ACTIVE if person.password_hash else PersonState.INVITED


def people_numbers(session: Session) -> dict[PersonState, int]:
    """Return how many people there are in each state."""
    counts = (func.count().filter(where) for where in _STATES.values())
    row = session.execute(select(*counts).select_from(Person).where(_KNOWN)).one()
    return dict(zip(_STATES, row, strict=True))


def people(
    session: Session,
    *,
    q: str = "",
    role: Role | None = None,
    state: PersonState | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[int, list[Person]]:
    """Return how many people there are with this text in their name or address, this role and state; and some, by name."""
    wanted: list[ColumnElement[bool]] = [_KNOWN]
    if q:
        wanted.append(
            or_(Person.name.icontains(q, autoescape=True), Person.email.icontains(q, autoescape=True))
        )
    if role is not None:
        wanted.append(cast(Person.roles, String).contains(f'"{role.value}"', autoescape=True))
    if state is not None:
        wanted.append(_STATES[state])
    total = session.scalar(select(func.count(Person.id)).where(*wanted)) or 0
    rows = select(Person).where(*wanted).order_by(func.lower(Person.name), Person.id)
    return total, list(session.scalars(rows.offset(offset).limit(limit)))


def last_seen(session: Session, people: Collection[int]) -> dict[int, dt.datetime]:
    """Return by person when each of these was last here, of those who are signed in somewhere."""
    seen = select(LoginSession.person_id, func.max(LoginSession.seen_at)).where(
        LoginSession.person_id.in_(people)
    )
    rows = session.execute(seen.group_by(LoginSession.person_id))
    return {number: at for number, at in rows}  # noqa: C416 - dict() takes no rows


def people_by_address(session: Session, addresses: Collection[str]) -> dict[str, int]:
    """Return the numbers of the people with these addresses."""
    rows = select(Person.email, Person.id).where(_KNOWN, Person.email.in_(addresses))
    return {email: number for email, number in session.execute(rows)}  # noqa: C416 - dict() takes no rows


def review_numbers(session: Session, today: dt.date) -> ReviewNumbers:
    """Return how the review stands on a day."""
    waiting, oldest, returned = session.execute(
        select(
            func.count().filter(Draft.status == CaseStatus.SUBMITTED),
            func.min(Draft.submitted_at).filter(Draft.status == CaseStatus.SUBMITTED),
            func.count().filter(Draft.status == CaseStatus.RETURNED),
        ).select_from(Draft)
    ).one()
    overdue = session.scalar(select(func.count(Case.id)).where(Case.check_on <= today, readable()))
    return ReviewNumbers(waiting, oldest, returned, overdue or 0)


def upload_numbers(session: Session) -> tuple[int, int]:
    """Return how many files people attached to cases, and how many bytes these are together; each content once."""
    once = select(Attachment.sha256, func.max(Attachment.size).label("size")).group_by(Attachment.sha256)
    files = once.subquery()
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(files.c.size), 0)).select_from(files)
    ).one()
    return row[0], row[1]


def log_entries(
    session: Session, wanted: LogFilter, *, offset: int = 0, limit: int = 50
) -> tuple[int, list[LogEntry]]:
    """Return how many lines of the log are wanted, and some of them with who did it, the newest first."""
    where = _log_conditions(wanted)
    total = session.scalar(select(func.count(LogEntry.id)).where(*where)) or 0
    rows = select(LogEntry).where(*where).order_by(LogEntry.id.desc()).options(joinedload(LogEntry.by))
    return total, list(session.scalars(rows.offset(offset).limit(limit)))


def log_people(session: Session) -> list[Person]:
    """Return who did anything that is in the log, by name."""
    known = select(LogEntry.by_id).where(LogEntry.by_id.is_not(None))
    rows = select(Person).where(Person.id.in_(known)).order_by(func.lower(Person.name), Person.id)
    return list(session.scalars(rows))


def log_words(session: Session) -> tuple[list[str], list[str]]:
    """Return the verbs and the kinds of things that are in the log."""
    pairs = session.execute(select(LogEntry.did, LogEntry.kind).distinct()).all()
    return sorted({did for did, _kind in pairs}), sorted({kind for _did, kind in pairs} - {""})


def log_names(session: Session, entries: Sequence[LogEntry]) -> Names:
    """Return what the things are called that these lines are about: of each kind in one statement."""
    keys: dict[str, set[str]] = {"person": set(), "theme": set(), "tag": set(), "case": set()}
    for entry in entries:
        keys.get(entry.kind, set()).add(entry.key)
    people = select(Person.id, Person.name, Person.email).where(
        _KNOWN, Person.id.in_(_numbers(keys["person"]))
    )
    tags = select(Tag.id, Tag.name).where(Tag.id.in_(_numbers(keys["tag"])))
    cases = select(Case.slug, Case.title, Case.language).where(Case.slug.in_(keys["case"]))
    themes = select(Theme).where(Theme.slug.in_(keys["theme"]))
    return Names(
        people={str(number): name or email for number, name, email in session.execute(people)},
        themes={theme.slug: theme for theme in session.scalars(themes)},
        tags={str(number): name for number, name in session.execute(tags)},
        cases={slug: (title, language) for slug, title, language in session.execute(cases)},
    )


def case_numbers(session: Session, q: str = "") -> dict[CaseStatus, int]:
    """Return how many cases there are of each status, with this text in their title."""
    rows = select(Case.status, func.count()).group_by(Case.status)
    if q:
        rows = rows.where(Case.title.icontains(q, autoescape=True))
    return {status: count for status, count in session.execute(rows)}  # noqa: C416 - dict() takes no rows


def cases(
    session: Session, *, q: str = "", status: CaseStatus | None = None, offset: int = 0, limit: int = 50
) -> tuple[int, list[Case]]:
    """Return how many cases there are with this text in their title and of this status; and some, the last changed first."""
    wanted: list[ColumnElement[bool]] = []
    if q:
        wanted.append(Case.title.icontains(q, autoescape=True))
    if status is not None:
        wanted.append(Case.status == status)
    total = session.scalar(select(func.count(Case.id)).where(*wanted)) or 0
    return total, list(session.scalars(_case_rows().where(*wanted).offset(offset).limit(limit)))


def _case_rows() -> Select[Case]:
    """Return cases with what a list shows of them; their texts may be megabytes, and stay where they are."""
    draft = joinedload(Case.draft)
    return (
        select(Case)
        .order_by(Case.updated_at.desc(), Case.slug)
        .options(
            load_only(Case.slug, Case.title, Case.language, Case.status, Case.updated_at),
            draft.load_only(Draft.status, Draft.saved_at, Draft.submitted_at),
            selectinload(Case.writers).load_only(Person.name, Person.email, Person.erased_at),
        )
    )


def _log_conditions(wanted: LogFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.by is not None:
        where.append(LogEntry.by_id == wanted.by if wanted.by else LogEntry.by_id.is_(None))
    for column, value in (
        (LogEntry.did, wanted.did),
        (LogEntry.kind, wanted.kind),
        (LogEntry.key, wanted.key),
    ):
        if value:
            where.append(column == value)
    return where


def _numbers(keys: Collection[str]) -> list[int]:
    """Return the keys that are numbers a database knows."""
    return [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19]  # noqa: PLR2004 - below 2**63
