"""Who signed up for a session: in, waiting, or not coming after all. Nobody needs an account for it.

Some time after the session the names and addresses are emptied (`emptied_at`); the row stays, so that the counts do.
`nonce` is in the link by which somebody cancels; who reads the table can't make the link without the site's key.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.cases.models import Perspective
from kb.core import now
from kb.db import Base, Moment, word_column
from kb.events.models.event import Event, Room


class SignupState(StrEnum):
    """Whether there is a place for somebody."""

    IN = "in"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class Signup(Base):
    """One person for one session. Who waits moves up in the order of the ids."""

    __tablename__ = "signup"
    __table_args__ = (Index(None, "event_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    state: Mapped[SignupState] = mapped_column(word_column(SignupState))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), index=True)
    organisation: Mapped[str] = mapped_column(String(200), default="")
    perspective: Mapped[Perspective | None] = mapped_column(word_column(Perspective))
    language: Mapped[str] = mapped_column(String(2))
    nonce: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    reminded_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    attended: Mapped[bool] = mapped_column(default=False)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("event_room.id", ondelete="SET NULL"))
    emptied_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    event: Mapped[Event] = relationship()
    room: Mapped[Room | None] = relationship()
