"""Reading what sessions propose for cases."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.cases.models import Case, Proposal, ProposalState
from kb.cases.policy import readable


def proposals_for(session: Session, case: Case) -> list[Proposal]:
    """Return what sessions proposed for a case and its writers did not decline, the first first."""
    rows = select(Proposal).where(Proposal.case_id == case.id, Proposal.state != ProposalState.DECLINED)
    return list(session.scalars(rows.order_by(Proposal.id)))


def undecided(session: Session, cases: Sequence[Case]) -> dict[int, int]:
    """Return by case id how many proposals its writers still have to decide on."""
    rows = (
        select(Proposal.case_id, func.count())
        .where(Proposal.case_id.in_([case.id for case in cases]), Proposal.state == ProposalState.PROPOSED)
        .group_by(Proposal.case_id)
    )
    return {case: count for case, count in session.execute(rows)}  # noqa: C416 - rows are no pairs to mypy


def cases_with_proposals(session: Session) -> list[tuple[Case, int]]:
    """Return the readable cases for which proposals wait, with how many, the longest waiting first."""
    count = func.count(Proposal.id)
    rows = (
        select(Case, count)
        .join(Proposal, Proposal.case_id == Case.id)
        .where(Proposal.state == ProposalState.PROPOSED, readable())
        .group_by(Case.id)
        .order_by(func.min(Proposal.made_at), Case.slug)
    )
    return [(case, number) for case, number in session.execute(rows)]
