"""Drafts: beginning a case, saving what is typed, and giving a draft up.

A draft is saved whatever is wrong with it. Who saves says which version he started from; when somebody else has saved
since, nothing is saved and both texts go back to him (`Outdated`).
"""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.cases import policy
from kb.cases.content import Content, content_of
from kb.cases.format import slug_from
from kb.cases.models import Case, CaseStatus, Draft, case_writer
from kb.cases.records import Record, record_of
from kb.cases.services import proposals
from kb.cases.services.storing import same_lessons
from kb.core import Conflict, Forbidden, NotFound, Refusal, now

MOST_CHARACTERS = 1_500_000
"""The most characters of a draft in all; the longest story that the format takes is a third of it."""


class Outdated(Conflict):
    """Somebody else saved the draft meanwhile: `content` is what stands there now, at `version`."""

    def __init__(self, sentence: str, content: Content, version: int, by: str) -> None:
        super().__init__(sentence)
        self.content = content
        self.version = version
        self.by = by


def begin(session: Session, actor: Actor, content: Content) -> Case:
    """Begin a case with this content, of which only the title must be there; the actor is its first writer.

    Raises:
        Forbidden: the actor may not begin cases.
        Refusal: there is no title.

    """
    if not policy.may_begin(actor):
        raise Forbidden("You need the role of author to begin a case. Ask the administrator for it.")
    title = content["title"].strip()
    if not title:
        raise Refusal("Give the case a title; you can change it later.")
    _check_size(content)
    case = Case(
        slug=free_slug(session, title),
        title=title[:300],
        summary="",
        story="",
        language=content["language"],
        place="",
        municipality="",
        province="",
        country="",
        participants=[],
        authors=[],
        licence="",
        status=CaseStatus.DRAFT,
        draft=Draft(content=content, version=1, status=CaseStatus.DRAFT, saved_by_id=actor.id),
    )
    session.add(case)
    session.flush()
    _add_writer(session, case, actor)
    log(session, actor, "case.begin", kind="case", key=case.slug)
    return case


def free_slug(session: Session, title: str) -> str:
    """Return a slug for a title that no case has yet: the title's own, or that with a number."""
    base = slug_from(title)[:74].strip("-")
    taken = set(session.scalars(select(Case.slug).where(Case.slug.like(f"{base}%"))))
    number, slug = 1, base
    while slug in taken or slug == "new":
        number += 1
        slug = f"{base}-{number}"
    return slug


def working_content(case: Case) -> Content:
    """Return what is being written of a case: its draft's content, or that of the text in the tables."""
    if case.draft is not None:
        return case.draft.content
    return _content_of_tables(case)


def version_of(case: Case) -> int:
    """Return the version of what is being written; 0 when there is no draft."""
    return case.draft.version if case.draft else 0


def save(session: Session, actor: Actor, case: Case, content: Content, version: int) -> Draft:
    """Save what was typed, by somebody who started from `version`; a draft is begun where there was none.

    Nothing changes when the content is what stands there already. Who saves becomes a writer of the case.

    Raises:
        Forbidden: the actor may not write on the case.
        Conflict: the text has been submitted, so it can't be changed now.
        Outdated: somebody else saved since that version.
        Refusal: there is too much of it.

    """
    if not policy.may_write(actor, case):
        raise Forbidden("You are not a writer of this case.")
    draft = case.draft
    if draft is not None and draft.status is CaseStatus.SUBMITTED:
        raise Conflict("This case has been submitted. Take it back first if you want to change it.")
    standing = working_content(case)
    if content == standing and draft is not None:
        return draft
    if version != version_of(case):
        by = draft.saved_by.name if draft and draft.saved_by else ""
        raise Outdated(
            "Somebody else changed this case while you were writing. Nothing was lost.",
            standing,
            version_of(case),
            by,
        )
    _check_size(content)
    if draft is None:
        draft = case.draft = Draft(content=content, version=0, status=CaseStatus.DRAFT)
    draft.content = content
    draft.version += 1
    draft.saved_at, draft.saved_by_id = now(), actor.id
    if is_begun_here(case):
        case.title = content["title"].strip()[:300] or case.title  # lists show it
        case.updated_at = draft.saved_at
    _add_writer(session, case, actor)
    session.flush()
    proposals.follow(session, case)
    return draft


def give_up(session: Session, actor: Actor, case: Case) -> bool:
    """Throw the draft away; a case that is nothing but this draft goes with it. Return whether the case went.

    Raises:
        Forbidden: the actor may not write on the case.
        NotFound: there is no draft.
        Conflict: the text has been submitted.

    """
    if not policy.may_write(actor, case):
        raise Forbidden("You are not a writer of this case.")
    if case.draft is None:
        raise NotFound(case.slug)
    if case.draft.status is CaseStatus.SUBMITTED:
        raise Conflict("This case has been submitted. Take it back first if you want to change it.")
    log(session, actor, "draft.give-up", kind="case", key=case.slug)
    gone = is_begun_here(case)
    if gone:
        session.delete(case)
    else:
        case.draft = None
        if case.published_at is None:
            case.status = CaseStatus.DRAFT
        proposals.follow(session, case)
    session.flush()
    return gone


def restore(session: Session, actor: Actor, case: Case, number: int, version: int) -> Draft:
    """Make the text of an earlier version the draft's content, to be submitted as a new version.

    Raises as `save` does; NotFound when there is no such version.

    """
    revision = next((row for row in case.revisions if row.number == number), None)
    if revision is None:
        raise NotFound(str(number))
    record = dict(revision.record)
    attachments = record.pop("attachments", [])
    content = content_of(record, lesson_keys_of(case, record), attachments)
    draft = save(session, actor, case, content, version)
    log(session, actor, "draft.restore", kind="case", key=case.slug, detail=str(number))
    return draft


def lesson_keys_of(case: Case, record: Record) -> list[str]:
    """Return for each lesson of a record the key of the case's lesson that it is, of the session's proposal, or a new one."""
    rows = case.draft.content["lessons"] if case.draft else []
    proposed = {row["statement"].strip(): row["key"] for row in rows if proposals.is_key(row["key"])}
    statements = [row["statement"] for row in record["lessons"]]
    keys, number = [], 0
    for lesson, statement in zip(same_lessons(case.lessons, statements), statements, strict=True):
        number += lesson.id is None
        keys.append(str(lesson.id) if lesson.id else proposed.pop(statement, f"n{number}"))
    return keys


def attachment_rows(case: Case) -> list[dict[str, str]]:
    """Return the rows, as content has them, of the attachments that readers see."""
    names = ("key", "title", "maker", "licence", "alt")
    return [{name: getattr(row, name) for name in names} for row in case.attachments if row.published]


def _content_of_tables(case: Case) -> Content:
    return content_of(record_of(case), [str(lesson.id) for lesson in case.lessons], attachment_rows(case))


def is_begun_here(case: Case) -> bool:
    """Tell whether a case is nothing but its draft: the tables hold no text of it yet."""
    return case.published_at is None and not case.summary and not case.story


def _check_size(content: Content) -> None:
    if characters(content) > MOST_CHARACTERS:
        raise Refusal("This is too much text for one case. Put part of it in an attachment.")


def characters(value: object) -> int:
    """Return how many characters all texts in a content are together."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(characters(item) for item in value.values())
    return sum(characters(item) for item in value) if isinstance(value, list) else 0


def _add_writer(session: Session, case: Case, actor: Actor) -> None:
    if not actor.signed_in or policy.is_writer(actor, case):
        return
    session.execute(insert(case_writer).values(case_id=case.id, person_id=actor.id))
    session.expire(case, ["writers"])
