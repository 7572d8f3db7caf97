"""What is to be mailed.

A service that has something to tell somebody writes a row here in the same transaction as what it tells of: the mail
goes out only when the change was saved, and is never forgotten when it was. Nothing is sent here. Callers look whether
mail is set up (`settings.mail_url is not None`) and show the link on screen when it is not.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from kb.core import Refusal, now
from kb.mail.models import MailRow
from kb.mail_url import is_address

LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class Letter:
    """A mail as the administrator sees it: without its text, which is nobody else's business."""

    id: int
    to_address: str
    subject: str
    created_at: dt.datetime
    next_try_at: dt.datetime
    tries: int
    last_error: str
    failed_at: dt.datetime | None


@dataclass(frozen=True)
class Load:
    """How many mails wait, since when the oldest of them does, and how many were given up."""

    waiting: int
    oldest: dt.datetime | None
    failed: int


def queue(session: Session, to: str, subject: str, text: str) -> None:
    """Have a mail sent once the session's transaction is saved.

    The subject may be made of what people typed: line breaks and other invisible signs in it become spaces, and what is
    too long is cut.

    Raises:
        Refusal: mail can't be sent to that address; nothing was queued.

    """
    if not is_address(to):
        raise Refusal("Mail can't be sent to this address: %(address)s.", address=to[:80])
    moment = now()
    row = MailRow(
        to_address=to, subject=_line(subject), text=_text(text), created_at=moment, next_try_at=moment
    )
    session.add(row)


def waiting(session: Session) -> tuple[Letter, ...]:
    """Return the mails that are still to be sent, the one that is tried first at the top."""
    rows = _letters().where(MailRow.failed_at.is_(None)).order_by(MailRow.next_try_at, MailRow.id)
    return tuple(Letter(*row) for row in session.execute(rows))


def failed(session: Session) -> tuple[Letter, ...]:
    """Return the mails that were given up, the newest first."""
    rows = _letters().where(MailRow.failed_at.is_not(None)).order_by(MailRow.failed_at.desc(), MailRow.id)
    return tuple(Letter(*row) for row in session.execute(rows))


def load(session: Session) -> Load:
    """Return how much there is to send, and how much could not be."""
    waits = MailRow.failed_at.is_(None)
    waiting_now, oldest, all_of_them = session.execute(
        select(
            func.count().filter(waits),
            func.min(MailRow.created_at).filter(waits),
            func.count(),
        ).select_from(MailRow)
    ).one()
    return Load(waiting_now, oldest, all_of_them - waiting_now)


def forget_failed(session: Session, until: dt.datetime) -> None:
    """Delete the mails that were given up at a moment or before it."""
    session.execute(delete(MailRow).where(MailRow.failed_at <= until))


def _letters() -> Select[Any]:
    return select(*(getattr(MailRow, field.name) for field in fields(Letter)))


def _line(text: str) -> str:
    shown = "".join(
        sign if sign.isprintable() else "" if unicodedata.category(sign) == "Cf" else " " for sign in text
    )
    line = " ".join(shown.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def _text(text: str) -> str:
    """Return a text with one kind of line break, without signs that no letter holds."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})
