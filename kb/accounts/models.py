"""People and what belongs to them: login sessions, one-time links, and the log of what was done.

A person is never deleted: erasing empties the row (`erased_at`), so that versions and moves keep their place in a history
without saying who made them. Of tokens only the digest is kept; the table alone opens no door.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.accounts.actor import Actor, Role
from kb.core import now
from kb.db import BEHIND, Base, Moment, word_column


class LinkPurpose(StrEnum):
    """What a one-time link is for."""

    FIRST_ADMINISTRATOR = "first-administrator"
    INVITATION = "invitation"
    RESET = "reset"


class Person(Base):
    """Somebody with an account. `email` is kept in lower case; `password_hash` is empty until a password was chosen.

    `totp_secret` counts once `totp_since` is set; `totp_step` is the last time step whose code was used, so that none is
    accepted twice. `recovery_digests` are those of the codes not used yet. `notifications` holds what was switched off.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="")
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    roles: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    disabled_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    erased_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    totp_secret: Mapped[str] = mapped_column(String(64), default="")
    totp_since: Mapped[dt.datetime | None] = mapped_column(Moment)
    totp_step: Mapped[int] = mapped_column(default=0)
    recovery_digests: Mapped[list[str]] = mapped_column(JSON, default=list)
    notifications: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    sessions: Mapped[list[LoginSession]] = relationship(
        cascade="all, delete-orphan", order_by="LoginSession.seen_at.desc()", back_populates="person"
    )

    @property
    def active(self) -> bool:
        """Tell whether this person can act."""
        return self.disabled_at is None and self.erased_at is None

    def actor(self) -> Actor:
        """Return the person as the one who acts; without roles when disabled or erased."""
        roles = frozenset(Role(role) for role in self.roles) if self.active else frozenset()
        return Actor(id=self.id, name=self.name, roles=roles, language=self.language)


class LoginSession(Base):
    """One browser in which a person is signed in. Deleting the row signs it out, whatever cookies it still has."""

    __tablename__ = "login_session"
    __table_args__ = BEHIND

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    seen_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    expires_at: Mapped[dt.datetime] = mapped_column(Moment)
    remembered: Mapped[bool] = mapped_column(default=False)
    device: Mapped[str] = mapped_column(String(200), default="")

    person: Mapped[Person] = relationship(back_populates="sessions")


class OneTimeLink(Base):
    """A link that works once, until it expires. `bound_to` is a digest of the password it was made to replace."""

    __tablename__ = "one_time_link"
    __table_args__ = BEHIND

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[LinkPurpose] = mapped_column(word_column(LinkPurpose))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    bound_to: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[dt.datetime] = mapped_column(Moment, default=now)
    expires_at: Mapped[dt.datetime] = mapped_column(Moment)
    used_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    person: Mapped[Person | None] = relationship()


class LogEntry(Base):
    """One line of the log of what was done: by whom, what, to what. It holds no texts and no addresses."""

    __tablename__ = "log_entry"
    __table_args__ = BEHIND

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(Moment, default=now, index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    did: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20), default="")
    key: Mapped[str] = mapped_column(String(200), default="")
    detail: Mapped[str] = mapped_column(Text, default="")

    by: Mapped[Person | None] = relationship()
