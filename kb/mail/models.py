"""A mail that waits to be sent, or that could not be.

A row goes when the mail server has taken the mail: who was written to, and what, is not kept. A mail that was given up
keeps its address, for the administrator, but not its text: that may hold a link that lets somebody in.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import BEHIND, Base, Moment


class MailRow(Base):
    """One mail to one person. A number is never given again: the mail's Message-ID is made of it."""

    __tablename__ = "mail_outbox"
    __table_args__ = {**BEHIND, "sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads it, nobody changes it

    id: Mapped[int] = mapped_column(primary_key=True)
    to_address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(Moment)
    next_try_at: Mapped[dt.datetime] = mapped_column(Moment, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(300), default="")
    failed_at: Mapped[dt.datetime | None] = mapped_column(Moment, default=None)
