"""The board as a whole: making it, joining it, its settings, and emptying it when its time is over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.accounts.tokens import digest, new_token
from kb.core import NotFound, Refusal, now
from kb.events.codes import new_code, read_code
from kb.events.models import (
    Board,
    BoardColumn,
    Event,
    EventStatus,
    LearningQuestion,
    Note,
    NoteGroup,
    Participant,
    Room,
    Vote,
)
from kb.events.services.leading import check_lead
from kb.events.texts import tidy

LONGEST_NICKNAME = 60
SHORTEST_KEEPING, LONGEST_KEEPING = 1, 730
LONGEST_TIMER_MIN = 180


@dataclass(frozen=True)
class Joined:
    """Who joined a board: the row, and the token that his browser keeps."""

    participant: Participant
    token: str


def make(session: Session, event: Event) -> Board:
    """Return the board of a session; makes it when there is none."""
    board = session.get(Board, event.id)
    if board is None:
        taken = set(session.scalars(select(Board.code)))
        code = next(code for code in iter(new_code, "") if code not in taken)
        board = Board(event_id=event.id, code=code)
        session.add(board)
        session.flush()
    return board


def changed(session: Session, event: Event) -> int:
    """Note that something on the board changed, and return its new version; the same for all that happens at once."""
    return (
        session.execute(
            update(Board)
            .where(Board.event_id == event.id)
            .values(version=Board.version + 1)
            .returning(Board.version)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        or 0
    )


def find_open(session: Session, typed: str) -> Event:
    """Return the session whose board this code opens. Raises NotFound for a wrong one and one that is over alike."""
    code = read_code(typed)
    event = session.scalars(
        select(Event)
        .join(Board, Board.event_id == Event.id)
        .where(Board.code == code, Event.status == EventStatus.OPEN, Event.cancelled.is_(False))
    ).one_or_none()
    if event is None:
        raise NotFound(typed)
    return event


def join(session: Session, typed: str, *, nickname: str = "", room: str = "") -> Joined:
    """Join the board that a code opens, with a nickname and a room where they are told. Raises NotFound, Refusal."""
    event = find_open(session, typed)
    token = new_token()
    participant = Participant(event_id=event.id, digest=digest(token))
    introduce(session, event, participant, nickname=nickname, room=room)
    session.add(participant)
    session.flush()
    return Joined(participant, token)


def introduce(session: Session, event: Event, participant: Participant, *, nickname: str, room: str) -> None:
    """Let a participant say what to call him and in which room he is (its key); both may be empty.

    It counts for what he writes from now on.
    """
    nickname = tidy(nickname)
    if len(nickname) > LONGEST_NICKNAME:
        raise Refusal("Choose a shorter name: at most %(most)s characters.", most=LONGEST_NICKNAME)
    row = None
    if room:
        row = session.scalars(select(Room).where(Room.event_id == event.id, Room.key == room)).one_or_none()
        if row is None:
            raise Refusal("There is no such room. Choose one from the list.")
    participant.nickname = nickname
    participant.room_id = row.id if row else None


def settle(session: Session, actor: Actor, event: Event, *, moderated: bool, keep_days: int) -> None:
    """Say whether notes are shown at once, and how many days after the session they are kept. Raises Forbidden, Refusal."""
    check_lead(actor, event)
    if not SHORTEST_KEEPING <= keep_days <= LONGEST_KEEPING:
        raise Refusal(
            "Notes are kept from %(least)s to %(most)s days after the session.",
            least=SHORTEST_KEEPING,
            most=LONGEST_KEEPING,
        )
    board = session.get_one(Board, event.id)
    board.moderated, board.keep_days = moderated, keep_days
    session.flush()
    changed(session, event)
    log(session, actor, "board.settle", kind="event", key=event.slug)


def lock(session: Session, actor: Actor, event: Event, question: int, *, locked: bool) -> None:
    """Let nobody write under a question for now, or let them again. Raises Forbidden, NotFound."""
    column(session, actor, event, question).locked = locked
    session.flush()
    changed(session, event)


def time(session: Session, actor: Actor, event: Event, question: int, *, minutes: int) -> None:
    """Give a question so many minutes from now; none stops its timer. Raises Forbidden, NotFound, Refusal."""
    if not 0 <= minutes <= LONGEST_TIMER_MIN:
        raise Refusal("A timer runs for at most %(most)s minutes.", most=LONGEST_TIMER_MIN)
    row = column(session, actor, event, question)
    row.timer_ends_at = now() + dt.timedelta(minutes=minutes) if minutes else None
    session.flush()
    changed(session, event)


def column(session: Session, actor: Actor, event: Event, question: int) -> BoardColumn:
    """Return what the lead did with a column of this board, to change it. Raises Forbidden, NotFound."""
    check_lead(actor, event)
    check_question(session, event, question)
    row = session.get(BoardColumn, question)
    if row is None:
        row = BoardColumn(question_id=question, event_id=event.id, locked=False)
        session.add(row)
    return row


def check_question(session: Session, event: Event, question: int) -> None:
    """Do nothing when this is a question of this session. Raises NotFound."""
    row = session.get(LearningQuestion, question)
    if row is None or row.event_id != event.id:
        raise NotFound(str(question))


def empty_old(session: Session) -> int:
    """Throw away the notes and participants of boards whose time is over; return of how many. Examples stay."""
    moment = now()
    emptied = 0
    for board, event in session.execute(
        select(Board, Event).join(Event).where(Board.emptied_at.is_(None), Event.status != EventStatus.OPEN)
    ):
        if event.ends_at + dt.timedelta(days=board.keep_days) > moment:
            continue
        mine = select(Participant.id).where(Participant.event_id == event.id)
        session.execute(delete(Vote).where(Vote.participant_id.in_(mine)))
        session.execute(delete(Note).where(Note.event_id == event.id, Note.example.is_(False)))
        session.execute(delete(NoteGroup).where(NoteGroup.event_id == event.id))  # named after what was said
        session.execute(delete(Participant).where(Participant.event_id == event.id))
        board.emptied_at = moment
        board.version += 1
        emptied += 1
    return emptied
