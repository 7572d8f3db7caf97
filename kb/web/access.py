"""Every request, once it is answered, is counted and logged: what kind of request it was, and how it went.

Nothing of who asked or what for is in it. Addresses here hold words that people search for, and links that let somebody in,
so the route stands in their place, as the program's own text names it: `/share/<token>`. Each gets a name of its own, that
stands in the log and in the answer, so that one can be found from the other.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Flask, Response, current_app, g, request

from kb.config import Settings
from kb.log import FIELDS, request_id
from kb.web import part

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""What a method may be called: who asks can send any word for it."""
HEADER: Final = "X-Request-ID"
GIVEN_ID: Final = re.compile(r"[0-9A-Fa-f-]{16,64}")
"""A name that a proxy of ours made; who asks could write anything there."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answered:
    """A request that was answered. `seconds` is the time until the answer was made, without sending it."""

    route: str
    method: str
    status: int
    seconds: float


Listener = Callable[[Answered], None]


def register(app: Flask) -> list[Listener]:
    """Look at every request of an application, and return the list of who is told of it.

    It must come before all else that looks at requests: so it measures that too, and sees what the answer is in the end.
    """
    listeners: list[Listener] = []
    app.extensions["kb:access"] = listeners
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)
    return listeners


def _begin() -> None:
    g.began = time.perf_counter()
    given = request.headers.get(HEADER, "") if part(Settings).proxies else ""
    request_id.set(given if GIVEN_ID.fullmatch(given) else secrets.token_hex(16))


def _end(response: Response) -> Response:
    response.headers[HEADER] = request_id.get()
    it = Answered(
        route=request.url_rule.rule if request.url_rule else "none",
        method=request.method if request.method in METHODS else "other",
        status=response.status_code,
        seconds=time.perf_counter() - g.began,
    )
    listeners: list[Listener] = current_app.extensions["kb:access"]
    for tell in listeners:
        tell(it)
    if log.isEnabledFor(logging.INFO):
        fields = {
            "method": it.method,
            "route": it.route,
            "status": it.status,
            "ms": round(it.seconds * 1000, 1),
        }
        log.info("%s %s %d", it.method, it.route, it.status, extra={FIELDS: fields})
    return response


def _forget(_error: BaseException | None) -> None:
    request_id.set("")
