"""Errors as pages, or as JSON for the API: one clear sentence, no trace, no path, no version."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, SecurityError

from kb.backends import is_beyond
from kb.core import DataError, KbError, NotFound, Refusal
from kb.web import close_session
from kb.web.meta import page_meta

SERVER_FAULTS = 500

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ErrorView:
    """What an error page says."""

    code: int
    title: str
    text: str


def register(app: Flask, ways_on: Callable[[], Mapping[str, Any]]) -> None:
    """Let the application answer every error with a page of ours; `ways_on` gives its template where to go next."""
    app.extensions["kb:ways_on"] = ways_on
    app.register_error_handler(KbError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(Exception, _fault)


def _ours(error: KbError) -> Response:
    if isinstance(error, DataError):
        log.error("%s", error)
        return _unavailable()
    if isinstance(error, NotFound):
        return _answer(error.status)
    why = _(error.sentence, **error.values) if isinstance(error, Refusal) else str(error)
    return _answer(error.status, why)


def _http(error: HTTPException) -> Response:
    if isinstance(error, SecurityError):
        # The host name is not one of ours, so no address can be made and no page either.
        return make_response(
            "This host name is not served here.\n", 400, {"Content-Type": "text/plain; charset=utf-8"}
        )
    if error.response is not None:
        return make_response(error.response)
    code = error.code or 500
    if 300 <= code < 400:  # noqa: PLR2004 - the range of redirects
        return make_response(error.get_response())
    answer = _answer(code)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _database(error: SQLAlchemyError) -> Response:
    if is_beyond(error):
        close_session()  # PostgreSQL answers nothing more in it
        return _answer(NotFound.status)
    log.error("The database can't be used: %s", type(error).__name__, exc_info=error)
    return _unavailable()


def _fault(error: Exception) -> Response:
    log.error("A fault of ours at %s", request.endpoint, exc_info=error)
    return _answer(500)


def _unavailable() -> Response:
    answer = _answer(503)
    answer.headers["Retry-After"] = "30"
    return answer


def _answer(code: int, why: str = "") -> Response:
    title, text = _words(code)
    error = ErrorView(code, title, why or text)
    if request.path.startswith("/api/"):
        return make_response(jsonify({"error": {"status": code, "title": title, "detail": error.text}}), code)
    more = current_app.extensions["kb:ways_on"]() if code < SERVER_FAULTS else {"themes": ()}
    meta = page_meta(title, text, json_ld={"@type": "WebPage", "name": title})
    return make_response(
        render_template("error.html", error=error, meta=meta, nav_current=None, **more), code
    )


WORDS = {
    403: (_l("You may not do this"), _l("You need another role for this. Ask the administrator for it.")),
    404: (
        _l("This page isn't here"),
        _l("Perhaps it was moved, or the address has a typing error. Search for what you need."),
    ),
    405: (
        _l("This can't be done here"),
        _l("The page exists, but not for this action. Go back and try it another way."),
    ),
    409: (
        _l("Somebody was before you"),
        _l("This was changed meanwhile. Go back and look how it stands now."),
    ),
    413: (_l("This is too large"), _l("Choose a smaller file or a shorter text, and try again.")),
    429: (_l("Too often, too fast"), _l("Wait a moment and try again.")),
    503: (
        _l("Closed for a moment"),
        _l("The knowledge base can't be reached just now. Try again in a minute."),
    ),
}
OTHERS = {
    4: (
        _l("We can't read this question"),
        _l("Something in the address is not right. Search again, or start at the home page."),
    ),
    5: (
        _l("Something went wrong on our side"),
        _l("It is not your fault, and nothing of yours was lost. Try again in a minute."),
    ),
}
"""For the other statuses, by their first digit."""


def _words(code: int) -> tuple[str, str]:
    title, text = WORDS.get(code) or OTHERS.get(code // 100, OTHERS[5])
    return str(title), str(text)
