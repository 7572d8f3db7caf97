"""A row of the outbox as a mail: plain text, UTF-8, in seven bits and short lines, so that every server on the way leaves it as it is.

All of it follows from the row: a mail that must be sent again is the same mail, with the same Message-ID, and mail
systems that have seen it know it.
"""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from kb.mail.models import MailRow
from kb.mail_url import MailServer, ascii_domain


def message(row: MailRow, server: MailServer, site_name: str) -> EmailMessage:
    """Return the mail that a row stands for, from the server's sender; the site's name is the name of a nameless one.

    Raises:
        ValueError: it can't be made into a mail.

    """
    sender, _, domain = server.sender_address.rpartition("@")
    reader, _, reader_domain = row.to_address.rpartition("@")
    mail = EmailMessage(policy=SMTP.clone(utf8=not reader.isascii()))
    mail["From"] = Address(server.sender_name or site_name, sender, ascii_domain(domain))
    mail["To"] = Address("", reader, ascii_domain(reader_domain))
    mail["Subject"] = row.subject
    mail["Date"] = row.created_at
    mail["Message-ID"] = f"<{row.created_at:%Y%m%d%H%M%S.%f}.{row.id}@{ascii_domain(domain)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(row.text, charset="utf-8", cte="quoted-printable")
    return mail
