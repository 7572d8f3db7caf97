"""What the pages of the editor share: their blueprint, how large their forms may be, and loading a case to write on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from kb.accounts.door import actor
from kb.cases import policy, queries
from kb.cases.forms.parsing import Known
from kb.cases.models import Case, Theme
from kb.cases.presenters import theme_card
from kb.config import Settings
from kb.core import Forbidden
from kb.web import part
from kb.web.language import page_language
from kb.web.meta import page_meta

SEE_OTHER = 303
MEGABYTE = 1_000_000
MOST_TEXT = 12 * MEGABYTE
"""How large a sent form may be besides its file: twice the largest draft, in the longest way to write it."""
MOST_PARTS = 9000
"""How many fields a sent form may have: more than the largest case that a person writes, few enough to read at once."""

blueprint = Blueprint("editor", __name__)


@blueprint.url_value_preprocessor
def _take_large_forms(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let the forms of the editor be larger than others; said before anybody reads them, also for their CSRF token."""
    request.max_content_length = part(Settings).upload_mb * MEGABYTE + MOST_TEXT
    request.max_form_memory_size = MOST_TEXT
    request.max_form_parts = MOST_PARTS


def wants_json() -> bool:
    """Tell whether the page's own script asks, instead of the browser."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def case_to_write(session: Session, slug: str) -> Case:
    """Return a case to write on, for those who may. Raises NotFound, Forbidden."""
    case = queries.case_to_write(session, actor(), slug)
    if not policy.may_write(actor(), case):
        raise Forbidden("You are not a writer of this case.")
    return case


def known(themes: Sequence[Theme], case: Case | None = None) -> Known:
    """Return what the draft of a case can refer to."""
    files = {row.key for row in case.attachments} if case else set()
    return Known(frozenset(theme.slug for theme in themes), files)


def theme_names(themes: Sequence[Theme]) -> list[tuple[str, str]]:
    """Return the slugs and names of themes, in the language of the page."""
    return [(theme.slug, theme_card(theme, page_language()).name) for theme in themes]


def page(template: str, name: str, /, *, status: int = 200, **given: Any) -> Response:
    """Return a page of the editor, which is kept nowhere: what stands in it is not for the next reader."""
    text = render_template(
        f"editor/{template}.html",
        meta=page_meta(name, ""),
        nav_current="cases",
        csrf=generate_csrf(),
        **given,
    )
    return make_response(text, status, {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})
