"""How often something may be done, so that nobody can try passwords, fill a disk or keep the server busy.

Counted over a moving window: for all processes together in the database, or where it is done many times a minute in the
memory of each (`QUICK`). The address is the one the request came from; where proxies
of one's own stand in front (`KB_PROXIES`) it is the one they say. `X-Forwarded-For` is never read otherwise, so nobody
gets a new count by making one up. IPv6 addresses count by network (/64): one subscriber has them all.
"""

from __future__ import annotations

import hashlib
import time
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final, Protocol

from flask import Response, after_this_request, current_app, request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage

from kb.config import Settings
from kb.core import Refusal
from kb.rates import Rates
from kb.web import part

LIMITS = {
    "login": "10 per 5 minutes",
    "login-address": "10 per 5 minutes",
    "second-step": "10 per 5 minutes",
    "password": "10 per 5 minutes",
    "reset": "5 per day",
    "reset-address": "20 per day",
    "link": "20 per 5 minutes",
    "search": "5 per second",
    "suggest": "10 per second",
    "upload": "20 per hour",
    "export": "10 per hour",
    "recognise": "30 per hour",
    "join": "10 per minute",
    "join-long": "40 per hour",
    "joined": "300 per minute",
    "note": "20 per minute",
    "deed": "60 per minute",
    "board": "300 per minute",
    # A whole hall may sign up from one address.
    "signup": "60 per 10 minutes",
    # How often somebody can have mail sent to an address that may be another's.
    "signup-mail": "5 per day",
}
"""How often each thing may be done by one person, account or address."""
QUICK: Final = frozenset({"search", "suggest", "joined", "note", "deed", "board"})
"""What each process counts for itself: with two of them there is room for twice as much.

These keep a server from being busy with one reader, which each server can judge, and a row for each would be busier still. The
others keep passwords from being tried and mail from being sent: those hold for all processes, and a restart is no way around.
"""

SEARCHES = {
    "api.search": "search",
    "pages.cases": "search",
    "pages.search": "search",
    "pages.suggest": "suggest",
}
"""By endpoint the limit that holds for it."""
A_MINUTE_S, AN_HOUR_S = 60, 3600


class TooOften(Refusal):
    """Something was tried too often in a short time; nothing was done."""

    status = 429


class Counts(Protocol):
    """Where is counted: in memory by the library's storage, or in the database by `Rates`."""

    def acquire_entry(self, key: str, limit: int, expiry: int, /) -> bool:
        """Count one when there are less than the limit in the last `expiry` seconds; tell whether there were."""

    def get_moving_window(self, key: str, limit: int, expiry: int, /) -> tuple[float, int]:
        """Return when the first that counts was counted, in seconds since 1970, and how many there are."""


class Limits:
    """The counts of one application: its own, and those that it shares with others."""

    def __init__(self, shared: Counts) -> None:
        self._shared, self._own = shared, MemoryStorage()
        self._items: dict[str, RateLimitItem] = {name: parse(text) for name, text in LIMITS.items()}

    def hit(self, name: str, *who: str) -> bool:
        """Count one, and tell whether there was room for it."""
        return self._counts(name).acquire_entry(*self._asked(name, who))

    def has_room(self, name: str, *who: str) -> bool:
        """Tell whether there is room for one more, without counting it."""
        return self._window(name, who)[1] < self._items[name].amount

    def seconds_left(self, name: str, *who: str) -> int:
        """Return after how many seconds there is room again."""
        ends = self._window(name, who)[0] + self._items[name].get_expiry()
        return max(1, round(ends - time.time() + 0.5))

    def _window(self, name: str, who: tuple[str, ...]) -> tuple[float, int]:
        return self._counts(name).get_moving_window(*self._asked(name, who))

    def _counts(self, name: str) -> Counts:
        return self._own if name in QUICK else self._shared

    def _asked(self, name: str, who: tuple[str, ...]) -> tuple[str, int, int]:
        """Return by what is counted, how often it may be done, and in how many seconds."""
        item = self._items[name]
        return item.key_for(name, *_keys(who)), item.amount, item.get_expiry()


def count(name: str, *who: str) -> None:
    """Count that something is done. Raises TooOften when that was done too often.

    It is saved at once, whatever becomes of the request. Never count inside a transaction: `Rates` says why.
    """
    if _on() and not _limits().hit(name, *who):
        raise _too_often(name, *who)


def note(name: str, *who: str) -> None:
    """Count that something was done, whether or not there was room for it; like `count` never inside a transaction."""
    if _on():
        _limits().hit(name, *who)


def check(name: str, *who: str) -> None:
    """Count nothing. Raises TooOften when something was done too often."""
    if _on() and not _limits().has_room(name, *who):
        raise _too_often(name, *who)


def address() -> str:
    """Return where the request came from, as it is counted."""
    text = request.remote_addr or ""
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return text
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ip_network((found, 64), strict=False))
    return str(found)


def slow_down_searches() -> None:
    """Raise TooOften for who searches as fast as only a program does; for `before_request`."""
    limit = SEARCHES.get(request.endpoint or "")
    if limit:
        count(limit, address())


def _on() -> bool:
    return bool(getattr(part(Settings), "rate_limits", True))


def _limits() -> Limits:
    limits = current_app.extensions.get("kb:Limits")
    if limits is None:
        # Of two that are made at once, both get the first.
        limits = current_app.extensions.setdefault("kb:Limits", Limits(part(Rates)))
    if not isinstance(limits, Limits):
        raise TypeError(limits)
    return limits


def _keys(who: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is counted by: no address of anybody is kept, and none can pass for another."""
    return tuple(hashlib.sha256(one.encode("utf-8", "replace")).hexdigest()[:32] for one in who)


def _too_often(name: str, *who: str) -> TooOften:
    seconds = _limits().seconds_left(name, *who)

    @after_this_request
    def say_when(response: Response) -> Response:
        response.headers["Retry-After"] = str(seconds)
        return response

    if seconds <= A_MINUTE_S:
        return TooOften("This was tried very often in a short time. Try again in a minute.")
    if seconds <= AN_HOUR_S:
        return TooOften(
            "This was tried very often in a short time. Try again in %(minutes)s minutes.",
            minutes=-(-seconds // A_MINUTE_S),
        )
    return TooOften(
        "This was tried very often today. Try again in %(hours)s hours.", hours=-(-seconds // AN_HOUR_S)
    )
