"""What sessions propose for a case: a lesson or a challenge, for its writers to take over or to decline."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.cases.models.case import Case, Challenge, Lesson
from kb.core import now
from kb.db import Base, Moment, word_column


class ProposalKind(StrEnum):
    """What is proposed."""

    LESSON = "lesson"
    CHALLENGE = "challenge"


class ProposalState(StrEnum):
    """Where a proposal stands: to decide on, taken up in the draft, with readers, or declined."""

    PROPOSED = "proposed"
    TAKEN_UP = "taken-up"
    PUBLISHED = "published"
    DECLINED = "declined"


class Proposal(Base):
    """A lesson or challenge that a session proposes for a case, in the words of that session.

    `row` is a row of content (`kb.cases.content`); in the draft of the case it has `key`, and from then on its writers
    word it. `event` is the slug of the session, `notes` the number of notes that it rests on. Once published it names the
    lesson or challenge that it became, so that this always leads back to its session.
    """

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ProposalKind] = mapped_column(word_column(ProposalKind))
    row: Mapped[dict[str, Any]] = mapped_column(JSON)
    event: Mapped[str] = mapped_column(String(80), index=True)
    notes: Mapped[int] = mapped_column(default=0)
    state: Mapped[ProposalState] = mapped_column(word_column(ProposalState), default=ProposalState.PROPOSED)
    made_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text, default="")
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id", ondelete="SET NULL"), index=True)
    challenge_id: Mapped[int | None] = mapped_column(ForeignKey("challenge.id", ondelete="SET NULL"))

    case: Mapped[Case] = relationship()
    lesson: Mapped[Lesson | None] = relationship()
    challenge: Mapped[Challenge | None] = relationship()

    @property
    def key(self) -> str:
        """The key of its row in the draft of the case: letter and number, as no other row has."""
        return f"p{self.id}"

    @property
    def lesson_key(self) -> str:
        """The key that its lesson has in a draft now: that of the lesson, once it is one."""
        return self.key if self.lesson_id is None else str(self.lesson_id)

    @property
    def text(self) -> str:
        """What it says, in the words of the session."""
        return str(self.row.get("statement") or self.row.get("title") or "")

    @property
    def rows(self) -> str:
        """The list of the case's content that it belongs in."""
        return "lessons" if self.kind is ProposalKind.LESSON else "challenges"
