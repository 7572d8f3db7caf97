"""Every request, once it is answered, as it may be counted and logged: what kind of request it was, and how it went.

Nothing of who asked or what for is in it. Addresses here hold words that people search for, and links that let somebody in,
so the route stands in their place, as the program's own text names it: `/share/<token>`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Flask, Response, current_app, g, request

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""What a method may be called: who asks can send any word for it."""


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
    return listeners


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    listeners: list[Listener] = current_app.extensions["kb:access"]
    if listeners:
        answered = Answered(
            route=request.url_rule.rule if request.url_rule else "none",
            method=request.method if request.method in METHODS else "other",
            status=response.status_code,
            seconds=time.perf_counter() - g.began,
        )
        for tell in listeners:
            tell(answered)
    return response
