"""Writing on a case: the form, saving it, what its buttons do, and what happens when somebody else saved first."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from kb.accounts.door import actor, signed_in
from kb.cases import places, queries
from kb.cases.compare import merge_view
from kb.cases.content import Content
from kb.cases.files import Prepared
from kb.cases.forms.conflict import ConflictPage, conflict_page, joined
from kb.cases.forms.filling import with_province
from kb.cases.forms.page import EditorPage, Upload, editor_page
from kb.cases.forms.parsing import content_from, content_from_json, without_removed
from kb.cases.forms.rows import PROPOSED, Deed, deed_of, done, taken
from kb.cases.forms.sheet import ROW_NAMES
from kb.cases.models import Case
from kb.cases.services import attachments, drafts, proposals
from kb.cases.views.attachments import shelf
from kb.cases.views.editor.base import (
    SEE_OTHER,
    blueprint,
    case_to_write,
    known,
    page,
    theme_names,
    wants_json,
)
from kb.cases.views.editor.holding import held
from kb.cases.views.reading import sessions
from kb.config import Settings
from kb.core import DataError, Refusal
from kb.db import Database
from kb.web import limits, part, session
from kb.web.language import page_language

CONFLICT = 409
NOT_RIGHT, NOT_NOW = 400, 503

log = logging.getLogger(__name__)


@dataclass
class Saving:
    """How one request to save went: what was done in the end, and what there is to say about it."""

    deed: Deed
    upload: Upload
    status: int = NOT_RIGHT
    """What the page answers with when there is something wrong with the file."""
    file: Prepared | None = None
    conflict: ConflictPage | None = None
    merged: bool = False
    loose: list[str] = field(default_factory=list)


@blueprint.get("/cases/<slug>/edit")
@signed_in
def edit(slug: str) -> Response:
    """Show the form with all that is written of a case."""
    return _form(_built(session(), slug, _upload(), look="look" in request.args))


@blueprint.post("/cases/<slug>/edit")
def save(slug: str) -> ResponseReturnValue:
    """Save all that was typed, and do what the button says with a row; for who signed in, which `held` looks after."""
    if (answer := held(slug)) is not None:
        return answer
    try:
        saving = Saving(deed_of(request.form.get("do", "")), _upload())
        if saving.deed == Deed("add", "attachments"):
            _bring(slug, saving)
        _save(slug, saving)
    except Refusal as refusal:
        if not wants_json():
            raise
        return jsonify({"error": gettext(refusal.sentence, **refusal.values)}), refusal.status
    if saving.conflict:
        return _conflict_answer(saving.conflict)
    _take_off_the_shelf(saving.loose)
    # The session of this request still sees what was there before.
    with part(Database).reading() as fresh:
        built = _built(fresh, slug, saving.upload, look=saving.deed.what in {"save", "join"})
    return _json_answer(built, saving) if wants_json() else _page_answer(built, saving)


def _bring(slug: str, saving: Saving) -> None:
    """Put the file that was sent on the shelf, before the transaction: others who write need not wait for that.

    What is wrong with the file is told in `saving`, and does not keep the rest from being saved.
    """
    sent, name = request.files.get("file"), _sent_name()
    if sent is None or not name:
        saving.upload = Upload(saving.upload.most_mb, _("Choose a file first."))
        return
    case = case_to_write(session(), slug)
    limits.count("upload", str(actor().id))
    try:
        attachments.check_room(actor(), case)
        saving.file = attachments.ready(sent.read(), name, saving.upload.most_mb)
        shelf().put(saving.file.data)
    except Refusal as refusal:
        _refuse(saving, refusal)
    except DataError as error:
        log.warning("A file was not kept: %s", error)
        why = _("The file can't be kept just now. Everything else has been saved; try again in a minute.")
        saving.file, saving.status = None, NOT_NOW
        saving.upload = Upload(saving.upload.most_mb, why, name[:200])


def _refuse(saving: Saving, refusal: Refusal) -> None:
    if refusal.status != Refusal.status:
        raise refusal
    why = gettext(refusal.sentence, **refusal.values)
    saving.file, saving.upload = None, Upload(saving.upload.most_mb, why, _sent_name()[:200])


def _sent_name() -> str:
    """Return what the sender calls the file; empty when none was chosen."""
    sent = request.files.get("file")
    return (sent.filename or "") if sent else ""


def _save(slug: str, saving: Saving) -> None:
    with part(Database).transaction() as writing:
        case = case_to_write(writing, slug)
        content = _typed(writing, case, saving.deed)
        if saving.file:
            content = _with_file(writing, case, content, saving.file, saving)
        if saving.deed.rows == PROPOSED:
            content = _decided(writing, case, content, saving)
        content, saving.deed = done(content, saving.deed)
        if saving.deed.what == "decline" and case.draft is None and content == drafts.working_content(case):
            return  # nothing was written, so no draft is begun
        try:
            drafts.save(writing, actor(), case, content, _version())
        except drafts.Outdated as outdated:
            _join(writing, case, content, outdated, saving)
        if saving.deed.what == "save":
            saving.loose = attachments.clear(writing, case)


def _typed(writing: Session, case: Case, deed: Deed) -> Content:
    """Return the content that was sent: the form's, or that of a conflict in which somebody chose."""
    standing, refer = drafts.working_content(case), known(queries.themes(writing), case)
    if deed.what == "join":
        return joined(request.form, standing, refer)
    return with_province(content_from(request.form, standing, refer), standing)


def _decided(writing: Session, case: Case, content: Content, saving: Saving) -> Content:
    """Return the content with what a session proposed in it, or without that and the proposal declined."""
    number = saving.deed.at
    if saving.deed.what == "take":
        rows, row = proposals.row_for_draft(writing, actor(), case, number)
        content, saving.deed = taken(content, rows, row)
        return content
    reason = request.form.get(f"decline-{number}", "")
    proposals.decline(writing, actor(), case, number, reason=reason)
    saving.deed = Deed("decline", PROPOSED)
    return content


def _with_file(writing: Session, case: Case, content: Content, file: Prepared, saving: Saving) -> Content:
    """Return the content with a row for the file that was brought."""
    try:
        added = attachments.add(writing, actor(), case, shelf(), name=_sent_name(), kept=file)
    except Refusal as refusal:
        _refuse(saving, refusal)
        return content
    saving.deed = Deed("add", "attachments", len(content["attachments"]))
    return {**content, "attachments": [*content["attachments"], attachments.row_of(added)]}


def _join(writing: Session, case: Case, content: Content, outdated: drafts.Outdated, saving: Saving) -> None:
    """Bring what was sent together with what somebody else saved: by itself where that can be, else by a choice."""
    if saving.deed.what == "autosave":
        raise outdated
    themes = queries.themes(writing)
    theirs = without_removed(outdated.content)
    base = content_from_json(request.form.get("base", ""), theirs, known(themes, case))
    view = merge_view(base, without_removed(content), theirs)
    if view.both:
        saving.conflict = conflict_page(case.slug, outdated, view, theme_names(themes))
        return
    drafts.save(writing, actor(), case, view.content, outdated.version)
    saving.merged = True


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - a number that fits


def _upload() -> Upload:
    return Upload(part(Settings).upload_mb)


def _built(reading: Session, slug: str, upload: Upload, *, look: bool) -> EditorPage:
    case = case_to_write(reading, slug)
    proposed = queries.proposals_for(reading, case)
    return editor_page(
        case,
        queries.themes(reading),
        page_language(),
        csrf=generate_csrf(),
        upload=upload,
        reviewers=queries.editors(reading, case),
        proposals=proposed,
        sessions=sessions().names(reading, {one.event for one in proposed}),
        look=look,
    )


def _form(built: EditorPage, *, status: int = 200) -> Response:
    title = _("Edit: %(title)s", title=built.title)
    wrong = built.look or bool(built.upload.error)
    return page(
        "edit",
        _("Not right yet: %(title)s", title=title) if wrong else title,
        status=status,
        page=built,
        municipalities=_municipalities(),
        provinces=tuple(one.name for one in places.provinces()),
    )


def _municipalities() -> tuple[str, ...]:
    return tuple(one.name for one in places.municipalities())


def _page_answer(built: EditorPage, saving: Saving) -> ResponseReturnValue:
    if saving.merged:
        flash(_("Somebody else saved meanwhile. What you both wrote was put together; nothing was lost."))
    if saving.upload.error:
        return _form(built, status=saving.status)
    if saving.deed.what in {"save", "join", "autosave"}:
        if not built.sheet.errors:
            flash(_("Saved."))
        look = "1" if built.sheet.errors else None
        return redirect(url_for("editor.edit", slug=built.slug, saved="1", look=look), SEE_OTHER)
    return redirect(url_for("editor.edit", slug=built.slug, _anchor=saving.deed.anchor), SEE_OTHER)


def _json_answer(built: EditorPage, saving: Saving) -> ResponseReturnValue:
    """Answer the page's script: numbers, the panel, and after a button the page as it is now."""
    answer: dict[str, Any] = {
        "version": built.version,
        "saved": built.saved,
        "base": built.base,
        "csrf": generate_csrf(),
        "province": built.sheet.fields["province"].value,
        "panel": render_template("editor/panel.html", page=built, csrf=generate_csrf()),
    }
    if saving.deed.what != "autosave":
        answer.update(
            page=_form(built).get_data(as_text=True),
            whole=saving.merged or saving.deed.what in {"save", "join"},
            focus=saving.deed.anchor,
            what=saving.deed.what,
            said=_said(built, saving),
            wrong=len(built.sheet.errors),
            wrong_file=bool(saving.upload.error),
        )
    return jsonify(answer)


def _said(built: EditorPage, saving: Saving) -> str:
    """Return what a screen reader says once a button has done its work."""
    deed = saving.deed
    if saving.upload.error:
        return saving.upload.error
    if deed.what == "save" or not deed.rows:
        return _("Saved.")
    if deed.what == "decline":
        return _("Declined. The lead of the session sees that.")
    what = f"{ROW_NAMES[deed.rows]()} {deed.at + 1}"
    said = {
        "add": lambda: _("Added: %(what)s.", what=what),
        "take": lambda: _("Taken over as %(what)s. Word it as you like.", what=what),
        "up": lambda: _("Moved up: this is %(what)s now.", what=what),
        "down": lambda: _("Moved down: this is %(what)s now.", what=what),
        "remove": lambda: _("Removed. You can put it back.") if built.removed else _("Removed."),
        "restore": lambda: _("Put back: %(what)s.", what=what),
    }
    return said[deed.what]()


def _conflict_answer(conflict: ConflictPage) -> ResponseReturnValue:
    if wants_json():
        return jsonify({"error": _("Somebody else saved this case meanwhile.")}), CONFLICT
    title = _("Two texts: %(title)s", title=conflict.title)
    return page("conflict", title, status=CONFLICT, page=conflict)


def _take_off_the_shelf(checksums: list[str]) -> None:
    """Remove the bytes that no attachment has any more, after it was saved that these are gone."""
    for checksum in checksums:
        try:
            # In a transaction, so that nobody adds the same file at this very moment.
            with part(Database).transaction() as writing:
                if attachments.unused(writing, checksum):
                    shelf().remove(checksum)
        except DataError as error:  # the text has been saved, and whoever wrote it can do nothing about this
            log.warning("%s stays among the uploads: %s", checksum, error)
