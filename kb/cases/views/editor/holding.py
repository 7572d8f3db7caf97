"""Holding what was typed by somebody whom the server does not know any more: signed out meanwhile, or too long on the page.

Without JavaScript the text is in the request and nowhere else. So instead of a refusal comes a page with all of it and one
button, to be pressed after signing in in another tab. Only for a form that was sent from a page of ours, as the browser
says (`Origin`): another site could else lay a text of its own under that button.
"""

from __future__ import annotations

from flask import current_app, jsonify, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect

from kb.accounts.door import actor
from kb.cases.views.editor.base import blueprint, page, wants_json

UNSAFE, UNKNOWN, FOR_THE_SCRIPT = 400, 403, 401
_GUARDED_HERE = "kb.cases.views.editor.writing.save"


@blueprint.record_once
def _guard_it_here(state: BlueprintSetupState) -> None:
    """Take the check of the token over from the application, which would answer before the text can be held."""
    state.app.extensions["csrf"].exempt(_GUARDED_HERE)


def held(slug: str) -> ResponseReturnValue | None:
    """Return the page that holds what was sent, when it can't be saved for whoever sends it; else nothing.

    Raises:
        CSRFError: the form does not come from a page of ours.

    """
    guard: CSRFProtect = current_app.extensions["csrf"]
    status = UNKNOWN
    try:
        guard.protect()
        if actor().signed_in:
            return None
    except CSRFError:
        if request.headers.get("Origin") != request.host_url.rstrip("/"):
            raise
        status = UNSAFE
    if wants_json():
        return jsonify({"error": _("You are not signed in any more.")}), FOR_THE_SCRIPT
    fields = [
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if name not in {"csrf_token", "do"}
    ]
    return page(
        "held",
        _("Not saved yet"),
        status=status,
        slug=slug,
        fields=fields,
        do=request.form.get("do", "save"),
        file=any(file.filename for file in request.files.values()),
        known=actor().signed_in,
    )
