"""Reading the harvest: the notes that something can be made of, and what was made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kb.cases.models import Case, Lesson, Proposal, ProposalState, Recognition
from kb.cases.policy import readable as readable_case
from kb.core import NotFound
from kb.events import board_queries, policy
from kb.events.models import Event, Harvested, HarvestKind, Note, NoteGroup, NoteState, grouped_note

FOR_READERS = (HarvestKind.RECOGNITION, HarvestKind.ACTION)
"""What readers see as soon as it was harvested; a lesson or a challenge once it stands in its case."""


@dataclass(frozen=True)
class BoardNote:
    """A note that everybody on the board sees, with the texts of those that say the same, and how many recognise it.

    `count` is how many notes that are; `group` the number of its group, or 0.
    """

    id: int
    question: int
    text: str
    also: tuple[str, ...]
    room: str
    votes: int
    example: bool
    group: int

    @property
    def count(self) -> int:
        """How many notes these are."""
        return 1 + len(self.also)


@dataclass(frozen=True)
class Gathered:
    """All that one harvests from and has harvested: the notes, their groups, and what was made of them."""

    notes: Sequence[BoardNote]
    groups: Sequence[NoteGroup]
    rows: Sequence[Harvested]


def gathered(session: Session, event: Event) -> Gathered:
    """Return what was written in a session and what was made of it; for who may harvest from it."""
    return Gathered(board_notes(session, event), groups_of(session, event), harvest_of(session, event))


def board_notes(session: Session, event: Event) -> list[BoardNote]:
    """Return what stands on the board for everybody, each column's pinned notes and those that most recognise first."""
    found, _gone = board_queries.notes_since(session, event, 0, lead=False, me=None)
    rows = select(grouped_note.c.note_id, grouped_note.c.group_id).join(NoteGroup)
    groups = dict(session.execute(rows.where(NoteGroup.event_id == event.id)).all())
    shown = sorted(
        (row for row in found.rows if row.state is NoteState.SHOWN),
        key=lambda row: (not row.pinned, -found.votes.get(row.id, 0), row.id),
    )
    return [
        BoardNote(
            id=row.id,
            question=row.question_id,
            text=row.text,
            also=tuple(one.text for one in found.merged.get(row.id, ())),
            room=row.room.name if row.room else "",
            votes=found.votes.get(row.id, 0),
            example=row.example,
            group=groups.get(row.id, 0),
        )
        for row in shown
    ]


def groups_of(session: Session, event: Event) -> list[NoteGroup]:
    """Return the groups of a session's notes, the first made first."""
    return list(
        session.scalars(select(NoteGroup).where(NoteGroup.event_id == event.id).order_by(NoteGroup.id))
    )


def notes_on_board(session: Session, event: Event, question: int, numbers: Sequence[int]) -> list[Note]:
    """Return those of these notes that stand under this question for everybody, by themselves."""
    rows = select(Note).where(
        Note.id.in_(numbers),
        Note.event_id == event.id,
        Note.question_id == question,
        Note.state == NoteState.SHOWN,
        Note.merged_into_id.is_(None),
    )
    return list(session.scalars(rows.order_by(Note.id)))


def harvest_of(session: Session, event: Event) -> list[Harvested]:
    """Return all that was harvested from a session, in the order in which that was done; for who may harvest."""
    rows = _whole().where(Harvested.event_id == event.id).options(selectinload(Harvested.sources))
    return list(session.scalars(rows.order_by(Harvested.id)))


def harvested(session: Session, event: Event, number: int) -> Harvested:
    """Return one thing that was harvested from this session. Raises NotFound."""
    row = session.scalars(_whole().where(Harvested.id == number)).one_or_none()
    if row is None or row.event_id != event.id:
        raise NotFound(str(number))
    return row


def lessons_to_recognise(session: Session, slugs: Sequence[str]) -> list[tuple[int, str, str]]:
    """Return the number, statement and case of each lesson of these cases, case by case."""
    rows = (
        select(Lesson.id, Lesson.statement, Case.slug)
        .join(Lesson.case)
        .where(Case.slug.in_(slugs))
        .order_by(Case.slug, Lesson.position)
    )
    return [(number, statement, slug) for number, statement, slug in session.execute(rows)]


def public_harvest(session: Session, events: Sequence[Event]) -> list[Harvested]:
    """Return what any reader may see of the harvest of these sessions."""
    return list(session.scalars(_public().where(Harvested.event_id.in_([event.id for event in events]))))


def public_harvest_for_case(session: Session, case: int) -> list[Harvested]:
    """Return what any reader may see of what sessions harvested for a case."""
    rows = _public().where(Harvested.case_id == case, Harvested.kind != HarvestKind.ACTION)
    return list(session.scalars(rows))


def harvested_lesson(session: Session, lesson: int) -> Harvested | None:
    """Return what a lesson was harvested as, when it comes from a session that any reader may see."""
    rows = (
        _whole()
        .join(Harvested.proposal)
        .join(Harvested.event)
        .where(Proposal.lesson_id == lesson, policy.readable())
    )
    return session.scalars(rows.limit(1)).one_or_none()


def _public() -> Select[Harvested]:
    made = Proposal.state == ProposalState.PUBLISHED
    there = or_(Proposal.lesson_id.is_not(None), Proposal.challenge_id.is_not(None))
    return (
        _whole()
        .join(Harvested.event)
        .outerjoin(Harvested.proposal)
        .outerjoin(Harvested.case)
        .where(
            policy.readable(),
            or_(Harvested.case_id.is_(None), readable_case()),
            or_(Harvested.kind.in_(FOR_READERS), made & there),
        )
        .order_by(Harvested.id)
    )


def _whole() -> Select[Harvested]:
    """Ask for what was harvested with all that is shown of it."""
    case = joinedload(Harvested.case)
    lesson = joinedload(Harvested.proposal).joinedload(Proposal.lesson)
    return select(Harvested).options(
        joinedload(Harvested.event),
        joinedload(Harvested.question),
        case.selectinload(Case.themes),
        case.selectinload(Case.translations),
        lesson.joinedload(Lesson.challenge),
        lesson.selectinload(Lesson.themes),
        lesson.selectinload(Lesson.translations),
        lesson.joinedload(Lesson.case),
        joinedload(Harvested.proposal).joinedload(Proposal.challenge),
        joinedload(Harvested.recognition).joinedload(Recognition.lesson),
    )
