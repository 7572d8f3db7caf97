"""The mail server as one address: `smtp://user:password@host:587?from=Praktijkbank <no-reply@example.org>`.

`smtp` begins without encryption and must then switch to it (STARTTLS); only a server on this very machine is spoken to
in the clear. `smtps` is encrypted from the first byte. Signs such as `@`, `/` and `#` in the user or password are
written as %40, %2F and %23. No message here repeats what it was given: it may hold the password.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*|[0-9a-f:]+")
SENDER = re.compile(r'("?(?P<name>[^<>"]*?)"?\s*<(?P<inside>[^<>]+)>|(?P<bare>[^<>]+))')
LOCAL_PART = re.compile(r"[^\s@\"(),:;<>\[\\\]]{1,64}")
DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
LONGEST_ADDRESS = 254


class Security(StrEnum):
    """How the line to the mail server is kept private."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True)
class MailServer:
    """The server that takes our mail, who we are there and who our mail is from."""

    host: str
    port: int
    security: Security
    sender_address: str
    sender_name: str = ""
    user: str = ""
    password: str = field(default="", repr=False)


def mail_server(text: str) -> MailServer | None:
    """Return the mail server that a setting names; None when it is empty: no mail is sent then.

    Raises:
        ValueError: one sentence about what it must be, which never holds the password.

    """
    if not text:
        return None
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _wrong() from None
    if (
        not text.isprintable()
        or parts.scheme not in {"smtp", "smtps"}
        or not HOST.fullmatch(host)
        or parts.path not in {"", "/"}
        or parts.fragment
        or port == 0
    ):
        raise _wrong()
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ValueError("it must have both a user and a password, or neither")
    if not (user + password).isascii() or not (user + password).isprintable():
        raise ValueError("its user and password may hold only letters without accents, digits and signs")
    name, address = _sender(parts.query)
    security, usual = _security(parts.scheme, host)
    return MailServer(host, usual if port is None else port, security, address, name, user, password)


def is_address(text: str) -> bool:
    """Tell whether mail can be sent to an address: one line, one at-sign, and a domain that can exist."""
    local, _, domain = text.rpartition("@")
    try:
        fits = len(ascii_domain(domain)) < LONGEST_ADDRESS
    except ValueError:
        return False
    return (
        fits
        and len(text) <= LONGEST_ADDRESS
        and text.isprintable()
        and LOCAL_PART.fullmatch(local) is not None
    )


def ascii_domain(domain: str) -> str:
    """Return a domain as the mail protocol has it: `xn--caf-dma.example` for `café.example`.

    Raises:
        ValueError: it is no domain, or one that Python's old rules (IDNA 2003) would turn into another.

    """
    shown = unicodedata.normalize("NFC", domain).lower()
    coded = shown.encode("idna").decode("ascii")
    is_same = shown == coded or coded.encode("ascii").decode("idna") == shown
    if not is_same or not DOMAIN.fullmatch(coded):
        raise ValueError("this is no domain")
    return coded


def _wrong() -> ValueError:
    return ValueError(
        "it must look like smtp://user:password@host:587?from=Name <address>, or smtps://; write signs such as "
        "@, / and # in the user or password as %40, %2F and %23"
    )


def _sender(query: str) -> tuple[str, str]:
    # Not parse_qs: it makes a space of the plus sign, which stands in many an address.
    key, _, value = query.partition("=")
    found = SENDER.fullmatch(unquote(value))
    name, address = (found["name"] or "", found["inside"] or found["bare"]) if found else ("", "")
    if key != "from" or not is_address(address) or not address.isascii() or not name.isprintable():
        raise ValueError(
            "it must end in ?from= and the address that mail is sent from, such as "
            "?from=Praktijkbank <no-reply@example.org>"
        )
    return name, address


def _security(scheme: str, host: str) -> tuple[Security, int]:
    """Return how the line is kept private, and the usual port for that."""
    if scheme == "smtps":
        return Security.TLS, 465
    return (Security.NONE, 25) if _is_this_machine(host) else (Security.STARTTLS, 587)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
