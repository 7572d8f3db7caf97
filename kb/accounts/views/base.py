"""What the pages of accounts share: their blueprint, where people go after signing in, and links to hand out."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug import Response as AnyResponse
from werkzeug.utils import redirect

from kb.accounts import door
from kb.accounts.models import Person
from kb.config import LANGUAGES, Settings
from kb.web import part
from kb.web.meta import page_meta

SEE_OTHER = 303
_OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")

blueprint = Blueprint("accounts", __name__)


def own_path(text: str | None) -> str:
    r"""Return a path on this site that somebody wants to go to, else nothing.

    A browser reads `//evil`, `/\evil` and `https:evil` as addresses elsewhere, and drops tabs and line ends from them.
    """
    return quote(text, safe="/?&=%+-._~:@!$'()*,;") if text and _OWN_PATH.fullmatch(text) else ""


def see(endpoint: str, **values: Any) -> AnyResponse:
    """Return the answer that sends a browser on to a page of ours after it sent something."""
    return redirect(url_for(endpoint, **values), SEE_OTHER)


def arrive(person: Person, *, remember: bool, after: str) -> AnyResponse:
    """Sign somebody in, in his own language, and send him to where he wanted to go."""
    door.let_in(person, remember=remember)
    if person.language:
        speak(person.language)
    return redirect(own_path(after) or url_for("accounts.account"), SEE_OTHER)


def speak(language: str) -> None:
    """Show the next pages in a language; an empty one is the site's own."""
    language = language or part(Settings).language
    if language in LANGUAGES:
        g.language_to_remember = language


def page(template: str, title: str, *, status: int = 200, wrong: bool = False, **given: Any) -> Response:
    """Return a page of an account, which is kept nowhere; `wrong` says in its title that something is not right yet."""
    nav = "account" if door.actor().signed_in else "login"
    if wrong:
        title = _("Not right yet: %(title)s", title=title)
    about = _("Your account at %(site)s: signing in, and what is kept of you.", site=part(Settings).site_name)
    text = render_template(
        f"accounts/{template}.html",
        meta=page_meta(title, about, json_ld={"@type": "WebPage", "name": title}),
        nav_current=nav,
        csrf=generate_csrf(),
        **given,
    )
    return make_response(text, status, {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})


def say(sentence: str) -> None:
    """Say something at the top of the next page."""
    flash(sentence)
