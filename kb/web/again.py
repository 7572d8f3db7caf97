"""A request whose change collided with another one is answered again: the reader need not know.

What Flask logs by itself names the address that was asked for; here that may let somebody in, so it is not named.
"""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Any, Final

from flask import Flask, g, has_request_context, request

from kb.core import Collision
from kb.db import Database
from kb.web import close_session

TIMES: Final = 3
"""How often a request is tried."""

log = logging.getLogger(__name__)


class Application(Flask):
    """Flask, with these two things more.

    It only tries again while nothing of the request was saved, so that nothing is done twice. Among our own transactions
    there are no collisions (docs/decisions/0010-postgresql.md); what others do in the database may bring one.
    """

    def dispatch_request(self) -> Any:
        """Answer the request, three times at most."""
        for _time in range(TIMES - 1):
            try:
                return super().dispatch_request()
            except Collision as error:
                if "saved" in g:
                    raise
                log.warning("A request is tried again: %s", error)
                close_session()
                _rewind()
        return super().dispatch_request()

    def log_exception(
        self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]
    ) -> None:
        """Log a fault in what is done after answering, by the name of the page."""
        log.error("A fault of ours after answering %s", request.endpoint, exc_info=exc_info)


def note_saves(database: Database) -> None:
    """Let requests know when something of theirs is saved."""
    database.listeners.append(_note)


def _note() -> None:
    if has_request_context():
        g.saved = True


def _rewind() -> None:
    """Let the files that came with the request be read from their beginning."""
    for files in request.files.listvalues():
        for file in files:
            file.seek(0)
