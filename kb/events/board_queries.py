"""Reading the board: few queries, whatever the number of notes and participants.

A browser asks every few seconds. Whether there is something new costs two queries; what is new costs four more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, distinct, func, select
from sqlalchemy.orm import Session, joinedload

from kb.accounts.tokens import digest
from kb.core import NotFound
from kb.events.models import (
    Board,
    BoardColumn,
    Event,
    LearningQuestion,
    Note,
    NoteState,
    Participant,
    Room,
    Vote,
)

MANY = 500
"""How many numbers a query names; beyond that it asks for all of the board."""


@dataclass(frozen=True)
class Notes:
    """Notes that stand by themselves, with what was merged into each, how many recognise it, and whether I do."""

    rows: Sequence[Note]
    merged: Mapping[int, Sequence[Note]]
    votes: Mapping[int, int]
    mine: frozenset[int]


def board_by_slug(session: Session, slug: str) -> tuple[Event, Board]:
    """Return a session and its board. Raises NotFound where there is none."""
    found = session.execute(select(Event, Board).join(Board).where(Event.slug == slug)).one_or_none()
    if found is None:
        raise NotFound(slug)
    return found[0], found[1]


def board_of(session: Session, event: Event) -> Board | None:
    """Return the board of a session, or None where it never opened."""
    return session.get(Board, event.id)


def is_emptied(session: Session, event: Event) -> bool:
    """Tell whether the notes of a session were thrown away because their time was over."""
    board = board_of(session, event)
    return board is not None and board.emptied_at is not None


def participant(session: Session, event: Event, token: str) -> Participant | None:
    """Return the participant of this board whose browser keeps this token."""
    if not token:
        return None
    rows = select(Participant).options(joinedload(Participant.room))
    return session.scalars(
        rows.where(Participant.digest == digest(token), Participant.event_id == event.id)
    ).one_or_none()


def questions(session: Session, event: Event) -> list[tuple[LearningQuestion, BoardColumn | None]]:
    """Return the columns of a board in their order, each with what the lead did with it."""
    rows = (
        select(LearningQuestion, BoardColumn)
        .outerjoin(BoardColumn, BoardColumn.question_id == LearningQuestion.id)
        .where(LearningQuestion.event_id == event.id)
        .order_by(LearningQuestion.position)
    )
    return [(question, column) for question, column in session.execute(rows)]


def rooms(session: Session, event: Event) -> list[Room]:
    """Return the rooms of a session in their order."""
    return list(session.scalars(select(Room).where(Room.event_id == event.id).order_by(Room.position)))


def participants(session: Session, event: Event) -> int:
    """Return how many browsers joined a board."""
    count = select(func.count(Participant.id)).where(Participant.event_id == event.id)
    return session.scalar(count) or 0


def notes_since(
    session: Session, event: Event, version: int, *, lead: bool, me: Participant | None
) -> tuple[Notes, list[int]]:
    """Return the notes that changed after a version of the board and that this reader may see, and the numbers of the others.

    A lead sees all but those that were withdrawn; a participant those that are shown, and his own that wait or were
    hidden. With version 0 it is the whole board.
    """
    rows = (
        select(Note)
        .options(joinedload(Note.room))
        .where(Note.event_id == event.id, Note.changed > version)
        .order_by(Note.id)
    )
    seen, gone = [], []
    for note in session.scalars(rows):
        if note.merged_into_id is None and _may_see(note, lead=lead, me=me):
            seen.append(note)
        else:
            gone.append(note.id)
    return _with_votes(session, event, seen, lead=lead, me=me), gone


def _may_see(note: Note, *, lead: bool, me: Participant | None) -> bool:
    if note.state is NoteState.WITHDRAWN:
        return False
    mine = me is not None and note.participant_id == me.id
    return lead or mine or note.state is NoteState.SHOWN


def _with_votes(
    session: Session, event: Event, rows: Sequence[Note], *, lead: bool, me: Participant | None
) -> Notes:
    numbers = [note.id for note in rows]
    if not numbers:
        return Notes((), {}, {}, frozenset())
    merged = defaultdict(list)
    under = select(Note).options(joinedload(Note.room)).where(_among(Note.merged_into_id, numbers, event))
    for note in session.scalars(under.where(Note.merged_into_id.is_not(None)).order_by(Note.id)):
        if note.merged_into_id is not None and _may_see(note, lead=lead, me=me):
            merged[note.merged_into_id].append(note)
    stands = func.coalesce(Note.merged_into_id, Note.id)
    counted = (
        select(stands, func.count(distinct(Vote.participant_id)))
        .join(Vote, Vote.note_id == Note.id)
        .where(_among(stands, numbers, event))
        .group_by(stands)
    )
    votes = dict(session.execute(counted).all())
    mine: frozenset[int] = frozenset()
    if me is not None:
        mine = frozenset(session.scalars(select(Vote.note_id).where(Vote.participant_id == me.id)))
    return Notes(rows, merged, votes, mine)


def _among(
    column: ColumnElement[int] | object, numbers: Collection[int], event: Event
) -> ColumnElement[bool]:
    """Return the condition that a column of `Note` names one of these; of many, that the note is on this board."""
    if len(numbers) > MANY:
        return Note.event_id == event.id
    return column.in_(numbers)  # type: ignore[union-attr]  # a column or an expression
