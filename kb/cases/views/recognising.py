"""Saying of a lesson that it happens with us too, or that we applied it: on the page of the lesson."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kb.accounts.door import actor, signed_in
from kb.cases import queries
from kb.cases.models import Lesson, RecognitionKind
from kb.cases.recognising_form import Kept
from kb.cases.services import recognising
from kb.cases.views.reading import LAST_ID, blueprint, lesson_answer
from kb.core import Forbidden, Refusal
from kb.db import Database
from kb.web import limits, part, session

SEE_OTHER, NOT_RIGHT = 303, 422
LONGEST_KEPT = 3000
KINDS = "recognised, applied"


@blueprint.post(f"/lessons/<int(max={LAST_ID}):lesson>/<any({KINDS}):kind>")
@signed_in
def recognise(lesson: int, kind: str) -> ResponseReturnValue:
    """Say it, with one's place and a line, or say it otherwise."""
    typed = {name: request.form.get(f"{name}-{kind}", "")[:LONGEST_KEPT] for name in ("place", "line", "url")}
    queries.case_of_lesson(session(), lesson)  # only of what everybody can read
    try:
        limits.count("recognise", str(actor().id))
        with part(Database).transaction() as writing:
            row = writing.get_one(Lesson, lesson)
            recognising.say(writing, actor(), row, RecognitionKind(kind), **typed)
    except Refusal as error:
        if error.status == Forbidden.status:
            raise
        status = NOT_RIGHT if error.status == Refusal.status else error.status
        return lesson_answer(lesson, Kept(kind, typed, _(error.sentence, **error.values))), status
    flash(_("Thank you. It stands with the lesson now."))
    return redirect(url_for("cases.lesson", lesson=lesson, _anchor="recognitions"), SEE_OTHER)


@blueprint.post(f"/lessons/<int(max={LAST_ID}):lesson>/<any({KINDS}):kind>/take-back")
@signed_in
def take_back(lesson: int, kind: str) -> ResponseReturnValue:
    """Say it no longer."""
    queries.case_of_lesson(session(), lesson)
    with part(Database).transaction() as writing:
        recognising.take_back(writing, actor(), writing.get_one(Lesson, lesson), RecognitionKind(kind))
    flash(_("Taken back."))
    return redirect(url_for("cases.lesson", lesson=lesson, _anchor="recognitions"), SEE_OTHER)
