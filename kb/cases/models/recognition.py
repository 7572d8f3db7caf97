"""What people who read a lesson say of their own practice: this happens with us too, or we applied this."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.accounts.models import Person
from kb.cases.models.case import Lesson
from kb.core import now
from kb.db import Base, Moment, word_column


class RecognitionKind(StrEnum):
    """Whether somebody knows it from his own practice, or has done something with it."""

    RECOGNISED = "recognised"
    APPLIED = "applied"


class Recognition(Base):
    """One person about one lesson, once of each kind, with his place and a line; `url` tells more where he applied it.

    Readers see place and line, never who wrote them. How many there are stands with the lesson itself. What was said in a
    session has no person, and the slug of that session (`event`).
    """

    __tablename__ = "recognition"
    __table_args__ = (UniqueConstraint("lesson_id", "person_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    event: Mapped[str] = mapped_column(String(80), default="", server_default=text("''"))
    kind: Mapped[RecognitionKind] = mapped_column(word_column(RecognitionKind))
    place: Mapped[str] = mapped_column(String(200), default="")
    line: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str] = mapped_column(String(2000), default="")
    made_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)

    lesson: Mapped[Lesson] = relationship()
    person: Mapped[Person | None] = relationship()
