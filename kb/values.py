"""How the texts of settings are read: each function returns the value of one, or raises ValueError with what it must be."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

SECRET_LENGTH = 32
SQLITE, POSTGRESQL = "sqlite:///", "postgresql+psycopg://"
"""How the addresses of the two kinds of database begin."""
HOST = r"([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\])"


def one_of(*allowed: str) -> Callable[[str], str]:
    """Return what reads one of these words."""

    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"it may be {' or '.join(allowed)}")
        return text

    return read


def switch(text: str) -> bool:
    """Return whether it is on."""
    return one_of("on", "off")(text) == "on"


def base_url(text: str) -> str:
    """Return the address of the home page, without a slash at its end."""
    url = text.lower().removesuffix("/")
    if url and not re.fullmatch(rf"https?://{HOST}(:[0-9]{{1,5}})?", url):
        raise ValueError(
            "it must be the full address of the home page, without a path, such as https://praktijkbank.example"
        )
    return url


def hosts(text: str) -> tuple[str, ...]:
    """Return names of hosts."""
    names = tuple(name.strip().lower() for name in text.split(",") if name.strip())
    for name in names:
        if not re.fullmatch(rf"\.?{HOST}", name):
            raise ValueError(
                "it must be host names separated by commas, without port; a leading dot takes in subdomains"
            )
    return names


def count(text: str) -> int:
    """Return a number of one digit."""
    if not re.fullmatch(r"[0-9]", text):
        raise ValueError("it must be a number from 0 to 9")
    return int(text)


def megabytes(text: str) -> int:
    """Return a number of megabytes."""
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= 200:  # noqa: PLR2004 - said in the message
        raise ValueError("it must be a whole number from 1 to 200")
    return int(text)


def days(text: str) -> int:
    """Return a number of days."""
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= 3650:  # noqa: PLR2004 - said in the message
        raise ValueError("it must be a whole number from 1 to 3650")
    return int(text)


def database(text: str) -> str:
    """Return the address of a database."""
    if text.startswith(POSTGRESQL):
        if not re.fullmatch(r"[^/@]*(@[^/@]*)?/[^/?]+(\?.*)?", text.removeprefix(POSTGRESQL)):
            raise ValueError(
                f"it must name a database: {POSTGRESQL}user:password@host/name; write a sign such as @ or / in the password as %40 or %2F"
            )
        if not _has_right_port(text):
            raise ValueError("its port must be a number")
    elif text and not text.startswith(SQLITE):
        raise ValueError(
            f"it must begin with {SQLITE} and name a file, or with {POSTGRESQL}; or be nothing, for a file in the data folder"
        )
    elif text and text.removeprefix(SQLITE).partition("?")[0] in {"", ":memory:"}:
        raise ValueError(f"it must name a file: {SQLITE}path/to/file")
    return text


def _has_right_port(url: str) -> bool:
    try:
        urlsplit(url).port  # noqa: B018 - asked for, because it raises when it is none
    except ValueError:
        return False
    return True


def line(text: str) -> str:
    """Return a line."""
    if not 1 <= len(text) <= 60 or not text.isprintable():  # noqa: PLR2004 - said in the message
        raise ValueError("it must be one line of 1 to 60 characters")
    return text


def secret(text: str) -> str:
    """Return a secret that is not weak; nothing when it is empty."""
    if text and (len(text) < SECRET_LENGTH or len(set(text)) < SECRET_LENGTH // 4):
        raise ValueError(
            f"it is too weak; it needs at least {SECRET_LENGTH} characters of chance, such as `openssl rand -hex 32` prints"
        )
    return text


def token(text: str) -> str:
    """Return a secret that can stand in a header."""
    if text and not re.fullmatch(r"[!-~]+", text):
        raise ValueError("it may hold letters, digits and signs of ASCII, without spaces")
    return secret(text)
