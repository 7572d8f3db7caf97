"""The harvest of a session: notes that belong together, and what was made of them.

What was harvested stays when the notes are thrown away: it keeps under which question it was said, on how many notes it
rests and how many recognised those. Who wrote the notes is not in it.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import JSON, Column, ForeignKey, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.cases.models import Case, Proposal, Recognition
from kb.core import now
from kb.db import Base, Moment, word_column
from kb.events.models.board import Note
from kb.events.models.event import Event, LearningQuestion


class HarvestKind(StrEnum):
    """What notes were made into: something proposed for a case, a recognition, or something that will be done."""

    LESSON = "lesson"
    CHALLENGE = "challenge"
    RECOGNITION = "recognition"
    ACTION = "action"


grouped_note = Table(
    "grouped_note",
    Base.metadata,
    Column("note_id", ForeignKey("note.id", ondelete="CASCADE"), primary_key=True),
    Column("group_id", ForeignKey("note_group.id", ondelete="CASCADE"), nullable=False, index=True),
)
"""In which group a note is; in one at most."""


class NoteGroup(Base):
    """Notes under one question that belong together, under a name that the lead gives them."""

    __tablename__ = "note_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("learning_question.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))

    notes: Mapped[list[Note]] = relationship(secondary=grouped_note, order_by=Note.id)


harvested_note = Table(
    "harvested_note",
    Base.metadata,
    Column("harvested_id", ForeignKey("harvested.id", ondelete="CASCADE"), primary_key=True),
    Column("note_id", ForeignKey("note.id", ondelete="CASCADE"), primary_key=True, index=True),
)
"""From which notes something was harvested, for as long as they are kept."""


class Harvested(Base):
    """One thing that a session brought.

    The words of a lesson and a challenge stand in their `proposal`. A recognition is about a case, or about one of its
    lessons (`recognition`): `text` is the line and `place` where it is. An action has what will be done as its `text`, who
    does it (`owner`) and by when (`due`).
    """

    __tablename__ = "harvested"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    question_id: Mapped[int | None] = mapped_column(
        ForeignKey("learning_question.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[HarvestKind] = mapped_column(word_column(HarvestKind))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    recognition_id: Mapped[int | None] = mapped_column(ForeignKey("recognition.id", ondelete="SET NULL"))
    themes: Mapped[list[str]] = mapped_column(JSON, default=list)
    text: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    owner: Mapped[str] = mapped_column(String(200), default="")
    due: Mapped[dt.date | None]
    done_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    notes: Mapped[int] = mapped_column(default=0)
    votes: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    event: Mapped[Event] = relationship()
    question: Mapped[LearningQuestion | None] = relationship()
    case: Mapped[Case | None] = relationship()
    proposal: Mapped[Proposal | None] = relationship()
    recognition: Mapped[Recognition | None] = relationship()
    sources: Mapped[list[Note]] = relationship(secondary=harvested_note, order_by=Note.id)
