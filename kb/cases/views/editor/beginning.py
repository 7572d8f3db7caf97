"""Beginning a case, with a title or from a Word file, and the list of one's own cases.

Of a Word file nothing is kept before its writer has seen what went where: its text travels through that page, and is read
anew when the case is begun, as anything that comes from a page is.
"""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import gettext as _

from kb.accounts.actor import Role
from kb.accounts.door import actor, needs, signed_in
from kb.cases import policy, queries
from kb.cases.content import Content, empty_content
from kb.cases.forms.found import found_page
from kb.cases.forms.mine import mine
from kb.cases.forms.page import Upload
from kb.cases.forms.parsing import content_from_json, json_of
from kb.cases.presenters import CasePresenter
from kb.cases.services import drafts, unsaved
from kb.cases.services.showing import shown_record
from kb.cases.views.editor.base import MEGABYTE, SEE_OTHER, blueprint, known, page
from kb.cases.word_file import WordFile, read_word
from kb.cases.words import LANGUAGE_LABELS
from kb.config import Settings
from kb.core import Refusal, now
from kb.db import Database
from kb.web import limits, part, session
from kb.web.language import page_language

NOT_RIGHT = 400
MOST_TITLE = 300
BEGINNERS = (Role.AUTHOR, Role.EDITOR, Role.ADMINISTRATOR)


@blueprint.get("/account/cases")
@signed_in
def my_cases() -> Response:
    """List the cases that one writes on, the last saved first."""
    written = queries.cases_written_by(session(), actor())
    proposed = queries.undecided(session(), written)
    cases = mine(actor(), written, page_language(), now().date(), proposed)
    return page("mine", _("My cases"), cases=cases, may_begin=policy.may_begin(actor()))


@blueprint.get("/cases/new")
@needs(*BEGINNERS)
def new() -> Response:
    """Ask for a title, or for a Word file."""
    return _asked()


@blueprint.post("/cases/new")
@needs(*BEGINNERS)
def begin() -> ResponseReturnValue:
    """Begin a case: with a title, or with what was found in a Word file; or read such a file first."""
    if request.form.get("do") == "read":
        return _read()
    content = empty_content(page_language())
    from_word = bool(request.form.get("content"))
    if from_word:
        content = content_from_json(request.form["content"], content, known(queries.themes(session())))
    if request.form.get("language") in LANGUAGE_LABELS:
        content["language"] = request.form["language"]
    content["title"] = request.form.get("title", "")[:MOST_TITLE]
    try:
        with part(Database).transaction() as writing:
            slug = drafts.begin(writing, actor(), content).slug
    except Refusal as refusal:
        if refusal.status != Refusal.status:
            raise
        why = gettext(refusal.sentence, **refusal.values)
        if from_word:
            return _found(content, wrong=why)
        return _asked(wrong=why)
    return redirect(url_for("editor.edit", slug=slug), SEE_OTHER)


def _read() -> ResponseReturnValue:
    """Read a Word file and show what went where; nothing is kept of it."""
    sent = request.files.get("file")
    name = (sent.filename or "")[:200] if sent else ""
    if sent is None or not name:
        return _asked(file_wrong=_("Choose a Word file first."))
    limits.count("upload", str(actor().id))
    data = sent.read()
    most = part(Settings).upload_mb
    if len(data) > most * MEGABYTE:
        why = _("The file is larger than %(most)s MB. Make it smaller, or split it.", most=most)
        return _asked(file_wrong=why, file_name=name)
    try:
        word = read_word(data)
    except Refusal as refusal:
        return _asked(file_wrong=gettext(refusal.sentence, **refusal.values), file_name=name)
    return _found(_sound(word), word=word, file=name)


def _sound(word: WordFile) -> Content:
    """Return what was found as it will be read back from the page."""
    return content_from_json(json_of(word.content), empty_content(), known(queries.themes(session())))


def _asked(*, wrong: str = "", file_wrong: str = "", file_name: str = "") -> Response:
    title = _("Begin a case")
    errors = [(name, why) for name, why in (("title", wrong), ("file", file_wrong)) if why]
    language = request.form.get("language", page_language())
    return page(
        "new",
        _("Not right yet: %(title)s", title=title) if errors else title,
        status=NOT_RIGHT if errors else 200,
        errors=errors,
        title=request.form.get("title", ""),
        language=language,
        languages=[(code, str(name)) for code, name in LANGUAGE_LABELS.items()],
        wrong=wrong,
        upload=Upload(part(Settings).upload_mb, file_wrong, file_name),
    )


def _found(content: Content, *, word: WordFile | None = None, file: str = "", wrong: str = "") -> Response:
    themes = frozenset(known(queries.themes(session())).themes)
    record = shown_record(content, "new-case", themes)
    shown = CasePresenter(page_language()).case_page(unsaved(session(), record), ())
    built = found_page(
        content,
        shown,
        file=file,
        placed=word.placed if word else (),
        left_out=word.left_out if word else None,
        wrong=wrong,
    )
    title = _("What was found in the file")
    return page(
        "found",
        _("Not right yet: %(title)s", title=title) if wrong else title,
        status=NOT_RIGHT if wrong else 200,
        page=built,
        languages=[(code, str(name)) for code, name in LANGUAGE_LABELS.items()],
    )
