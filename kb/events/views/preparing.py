"""Preparing a session: begin, change, copy, say where it stands, call it off, name leads."""

from __future__ import annotations

import json
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kb.accounts.door import actor, needs, signed_in
from kb.accounts.models import Person
from kb.core import NotFound, Refusal
from kb.db import Database
from kb.events import letters, policy, queries
from kb.events.forms.event import (
    FIELDS_OF,
    Errors,
    EventForm,
    act,
    errors_of,
    fill_choices,
    form_of,
    record_from,
    without_empty_rows,
)
from kb.events.forms.merging import merged
from kb.events.forms.words import told
from kb.events.models import EventStatus
from kb.events.records import Record, as_template, empty_record, record_of
from kb.events.services import preparing, registering
from kb.events.views.base import blueprint, lead_page, say, say_refused, see
from kb.events.words import MADE
from kb.web import part, session
from kb.web.language import page_language

CONFLICT, NOT_RIGHT = 409, 422
LAST_ID = 2**63 - 1
"""The largest number that the database knows."""


@blueprint.get("/events/new")
@needs(*policy.BEGINNERS)
def new() -> ResponseReturnValue:
    """Show the form of a new session, empty or like another one."""
    return _form_page(EventForm(data=form_of(_start())), base=_start())


@blueprint.post("/events/new")
@needs(*policy.BEGINNERS)
def begin() -> ResponseReturnValue:
    """Begin a session, or do with the rows of its form what a button says."""
    base = _start()
    if acted := _act():
        return _form_page(acted[0], base=base, focus=acted[1])
    form = EventForm(without_empty_rows(request.form))
    if not form.validate():
        return _form_page(form, base=base, errors=errors_of(form))
    try:
        with part(Database).transaction() as writing:
            event = preparing.begin(writing, actor(), record_from(form, base))
    except Refusal as error:
        return _form_page(form, base=base, errors=(("", _(error.sentence, **error.values)),))
    say(_("The session was made. Only its leads see it, until you announce it."))
    return see("events.show", slug=event.slug)


@blueprint.get("/events/<slug>/edit")
@signed_in
def edit(slug: str) -> ResponseReturnValue:
    """Show the form of a session."""
    event = queries.event_to_lead(session(), actor(), slug)
    record = record_of(event)
    return _form_page(EventForm(data=form_of(record)), base=record, slug=slug, version=event.version)


@blueprint.post("/events/<slug>/edit")
@signed_in
def save(slug: str) -> ResponseReturnValue:
    """Save a session, or do with the rows of its form what a button says."""
    base, version = _sent_base(), _sent_version()
    standing = record_of(queries.event_to_lead(session(), actor(), slug))
    if acted := _act():
        return _form_page(acted[0], base=base, slug=slug, version=version, focus=acted[1])
    form = EventForm(without_empty_rows(request.form))
    if not form.validate():
        return _form_page(form, base=base, slug=slug, version=version, errors=errors_of(form))
    try:
        with part(Database).transaction() as writing:
            event = queries.event_to_lead(writing, actor(), slug)
            theirs, mine = record_of(event), record_from(form, standing)
            together, both = merged(base, mine, theirs) if version != event.version else (mine, ())
            changed = not both and preparing.save(writing, actor(), event, together, event.version)
            if changed:
                letters.moved_up(writing, registering.move_up(writing, event))
            version = event.version
    except Refusal as error:
        errors = (("", _(error.sentence, **error.values)),)
        return _form_page(form, base=base, slug=slug, version=version, errors=errors)
    if both:
        return _conflict(slug, together, theirs, version, both)
    say(_("The session was saved.") if changed else _("Nothing was changed."))
    return see("events.show", slug=slug)


@blueprint.post("/events/<slug>/moves/<any(draft, announced, open, closed, archived):status>")
@signed_in
def move(slug: str, status: str) -> ResponseReturnValue:
    """Say where a session stands now."""
    try:
        with part(Database).transaction() as writing:
            event = queries.event_to_lead(writing, actor(), slug)
            preparing.move_on(writing, actor(), event, EventStatus(status))
        say(str(MADE[EventStatus(status)]))
    except Refusal as error:
        if error.status != CONFLICT:
            raise
        say_refused(error)
    return see("events.show", slug=slug)


@blueprint.post("/events/<slug>/cancel")
@signed_in
def cancel(slug: str) -> ResponseReturnValue:
    """Call a session off, or on again."""
    off = request.form.get("off") == "yes"
    try:
        with part(Database).transaction() as writing:
            event = queries.event_to_lead(writing, actor(), slug)
            if preparing.cancel(writing, actor(), event, off=off):
                letters.called_off(writing, event)
        say(
            _("The session is cancelled. It stays in calendars as cancelled.")
            if off
            else _("The session is on again.")
        )
    except Refusal as error:
        if error.status != Refusal.status:
            raise
        say_refused(error)
    return see("events.show", slug=slug)


@blueprint.post("/events/<slug>/leads")
@signed_in
def add_lead(slug: str) -> ResponseReturnValue:
    """Let somebody lead a session too."""
    with part(Database).transaction() as writing:
        event = queries.event_to_lead(writing, actor(), slug)
        typed = request.form.get("person", "")
        known = {str(person.id): person for person in queries.session_leads(writing)}
        if typed in known:
            preparing.name_lead(writing, actor(), event, known[typed])
            say(_("%(name)s leads this session too.", name=known[typed].name))
        else:
            say(_("Choose somebody from the list."), "error")
    return see("events.show", slug=slug)


@blueprint.post(f"/events/<slug>/leads/<int(max={LAST_ID}):person>/remove")
@signed_in
def remove_lead(slug: str, person: int) -> ResponseReturnValue:
    """Let somebody lead a session no longer."""
    try:
        with part(Database).transaction() as writing:
            event = queries.event_to_lead(writing, actor(), slug)
            row = writing.get(Person, person)
            if row is None or row not in event.leads:
                raise NotFound(str(person))
            preparing.leave(writing, actor(), event, row)
            say(_("%(name)s leads this session no longer.", name=row.name))
    except Refusal as error:
        if error.status != Refusal.status:
            raise
        say_refused(error)
    return see("events.show", slug=slug) if person != actor().id else see("events.index")


@blueprint.post("/events/<slug>/delete")
@signed_in
def delete(slug: str) -> ResponseReturnValue:
    """Throw a draft away."""
    with part(Database).transaction() as writing:
        event = queries.event_to_lead(writing, actor(), slug)
        title = event.title
        preparing.delete(writing, actor(), event)
    say(_("The draft “%(title)s” was thrown away.", title=title))
    return see("events.index")


def _start() -> Record:
    """Return the record that a new session begins with: an empty one, or one like another session that one may see."""
    like = request.values.get("like", "")
    if not like:
        return empty_record(page_language())
    return as_template(record_of(queries.event_by_slug(session(), actor(), like)))


def _act() -> tuple[EventForm, str] | None:
    """Do what a button of the rows says; None when the form is to be saved."""
    what = request.form.get("do", "save")
    if what == "save":
        return None
    form = EventForm(request.form)
    acted = act(form.data, what)
    return (EventForm(data=acted.data), acted.focus) if acted else (form, "title")


def _sent_version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LAST_ID)) else 0


def _sent_base() -> Record:
    """Return what the form was filled with; nothing when that can't be read, so that all of it counts as changed."""
    try:
        base = json.loads(request.form.get("base", ""))
    except ValueError:
        return {}
    return base if isinstance(base, dict) else {}


def _conflict(
    slug: str, mine: Record, theirs: Record, version: int, both: tuple[str, ...]
) -> ResponseReturnValue:
    """Show what both people changed, side by side; saving again keeps what stands in the form."""
    rows = tuple((label, told(theirs, name), told(mine, name)) for name, label in _labels(both))
    form = EventForm(data=form_of(mine))
    return _form_page(form, base=theirs, slug=slug, version=version, conflict=rows, status=CONFLICT)


def _labels(names: tuple[str, ...]) -> list[tuple[str, str]]:
    labels: dict[str, str] = {field.name: str(field.label.text) for field in EventForm()}
    labels |= {"start": _("Begins"), "end": _("Ends"), **{name: _rows_label(name) for name in FIELDS_OF}}
    return [(name, labels[name]) for name in names]


def _rows_label(name: str) -> str:
    return {
        "organisers": _("Organised by"),
        "cases": _("Cases"),
        "programme": _("Programme"),
        "rooms": _("Rooms"),
        "questions": _("Learning questions"),
        "materials": _("Materials"),
    }[name]


def _form_page(
    form: EventForm,
    *,
    base: Record,
    slug: str = "",
    version: int = 0,
    errors: Errors = (),
    conflict: tuple[tuple[str, str, str], ...] = (),
    focus: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    series = [(row.slug, row.title) for row in queries.all_series(session())]
    chosen = [(row.form.case.data, row.form.case.data) for row in form.cases if row.form.case.data]
    cases = queries.cases_to_choose(session())
    cases += [one for one in chosen if one[0] not in dict(cases)]
    title = _("Change %(title)s", title=base.get("title") or slug) if slug else _("A new session")
    given: dict[str, Any] = {
        "form": fill_choices(form, series=series, cases=cases),
        "errors": errors,
        "focus": focus,
        "conflict": conflict,
        "base": json.dumps(base, ensure_ascii=False),
        "version": version,
        "action": url_for("events.save", slug=slug) if slug else url_for("events.begin"),
        "like": request.values.get("like", ""),
        "back": url_for("events.show", slug=slug) if slug else url_for("events.index"),
        "rows_labels": {name: _rows_label(name) for name in FIELDS_OF},
    }
    return lead_page(
        "edit", title, status=NOT_RIGHT if errors else status, wrong=bool(errors), heading=title, **given
    )
