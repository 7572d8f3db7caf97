"""The board as a page and as updates show it: frozen values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from kb.events import policy
from kb.events.board_queries import Notes
from kb.events.codes import shown_code
from kb.events.models import Board, BoardColumn, Event, LearningQuestion, Note, NoteState, Participant, Room


@dataclass(frozen=True)
class NoteView:
    """A note as one reader sees it. `also` are the notes that were merged into it: number, text, and whether they are the reader's.

    `order` is how it stands in its column: pinned ones first, then as they came.
    """

    id: int
    question: int
    text: str
    room: str
    nickname: str
    votes: int
    voted: bool
    mine: bool
    state: str
    pinned: bool
    example: bool
    also: tuple[tuple[int, str, bool], ...]
    order: str


@dataclass(frozen=True)
class ColumnView:
    """A column: its question, and whether one can write there; `ends` is when its time is over, for machines."""

    id: int
    number: int
    question: str
    locked: bool
    ends: str


@dataclass(frozen=True)
class BoardPage:
    """A board without its notes. `name` is what the reader may be called; `rooms` are (key, name)."""

    slug: str
    url: str
    event_url: str
    title: str
    language: str
    version: int
    open: bool
    moderated: bool
    keep_days: int
    emptied: bool
    lead: bool
    joined: bool
    nickname: str
    room: str
    rooms: tuple[tuple[str, str], ...]
    code: str
    join_url: str
    participants: int
    columns: tuple[ColumnView, ...]


def board_page(
    event: Event,
    board: Board,
    columns: Sequence[tuple[LearningQuestion, BoardColumn | None]],
    *,
    lead: bool,
    me: Participant | None,
    rooms: Sequence[Room],
    participants: int,
) -> BoardPage:
    """Return a board as its lead or a participant sees it."""
    return BoardPage(
        slug=event.slug,
        url=url_for("board.show", slug=event.slug),
        event_url=url_for("events.show", slug=event.slug),
        title=event.title,
        language=event.language,
        version=board.version,
        open=policy.may_be_written_on(event),
        moderated=board.moderated,
        keep_days=board.keep_days,
        emptied=board.emptied_at is not None,
        lead=lead,
        joined=me is not None,
        nickname=me.nickname if me else "",
        room=me.room.key if me and me.room else "",
        rooms=tuple((room.key, room.name) for room in rooms),
        code=shown_code(board.code) if lead else "",
        join_url=url_for("board.join", code=board.code, _external=True) if lead else "",
        participants=participants,
        columns=column_views(columns),
    )


@dataclass(frozen=True)
class BoardPanel:
    """The ways to a board from the page of its session; what is empty is not for this reader."""

    url: str
    join_url: str
    code: str


def board_panel(event: Event, board: Board | None, *, lead: bool, joined: bool) -> BoardPanel | None:
    """Return the ways to a board for this reader; None where there is none."""
    if board is None or not (lead or policy.may_be_written_on(event)):
        return None
    can_join = policy.may_be_written_on(event) and not joined
    return BoardPanel(
        url=url_for("board.show", slug=event.slug) if lead or joined else "",
        join_url=url_for("board.code") if can_join else "",
        code=shown_code(board.code) if lead and policy.may_be_written_on(event) else "",
    )


def column_views(columns: Sequence[tuple[LearningQuestion, BoardColumn | None]]) -> tuple[ColumnView, ...]:
    """Return the columns of a board."""
    return tuple(
        ColumnView(
            id=question.id,
            number=number,
            question=question.text,
            locked=column is not None and column.locked,
            ends=_iso(column.timer_ends_at if column else None),
        )
        for number, (question, column) in enumerate(columns, start=1)
    )


def note_views(notes: Notes, me: Participant | None) -> tuple[NoteView, ...]:
    """Return notes as this reader sees them."""
    return tuple(_note(row, notes, me) for row in notes.rows)


def _note(row: Note, notes: Notes, me: Participant | None) -> NoteView:
    also = notes.merged.get(row.id, ())
    return NoteView(
        id=row.id,
        question=row.question_id,
        text=row.text,
        room=row.room.name if row.room else "",
        nickname=row.nickname,
        votes=notes.votes.get(row.id, 0),
        voted=not notes.mine.isdisjoint({row.id, *(one.id for one in also)}),
        mine=me is not None and row.participant_id == me.id,
        state=row.state.value,
        pinned=row.pinned,
        example=row.example,
        also=tuple((one.id, one.text, me is not None and one.participant_id == me.id) for one in also),
        order=f"{0 if row.pinned and row.state is NoteState.SHOWN else 1}-{row.id:010}",
    )


def _iso(moment: dt.datetime | None) -> str:
    return moment.isoformat() if moment else ""
