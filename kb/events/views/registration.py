"""Signing up for a session and cancelling it, without an account; and the lists of its lead."""

from __future__ import annotations

from random import Random

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf.csrf import generate_csrf

from kb.accounts.door import actor, signed_in
from kb.config import Settings
from kb.core import Conflict, NotFound, Refusal, now
from kb.db import Database
from kb.events import letters, policy, queries, signup_queries
from kb.events.event_page import event_page
from kb.events.forms.signup import SignupForm, with_choices
from kb.events.models import Event, Registration, SignupState
from kb.events.participants_page import ParticipantsPage, participants_page
from kb.events.services import dividing, registering
from kb.events.views.base import lead_page, say, say_refused, see
from kb.spreadsheet import csv_text
from kb.web import limits, part, session
from kb.web.language import page_language
from kb.web.meta import page_meta

NOT_RIGHT = 422
LAST_ID = 2**63 - 1
"""The largest number that the database knows."""
NUMBER = f"<int(max={LAST_ID}):number>"

blueprint = Blueprint("registration", __name__)


@blueprint.get("/events/<slug>/register")
def sign_up(slug: str) -> ResponseReturnValue:
    """Show the form by which one signs up."""
    return _form_page(_registering(slug), SignupForm())


@blueprint.post("/events/<slug>/register")
def enter(slug: str) -> ResponseReturnValue:
    """Sign somebody up, or put him on the waiting list."""
    form = SignupForm(request.form)
    event = _registering(slug)
    if not form.validate():
        return _form_page(event, form)
    limits.count("signup", limits.address())
    who = form.who(page_language())
    may_mail = _may_mail(who.email.lower())
    try:
        with part(Database).transaction() as writing:
            event = queries.event_by_slug(writing, actor(), slug)
            full = signup_queries.places(writing, event).full
            row, new = registering.sign_up(writing, event, who)
            if may_mail:
                letters.entered(writing, row, new=new)
    except Conflict as error:
        say_refused(error)
        return see("events.show", slug=slug)
    # Who was signed up already gets the answer of somebody new: the page tells nobody who comes.
    return see("registration.entered", slug=slug, full="1" if full else None)


@blueprint.get("/events/<slug>/register/done")
def entered(slug: str) -> ResponseReturnValue:
    """Say that it was received, and what happens next."""
    event = _registering(slug)
    title = _("You have signed up")
    return _page(
        "signed_up",
        title,
        page=event_page(event, actor(), page_language(), ()),
        full=request.args.get("full") == "1",
        mailed=part(Settings).mail_url is not None,
    )


@blueprint.get("/signups/<token>")
def cancel(token: str) -> ResponseReturnValue:
    """Ask whether somebody really does not come. Opening the link alone changes nothing."""
    row = letters.by_token(session(), token)
    return _page(
        "cancel_signup",
        _("Not coming after all?"),
        event_title=row.event.title,
        language=row.event.language,
        event_url=url_for("events.show", slug=row.event.slug),
        gone=row.state is SignupState.CANCELLED,
        csrf=generate_csrf(),
    )


@blueprint.post("/signups/<token>")
def leave(token: str) -> ResponseReturnValue:
    """Take somebody off the list; who waits first moves up."""
    with part(Database).transaction() as writing:
        row = letters.by_token(writing, token)
        letters.moved_up(writing, registering.cancel(writing, row))
    return see("registration.cancel", token=token)


@blueprint.get("/events/<slug>/participants")
@signed_in
def participants(slug: str) -> ResponseReturnValue:
    """Show the lead who comes and who waits."""
    return _list_page(slug, SignupForm(), wrong=False)


@blueprint.post("/events/<slug>/participants")
@signed_in
def add(slug: str) -> ResponseReturnValue:
    """Sign somebody up, as the lead."""
    form = SignupForm(request.form)
    if not form.validate():
        return _list_page(slug, form, wrong=True)
    with part(Database).transaction() as writing:
        event = queries.event_to_lead(writing, actor(), slug)
        row, new = registering.add(writing, actor(), event, form.who(event.language))
        letters.entered(writing, row, new=new)
        waits = row.state is SignupState.WAITING
    if not new:
        say(_("%(name)s is on the list already.", name=row.name))
    elif waits:
        say(_("%(name)s is on the waiting list.", name=row.name))
    else:
        say(_("%(name)s is on the list.", name=row.name))
    return see("registration.participants", slug=slug)


@blueprint.post(f"/events/<slug>/participants/{NUMBER}/<any(remove, there, away, room):what>")
@signed_in
def change(slug: str, number: int, what: str) -> ResponseReturnValue:
    """Take somebody off the list, note whether he came, or give him a room; as the lead."""
    with part(Database).transaction() as writing:
        event = queries.event_to_lead(writing, actor(), slug)
        if what == "remove":
            letters.moved_up(writing, registering.remove(writing, actor(), event, number))
            say(_("Taken off the list."))
        elif what == "room":
            registering.place(writing, actor(), event, number, room=request.form.get("room", ""))
        else:
            registering.attended(writing, actor(), event, number, on=what == "there")
    back = "registration.rooms" if what == "room" else "registration.participants"
    return see(back, slug=slug, _anchor=f"person-{number}" if what != "remove" else None)


@blueprint.get("/events/<slug>/participants.csv")
@signed_in
def export(slug: str) -> ResponseReturnValue:
    """Give the list as a file for a spreadsheet."""
    event = queries.event_to_lead(session(), actor(), slug)
    limits.count("export", str(actor().id))
    page = _participants(event)
    head = [
        _("name"),
        _("e-mail address"),
        _("organisation"),
        _("as what"),
        _("place"),
        _("was there"),
        _("room"),
    ]
    rooms = dict(page.rooms)
    rows = [
        [
            one.name,
            one.email,
            one.organisation,
            one.role,
            place,
            _("yes") if one.attended else "",
            rooms.get(one.room, ""),
        ]
        for place, people in ((_("in"), page.people), (_("waiting list"), page.waiting))
        for one in people
    ]
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="participants-{slug}.csv"',
        "Cache-Control": "no-store",
    }
    return make_response(csv_text(head, rows), headers)


@blueprint.get("/events/<slug>/badges")
@signed_in
def badges(slug: str) -> ResponseReturnValue:
    """Show the name badges of who is in, for printing."""
    event = queries.event_to_lead(session(), actor(), slug)
    return lead_page("badges", _("Name badges: %(title)s", title=event.title), page=_participants(event))


@blueprint.get("/events/<slug>/rooms")
@signed_in
def rooms(slug: str) -> ResponseReturnValue:
    """Show who is in which room, and the ways to divide people."""
    event = queries.event_to_lead(session(), actor(), slug)
    title = _("Rooms: %(title)s", title=event.title)
    return lead_page("rooms", title, page=_participants(event))


@blueprint.post("/events/<slug>/rooms")
@signed_in
def divide(slug: str) -> ResponseReturnValue:
    """Divide people over the rooms, at random or by organisation."""
    mixed, present = request.form.get("how") == "mixed", request.form.get("present") == "yes"
    try:
        with part(Database).transaction() as writing:
            event = queries.event_to_lead(writing, actor(), slug)
            count = dividing.divide(
                writing,
                actor(),
                event,
                mixed=mixed,
                present=present,
                chance=Random(),  # noqa: S311 - no secret depends on it
            )
        say(ngettext("%(num)s person has a room.", "%(num)s people have a room.", count))
    except Refusal as error:
        if error.status != Refusal.status:
            raise
        say_refused(error)
    return see("registration.rooms", slug=slug)


def _may_mail(address: str) -> bool:
    """Tell whether one more mail may go to this address; who signs somebody up is told nothing else when it may not."""
    try:
        limits.count("signup-mail", address)
    except limits.TooOften:
        return False
    return True


def _registering(slug: str) -> Event:
    """Return a session for which people sign up here, and that everybody may see. Raises NotFound."""
    event = queries.event_by_slug(session(), actor(), slug)
    if event.registration is not Registration.HERE or not policy.may_read(event):
        raise NotFound(slug)
    return event


def _participants(event: Event) -> ParticipantsPage:
    rows = signup_queries.signups(session(), event)
    return participants_page(event, signup_queries.places(session(), event), rows, event.rooms)


def _list_page(slug: str, form: SignupForm, *, wrong: bool) -> Response:
    event = queries.event_to_lead(session(), actor(), slug)
    return lead_page(
        "participants",
        _("Participants: %(title)s", title=event.title),
        status=NOT_RIGHT if wrong else 200,
        wrong=wrong,
        page=_participants(event),
        form=with_choices(form),
        errors=_errors(form),
    )


def _form_page(event: Event, form: SignupForm) -> Response:
    errors = _errors(form)
    title = _("Sign up: %(title)s", title=event.title)
    return _page(
        "sign_up",
        _("Not right yet: %(title)s", title=title) if errors else title,
        status=NOT_RIGHT if errors else 200,
        page=event_page(event, actor(), page_language(), ()),
        form=with_choices(form),
        errors=errors,
        days=part(Settings).registration_days,
        places=signup_queries.places(session(), event),
        open=policy.may_sign_up(event, now()),
        csrf=generate_csrf(),
    )


def _page(template: str, title: str, *, status: int = 200, **given: object) -> Response:
    text = render_template(
        f"events/{template}.html", meta=page_meta(title, ""), nav_current="events", **given
    )
    return make_response(text, status, {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})


def _errors(form: SignupForm) -> tuple[tuple[str, str], ...]:
    return tuple((field.id, str(field.errors[0])) for field in form if field.errors)
