"""The line to the mail server: opened when it is needed, kept for the next mail, and private or not used at all."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage

from kb.mail.message import envelope_address
from kb.mail_url import MailServer, Security

CONNECT_S = 20.0
ANSWER_S = 180.0
"""How long the server may think about a mail. Hanging up while it takes one means sending it twice."""

REFUSED = range(550, 560)
"""Codes that are about the mail or its reader; other 5xx are about the conversation, and ours to mend."""


class NoStartTlsError(smtplib.SMTPException):
    """The server can't keep the line private, so it was given neither password nor mail."""


class Line:
    """A line to one mail server. It is opened by `open`, which may be called before every mail."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def open(self) -> None:
        """See to it that the line is open.

        Raises:
            OSError: the server can't be reached, or does not want us.

        """
        if self._smtp:
            with suppress(OSError):
                self._smtp.noop()
                return
            self.close()
        self._smtp = self._connected()
        try:
            self._introduce(self._smtp)
        except OSError:
            self.close()
            raise

    def send(self, mail: EmailMessage, to: str) -> None:
        """Send a mail to one address over the open line; returns once the server has taken it.

        Raises:
            OSError: the server did not take it, or the line broke.
            ValueError: the mail can't be put into bytes.

        """
        if self._smtp is None:
            raise smtplib.SMTPServerDisconnected("the line is not open")
        # Not send_message: it puts a ">" before every line that begins with "From ".
        options = () if to.isascii() else ("SMTPUTF8", "BODY=8BITMIME")
        self._smtp.sendmail(envelope_address(self._server.sender_address), [to], mail.as_bytes(), options)

    def close(self) -> None:
        """Say goodbye."""
        smtp, self._smtp = self._smtp, None
        if smtp:
            with suppress(OSError):
                smtp.quit()
            smtp.close()

    def _connected(self) -> smtplib.SMTP:
        # The name we greet with is that of our mail: this machine's own says more than the server needs to know.
        server = self._server
        name = envelope_address(server.sender_address).rpartition("@")[2]
        if server.security is Security.TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, name, timeout=CONNECT_S, context=context)
        return smtplib.SMTP(server.host, server.port, name, timeout=CONNECT_S)

    def _introduce(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self._server.security is Security.STARTTLS:
            if not smtp.has_extn("starttls"):
                raise NoStartTlsError
            smtp.starttls(context=ssl.create_default_context())
        if self._server.user:
            smtp.login(self._server.user, self._server.password)
        if smtp.sock:
            smtp.sock.settimeout(ANSWER_S)


def is_final(error: Exception) -> bool:
    """Tell whether the server said that it will never take this mail for this reader.

    A refusal of us (no login, not allowed to send: 5.7) is not final: the administrator can mend that meanwhile.
    """
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPAuthenticationError):
        return False
    code, answer = _answer(error)
    return code in REFUSED and not answer.startswith("5.7.")


def sentence(error: Exception) -> str:
    """Return what went wrong, for the administrator."""
    if isinstance(error, NoStartTlsError):
        return "The mail server does not offer STARTTLS, so nothing was sent to it."
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"The mail server does not accept the user and password of KB_MAIL_URL ({error.smtp_code})."
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The mail server's certificate is not trusted: {error.verify_message}."
    if isinstance(error, smtplib.SMTPException):
        code, answer = _answer(error)
        return f"The mail server answered: {code} {answer}" if code else f"The mail server failed: {error}"
    if isinstance(error, OSError):
        return f"The mail server can't be reached: {error.strerror or error}."
    return f"The mail can't be made: {error}."


def kind(error: Exception) -> str:
    """Return what went wrong for the log: no word of the server's answer, which may name the reader."""
    code, _ = _answer(error)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def _answer(error: Exception) -> tuple[int, str]:
    """Return the server's code and words; 0 when it said nothing."""
    code, words = 0, b""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, words = error.smtp_code, error.smtp_error  # type: ignore[assignment]  # text or bytes, either may come
    return code, words.decode("utf-8", "replace") if isinstance(words, bytes) else words
