"""What a practice case is made of, as tables.

A `Case` is one place, one period, one story. What belongs to it alone (challenges, lessons, partners, timeline,
sources, translations) hangs below it and goes when it goes; themes and tags are shared between cases. The words are
those of the field; the vocabularies below are the same in the case format, the index and the web address.

Lists of plain words (participants, perspectives, authors) are JSON columns: nothing looks a row up by them, the search
index counts them. Ids of lessons are never used again (AUTOINCREMENT): a lesson's address stands in other people's texts.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.core import now
from kb.db import Base, Moment, word_column

if TYPE_CHECKING:
    from kb.accounts.models import Person
    from kb.cases.models.writing import Attachment, Draft, Move, NamedPerson, Remark, Revision, ShareLink


class CaseStatus(StrEnum):
    """Where a case is on its way to readers. Only a published one is public."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"


class Scale(StrEnum):
    """How large the area of a case is."""

    STREET = "street"
    NEIGHBOURHOOD = "neighbourhood"
    VILLAGE = "village"
    MUNICIPALITY = "municipality"
    REGION = "region"


class ChallengeStatus(StrEnum):
    """How far a challenge was overcome."""

    OVERCOME = "overcome"
    PARTLY = "partly"
    OPEN = "open"


class Perspective(StrEnum):
    """Who tells it: the position from which a lesson is told, or in which someone took part in a case."""

    RESIDENT = "resident"
    VOLUNTEER = "volunteer"
    PROFESSIONAL = "professional"
    CIVIL_SERVANT = "civil-servant"
    EXECUTIVE = "executive"
    ENTREPRENEUR = "entrepreneur"
    RESEARCHER = "researcher"


class TagKind(StrEnum):
    """Whether a tag names a subject or a way of working (wijkschouw, buurtbudget)."""

    TOPIC = "topic"
    METHOD = "method"


class Origin(StrEnum):
    """Where a lesson comes from: a source states it, it was derived from sources, or a session harvested it."""

    STATED = "stated"
    DERIVED = "derived"
    SESSION = "session"


class Precision(StrEnum):
    """How exactly a date is known; of a month or a year the first day stands in the date."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


def _theme_link(table: str, owner: str) -> Table:
    """Return the table that joins themes with the rows of `owner` (a case, a challenge or a lesson)."""
    return Table(
        table,
        Base.metadata,
        Column(f"{owner}_id", ForeignKey(f"{owner}.id", ondelete="CASCADE"), primary_key=True),
        Column("theme_id", ForeignKey("theme.id"), primary_key=True, index=True),
    )


case_theme = _theme_link("case_theme", "case")
challenge_theme = _theme_link("challenge_theme", "challenge")
lesson_theme = _theme_link("lesson_theme", "lesson")
case_tag = Table(
    "case_tag",
    Base.metadata,
    Column("case_id", ForeignKey("case.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True, index=True),
)


class Theme(Base):
    """One of the four themes of the field, or one that an organisation added.

    `colour` names one of the colours of the style sheets; empty is the plain one. A retired theme stays on what carries
    it and is no longer offered.
    """

    __tablename__ = "theme"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    position: Mapped[int]
    colour: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    retired: Mapped[bool] = mapped_column(default=False, server_default=false())
    texts: Mapped[list[ThemeText]] = relationship(
        cascade="all, delete-orphan", order_by="ThemeText.language", lazy="selectin"
    )


class ThemeText(Base):
    """A theme's name and question in one language."""

    __tablename__ = "theme_text"

    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    question: Mapped[str] = mapped_column(String(300))


class Tag(Base):
    """A free keyword, of a kind."""

    __tablename__ = "tag"
    __table_args__ = (UniqueConstraint("name", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[TagKind] = mapped_column(word_column(TagKind))


class Case(Base):
    """A practice case: one place, one period, one story. Its texts are those of the case format.

    Beside them stand when its contents should be looked at again (`check_on`), when its writers were last reminded of
    that, whether they said that it names nobody, and when a name was last taken out of it.
    """

    __tablename__ = "case"
    # One index for "the newest that may be read" and for counting those. None on the status alone: nearly every case is
    # published, and SQLite, which can't know that, would go through all of them to find one by its slug.
    __table_args__ = (Index(None, "published_at", "status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text)
    story: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    place: Mapped[str] = mapped_column(String(200))
    municipality: Mapped[str] = mapped_column(String(200))
    province: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    scale: Mapped[Scale | None] = mapped_column(word_column(Scale))
    period_start: Mapped[int | None]
    period_end: Mapped[int | None]
    participants: Mapped[list[str]] = mapped_column(JSON)
    authors: Mapped[list[str]] = mapped_column(JSON)
    licence: Mapped[str] = mapped_column(String(60))
    status: Mapped[CaseStatus] = mapped_column(word_column(CaseStatus))
    created_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    published_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    check_on: Mapped[dt.date | None] = mapped_column(index=True)
    reminded_on: Mapped[dt.date | None]
    nobody_named: Mapped[bool] = mapped_column(default=False, server_default=false())
    names_removed_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    themes: Mapped[list[Theme]] = relationship(secondary=case_theme, order_by=Theme.position)
    tags: Mapped[list[Tag]] = relationship(secondary=case_tag, order_by=(Tag.name, Tag.kind))
    partners: Mapped[list[Partner]] = relationship(cascade="all, delete-orphan", order_by="Partner.position")
    challenges: Mapped[list[Challenge]] = relationship(
        cascade="all, delete-orphan", order_by="Challenge.position", back_populates="case"
    )
    lessons: Mapped[list[Lesson]] = relationship(
        cascade="all, delete-orphan", order_by="Lesson.position", back_populates="case"
    )
    timeline: Mapped[list[TimelineEntry]] = relationship(
        cascade="all, delete-orphan", order_by="TimelineEntry.position"
    )
    sources: Mapped[list[Source]] = relationship(cascade="all, delete-orphan", order_by="Source.position")
    translations: Mapped[list[CaseTranslation]] = relationship(
        cascade="all, delete-orphan", order_by="CaseTranslation.language"
    )

    draft: Mapped[Draft | None] = relationship(cascade="all, delete-orphan", back_populates="case")
    revisions: Mapped[list[Revision]] = relationship(
        cascade="all, delete-orphan", order_by="Revision.number", back_populates="case"
    )
    moves: Mapped[list[Move]] = relationship(
        cascade="all, delete-orphan", order_by="Move.id", back_populates="case"
    )
    remarks: Mapped[list[Remark]] = relationship(cascade="all, delete-orphan", order_by="Remark.id")
    share_links: Mapped[list[ShareLink]] = relationship(cascade="all, delete-orphan", order_by="ShareLink.id")
    named: Mapped[list[NamedPerson]] = relationship(cascade="all, delete-orphan", order_by="NamedPerson.id")
    attachments: Mapped[list[Attachment]] = relationship(
        cascade="all, delete-orphan", order_by="(Attachment.position, Attachment.id)"
    )
    writers: Mapped[list[Person]] = relationship(secondary="case_writer", order_by="Person.id")


class CaseTranslation(Base):
    """A case's own texts in another language; what is empty was not translated."""

    __tablename__ = "case_translation"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text)
    story: Mapped[str] = mapped_column(Text)


class _Part:
    """A row that belongs to one case and has its place in a list there."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]


class Partner(_Part, Base):
    """An organisation that took part in a case."""

    __tablename__ = "partner"

    name: Mapped[str] = mapped_column(String(300))
    url: Mapped[str | None] = mapped_column(String(2000))


class Challenge(_Part, Base):
    """A difficulty in a case: its cause, how it was approached and what came of it."""

    __tablename__ = "challenge"
    __table_args__ = (UniqueConstraint("case_id", "key"),)

    key: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(300))
    cause: Mapped[str] = mapped_column(Text)
    approach: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    status: Mapped[ChallengeStatus | None] = mapped_column(word_column(ChallengeStatus))

    case: Mapped[Case] = relationship(back_populates="challenges")
    themes: Mapped[list[Theme]] = relationship(secondary=challenge_theme, order_by=Theme.position)
    lessons: Mapped[list[Lesson]] = relationship(back_populates="challenge", order_by="Lesson.position")


class Lesson(_Part, Base):
    """One advice in one or two sentences, with its explanation; it may hang on a challenge of the same case.

    `recognised` and `applied` are how many people say so (`Recognition`), kept here because every list shows and sorts by them.
    """

    __tablename__ = "lesson"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads it, nobody changes it

    challenge_id: Mapped[int | None] = mapped_column(
        ForeignKey("challenge.id", ondelete="SET NULL"), index=True
    )
    statement: Mapped[str] = mapped_column(Text)
    explanation: Mapped[str] = mapped_column(Text)
    perspectives: Mapped[list[str]] = mapped_column(JSON)
    origin: Mapped[Origin] = mapped_column(word_column(Origin))
    added_at: Mapped[dt.datetime] = mapped_column(Moment, default=now, index=True)
    recognised: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    applied: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    case: Mapped[Case] = relationship(back_populates="lessons")
    challenge: Mapped[Challenge | None] = relationship(back_populates="lessons")
    themes: Mapped[list[Theme]] = relationship(secondary=lesson_theme, order_by=Theme.position)
    translations: Mapped[list[LessonTranslation]] = relationship(
        cascade="all, delete-orphan", order_by="LessonTranslation.language"
    )


class LessonTranslation(Base):
    """A lesson's texts in another language; what is empty was not translated."""

    __tablename__ = "lesson_translation"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    statement: Mapped[str] = mapped_column(Text)
    explanation: Mapped[str] = mapped_column(Text)


class TimelineEntry(_Part, Base):
    """What happened in a case on a date that is known to a precision."""

    __tablename__ = "timeline_entry"

    date: Mapped[dt.date]
    precision: Mapped[Precision] = mapped_column(word_column(Precision))
    what: Mapped[str] = mapped_column(Text)


class Source(_Part, Base):
    """A publication, page, interview or recording that carries a statement of a case."""

    __tablename__ = "source"

    title: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(String(2000))
    publisher: Mapped[str] = mapped_column(String(300))
    accessed: Mapped[dt.date | None]
