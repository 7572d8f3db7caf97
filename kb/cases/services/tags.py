"""Managing tags: writers type them freely, so the same thing gets several names; here they become one again.

A change goes through all cases at once, whatever their status, and through the drafts that are being written, whose
version stays as it is: nobody's own typing is held up for it. What was submitted stays as it was submitted, and earlier
versions are history. What the search knows of a case and its lessons holds the names of its tags.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from sqlalchemy import String, cast, exists, insert, select
from sqlalchemy import delete as deletion
from sqlalchemy.orm import Session

from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.cases.content import Content, keywords
from kb.cases.models import Case, CaseStatus, Draft, Lesson, Tag, TagKind, case_tag
from kb.cases.services.themes import check_right, one_line
from kb.core import Conflict, NotFound, Refusal
from kb.search import outbox

LONGEST_NAME = 100

KEYWORD_FIELDS = {TagKind.TOPIC: "topics", TagKind.METHOD: "methods"}
"""Where the content of a draft has the tags of a kind."""

TagName = tuple[str, TagKind]


class DraftUse(NamedTuple):
    """How many drafts name a tag: those that are being written, and those that were submitted."""

    open: int
    submitted: int


class Taken(Conflict):
    """There is a tag of that name and kind already: the two can be merged (`other` is its number)."""

    def __init__(self, name: str, other: int) -> None:
        super().__init__("There is a keyword %(name)s already. You can merge the two.", name=name)
        self.other = other


def tag_by_id(session: Session, number: int) -> Tag:
    """Return a tag, to change it. Raises NotFound."""
    tag = session.get(Tag, number)
    if tag is None:
        raise NotFound(str(number))
    return tag


def draft_use(session: Session, name: str, kind: TagKind) -> DraftUse:
    """Return how many drafts name a tag."""
    found = _drafts_with(session, name, kind)
    submitted = sum(draft.status is CaseStatus.SUBMITTED for draft in found)
    return DraftUse(len(found) - submitted, submitted)


def change(session: Session, actor: Actor, tag: Tag, name: str, kind: TagKind) -> bool:
    """Give a tag this name and kind in all cases that carry it; return whether anything changed.

    Raises:
        Forbidden: the actor may not manage tags.
        Refusal: there is no name, or it can't be one.
        Taken: another tag has this name and kind.

    """
    check_right(actor)
    name = _checked(name)
    before = (tag.name, tag.kind)
    if (name, kind) == before:
        return False
    other = session.scalar(select(Tag.id).where(Tag.name == name, Tag.kind == kind))
    if other is not None:
        raise Taken(name, other)
    _rewrite_drafts(session, before, (name, kind))
    if name != tag.name:
        outbox.record(session, _tagged(session, tag.id))
    what = "tag.rename" if name != tag.name else "tag.change-kind"
    tag.name, tag.kind = name, kind
    log(session, actor, what, kind="tag", key=str(tag.id), detail=kind.value)
    session.flush()
    return True


def merge(session: Session, actor: Actor, tag: Tag, into: Tag) -> int:
    """Put another tag in the place of this one wherever it stands, and delete it; return how many cases carried it.

    Raises:
        Forbidden: the actor may not manage tags.
        Refusal: the two are one.

    """
    check_right(actor)
    if tag.id == into.id:
        raise Refusal("Choose another keyword to merge this one with.")
    _rewrite_drafts(session, (tag.name, tag.kind), (into.name, into.kind))
    changed = _tagged(session, tag.id)
    outbox.record(session, changed)
    has_both = select(case_tag.c.case_id).where(case_tag.c.tag_id == into.id)
    carried = select(case_tag.c.case_id).where(case_tag.c.tag_id == tag.id)
    fresh = session.scalars(carried.where(case_tag.c.case_id.not_in(has_both))).all()
    if fresh:
        session.execute(insert(case_tag), [{"case_id": case, "tag_id": into.id} for case in fresh])
    session.execute(deletion(case_tag).where(case_tag.c.tag_id == tag.id))
    log(session, actor, "tag.merge", kind="tag", key=str(into.id), detail=str(tag.id))
    session.delete(tag)
    session.flush()
    return sum(kind == "case" for kind, _key in changed)


def delete(session: Session, actor: Actor, tag: Tag) -> None:
    """Delete a tag that no case carries. Raises Forbidden, Conflict."""
    check_right(actor)
    if session.scalar(select(exists().where(case_tag.c.tag_id == tag.id))):
        raise Conflict("This keyword is in use. You can merge it with another one.")
    log(session, actor, "tag.delete", kind="tag", key=str(tag.id))
    session.delete(tag)
    session.flush()


def _checked(name: str) -> str:
    name = one_line(name)
    if not name:
        raise Refusal("Give the keyword a name.")
    if len(name) > LONGEST_NAME:
        raise Refusal("A keyword has at most 100 characters.")
    if keywords(name) != [name]:
        raise Refusal("A keyword can't hold a comma or a semicolon: those stand between keywords.")
    return name


def _rewrite_drafts(session: Session, before: TagName, after: TagName) -> None:
    for draft in _drafts_with(session, *before):
        if draft.status is not CaseStatus.SUBMITTED:
            draft.content = _rewritten(draft.content, before, after)


def _rewritten(content: Content, before: TagName, after: TagName) -> Content:
    """Return the content with one keyword in the place of another; in its own place where the kind stays the same."""
    old, new = KEYWORD_FIELDS[before[1]], KEYWORD_FIELDS[after[1]]
    words = keywords(content[old])
    if old == new:
        texts = {old: _joined([after[0] if word == before[0] else word for word in words])}
    else:
        texts = {
            old: _joined([word for word in words if word != before[0]]),
            new: _joined([*keywords(content[new]), after[0]]),
        }
    return {**content, **texts}


def _joined(words: list[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def _tagged(session: Session, tag: int) -> list[tuple[str, str]]:
    """Return the cases that carry a tag, and their lessons, as the (kind, key) pairs that the search knows."""
    cases = select(case_tag.c.case_id).where(case_tag.c.tag_id == tag)
    slugs = session.scalars(select(Case.slug).where(Case.id.in_(cases)))
    lessons = session.scalars(select(Lesson.id).where(Lesson.case_id.in_(cases)))
    return [*(("case", slug) for slug in slugs), *(("lesson", str(lesson)) for lesson in lessons)]


def _drafts_with(session: Session, name: str, kind: TagKind) -> list[Draft]:
    """Return the drafts that have a tag among their keywords."""
    # The texts are kept as JSON, which writes letters with an accent as numbers.
    text = json.dumps(name)[1:-1]
    rows = select(Draft).where(cast(Draft.content, String).contains(text, autoescape=True))
    field = KEYWORD_FIELDS[kind]
    return [draft for draft in session.scalars(rows) if name in keywords(draft.content[field])]
