"""Remarks of the review: made by a reviewer on one field, answered by a writer, resolved by a reviewer.

A remark stays when its field goes: it is part of how the case came about.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.cases import policy
from kb.cases.models import Case, Remark
from kb.cases.paths import paths
from kb.cases.services.drafts import working_content
from kb.cases.services.review import last_revision
from kb.core import Conflict, Forbidden, NotFound, Refusal, now

LONGEST = 5_000
"""Characters of a remark or an answer."""


def make(session: Session, actor: Actor, case: Case, *, field: str, text: str) -> Remark:
    """Make a remark about the field at a path such as `challenges/c1/cause`; an empty path is the case as a whole.

    Raises:
        Forbidden: the actor may not review the case.
        Conflict: nothing is being written of the case.
        Refusal: there is no such field, or no remark.

    """
    if not policy.may_review(actor, case):
        raise Forbidden("Only an editor who did not write on this case can make remarks on it.")
    if case.draft is None:
        raise Conflict("There is nothing to review here.")
    if field and field not in paths(working_content(case)):
        raise Refusal("The field of this remark does not exist in the text any more.")
    newest = last_revision(case)
    remark = Remark(
        case_id=case.id,
        revision_id=newest.id if newest else None,
        field=field,
        text=_text(text),
        by_id=actor.id,
    )
    case.remarks.append(remark)
    session.flush()
    log(session, actor, "remark.make", kind="case", key=case.slug, detail=str(remark.id))
    return remark


def answer(session: Session, actor: Actor, case: Case, number: int, *, text: str) -> Remark:
    """Answer a remark, or put another answer in its place. Raises Forbidden, NotFound, Conflict, Refusal."""
    if not policy.may_answer(actor, case):
        raise Forbidden("Only the writers of this case can answer remarks on it.")
    remark = find(case, number)
    if remark.resolved_at is not None:
        raise Conflict("This remark has been resolved already.")
    remark.answer = _text(text)
    remark.answered_at, remark.answered_by_id = now(), actor.id
    log(session, actor, "remark.answer", kind="case", key=case.slug, detail=str(remark.id))
    return remark


def resolve(session: Session, actor: Actor, case: Case, number: int) -> Remark:
    """Say that a remark has been dealt with; nothing happens when somebody did. Raises Forbidden, NotFound."""
    remark = _to_judge(actor, case, number)
    if remark.resolved_at is None:
        remark.resolved_at, remark.resolved_by_id = now(), actor.id
        log(session, actor, "remark.resolve", kind="case", key=case.slug, detail=str(remark.id))
    return remark


def reopen(session: Session, actor: Actor, case: Case, number: int) -> Remark:
    """Say that a remark has not been dealt with after all. Raises Forbidden, NotFound."""
    remark = _to_judge(actor, case, number)
    if remark.resolved_at is not None:
        remark.resolved_at, remark.resolved_by_id = None, None
        log(session, actor, "remark.reopen", kind="case", key=case.slug, detail=str(remark.id))
    return remark


def find(case: Case, number: int) -> Remark:
    """Return a remark of this case. Raises NotFound, also when it is another case's."""
    for remark in case.remarks:
        if remark.id == number:
            return remark
    raise NotFound(str(number))


def _to_judge(actor: Actor, case: Case, number: int) -> Remark:
    if not policy.may_review(actor, case):
        raise Forbidden("Only an editor who did not write on this case can resolve remarks on it.")
    return find(case, number)


def _text(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refusal("Write down what you want to say.")
    if len(text) > LONGEST:
        raise Refusal("This is too long; keep it under %(most)s characters.", most=LONGEST)
    return text
