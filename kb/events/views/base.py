"""What the pages of sessions share: their blueprint, their frame, and how they answer a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session
from werkzeug import Response as AnyResponse
from werkzeug.utils import redirect

from kb.cases import queries as case_queries
from kb.core import Refusal
from kb.events.harvest_page import NOTHING_BROUGHT, Brought, HarvestPresenter, brought
from kb.events.models import Harvested
from kb.web.language import page_language
from kb.web.meta import page_meta

SEE_OTHER = 303
LONGEST_NUMBER = 18
"""Digits from which a number may be larger than the database knows."""

blueprint = Blueprint("events", __name__)


def lead_page(template: str, title: str, *, status: int = 200, wrong: bool = False, **given: Any) -> Response:
    """Return a page for who prepares or leads a session; `wrong` says in its title that something is not right."""
    if wrong:
        title = _("Not right yet: %(title)s", title=title)
    text = render_template(
        f"events/{template}.html",
        meta=page_meta(title, ""),
        nav_current="events",
        csrf=generate_csrf(),
        **given,
    )
    return make_response(text, status, {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})


def harvest_presenter(reading: Session) -> HarvestPresenter:
    """Return what shows a harvest in the language of the page."""
    return HarvestPresenter(page_language(), case_queries.themes(reading))


def shown_harvest(reading: Session, rows: Sequence[Harvested]) -> Brought:
    """Return what readers see of these rows, which they may all see."""
    return brought(rows, harvest_presenter(reading)) if rows else NOTHING_BROUGHT


def number_in(text: str, otherwise: int = 0) -> int:
    """Return the number that was sent as text; `otherwise` when it is none that the database knows."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else otherwise


def see(endpoint: str, **values: Any) -> AnyResponse:
    """Return the answer that sends a browser on to a page of ours after it sent something."""
    return redirect(url_for(endpoint, **values), SEE_OTHER)


def say(sentence: str, kind: str = "message") -> None:
    """Say something at the top of the next page."""
    flash(sentence, kind)


def say_refused(error: Refusal) -> None:
    """Say at the top of the next page why something was not done."""
    say(_(error.sentence, **error.values), "error")
