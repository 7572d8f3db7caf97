"""What the administrator's pages share: their blueprint, their frame, and how they answer a form."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug import Response as AnyResponse
from werkzeug.utils import redirect

from kb.admin.paging import Paging
from kb.core import Refusal
from kb.web.meta import page_meta
from kb.web.pieces import TabView

SEE_OTHER = 303
LAST_ID = 2**63 - 1
"""The largest number that the database knows."""
LONGEST_Q = 200

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


def page(
    template: str, title: str, *, room: str, status: int = 200, wrong: bool = False, **given: Any
) -> Response:
    """Return a page of the administrator; `room` is which of them, `wrong` says in its title that something is not right."""
    if wrong:
        title = _("Not right yet: %(title)s", title=title)
    text = render_template(
        f"admin/{template}.html",
        meta=page_meta(title, ""),
        nav_current="admin",
        rooms=_rooms(room),
        csrf=generate_csrf(),
        **given,
    )
    return make_response(text, status, {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})


def see(endpoint: str, **values: Any) -> AnyResponse:
    """Return the answer that sends a browser on to a page of ours after it sent something."""
    return redirect(url_for(endpoint, **values), SEE_OTHER)


def say(sentence: str, kind: str = "message") -> None:
    """Say something at the top of the next page."""
    flash(sentence, kind)


def say_refused(error: Refusal) -> None:
    """Say at the top of the next page why something was not done."""
    say(_(error.sentence, **error.values), "error")


def asked(name: str) -> str:
    """Return a parameter of the address, trimmed; empty when it is not there."""
    return " ".join(request.args.get(name, "").split())[:LONGEST_Q]


def paging() -> Paging:
    """Return which page of a list is asked for."""
    return Paging.read(request.args.get("page", ""))


def _rooms(current: str) -> tuple[TabView, ...]:
    rooms = {
        "overview": _("Overview"),
        "people": _("People"),
        "cases": _("Cases"),
        "themes": _("Themes"),
        "tags": _("Keywords"),
        "search": _("Searching"),
        "log": _("Log"),
    }
    return tuple(
        TabView(label, None, url_for(f"admin.{name}"), name == current) for name, label in rooms.items()
    )
