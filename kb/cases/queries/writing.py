"""What those who write and review see: drafts, queues, versions. Each asks the policy, in a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from kb.accounts.actor import Actor
from kb.accounts.models import Person
from kb.accounts.tokens import digest
from kb.cases import policy
from kb.cases.models import Attachment, Case, CaseStatus, Draft, Move, Remark, Revision, ShareLink
from kb.cases.queries.reading import WHOLE_CASE
from kb.core import NotFound, now

# The texts of all versions together may be many megabytes; one is read when it is looked at.
_VERSIONS = (selectinload(Case.revisions).options(defer(Revision.record), joinedload(Revision.made_by)),)
_WRITTEN = (
    *WHOLE_CASE,
    joinedload(Case.draft).joinedload(Draft.saved_by),
    joinedload(Case.draft).joinedload(Draft.reviewer),
    selectinload(Case.writers),
    selectinload(Case.named),
    selectinload(Case.attachments),
    selectinload(Case.share_links).joinedload(ShareLink.made_by),
    *_VERSIONS,
    selectinload(Case.moves).options(joinedload(Move.by)),
    selectinload(Case.remarks).options(
        joinedload(Remark.by), joinedload(Remark.answered_by), joinedload(Remark.resolved_by)
    ),
)


def case_to_write(session: Session, actor: Actor, slug: str) -> Case:
    """Return a case with all that is written of it, for those who may see that. Raises NotFound."""
    case = session.scalar(select(Case).where(Case.slug == slug).options(*_WRITTEN))
    if case is None or not policy.may_see(actor, case):
        raise NotFound(slug)
    return case


def case_to_import(session: Session, slug: str) -> Case | None:
    """Return the case that an import is about to replace, with its draft; None when it is a new one."""
    rows = select(Case).where(Case.slug == slug).options(joinedload(Case.draft), *_VERSIONS)
    return session.scalar(rows)


def cases_written_by(session: Session, actor: Actor) -> list[Case]:
    """Return the cases that the actor writes on, those he saved last first, with drafts and all that may still be missing in them."""
    rows = (
        select(Case)
        .where(policy.writes(actor))
        .order_by(Case.updated_at.desc(), Case.slug)
        .options(
            joinedload(Case.draft).joinedload(Draft.reviewer),
            selectinload(Case.writers),
            selectinload(Case.remarks),
            selectinload(Case.named),
            selectinload(Case.attachments),
        )
    )
    return list(session.scalars(rows))


def queue(session: Session) -> list[Case]:
    """Return the cases that were submitted, the longest waiting first, with drafts, writers and remarks."""
    rows = (
        select(Case)
        .join(Case.draft)
        .where(Draft.status == CaseStatus.SUBMITTED)
        .order_by(Draft.submitted_at, Case.slug)
        .options(
            joinedload(Case.draft).joinedload(Draft.reviewer),
            selectinload(Case.writers),
            selectinload(Case.remarks),
        )
    )
    return list(session.scalars(rows))


def overdue(session: Session, today: dt.date) -> list[Case]:
    """Return the published cases that should have been looked at again by now, the longest overdue first."""
    rows = (
        select(Case)
        .where(Case.check_on <= today, policy.readable())
        .order_by(Case.check_on, Case.slug)
        .options(joinedload(Case.draft), selectinload(Case.writers))
    )
    return list(session.scalars(rows))


def revision_of(session: Session, case: Case, number: int) -> Revision:
    """Return a version of a case, whoever asks; the caller has asked the policy. Raises NotFound."""
    rows = select(Revision).where(Revision.case_id == case.id, Revision.number == number)
    found = session.scalar(rows.options(joinedload(Revision.made_by)))
    if found is None:
        raise NotFound(f"{case.slug}/v/{number}")
    return found


def published_revision(session: Session, actor: Actor, slug: str, number: int) -> Revision:
    """Return a version that the actor may read, with its case: a published one of a published case, or any of one's own.

    Raises NotFound.
    """
    rows = (
        select(Revision)
        .join(Revision.case)
        .where(Case.slug == slug, Revision.number == number)
        .options(joinedload(Revision.case).selectinload(Case.writers), joinedload(Revision.made_by))
    )
    found = session.scalar(rows)
    if found is None:
        raise NotFound(slug)
    public = policy.may_read(found.case) and found.published_at is not None
    if not (public or policy.may_see(actor, found.case)):
        raise NotFound(slug)
    return found


def shared_case(session: Session, token: str) -> tuple[ShareLink, Case]:
    """Return the case that a share link opens, and the link. Raises NotFound when it does not or no longer."""
    link = session.scalar(select(ShareLink).where(ShareLink.digest == digest(token)))
    if link is None or link.ended_at is not None or link.expires_at <= now():
        raise NotFound("share link")
    case = session.scalar(select(Case).where(Case.id == link.case_id).options(*_WRITTEN))
    if case is None:
        raise NotFound("share link")
    return link, case


def attachment_for(session: Session, actor: Actor, slug: str, key: str) -> Attachment:
    """Return an attachment that the actor may see: a published one of a published case, or any of one's own.

    Raises NotFound.
    """
    case = session.scalar(select(Case).where(Case.slug == slug).options(selectinload(Case.writers)))
    rows = select(Attachment).where(Attachment.key == key)
    found = session.scalar(rows.where(Attachment.case_id == case.id)) if case else None
    if case is None or found is None:
        raise NotFound(key)
    if not ((found.published and policy.may_read(case)) or policy.may_see(actor, case)):
        raise NotFound(key)
    return found


def editors(session: Session, case: Case) -> Sequence[Person]:
    """Return the people who may review a case, by name."""
    people = session.scalars(
        select(Person).where(Person.disabled_at.is_(None), Person.erased_at.is_(None)).order_by(Person.name)
    )
    return [person for person in people if policy.may_review(person.actor(), case)]
