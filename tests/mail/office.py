"""A real mail server in the test's own process, on a port of its own, and a clock that a test sets."""

from __future__ import annotations

import asyncio
import datetime as dt
import email
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from kb.db import Database
from kb.mail import outbox
from kb.mail.models import MailRow
from kb.mail.sender import Mailer
from kb.mail_url import MailServer, Security

CERTIFICATE = Path(__file__).parent / "localhost.pem"
"""A certificate for 127.0.0.1 with its key, signed by nobody; made with `openssl req -x509 -days 36500`."""

OK = "250 OK"
START = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)
SITE_NAME = "Kennis van hier"


@dataclass
class Office:
    """What a mail server took, and what it is told to answer."""

    received: list[Envelope] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    """The answer to a reader's address, where it is not OK."""
    sender_answer: str = OK
    data_answer: str = OK
    sessions: list[object] = field(default_factory=list)
    taking: Callable[[], None] = lambda: None
    """What happens in the server once it has read a mail, before it says so."""

    async def handle_MAIL(  # noqa: N802 - the name is aiosmtpd's
        self,
        _server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if session not in self.sessions:
            self.sessions.append(session)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.sender_answer

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.answers.get(address, OK)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name is aiosmtpd's
        if self.data_answer == OK:
            self.received.append(envelope)
            self.taking()
        return self.data_answer

    @property
    def readers(self) -> list[str]:
        return [reader for envelope in self.received for reader in envelope.rcpt_tos]

    def bytes(self, number: int = -1) -> bytes:
        """Return a mail as it came over the line."""
        content = self.received[number].original_content
        assert content is not None
        return content

    def mail(self, number: int = -1) -> EmailMessage:
        """Return a mail as the reader's mail program sees it."""
        return email.message_from_bytes(self.bytes(number), EmailMessage, policy=default)

    def text(self, number: int = -1) -> str:
        text: str = self.mail(number).get_content()
        return text.replace("\r\n", "\n")


class OwnPort(Controller):
    """A server on a port that was free when it was taken, and is its own from then on."""

    def __init__(self, office: Office, port: int, **options: Any) -> None:
        self.listener = socket.create_server(("127.0.0.1", port))
        super().__init__(office, "127.0.0.1", self.listener.getsockname()[1], **options)

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self.listener, ssl=self.ssl_context)


@contextmanager
def serving(office: Office, port: int = 0, **options: Any) -> Iterator[MailServer]:
    """Let a mail server run meanwhile; give how it is reached, in the clear."""
    controller = OwnPort(office, port, **options)
    controller.start()
    try:
        yield MailServer(
            "127.0.0.1", controller.port, Security.NONE, "no-reply@kb.example.org", "Praktijkbank"
        )
    finally:
        controller.stop()


def certified() -> ssl.SSLContext:
    """Return what a server needs to speak privately."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def knows(user: str, password: str) -> Callable[..., AuthResult]:
    """Return a check of who signs in, for a server's `authenticator`."""

    def check(
        _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, who: LoginPassword
    ) -> AuthResult:
        right = (who.login, who.password) == (user.encode(), password.encode())
        return AuthResult(success=right, handled=False)  # the server answers

    return check


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = START
        self._lock = threading.Lock()

    def __call__(self) -> dt.datetime:
        with self._lock:
            return self.moment

    def move(self, **step: float) -> None:
        with self._lock:
            self.moment += dt.timedelta(**step)


class Desk:
    """Where a test queues mail and sees what became of it. Its mailer sees the same clock."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()

    def queue(
        self, to: str = "jan@example.org", subject: str = "Welkom", text: str = "Dag Jan,\n\nTot ziens."
    ) -> None:
        """Queue a mail, at the clock's moment."""
        with self.database.transaction() as session:
            outbox.queue(session, to, subject, text)
            for row in session.new:
                assert isinstance(row, MailRow)
                row.created_at = row.next_try_at = self.clock()

    def mailer(self, server: MailServer, **changes: Any) -> Mailer:
        return Mailer(self.database, replace(server, **changes), SITE_NAME, self.clock)

    @property
    def waiting(self) -> tuple[outbox.Letter, ...]:
        with self.database.reading() as session:
            return outbox.waiting(session)

    @property
    def failed(self) -> tuple[outbox.Letter, ...]:
        with self.database.reading() as session:
            return outbox.failed(session)

    def rows(self) -> list[MailRow]:
        with self.database.reading() as session:
            return list(session.query(MailRow).order_by(MailRow.id))
