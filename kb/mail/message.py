"""A row of the outbox as a mail: plain text, UTF-8, in seven bits and short lines, so that no server on the way changes it.

All of it follows from the row: a mail that must be sent again is the same mail, with the same Message-ID, and mail
systems that have seen it know it.
"""

from __future__ import annotations

from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import formataddr

from kb.mail.models import MailRow
from kb.mail_url import MailServer, ascii_domain, is_address

LINE = 74
"""The most signs of a plain header; a longer one is coded, which gives it its lines."""


class Coded(str):
    """A header whose text is coded already, and goes into the mail as it is.

    Python's own coding of what people type loses spaces between accented words, and in older releases a typed
    "=?utf-8?q?=0D=0A…?=" became a header line of its own.
    """

    __slots__ = ("name",)
    name: str

    def fold(self, *, policy: Policy) -> str:
        """Return the lines of the header; called by the `email` package."""
        return f"{self.name}: {self}{policy.linesep}"


def message(row: MailRow, server: MailServer, site_name: str) -> EmailMessage:
    """Return the mail that a row stands for, from the server's sender; the site's name is the name of a nameless one.

    Raises:
        ValueError: it can't be made into a mail.

    """
    sender = envelope_address(server.sender_address)
    mail = EmailMessage(policy=SMTP.clone(utf8=not row.to_address.isascii()))
    _put(mail, "From", _named(server.sender_name or site_name, sender))
    mail["To"] = Address("", *_parts(row.to_address))
    _put(mail, "Subject", _coded(row.subject, "Subject"))
    mail["Date"] = row.created_at
    mail["Message-ID"] = f"<{row.created_at:%Y%m%d%H%M%S.%f}.{row.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(row.text, charset="utf-8", cte="quoted-printable")
    return mail


def envelope_address(address: str) -> str:
    """Return an address as the mail server is told it.

    Raises:
        ValueError: it is none.

    """
    return "@".join(_parts(address))


def _parts(address: str) -> tuple[str, str]:
    if not is_address(address):
        raise ValueError("mail can't be sent to this address")
    local, _, domain = address.rpartition("@")
    return local, ascii_domain(domain)


def _put(mail: EmailMessage, name: str, text: str) -> None:
    coded = Coded(text)
    coded.name = name
    mail[name] = coded


def _coded(text: str, name: str) -> str:
    """Return text as a header holds it: coded where it has accents, or looks coded, or has signs that end a line."""
    if text.isascii() and text.isprintable() and "=?" not in text and len(name) + len(text) < LINE:
        return text
    return Header(" ".join(text.split()), "utf-8", header_name=name).encode(linesep="\r\n")


def _named(name: str, address: str) -> str:
    coded = _coded(name, "From")
    return formataddr((name, address)) if coded == name else f"{coded}\r\n <{address}>"
