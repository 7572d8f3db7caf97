"""The board of a session: who takes part, what they write under each learning question, and what others recognise.

A participant is nobody we know: a row with the digest of a token that his browser keeps, a nickname where he chose one, and
a room. `Board.version` goes up with each change; what changed notes at which version, so that a browser asks for no more
than it has not seen. Nothing is deleted while a session lasts: a note that was withdrawn or hidden is told to browsers
that still show it.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.core import now
from kb.db import Base, Moment, word_column
from kb.events.models.event import Event, LearningQuestion, Room


class NoteState(StrEnum):
    """Who sees a note: everybody; its writer and the lead until the lead lets it through; the lead alone; nobody."""

    SHOWN = "shown"
    WAITING = "waiting"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


class Board(Base):
    """The board of a session, made when it opens. On it can be written as long as the session is open.

    `moderated`: a note is shown once the lead lets it through. `keep_days`: how long after the session notes are kept.
    """

    __tablename__ = "board"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    moderated: Mapped[bool] = mapped_column(default=False)
    keep_days: Mapped[int] = mapped_column(default=90)
    emptied_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    event: Mapped[Event] = relationship()


class BoardColumn(Base):
    """What the lead did with a column: locked it, or gave it a time. There is a row once he did."""

    __tablename__ = "board_column"

    question_id: Mapped[int] = mapped_column(
        ForeignKey("learning_question.id", ondelete="CASCADE"), primary_key=True
    )
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    locked: Mapped[bool] = mapped_column(default=False)
    timer_ends_at: Mapped[dt.datetime | None] = mapped_column(Moment)


class Participant(Base):
    """A browser that joined a board; one telephone for a whole room will do."""

    __tablename__ = "participant"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    nickname: Mapped[str] = mapped_column(String(60), default="")
    room_id: Mapped[int | None] = mapped_column(ForeignKey("event_room.id", ondelete="SET NULL"))
    joined_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)

    room: Mapped[Room | None] = relationship()


class Note(Base):
    """What somebody wrote under a question. `uid` is made by his browser, so that what is sent twice is there once.

    `nickname` and `room_id` are as they were when it was written. `changed` is the version of the board at which it last
    changed. `merged_into_id`: it says the same as that note, and stands under it. `example`: it came with the program.
    """

    __tablename__ = "note"
    __table_args__ = (UniqueConstraint("event_id", "uid"), Index(None, "event_id", "changed"))

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("learning_question.id"), index=True)
    participant_id: Mapped[int | None] = mapped_column(
        ForeignKey("participant.id", ondelete="SET NULL"), index=True
    )
    room_id: Mapped[int | None] = mapped_column(ForeignKey("event_room.id", ondelete="SET NULL"))
    uid: Mapped[str] = mapped_column(String(36))
    text: Mapped[str] = mapped_column(Text)
    nickname: Mapped[str] = mapped_column(String(60), default="")
    state: Mapped[NoteState] = mapped_column(word_column(NoteState))
    pinned: Mapped[bool] = mapped_column(default=False)
    example: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("note.id", ondelete="SET NULL"), index=True)
    made_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    changed: Mapped[int]

    question: Mapped[LearningQuestion] = relationship()
    room: Mapped[Room | None] = relationship()


class Vote(Base):
    """A participant says of a note: with us too."""

    __tablename__ = "vote"

    note_id: Mapped[int] = mapped_column(ForeignKey("note.id", ondelete="CASCADE"), primary_key=True)
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True, index=True
    )
