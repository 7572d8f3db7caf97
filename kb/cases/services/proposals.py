"""What sessions propose for a case: making it, deciding on it, and keeping its origin whatever becomes of its words.

A proposal that its writers take over is a row of their draft like any other, but for its key. Where the row goes, the
proposal goes: taken out of the draft it can be decided on again, published it becomes a lesson that knows its session.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.cases import policy
from kb.cases.content import Content, empty_row, row_keys
from kb.cases.models import Case, Origin, Proposal, ProposalKind, ProposalState
from kb.cases.records import Record
from kb.core import Conflict, Forbidden, NotFound, now

LONGEST_REASON = 1000
FRESH = dt.timedelta(hours=20)
"""How long the writers of a case get no second mail about what the same session proposes."""
_KEY = re.compile(r"p([1-9][0-9]{0,17})")
_UNDECIDED = (ProposalState.PROPOSED, ProposalState.TAKEN_UP)


def propose(
    session: Session,
    actor: Actor,
    case: Case,
    kind: ProposalKind,
    values: Mapping[str, object],
    *,
    event: str,
    notes: int,
) -> Proposal:
    """Propose a lesson or a challenge for a case that readers see; `values` are fields of its row.

    Who may harvest from the session `event` (its slug) was checked by whom it belongs to. Raises NotFound for a case that
    has no readers.
    """
    if not policy.may_read(case):
        raise NotFound(case.slug)
    proposal = Proposal(case_id=case.id, kind=kind, row={}, event=event, notes=notes, made_by_id=actor.id)
    proposal.row = worded(proposal, values)
    session.add(proposal)
    session.flush()
    return proposal


def worded(proposal: Proposal, values: Mapping[str, object]) -> Content:
    """Return the row of a proposal with these values in it."""
    row = empty_row(proposal.rows)
    row.update((name, value) for name, value in values.items() if name in row)
    if proposal.kind is ProposalKind.LESSON:
        row["origin"] = Origin.SESSION.value
    return row


def reword(
    session: Session, proposal: Proposal, values: Mapping[str, object], *, case: Case, notes: int
) -> None:
    """Propose it in other words, or for another case; one that was declined is proposed again. Raises Conflict, NotFound."""
    check_undecided(proposal)
    if not policy.may_read(case):
        raise NotFound(case.slug)
    proposal.row, proposal.case_id, proposal.notes = worded(proposal, values), case.id, notes
    proposal.state, proposal.reason, proposal.decided_at = ProposalState.PROPOSED, "", None
    session.flush()


def take_back(session: Session, proposal: Proposal) -> None:
    """Propose it no longer. Raises Conflict when its writers took it over."""
    check_undecided(proposal)
    session.delete(proposal)
    session.flush()


def check_undecided(proposal: Proposal) -> None:
    """Do nothing when the session can still change the proposal. Raises Conflict."""
    if proposal.state in {ProposalState.TAKEN_UP, ProposalState.PUBLISHED}:
        raise Conflict("The writers of the case took this over. From now on they word it.")


def first_in_a_while(session: Session, proposal: Proposal) -> bool:
    """Tell whether its session proposed nothing else for this case lately: then its writers get a mail."""
    others = (
        (Proposal.case_id == proposal.case_id)
        & (Proposal.event == proposal.event)
        & (Proposal.id != proposal.id)
        & (Proposal.made_at > now() - FRESH)
    )
    return not session.scalar(select(exists().where(others)))


def row_for_draft(session: Session, actor: Actor, case: Case, number: int) -> tuple[str, Content]:
    """Return the list of content that a proposal belongs in, and its row with its key. Raises Forbidden, NotFound."""
    proposal = _of_case(session, actor, case, number)
    return proposal.rows, {**proposal.row, "key": proposal.key}


def decline(session: Session, actor: Actor, case: Case, number: int, *, reason: str) -> Proposal:
    """Leave a proposal out of the case, with or without a reason; the session's lead reads it.

    Raises Forbidden, NotFound; Conflict when it stands in the draft or with readers.
    """
    proposal = _of_case(session, actor, case, number)
    if proposal.state in {ProposalState.TAKEN_UP, ProposalState.PUBLISHED}:
        raise Conflict("This was taken over already. Take it out of the text if you do not want it.")
    proposal.state, proposal.decided_at = ProposalState.DECLINED, now()
    proposal.reason = reason.strip()[:LONGEST_REASON]
    log(session, actor, "proposal.decline", kind="case", key=case.slug, detail=str(proposal.id))
    session.flush()
    return proposal


def follow(session: Session, case: Case) -> None:
    """Let what is proposed for a case stand as its draft has it: taken up when the draft has its row, else to decide on."""
    keys = row_keys(case.draft.content) if case.draft else set()
    rows = select(Proposal).where(Proposal.case_id == case.id, Proposal.state.in_(_UNDECIDED))
    for proposal in session.scalars(rows):
        state = ProposalState.TAKEN_UP if proposal.key in keys else ProposalState.PROPOSED
        if state is not proposal.state:
            proposal.state = state
            proposal.decided_at = now() if state is ProposalState.TAKEN_UP else None


def with_origins(session: Session, case: Case, record: Record, keys: Sequence[str]) -> Record:
    """Return the record with the origin of each lesson that a session proposed, whatever its writers made of it."""
    rows = session.scalars(select(Proposal).where(Proposal.case_id == case.id))
    known = {proposal.lesson_key for proposal in rows}
    lessons = [
        {**row, "origin": Origin.SESSION.value} if key in known else row
        for key, row in zip(keys, record["lessons"], strict=True)
    ]
    return {**record, "lessons": lessons}


def published(session: Session, case: Case, keys: Sequence[str]) -> None:
    """Tie the lessons and challenges that were just published to the proposals that they come from.

    `keys` are those of the draft's lessons, in the order in which the case has them now.
    """
    rows = select(Proposal).where(Proposal.case_id == case.id, Proposal.state != ProposalState.PUBLISHED)
    waiting = {proposal.key: proposal for proposal in session.scalars(rows)}
    lessons = dict(zip(keys, case.lessons, strict=True))
    challenges = {challenge.key: challenge for challenge in case.challenges}
    for key, proposal in waiting.items():
        if proposal.kind is ProposalKind.LESSON and key in lessons:
            proposal.lesson = lessons[key]
        elif proposal.kind is ProposalKind.CHALLENGE and key in challenges:
            proposal.challenge = challenges[key]
        else:
            continue
        proposal.state, proposal.decided_at = ProposalState.PUBLISHED, now()
    session.flush()
    follow(session, case)


def is_key(key: str) -> bool:
    """Tell whether a row with this key comes from a proposal."""
    return _KEY.fullmatch(key) is not None


def _of_case(session: Session, actor: Actor, case: Case, number: int) -> Proposal:
    if not policy.may_write(actor, case):
        raise Forbidden("You are not a writer of this case.")
    proposal = session.get(Proposal, number)
    if proposal is None or proposal.case_id != case.id:
        raise NotFound(str(number))
    return proposal
