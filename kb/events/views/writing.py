"""What is done on the board: by participants with their notes, and by the lead with everybody's.

Each answers a page to a form, and JSON to the script of the board. What could not be posted comes back with its text.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from flask import Response, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kb.accounts.door import actor
from kb.core import Forbidden, NotFound, Refusal
from kb.db import Database
from kb.events.models import Event, EventStatus, Participant
from kb.events.services import boards, notes, preparing
from kb.events.views.base import number_in
from kb.events.views.board import Viewer, show_board, viewer
from kb.events.views.joining import blueprint
from kb.web import limits, part, session

SEE_OTHER, NOT_RIGHT = 303, 422
LAST_ID = 2**63 - 1
"""The largest number that the database knows."""
NUMBER = f"<int(max={LAST_ID}):number>"
QUESTION = f"<int(max={LAST_ID}):question>"
LONGEST_KEPT = 200_000

Deed = Callable[[Session, Event, Participant], object]
LeadDeed = Callable[[Session, Event], object]


@blueprint.post("/events/<slug>/board/notes")
def write(slug: str) -> ResponseReturnValue:
    """Post a note."""
    text, uid = request.form.get("text", ""), request.form.get("uid", "") or str(uuid4())
    question = _number("question")

    def post(writing: Session, event: Event, me: Participant) -> object:
        return notes.write(writing, event, me, question=question, text=text, uid=uid)

    seen = _joined(slug)
    try:
        limits.count("note", _who(seen))
        limits.count("board", str(seen.event.id))
        _do(slug, post)
    except Refusal as error:
        return _refused(slug, error, {"question": question, "text": text[:LONGEST_KEPT]})
    return _done(slug, f"question-{question}")


@blueprint.post(f"/events/<slug>/board/notes/{NUMBER}/edit")
def change(slug: str, number: int) -> ResponseReturnValue:
    """Write something else on one's own note."""
    text = request.form.get("text", "")
    seen = _joined(slug)
    try:
        limits.count("deed", _who(seen))
        _do(slug, lambda writing, event, me: notes.change(writing, event, me, number, text=text))
    except Refusal as error:
        return _refused(slug, error, {"note": number, "text": text[:LONGEST_KEPT]})
    return _done(slug, f"note-{number}")


@blueprint.post(f"/events/<slug>/board/notes/{NUMBER}/withdraw")
def withdraw(slug: str, number: int) -> ResponseReturnValue:
    """Take one's own note away."""
    return _try(slug, number, lambda writing, event, me: notes.withdraw(writing, event, me, number))


@blueprint.post(f"/events/<slug>/board/notes/{NUMBER}/vote")
def vote(slug: str, number: int) -> ResponseReturnValue:
    """Say that it happens with us too, or not after all."""
    on = request.form.get("on") == "yes"
    return _try(slug, number, lambda writing, event, me: notes.vote(writing, event, me, number, on=on))


@blueprint.post("/events/<slug>/board/me")
def introduce(slug: str) -> ResponseReturnValue:
    """Say what to call oneself, and in which room one is."""
    nickname, room = request.form.get("nickname", ""), request.form.get("room", "")
    return _try(
        slug,
        0,
        lambda writing, event, me: boards.introduce(writing, event, me, nickname=nickname, room=room),
    )


@blueprint.post(f"/events/<slug>/board/notes/{NUMBER}/<any(hide, show, pin, unpin, split):what>")
def arrange(slug: str, number: int, what: str) -> ResponseReturnValue:
    """Hide, show, pin or split a note, as its lead."""

    def deed(writing: Session, event: Event) -> object:
        if what in {"hide", "show"}:
            return notes.show(writing, actor(), event, number, on=what == "show")
        if what in {"pin", "unpin"}:
            return notes.pin(writing, actor(), event, number, on=what == "pin")
        return notes.split(writing, actor(), event, number)

    return _lead(slug, deed, f"note-{number}")


@blueprint.post(f"/events/<slug>/board/notes/{NUMBER}/move")
def move(slug: str, number: int) -> ResponseReturnValue:
    """Move a note to another question, as its lead."""
    question = _number("question")
    return _lead(
        slug,
        lambda writing, event: notes.move(writing, actor(), event, number, question=question),
        f"note-{number}",
    )


@blueprint.post(f"/events/<slug>/board/notes/{NUMBER}/merge")
def merge(slug: str, number: int) -> ResponseReturnValue:
    """Put a note under another one that says the same, as its lead."""
    into = _number("into")
    return _lead(
        slug, lambda writing, event: notes.merge(writing, actor(), event, number, into=into), f"note-{into}"
    )


@blueprint.post(f"/events/<slug>/board/columns/{QUESTION}/<any(lock, unlock, timer):what>")
def column(slug: str, question: int, what: str) -> ResponseReturnValue:
    """Lock a column or open it again, or give it a time, as its lead."""

    def deed(writing: Session, event: Event) -> None:
        if what == "timer":
            boards.time(writing, actor(), event, question, minutes=_number("minutes"))
        else:
            boards.lock(writing, actor(), event, question, locked=what == "lock")

    return _lead(slug, deed, f"question-{question}")


@blueprint.post("/events/<slug>/board/settings")
def settle(slug: str) -> ResponseReturnValue:
    """Say how the board works, as its lead."""
    moderated, days = request.form.get("moderated") == "yes", _number("keep_days")
    return _lead(
        slug,
        lambda writing, event: boards.settle(writing, actor(), event, moderated=moderated, keep_days=days),
        "settings",
    )


@blueprint.post("/events/<slug>/board/<any(close, reopen):what>")
def close(slug: str, what: str) -> ResponseReturnValue:
    """Close the board with its session, or open both again, as its lead."""
    status = EventStatus.CLOSED if what == "close" else EventStatus.OPEN
    return _lead(slug, lambda writing, event: preparing.move_on(writing, actor(), event, status), "")


def _joined(slug: str) -> Viewer:
    """Return who asks. Raises Forbidden for who did not join this board: the answer is the same for every board."""
    seen = viewer(session(), slug)
    if seen is None:
        raise Forbidden("You are not on this board any more. Join it with its code.")
    return seen


def _who(seen: Viewer) -> str:
    """Return by what the deeds of somebody on a board are counted."""
    return f"{seen.event.id} {seen.me.id if seen.me else 0}"


def _do(slug: str, deed: Deed) -> None:
    with part(Database).transaction() as writing:
        seen = viewer(writing, slug)
        if seen is None or seen.me is None:
            raise Forbidden("You are not on this board any more. Join it with its code.")
        deed(writing, seen.event, seen.me)


def _try(slug: str, number: int, deed: Deed) -> ResponseReturnValue:
    seen = _joined(slug)
    try:
        limits.count("deed", _who(seen))
        _do(slug, deed)
    except Refusal as error:
        return _refused(slug, error, None)
    return _done(slug, f"note-{number}" if number else "")


def _lead(slug: str, deed: LeadDeed, anchor: str) -> ResponseReturnValue:
    try:
        with part(Database).transaction() as writing:
            seen = viewer(writing, slug)
            if seen is None:
                raise NotFound(slug)
            deed(writing, seen.event)
    except Refusal as error:
        if error.status == Forbidden.status:
            raise
        return _refused(slug, error, None)
    return _done(slug, anchor)


def _done(slug: str, anchor: str) -> ResponseReturnValue:
    if _wants_json():
        return jsonify({"done": True})
    return redirect(url_for("board.show", slug=slug, _anchor=anchor or None), SEE_OTHER)


def _refused(slug: str, error: Refusal, typed: dict[str, object] | None) -> ResponseReturnValue:
    """Answer why something was not done; a text that was typed comes back with the page."""
    why = _(error.sentence, **error.values)
    status = NOT_RIGHT if error.status == Refusal.status else error.status
    if _wants_json():
        answer = jsonify({"error": why})
        answer.status_code = status
        return answer
    if error.status == Forbidden.status:
        raise error
    if typed is None:
        flash(why, "error")
        return redirect(url_for("board.show", slug=slug), SEE_OTHER)
    return _with_text(slug, {**typed, "why": why}, status)


def _with_text(slug: str, typed: dict[str, object], status: int) -> Response:
    return show_board(_joined(slug), typed=typed, status=status)


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _number(name: str) -> int:
    """Return a number that was sent; -1, which is none of anything, when it is none."""
    return number_in(request.form.get(name, ""), -1)
