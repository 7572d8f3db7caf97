"""The board: as a page, on a screen in the room, and what changed on it since a browser last asked."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import segno
from flask import (
    Response,
    current_app,
    get_template_attribute,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from kb.accounts.door import actor
from kb.core import Forbidden, NotFound, now
from kb.events import board_queries, policy
from kb.events.board_page import BoardPage, ColumnView, NoteView, board_page, column_views, note_views
from kb.events.models import Board, Event, Participant
from kb.events.views.base import number_in
from kb.events.views.joining import COOKIE, blueprint
from kb.web import session
from kb.web.language import page_language
from kb.web.meta import page_meta

NOT_MODIFIED = 304
DRAWN = 4000
"""How many notes are kept as they were drawn, of a few thousand characters each."""
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@dataclass(frozen=True)
class Viewer:
    """Who looks at a board: its lead, a participant, or somebody who is both."""

    event: Event
    board: Board
    lead: bool
    me: Participant | None

    def on_screen(self) -> Viewer:
        """Return it as everybody in the room may see it, who looks at the screen of the lead."""
        return replace(self, lead=False, me=None)


@blueprint.get("/events/<slug>/board")
def show(slug: str) -> ResponseReturnValue:
    """Show the board to who joined it or leads it; others are asked for the code."""
    seen = viewer(session(), slug)
    if seen is None:
        return redirect(url_for("board.code"))
    return show_board(seen)


@blueprint.get("/events/<slug>/board/updates")
def updates(slug: str) -> ResponseReturnValue:
    """Answer what changed since a version of the board: 304, or the notes as they are now and the numbers of those gone."""
    seen = viewer(session(), slug)
    if seen is None:
        raise Forbidden("You are not on this board any more. Join it with its code.")
    if seen.lead and request.args.get("screen") == "yes":
        seen = seen.on_screen()
    since = _since()
    if since == seen.board.version:
        return Response(status=NOT_MODIFIED, headers=PRIVATE)
    if since > seen.board.version:
        since = 0
    found, gone = board_queries.notes_since(session(), seen.event, since, lead=seen.lead, me=seen.me)
    answer = jsonify(
        {
            "version": seen.board.version,
            "whole": since == 0,
            "notes": [
                {"id": note.id, "question": note.question, "order": note.order, "html": html}
                for note, html in _rendered(seen, note_views(found, seen.me))
            ],
            "gone": gone,
            **state_of(seen),
        }
    )
    answer.headers.update(PRIVATE)
    return answer


@blueprint.get("/events/<slug>/board/screen")
def screen(slug: str) -> ResponseReturnValue:
    """Show the board for a screen in the room: large type, with the code in view."""
    seen = viewer(session(), slug)
    if seen is None or not seen.lead:
        raise NotFound(slug)
    return show_board(seen, template="screen")


@blueprint.get("/events/<slug>/board/qr.svg")
def qr(slug: str) -> ResponseReturnValue:
    """Give the picture that joins the board when a telephone looks at it."""
    seen = viewer(session(), slug)
    if seen is None or not seen.lead:
        raise NotFound(slug)
    out = io.BytesIO()
    address = url_for("board.join", code=seen.board.code, _external=True)
    segno.make_qr(address, error="m").save(out, kind="svg", scale=6, border=2, xmldecl=False, light="#fff")
    return make_response(out.getvalue(), {"Content-Type": "image/svg+xml", **PRIVATE})


def viewer(reading: Session, slug: str) -> Viewer | None:
    """Return who looks at a board; None for who neither joined nor leads it. Raises NotFound where there is none."""
    event, board = board_queries.board_by_slug(reading, slug)
    lead = policy.may_lead(actor(), event)
    me = board_queries.participant(reading, event, request.cookies.get(COOKIE, ""))
    if not (lead or me) or not (lead or policy.may_read(event)):
        return None
    return Viewer(event, board, lead, me)


def show_board(
    seen: Viewer,
    *,
    template: str = "board",
    typed: dict[str, Any] | None = None,
    status: int = 200,
) -> Response:
    """Return the page of a board; `typed` is what could not be posted: the question, the text, and why."""
    reading = session()
    page = _page(reading, seen)
    if template == "screen":
        seen = seen.on_screen()
    found, _gone = board_queries.notes_since(reading, seen.event, 0, lead=seen.lead, me=seen.me)
    notes: dict[int, list[NoteView]] = {}
    for note in sorted(note_views(found, seen.me), key=lambda one: one.order):
        notes.setdefault(note.question, []).append(note)
    title = _("Board: %(title)s", title=page.title)
    text = render_template(
        f"events/{template}.html",
        meta=page_meta(_("Not right yet: %(title)s", title=title) if typed else title, ""),
        nav_current="events",
        csrf=generate_csrf(),
        page=page,
        notes=notes,
        merging=_merging(seen, {note.id for note in found.rows}),
        typed=typed,
        unplaced=typed is not None and not _has_place(seen, page, typed, notes),
        screen=template == "screen",
        state=state_of(seen),
    )
    return make_response(text, status, PRIVATE)


def state_of(seen: Viewer) -> dict[str, Any]:
    """Return what the board is like besides its notes, for updates."""
    reading = session()
    count = board_queries.participants(reading, seen.event)
    return {
        "now": now().isoformat(),
        "open": policy.may_be_written_on(seen.event),
        "participants": ngettext("%(num)s participant", "%(num)s participants", count),
        "columns": [
            {"id": one.id, "locked": one.locked, "ends": one.ends}
            for one in column_views(board_queries.questions(reading, seen.event))
        ],
    }


def _has_place(
    seen: Viewer, page: BoardPage, typed: dict[str, Any], notes: dict[int, list[NoteView]]
) -> bool:
    """Tell whether the page has a form in which what was typed comes back."""
    if not page.open or seen.me is None:
        return False
    if "question" in typed:
        return typed["question"] in {column.id for column in page.columns}
    own = {note.id for some in notes.values() for note in some if note.mine and note.state != "hidden"}
    return typed["note"] in own


def _page(reading: Session, seen: Viewer) -> BoardPage:
    return board_page(
        seen.event,
        seen.board,
        board_queries.questions(reading, seen.event),
        lead=seen.lead,
        me=seen.me,
        rooms=board_queries.rooms(reading, seen.event),
        participants=board_queries.participants(reading, seen.event),
    )


@dataclass(frozen=True)
class Look:
    """On what the piece of a page that is a note depends, besides the note as its reader sees it."""

    url: str
    lead: bool
    can_write: bool
    joined: bool
    columns: tuple[ColumnView, ...]
    language: str | None
    page_language: str


def _rendered(seen: Viewer, notes: tuple[NoteView, ...]) -> list[tuple[NoteView, str]]:
    """Return each note with its piece of the page.

    Hundreds of participants ask for the same notes within seconds, and most see the same: those are drawn once.
    """
    if not notes:
        return []
    columns = column_views(board_queries.questions(session(), seen.event)) if seen.lead else ()
    look = Look(
        url=url_for("board.show", slug=seen.event.slug),
        lead=seen.lead,
        can_write=policy.may_be_written_on(seen.event) and seen.me is not None,
        joined=seen.me is not None,
        columns=columns,
        language=None if seen.event.language == page_language() else seen.event.language,
        page_language=page_language(),
    )
    csrf = generate_csrf()
    once = not current_app.config["TEMPLATES_AUTO_RELOAD"]
    return [
        (note, _drawn(note, look) if once and not note.mine else _draw(note, look, csrf)) for note in notes
    ]


def _draw(note: NoteView, look: Look, csrf: str) -> str:
    draw = get_template_attribute("macros/board.html", "note_item")
    return str(
        draw(
            note,
            url=look.url,
            lead=look.lead,
            can_write=look.can_write,
            joined=look.joined,
            columns=look.columns,
            language=look.language,
            csrf=csrf,
        )
    )


@lru_cache(maxsize=DRAWN)
def _drawn(note: NoteView, look: Look) -> str:
    """Draw a note of somebody else; only in one's own is there a form with a token."""
    return _draw(note, look, "")


def _merging(seen: Viewer, shown: set[int]) -> int:
    """Return the number of the note that the lead is choosing another one for, or 0."""
    number = number_in(request.args.get("merge", "")) if seen.lead else 0
    return number if number in shown else 0


def _since() -> int:
    return number_in(request.args.get("since", ""))
