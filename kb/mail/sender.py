"""Empties the outbox over SMTP.

Several processes may do so at once. One claims a mail in a short transaction of its own, by moving its next try ahead;
sends it outside any transaction, so that nobody waits for the mail server; and deletes it once the server has taken it.
A mail is therefore sent once, with one exception: when the process dies, or the line breaks, between the server's taking
it and its answer's being written down, it is sent once more, as the same mail (see `kb.mail.message`). The other order
would lose it.

What the server refuses for good is given up at once; anything else is tried again, after longer and longer, for three
days. When the server can't be used at all, no mail is claimed: all that were due are put off together.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Select, delete, exists, select
from sqlalchemy.orm import Session

from kb import core
from kb.db import Database
from kb.mail import outbox
from kb.mail.line import Line, is_final, kind, sentence
from kb.mail.message import envelope_address, message
from kb.mail.models import MailRow
from kb.mail_url import MailServer

FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=6)
GIVE_UP = dt.timedelta(days=3)
CLAIM = dt.timedelta(minutes=15)
"""How long a claimed mail is left alone: longer than the slowest server may take over one (`kb.mail.line.ANSWER_S`)."""
KEEP_FAILED = dt.timedelta(days=30)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sent:
    """What became of the mails that were due."""

    sent: int
    postponed: int
    given_up: int


class Mailer:
    """Sends what is due in a database's outbox to a mail server."""

    def __init__(
        self,
        database: Database,
        server: MailServer,
        site_name: str,
        clock: Callable[[], dt.datetime] = core.now,
    ) -> None:
        self._database = database
        self._server = server
        self._site_name = site_name
        self._clock = clock
        self._taken: set[int] = set()

    def send_due(self, stopping: Callable[[], bool] = lambda: False) -> Sent:
        """Send the mails that are due, one by one, until none is left or `stopping` says so.

        Raises:
            DataError: the database can't be read or written; what is due stays due.

        """
        count: Counter[str] = Counter()
        self._tidy()
        with closing(Line(self._server)) as line:
            while not stopping() and self._is_any_due():
                try:
                    line.open()
                except OSError as error:
                    count += self._miss_all(error)
                    break
                row = self._claim()
                if row:
                    count[self._send(line, row)] += 1
        return Sent(count["sent"], count["postponed"], count["given_up"])

    def _tidy(self) -> None:
        """Delete what is done with; nothing is written, and nobody told, when there is nothing."""
        until = self._clock() - KEEP_FAILED
        with self._database.reading() as session:
            old = session.scalar(select(exists().where(MailRow.failed_at <= until)))
        if old or self._taken:
            with self._database.transaction() as session:
                outbox.forget_failed(session, until)
                session.execute(delete(MailRow).where(MailRow.id.in_(self._taken)))
            self._taken.clear()

    def _is_any_due(self) -> bool:
        with self._database.reading() as session:
            return _first_due(session, self._clock()) is not None

    def _claim(self) -> MailRow | None:
        """Return the mail whose turn it is, ours alone for a while; None when others were first."""
        moment = self._clock()
        with self._database.transaction() as session:
            row = _first_due(session, moment)
            if row:
                row.next_try_at = moment + CLAIM
                row.tries += 1
        return row

    def _send(self, line: Line, row: MailRow) -> str:
        try:
            mail = message(row, self._server, self._site_name)
            line.send(mail, envelope_address(row.to_address))
        except (OSError, ValueError) as error:  # whatever smtplib raises is one of these
            return self._miss(row, error)
        # Remembered, for when the database is busy just now: the next turn deletes it before it looks for mail.
        self._taken.add(row.id)
        with self._database.transaction() as session:
            session.execute(delete(MailRow).where(MailRow.id == row.id))
        self._taken.discard(row.id)
        return "sent"

    def _miss(self, row: MailRow, error: Exception) -> str:
        with self._database.transaction() as session:
            kept = session.get(MailRow, row.id)
            if kept is None or kept.tries != row.tries:
                return "postponed"  # it took so long that another process took it over
            outcome = _missed(kept, error, self._clock())
        log.warning(
            "Mail %d is %s after try %d: %s", row.id, outcome.replace("_", " "), row.tries, kind(error)
        )
        return outcome

    def _miss_all(self, error: Exception) -> Counter[str]:
        moment = self._clock()
        with self._database.transaction() as session:
            rows = session.scalars(_due(moment)).all()
            for row in rows:
                row.tries += 1
            count = Counter(_missed(row, error, moment) for row in rows)
        log.warning("The mail server can't be used, %d mails were put off: %s", len(rows), kind(error))
        return count


def pause(tries: int) -> dt.timedelta:
    """Return how long a mail waits after so many tries: a minute, two, four, … six hours."""
    return min(FIRST_PAUSE * (1 << min(tries - 1, 20)), LONGEST_PAUSE)


def _due(moment: dt.datetime) -> Select[MailRow]:
    due = select(MailRow).where(MailRow.failed_at.is_(None), MailRow.next_try_at <= moment)
    return due.order_by(MailRow.next_try_at, MailRow.id)


def _first_due(session: Session, moment: dt.datetime) -> MailRow | None:
    return session.scalar(_due(moment).limit(1))


def _missed(row: MailRow, error: Exception, moment: dt.datetime) -> str:
    """Write down that a mail was not sent: it waits longer, or is given up."""
    words = " ".join(sentence(error).split())
    row.last_error = "".join(sign for sign in words if sign.isprintable())[:300]
    if is_final(error) or moment - row.created_at >= GIVE_UP:
        row.failed_at, row.text = moment, ""
        return "given_up"
    row.next_try_at = moment + pause(row.tries)
    return "postponed"
