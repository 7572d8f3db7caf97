"""What a session is made of, as tables.

An `Event` happens at a place or online, around cases, with a programme, rooms and learning questions. What belongs to it
alone hangs below it and goes when it goes. Questions and rooms have a `key` that stays when they are renamed or moved:
notes and participants hang on them.

A session's times are kept as the clock on the wall shows them, with their zone: when a country changes its rules, ten
o'clock stays ten o'clock. `starts_at` and `ends_at` are the same moments in UTC, to sort and to compare.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, Column, DateTime, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.accounts.models import Person
from kb.cases.models import Case
from kb.core import now
from kb.db import Base, Moment, word_column


class EventStatus(StrEnum):
    """Where a session is: only its leads see a draft; on the board of an open one participants write."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"


class Setting(StrEnum):
    """How a part of the programme is done: all together, in rooms, or freely (walk-in, a break)."""

    PLENARY = "plenary"
    ROOMS = "rooms"
    FREE = "free"


class Registration(StrEnum):
    """How people sign up: not at all, here, or at a page elsewhere."""

    NONE = "none"
    HERE = "here"
    ELSEWHERE = "elsewhere"


event_lead = Table(
    "event_lead",
    Base.metadata,
    Column("event_id", ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("person.id"), primary_key=True, index=True),
)
"""Who leads a session: prepares it, runs its board and harvests from it."""


class Series(Base):
    """Sessions that belong together, such as those of one community."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    introduction: Mapped[str] = mapped_column(Text, default="")

    events: Mapped[list[Event]] = relationship(back_populates="series", order_by="Event.starts_at")


class Event(Base):
    """A session. `version` goes up with each change: who saves says which one he started from.

    `uid` is its name in people's calendars, and `sequence` goes up when something changes that stands in people's calendars. `organisers` are mappings of `name` and
    `url`. A cancelled session keeps its status, so that those who have it in their calendar learn that it is off.
    """

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    title: Mapped[str] = mapped_column(String(300))
    introduction: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2))
    status: Mapped[EventStatus] = mapped_column(word_column(EventStatus), index=True)
    cancelled: Mapped[bool] = mapped_column(default=False)
    starts: Mapped[dt.datetime] = mapped_column(DateTime)
    ends: Mapped[dt.datetime] = mapped_column(DateTime)
    timezone: Mapped[str] = mapped_column(String(60))
    starts_at: Mapped[dt.datetime] = mapped_column(Moment, index=True)
    ends_at: Mapped[dt.datetime] = mapped_column(Moment)
    place: Mapped[str] = mapped_column(String(300), default="")
    online_url: Mapped[str] = mapped_column(String(2000), default="")
    organisers: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)
    registration: Mapped[Registration] = mapped_column(word_column(Registration), default=Registration.NONE)
    registration_url: Mapped[str] = mapped_column(String(2000), default="")
    capacity: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    changed_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)

    series: Mapped[Series | None] = relationship(back_populates="events")
    leads: Mapped[list[Person]] = relationship(secondary=event_lead, order_by="Person.id")
    cases: Mapped[list[DiscussedCase]] = relationship(
        cascade="all, delete-orphan", order_by="DiscussedCase.position"
    )
    programme: Mapped[list[ProgrammeItem]] = relationship(
        cascade="all, delete-orphan", order_by="ProgrammeItem.position"
    )
    rooms: Mapped[list[Room]] = relationship(cascade="all, delete-orphan", order_by="Room.position")
    questions: Mapped[list[LearningQuestion]] = relationship(
        cascade="all, delete-orphan", order_by="LearningQuestion.position"
    )
    materials: Mapped[list[Material]] = relationship(
        cascade="all, delete-orphan", order_by="Material.position"
    )


class DiscussedCase(Base):
    """A case that a session talks about, and who presents it there."""

    __tablename__ = "event_case"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[int] = mapped_column(
        ForeignKey("case.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]
    presenter: Mapped[str] = mapped_column(String(300), default="")

    case: Mapped[Case] = relationship()


class ProgrammeItem(Base):
    """A part of the programme, with the times that the clock shows; the end may be left open."""

    __tablename__ = "programme_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    starts: Mapped[dt.time]
    ends: Mapped[dt.time | None]
    title: Mapped[str] = mapped_column(String(300))
    speaker: Mapped[str] = mapped_column(String(300), default="")
    setting: Mapped[Setting] = mapped_column(word_column(Setting))


class Room(Base):
    """A break-out room, with who leads the talk there and its own link."""

    __tablename__ = "event_room"
    __table_args__ = (UniqueConstraint("event_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    lead: Mapped[str] = mapped_column(String(200), default="")
    url: Mapped[str] = mapped_column(String(2000), default="")


class LearningQuestion(Base):
    """A question that the session is to answer: a column of its board."""

    __tablename__ = "learning_question"
    __table_args__ = (UniqueConstraint("event_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(500))


class Material(Base):
    """Something to read or watch that belongs to the session: a title and where it is."""

    __tablename__ = "event_material"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    url: Mapped[str] = mapped_column(String(2000))
