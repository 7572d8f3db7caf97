"""Joining a board: with a code that is typed over, or by its QR; no account, and no name asked.

The browser keeps a token in a cookie that is sent to this board alone. Opening a link joins nothing yet: programs that
look at links before people do would be participants.
"""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from kb.config import Settings
from kb.core import NotFound, Refusal
from kb.db import Database
from kb.events import board_queries
from kb.events.codes import read_code, shown_code
from kb.events.models import Event
from kb.events.services import boards
from kb.web import limits, part, session
from kb.web.meta import page_meta

COOKIE = "participant"
KEPT_S = 30 * 24 * 3600
SEE_OTHER, NOT_RIGHT = 303, 422
LONGEST_TYPED = 60

blueprint = Blueprint("board", __name__)


@blueprint.get("/join")
def code() -> ResponseReturnValue:
    """Ask for the code of a board."""
    return _code_page("", "")


@blueprint.post("/join")
def type_code() -> ResponseReturnValue:
    """Look whether a code opens a board, and go on to joining it."""
    typed = request.form.get("code", "")[:LONGEST_TYPED]
    try:
        _found(typed)
    except (NotFound, limits.TooOften) as error:
        return _no_board(typed, error)
    return redirect(url_for("board.join", code=read_code(typed)), SEE_OTHER)


@blueprint.get("/join/<code>")
def join(code: str) -> ResponseReturnValue:
    """Show which board a code opens, and ask for a room where there are any."""
    try:
        event = _found(code)
    except (NotFound, limits.TooOften) as error:
        return _no_board(code, error)
    return _join_page(event, code)


@blueprint.post("/join/<code>")
def take_part(code: str) -> ResponseReturnValue:
    """Join the board that a code opens."""
    nickname, room = request.form.get("nickname", "")[: LONGEST_TYPED * 4], request.form.get("room", "")
    try:
        event = _found(code)
        limits.count("joined", str(event.id))
    except (NotFound, limits.TooOften) as error:
        return _no_board(code, error)
    try:
        with part(Database).transaction() as writing:
            joined = boards.join(writing, code, nickname=nickname, room=room)
    except NotFound as error:  # it was closed just now
        return _no_board(code, error)
    except Refusal as error:
        return _join_page(event, code, nickname=nickname, error=_(error.sentence, **error.values))
    answer = redirect(url_for("board.show", slug=event.slug), SEE_OTHER)
    answer.set_cookie(
        COOKIE,
        joined.token,
        max_age=KEPT_S,
        path=url_for("board.show", slug=event.slug),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure or part(Settings).base_url.startswith("https:"),
    )
    return answer


def _found(typed: str) -> Event:
    """Return the session whose board a code opens; wrong codes are counted. Raises NotFound, TooOften."""
    for name in ("join", "join-long"):
        limits.check(name, limits.address())
    try:
        return boards.find_open(session(), typed)
    except NotFound:
        for name in ("join", "join-long"):
            limits.note(name, limits.address())
        raise


def _no_board(typed: str, error: NotFound | limits.TooOften) -> ResponseReturnValue:
    """Answer that a code opens nothing: in the same words for one that is wrong and one that is over."""
    if isinstance(error, limits.TooOften):
        return _code_page(typed[:LONGEST_TYPED], _(error.sentence, **error.values), error.status)
    return _code_page(
        typed[:LONGEST_TYPED], _("No board is open with this code. Look at the screen once more.")
    )


def _code_page(typed: str, error: str, status: int = NOT_RIGHT) -> ResponseReturnValue:
    title = _("Join a board")
    text = render_template(
        "events/code.html",
        meta=page_meta(_("Not right yet: %(title)s", title=title) if error else title, ""),
        nav_current="events",
        csrf=generate_csrf(),
        typed=typed,
        error=error,
    )
    return make_response(text, status if error else 200, {"Cache-Control": "no-store"})


def _join_page(event: Event, code: str, *, nickname: str = "", error: str = "") -> ResponseReturnValue:
    title = _("Join: %(title)s", title=event.title)
    board = board_queries.board_of(session(), event)
    text = render_template(
        "events/join.html",
        meta=page_meta(_("Not right yet: %(title)s", title=title) if error else title, ""),
        nav_current="events",
        csrf=generate_csrf(),
        title=event.title,
        language=event.language,
        code=shown_code(read_code(code)),
        action=url_for("board.take_part", code=read_code(code)),
        board_url=url_for("board.show", slug=event.slug),
        rooms=[(room.key, room.name) for room in board_queries.rooms(session(), event)],
        keep_days=board.keep_days if board else 0,
        moderated=bool(board and board.moderated),
        nickname=nickname,
        error=error,
    )
    return make_response(
        text, NOT_RIGHT if error else 200, {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    )
