"""The harvest of a session: choosing notes, making something of them, and the report of it all.

One form holds the notes and what is made of them, so that without JavaScript everything chosen and typed comes back when
something is not right.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from kb.accounts.door import actor, signed_in
from kb.cases import letters
from kb.cases.policy import may_read as may_read_case
from kb.core import Forbidden, NotFound, Refusal
from kb.db import Database
from kb.events import board_queries, harvest_queries, policy, queries
from kb.events.event_page import event_page
from kb.events.forms.harvest import HarvestForm, Offered, harvest_form, standing
from kb.events.harvest_page import harvest_page
from kb.events.models import Event, NoteState
from kb.events.records import record_of
from kb.events.report_files import report_csv, report_json, report_word
from kb.events.report_page import ReportPage, report_page
from kb.events.services import harvesting
from kb.events.views.base import harvest_presenter, number_in, say, say_refused, see
from kb.web import limits, part, session
from kb.web.language import page_language
from kb.web.meta import page_meta

NOT_RIGHT = 422
LAST_ID = 2**63 - 1
NUMBER = f"<int(max={LAST_ID}):number>"
MOST_CHOSEN = 2000
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}

blueprint = Blueprint("harvest", __name__)


@blueprint.get("/events/<slug>/harvest")
@signed_in
def show(slug: str) -> Response:
    """Show the notes under one question, and what was made of them."""
    event = queries.event_to_harvest(session(), actor(), slug)
    return _page(event, _question(), harvest_form(_offered(session(), event)))


@blueprint.post("/events/<slug>/harvest")
@signed_in
def make(slug: str) -> ResponseReturnValue:
    """Put notes together, take them apart, hide them, or make something of them."""
    question, numbers, groups = _question(), _numbers("note"), _numbers("group")
    do = request.form.get("do", "")
    if do not in {"group", "ungroup", "hide"}:
        return _make(slug, question, numbers, groups)
    try:
        with part(Database).transaction() as writing:
            event = queries.event_to_harvest(writing, actor(), slug)
            notes = harvesting.chosen(writing, event, question, numbers, groups)
            if do == "group":
                harvesting.put_together(writing, actor(), event, notes, request.form.get("name", ""))
            elif do == "ungroup":
                harvesting.take_out(writing, actor(), event, notes)
            else:
                harvesting.hide(writing, actor(), event, notes)
    except Refusal as error:
        if error.status != Refusal.status:
            raise
        say_refused(error)
    return see("harvest.show", slug=slug, question=question)


def _make(slug: str, question: int, numbers: Sequence[int], groups: Sequence[int]) -> ResponseReturnValue:
    event = queries.event_to_harvest(session(), actor(), slug)
    offered = _offered(session(), event)
    form = harvest_form(offered, request.form)
    if not form.validate():
        return _page(event, question, form, errors=form.wrong)
    try:
        with part(Database).transaction() as writing:
            fresh = queries.event_to_harvest(writing, actor(), slug)
            notes = harvesting.chosen(writing, fresh, question, numbers, groups)
            row, new = harvesting.harvest(
                writing, actor(), fresh, notes, form.wording(offered), question=question
            )
            if new and row.proposal is not None:
                letters.proposed(writing, actor(), row.proposal)
            number = row.id
    except Refusal as error:
        if error.status in {NotFound.status, Forbidden.status}:
            raise
        return _page(event, question, form, errors=(("", _(error.sentence, **error.values)),))
    said = {
        "lesson": _("Proposed to the author. It stands below until it is in the case."),
        "challenge": _("Proposed to the author. It stands below until it is in the case."),
        "recognition": _("The recognition stands with the case now."),
        "action": _("The action stands with the session now."),
    }
    say(said[form.kind.data])
    return _back(slug, question, number)


@blueprint.get(f"/events/<slug>/harvest/{NUMBER}")
@signed_in
def edit(slug: str, number: int) -> Response:
    """Show the form of one thing that was harvested."""
    event = queries.event_to_harvest(session(), actor(), slug)
    row = harvest_queries.harvested(session(), event, number)
    return _edit_page(event, number, harvest_form(_offered(session(), event), data=standing(row)))


@blueprint.post(f"/events/<slug>/harvest/{NUMBER}")
@signed_in
def change(slug: str, number: int) -> ResponseReturnValue:
    """Word what was harvested otherwise."""
    event = queries.event_to_harvest(session(), actor(), slug)
    row = harvest_queries.harvested(session(), event, number)
    offered = _offered(session(), event)
    form = harvest_form(offered, request.form)
    form.kind.data = row.kind.value
    if not form.validate():
        return _edit_page(event, number, form, errors=form.wrong)
    try:
        with part(Database).transaction() as writing:
            fresh = queries.event_to_harvest(writing, actor(), slug)
            changed = harvesting.change(
                writing, actor(), fresh, number, form.wording(offered), seen=form.seen.data or ""
            )
            question = changed.question_id
    except Refusal as error:
        if error.status in {NotFound.status, Forbidden.status}:
            raise
        return _edit_page(event, number, form, errors=(("", _(error.sentence, **error.values)),))
    say(_("Saved."))
    return _back(slug, question, number)


@blueprint.post(f"/events/<slug>/harvest/{NUMBER}/<any('take-back', done, 'not-done'):what>")
@signed_in
def settle(slug: str, number: int, what: str) -> ResponseReturnValue:
    """Take back what was harvested, or say of an action whether it was done."""
    try:
        with part(Database).transaction() as writing:
            event = queries.event_to_harvest(writing, actor(), slug)
            question = harvest_queries.harvested(writing, event, number).question_id
            if what == "take-back":
                harvesting.take_back(writing, actor(), event, number)
            else:
                harvesting.finish(writing, actor(), event, number, done=what == "done")
    except Refusal as error:
        if error.status in {NotFound.status, Forbidden.status}:
            raise
        say_refused(error)
        return see("harvest.show", slug=slug)
    if what == "take-back":
        say(_("Taken back."))
        return see("harvest.show", slug=slug, question=question)
    return _back(slug, question, number)


@blueprint.get("/events/<slug>/report")
@signed_in
def report(slug: str) -> Response:
    """Show the report of a session: what was planned, what was said, and what came of it."""
    event = queries.event_to_harvest(session(), actor(), slug)
    text = render_template(
        "events/report.html",
        meta=page_meta(_("Report: %(title)s", title=event.title), ""),
        nav_current="events",
        report=_report(event),
    )
    return make_response(text, PRIVATE)


@blueprint.get("/events/<slug>/report.<any(docx, csv, json):kind>")
@signed_in
def report_file(slug: str, kind: str) -> Response:
    """Give the report as a Word file, as rows, or as JSON."""
    event = queries.event_to_harvest(session(), actor(), slug)
    limits.count("export", str(actor().id))
    built = _report(event)
    if kind == "json":
        answer = jsonify(report_json(built, record_of(event)))
    elif kind == "csv":
        answer = make_response(report_csv(built), {"Content-Type": "text/csv; charset=utf-8"})
    else:
        answer = make_response(report_word(built), {"Content-Type": WORD})
    answer.headers.update(PRIVATE)
    answer.headers["Content-Disposition"] = f'attachment; filename="report-{slug}.{kind}"'
    return answer


def _back(slug: str, question: int | None, number: int) -> ResponseReturnValue:
    """Return the answer that leads to one thing that was harvested."""
    return see("harvest.show", slug=slug, question=question, _anchor=f"harvested-{number}")


def _report(event: Event) -> ReportPage:
    reading = session()
    return report_page(
        event,
        event_page(event, actor(), page_language(), ()),
        harvest_queries.gathered(reading, event),
        harvest_presenter(reading),
        participants=board_queries.participants(reading, event),
        emptied=board_queries.is_emptied(reading, event),
    )


def _page(
    event: Event, question: int, form: HarvestForm, *, errors: tuple[tuple[str, str], ...] = ()
) -> Response:
    reading = session()
    shown = harvest_page(
        event,
        harvest_queries.gathered(reading, event),
        harvest_presenter(reading),
        question=question,
        lead=policy.may_lead(actor(), event),
        emptied=board_queries.is_emptied(reading, event),
        cases=_cases(event),
    )
    return _answer(
        "harvest",
        _("Harvest: %(title)s", title=event.title),
        errors,
        page=shown,
        form=form,
        chosen={"note": set(_numbers("note")), "group": set(_numbers("group"))},
    )


def _edit_page(
    event: Event, number: int, form: HarvestForm, errors: tuple[tuple[str, str], ...] = ()
) -> Response:
    row = harvest_queries.harvested(session(), event, number)
    state = harvesting.state(row)
    beside = form.beside(row) if form.seen.data != state else ()
    form.seen.data = state
    return _answer(
        "harvested",
        _("Change what was harvested: %(title)s", title=event.title),
        errors,
        event_title=event.title,
        event_language=event.language,
        slug=event.slug,
        view=harvest_presenter(session()).harvested(row),
        sources=[note.text for note in row.sources if note.state is NoteState.SHOWN],
        question=row.question_id,
        form=form,
        beside=beside,
    )


def _answer(template: str, title: str, errors: Sequence[tuple[str, str]], **given: object) -> Response:
    text = render_template(
        f"events/{template}.html",
        meta=page_meta(_("Not right yet: %(title)s", title=title) if errors else title, ""),
        nav_current="events",
        csrf=generate_csrf(),
        errors=errors,
        **given,
    )
    return make_response(text, NOT_RIGHT if errors else 200, PRIVATE)


def _cases(event: Event) -> tuple[tuple[str, str], ...]:
    return tuple((row.case.slug, row.case.title) for row in event.cases if may_read_case(row.case))


def _offered(reading: Session, event: Event) -> Offered:
    cases = _cases(event)
    themes = harvest_presenter(reading).themes.values()
    return Offered(
        cases=cases,
        lessons=harvest_queries.lessons_to_recognise(reading, [slug for slug, _title in cases]),
        themes=[(theme.slug, theme.name) for theme in themes if not theme.retired],
    )


def _question() -> int:
    return number_in(request.values.get("question", ""))


def _numbers(name: str) -> list[int]:
    found = [number_in(text) for text in request.form.getlist(name)[:MOST_CHOSEN]]
    return [number for number in found if number]
