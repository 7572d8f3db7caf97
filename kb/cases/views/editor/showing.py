"""Seeing what is being written as readers will see it: one text while it is typed, and the case as a whole."""

from __future__ import annotations

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kb.accounts.door import actor, signed_in
from kb.cases import policy, queries
from kb.cases.presenters import CasePresenter, attachment_view
from kb.cases.services import unsaved
from kb.cases.services.drafts import working_content
from kb.cases.services.showing import shown_record
from kb.cases.views.editor.base import blueprint, known, page
from kb.markup import markdown
from kb.web import limits, session
from kb.web.language import page_language

MOST_PREVIEWED = 50_000
"""The most characters of one text that are made into a preview: reading hostile Markdown takes ever longer."""


@blueprint.post("/preview")
@signed_in
def preview_text() -> ResponseReturnValue:
    """Answer one text as readers will see it."""
    limits.count("search", "preview", str(actor().id))
    text = request.form.get("text", "")
    html = str(markdown(text[:MOST_PREVIEWED]))
    note = _("The preview stops here; the text itself goes on.") if len(text) > MOST_PREVIEWED else ""
    return jsonify({"html": html, "note": note})


@blueprint.get("/cases/<slug>/preview")
@signed_in
def preview(slug: str) -> ResponseReturnValue:
    """Show the case as readers will see it, with what is wrong or missing left out."""
    case = queries.case_to_write(session(), actor(), slug)
    themes = queries.themes(session())
    content = working_content(case)
    record = shown_record(content, slug, frozenset(known(themes).themes))
    rows = {row["key"]: row for row in content["attachments"]}
    shown = CasePresenter(page_language()).case_page(
        unsaved(session(), record),
        (),
        [attachment_view(row, slug, rows[row.key]) for row in case.attachments if row.key in rows],
    )
    return page(
        "preview",
        _("Preview: %(title)s", title=shown.card.title),
        page=shown,
        slug=slug,
        may_write=policy.may_write(actor(), case),
    )
