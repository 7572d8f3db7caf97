"""Everybody with an account: inviting, roles, disabling, links, and what somebody did."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kb.accounts import queries as account_queries
from kb.accounts.actor import Role
from kb.accounts.door import actor, needs, token
from kb.accounts.models import LinkPurpose, Person
from kb.accounts.services import people as services
from kb.accounts.words import ROLES, language_choices, role_choices, send_link
from kb.admin import queries
from kb.admin.forms import Errors, InviteForm, are_roles, refused
from kb.admin.presenters import log_row, name_of, person_page, person_row
from kb.admin.queries import LogFilter, PersonState
from kb.admin.views.base import LAST_ID, asked, blueprint, page, paging, say, say_refused, see
from kb.admin.words import STATES
from kb.config import Settings
from kb.core import Refusal
from kb.db import Database
from kb.web import part, session
from kb.web.language import page_language
from kb.web.meta import absolute

SHOWN_LINES = 20
PATHS = {LinkPurpose.INVITATION: "/welcome/", LinkPurpose.RESET: "/reset/"}
"""Where each kind of link is opened."""
PERSON = f"/people/<int(max={LAST_ID}):number>"


@blueprint.get("/people")
@needs(Role.ADMINISTRATOR)
def people() -> ResponseReturnValue:
    """Show everybody, with ways to find some."""
    q, role, state = asked("q"), asked("role"), asked("state")
    role = role if are_roles((role,)) else ""
    state = state if state in list(PersonState) else ""
    at = paging()
    total, rows = queries.people(
        session(),
        q=q,
        role=Role(role) if role else None,
        state=PersonState(state) if state else None,
        offset=at.offset,
        limit=at.per_page,
    )
    seen = queries.last_seen(session(), [row.id for row in rows])
    return page(
        "people",
        _("People"),
        room="people",
        people=tuple(person_row(row, seen) for row in rows),
        total=total,
        q=q,
        role=role,
        state=state,
        roles=tuple((value, name) for value, name, _what in role_choices()),
        states=tuple((one.value, str(label)) for one, label in STATES.items()),
        pager=at.view(total, url_for("admin.people"), [("q", q), ("role", role), ("state", state)]),
    )


@blueprint.get("/people/new")
@needs(Role.ADMINISTRATOR)
def new_person() -> ResponseReturnValue:
    """Show the form that invites somebody."""
    return _invite_page(InviteForm(language=part(Settings).language), ())


@blueprint.post("/people/new")
@needs(Role.ADMINISTRATOR)
def invite() -> ResponseReturnValue:
    """Invite somebody: by mail where that is set up, else with a link that is shown once."""
    form = InviteForm.read(request.form)
    if errors := form.errors():
        return _invite_page(form, errors)
    try:
        with part(Database).transaction() as writing:
            person, secret = services.invite(
                writing, actor(), email=form.email, name=form.name, roles=form.roles, language=form.language
            )
            url = absolute(PATHS[LinkPurpose.INVITATION] + secret)
            sent = send_link(writing, part(Settings), person, LinkPurpose.INVITATION, url, by=actor().name)
    except Refusal as error:
        return _invite_page(form, refused(error, "email"))
    return _linked(person, LinkPurpose.INVITATION, url, sent=sent)


@blueprint.get(PERSON)
@needs(Role.ADMINISTRATOR)
def person(number: int) -> ResponseReturnValue:
    """Show somebody, what he may do, and what he did last."""
    return _person_page(number, ())


@blueprint.post(f"{PERSON}/roles")
@needs(Role.ADMINISTRATOR)
def change_roles(number: int) -> ResponseReturnValue:
    """Give somebody these roles. Taking the administrator's role from oneself asks for a second yes."""
    chosen = tuple(request.form.getlist("roles"))
    if not are_roles(chosen):
        return _person_page(number, (("roles", _("Choose from these roles.")),))
    if number == actor().id and Role.ADMINISTRATOR not in chosen and request.form.get("sure") != "yes":
        sentence = _(
            "You would take your own administrator's role away. Tick the box below if you mean that."
        )
        return _person_page(number, (("sure", sentence),), chosen)
    try:
        with part(Database).transaction() as writing:
            row = account_queries.person(writing, number)
            services.change_roles(writing, actor(), row, chosen)
    except Refusal as error:
        return _person_page(number, refused(error, "roles"), chosen)
    if number == actor().id and Role.ADMINISTRATOR not in chosen:
        say(_("You are no longer an administrator."))
        return see("pages.home")
    names = [str(ROLES[role][0]) for role in Role if role in chosen]
    if names:
        say(_("%(name)s now has these roles: %(roles)s.", name=name_of(row), roles=", ".join(names)))
    else:
        say(_("%(name)s now has no roles, and can read.", name=name_of(row)))
    return see("admin.person", number=number)


@blueprint.post(f"{PERSON}/disable")
@needs(Role.ADMINISTRATOR)
def disable(number: int) -> ResponseReturnValue:
    """Let somebody no longer sign in."""
    try:
        with part(Database).transaction() as writing:
            row = account_queries.person(writing, number)
            services.disable(writing, actor(), row)
    except Refusal as error:
        say_refused(error)
    else:
        say(_("%(name)s can no longer sign in, and is signed out everywhere.", name=name_of(row)))
    return see("admin.person", number=number)


@blueprint.post(f"{PERSON}/enable")
@needs(Role.ADMINISTRATOR)
def enable(number: int) -> ResponseReturnValue:
    """Let somebody sign in again."""
    with part(Database).transaction() as writing:
        row = account_queries.person(writing, number)
        services.enable(writing, actor(), row)
    say(_("%(name)s can sign in again.", name=name_of(row)))
    return see("admin.person", number=number)


@blueprint.post(f"{PERSON}/sign-out")
@needs(Role.ADMINISTRATOR)
def sign_out(number: int) -> ResponseReturnValue:
    """Sign somebody out everywhere; of oneself, everywhere else."""
    with part(Database).transaction() as writing:
        row = account_queries.person(writing, number)
        services.end_logins(writing, actor(), row, keep=token() if number == actor().id else "")
    say(_("%(name)s is signed out.", name=name_of(row)))
    return see("admin.person", number=number)


@blueprint.post(f"{PERSON}/link")
@needs(Role.ADMINISTRATOR)
def new_link(number: int) -> ResponseReturnValue:
    """Make a new invitation, or a link for a new password; earlier ones stop working."""
    try:
        with part(Database).transaction() as writing:
            row = account_queries.person(writing, number)
            purpose, secret = services.new_link(writing, actor(), row)
            url = absolute(PATHS[purpose] + secret)
            sent = send_link(writing, part(Settings), row, purpose, url, by=actor().name)
    except Refusal as error:
        say_refused(error)
        return see("admin.person", number=number)
    return _linked(row, purpose, url, sent=sent)


def _linked(person: Person, purpose: LinkPurpose, url: str, *, sent: bool) -> ResponseReturnValue:
    """Say that a link was mailed; or show it, this once: it is kept nowhere, so not in a message of the next page either."""
    if sent:
        say(_("A mail with a link is on its way to %(email)s.", email=person.email))
        return see("admin.person", number=person.id)
    return page(
        "link",
        _("Give %(name)s this link", name=name_of(person)),
        room="people",
        person=person_row(person, {}),
        is_invitation=purpose is LinkPurpose.INVITATION,
        url=url,
    )


def _invite_page(form: InviteForm, errors: Errors) -> ResponseReturnValue:
    return page(
        "invite",
        _("Invite somebody"),
        room="people",
        status=422 if errors else 200,
        wrong=bool(errors),
        form=form,
        errors=errors,
        roles=role_choices(),
        languages=language_choices(),
        mail_set_up=part(Settings).mail_url is not None,
    )


def _person_page(number: int, errors: Errors, chosen: tuple[str, ...] | None = None) -> ResponseReturnValue:
    row = account_queries.person(session(), number)
    _count, lines = queries.log_entries(session(), LogFilter(by=number), limit=SHOWN_LINES)
    names = queries.log_names(session(), lines)
    shown = person_page(
        row,
        queries.last_seen(session(), [number]),
        browsers=len(account_queries.logins(session(), row)),
        is_reader=number == actor().id,
        is_last=account_queries.is_last_administrator(session(), row),
    )
    return page(
        "person",
        shown.row.name,
        room="people",
        status=422 if errors else 200,
        wrong=bool(errors),
        person=shown,
        chosen=shown.roles if chosen is None else chosen,
        errors=errors,
        roles=role_choices(),
        languages=language_choices(),
        mail_set_up=part(Settings).mail_url is not None,
        lines=tuple(log_row(line, names, page_language()) for line in lines),
    )
