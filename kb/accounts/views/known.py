"""The browsers that somebody signed in with before: they keep a count of their own.

Whoever tries passwords for somebody else's account soon has to wait, and so would that somebody; but not in a browser
of his own. The cookie says, signed by us, whose browser it is (by a digest of the address), and lets nobody in.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from flask import Response, after_this_request, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from kb.accounts.tokens import digest
from kb.config import Settings
from kb.web import limits, part

COOKIE = "known"
A_YEAR_S = 365 * 24 * 3600
MOST = 8
"""How many people share a browser at most; then the one who signed in first is forgotten."""


@dataclass(frozen=True)
class Known:
    """What the cookie holds: a number of the browser's own, and digests of the addresses that signed in with it."""

    browser: str = ""
    people: tuple[str, ...] = field(default_factory=tuple)


def counts(email: str) -> tuple[tuple[str, str], ...]:
    """Return by what tries to sign in with an address are counted, in this browser: (limit, who)."""
    known, person = _read(), _name(email)
    if person in known.people:
        return (("login", f"{person} in {known.browser}"),)
    return (("login", person), ("login-address", limits.address()))


def remember(email: str) -> None:
    """Remember that somebody signed in with this browser."""
    known, person = _read(), _name(email)
    people = (person, *(one for one in known.people if one != person))[:MOST]
    sealed = _sealer().dumps([known.browser or secrets.token_urlsafe(16), *people])

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            COOKIE,
            sealed if isinstance(sealed, str) else sealed.decode("ascii"),
            max_age=A_YEAR_S,
            secure=request.is_secure or part(Settings).base_url.startswith("https:"),
            httponly=True,
            samesite="Lax",
            path="/",
        )
        return response


def _read() -> Known:
    try:
        kept = _sealer().loads(request.cookies.get(COOKIE, ""), max_age=A_YEAR_S)
    except BadSignature:
        return Known()
    browser, *people = map(str, kept)
    return Known(browser, tuple(people))


def _name(email: str) -> str:
    return digest(email.strip().lower())[:20]


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(part(Settings).secret_key, salt="kb.known-browser")
