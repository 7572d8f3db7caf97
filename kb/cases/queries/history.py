"""What the history of a case shows, and what the pages of the review show beside the queue."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from kb.accounts.actor import Actor
from kb.accounts.models import Person
from kb.cases import policy
from kb.cases.models import Case, CaseStatus, Draft, Lesson, Move, MoveKind, Revision, ShareLink
from kb.cases.queries.writing import shared_case
from kb.core import NotFound

DECISIONS = (MoveKind.PUBLISH, MoveKind.RETURN, MoveKind.WITHDRAW, MoveKind.ARCHIVE)


def case_with_history(session: Session, actor: Actor, slug: str) -> Case:
    """Return a case that the actor may read or see, with its versions (without texts) and moves. Raises NotFound."""
    rows = (
        select(Case)
        .where(Case.slug == slug)
        .options(
            joinedload(Case.draft).joinedload(Draft.saved_by),
            joinedload(Case.draft).defer(Draft.content),
            selectinload(Case.writers),
            selectinload(Case.attachments),
            selectinload(Case.revisions).options(defer(Revision.record), joinedload(Revision.made_by)),
            selectinload(Case.moves).joinedload(Move.by),
            selectinload(Case.share_links).joinedload(ShareLink.made_by),
        )
    )
    case = session.scalar(rows)
    if case is None or not (policy.may_read(case) or policy.may_see(actor, case)):
        raise NotFound(slug)
    return case


def lesson_ids_by_statement(session: Session, case: Case) -> dict[str, int]:
    """Return the id of each lesson that the case has in the tables, by its statement."""
    rows = select(Lesson.statement, Lesson.id).where(Lesson.case_id == case.id).order_by(Lesson.id.desc())
    return {statement: number for statement, number in session.execute(rows)}  # noqa: C416 - dict() takes no rows


def reviewers(session: Session) -> list[Person]:
    """Return the editors and administrators who can act, by name."""
    rows = select(Person).where(
        Person.disabled_at.is_(None), Person.erased_at.is_(None), Person.password_hash != ""
    )
    people = session.scalars(rows.order_by(Person.name, Person.id))
    return [person for person in people if person.actor().has(*policy.EDITORS)]


def shared_link(session: Session, token: str) -> tuple[ShareLink, Case]:
    """Return the link of this token with its case, when the link opens something. Raises NotFound, the same for all."""
    link, case = shared_case(session, token)
    if case.draft is None or case.status in {CaseStatus.WITHDRAWN, CaseStatus.ARCHIVED}:
        raise NotFound("share link")
    return link, case


def decided(session: Session, since: dt.datetime, limit: int) -> list[Move]:
    """Return the latest decisions of editors, the newest first, with their cases and who took them."""
    rows = (
        select(Move)
        .join(Move.case)
        .where(Move.kind.in_(DECISIONS), Move.at >= since)
        .order_by(Move.at.desc(), Move.id.desc())
        .limit(limit)
        .options(joinedload(Move.case), joinedload(Move.by))
    )
    return list(session.scalars(rows))
