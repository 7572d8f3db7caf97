"""One's own account: name, language, what one is written about, password, and where one is signed in."""

from __future__ import annotations

import datetime as dt

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _

from kb.accounts import door, policy, queries
from kb.accounts.cards import AccountView, FormView, LoginView
from kb.accounts.door import actor, signed_in
from kb.accounts.forms.typed import Typed, new_password
from kb.accounts.models import LoginSession, Person
from kb.accounts.services import passwords, people
from kb.accounts.views.base import blueprint, page, say, see, speak
from kb.accounts.words import (
    device_words,
    language_choices,
    notification_choices,
    role_names,
    send_changed,
)
from kb.config import Settings
from kb.db import Database
from kb.web import limits, part
from kb.web import session as reading


@blueprint.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    """Show one's own account."""
    person = queries.myself(reading(), actor())
    return _account_page(person, Typed())


@blueprint.post("/account")
@signed_in
def change() -> ResponseReturnValue:
    """Change one's name, language and what one is written about."""
    typed = Typed("name", "language")
    with typed.at("name"):
        people.clean_name(typed["name"])
    if not typed.good:
        return _account_page(queries.myself(reading(), actor()), typed)
    with part(Database).transaction() as writing:
        person = queries.myself(writing, actor())
        if typed["name"] != person.name:
            people.rename(writing, actor(), person, typed["name"])
        if typed["language"] != person.language:
            people.change_language(writing, actor(), person, typed["language"])
            speak(typed["language"])
        people.change_notifications(writing, actor(), person, request.form.getlist("notify"))
    say(_("Your account is saved."))
    return see("accounts.account")


@blueprint.get("/account/password")
@signed_in
def password() -> ResponseReturnValue:
    """Ask for the old password and a new one."""
    return _password_page(Typed())


@blueprint.post("/account/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """Change one's password; all other browsers are signed out."""
    limits.count("password", str(actor().id))
    typed = Typed("old", "password", "again")
    person = queries.myself(reading(), actor())
    with typed.at("old"):
        passwords.check(person, typed["old"])
    settings = part(Settings)
    password_hash = new_password(typed, person.email, person.name, settings.site_name) if typed.good else ""
    if not typed.good:
        return _password_page(typed)
    with part(Database).transaction() as writing:
        row = queries.myself(writing, actor())
        people.change_password(writing, actor(), row, password_hash=password_hash)
        send_changed(writing, settings, row)
    # Here too the login session is a new one: who had the old cookie has nothing.
    door.let_in(row, remember=door.remembered())
    say(_("Your new password is saved. In all other browsers you are signed out."))
    return see("accounts.account")


@blueprint.post("/account/logins/<int:number>/end")
@signed_in
def end_login(number: int) -> ResponseReturnValue:
    """Sign out one browser of one's own."""
    with part(Database).transaction() as writing:
        people.end_login(writing, actor(), queries.myself(writing, actor()), number)
    say(_("That browser is signed out."))
    return see("accounts.account", _anchor="logins")


@blueprint.post("/account/logins/end-others")
@signed_in
def end_others() -> ResponseReturnValue:
    """Sign out all browsers but this one."""
    with part(Database).transaction() as writing:
        people.end_logins(writing, actor(), queries.myself(writing, actor()), keep=door.token())
    say(_("All other browsers are signed out."))
    return see("accounts.account", _anchor="logins")


def _account_page(person: Person, typed: Typed) -> ResponseReturnValue:
    wanted = tuple(name for name, _sentence in notification_choices() if people.wants(person, name))
    form = FormView({"name": person.name, "language": person.language, **typed.values}, tuple(typed.errors))
    if typed.values:
        wanted = tuple(request.form.getlist("notify"))
    return page(
        "account",
        _("Your account"),
        wrong=not typed.good,
        form=form,
        account=AccountView(
            name=person.name,
            email=person.email,
            language=person.language,
            roles=role_names(person.roles),
            notifications=wanted,
            has_step=person.totp_since is not None,
            must_have_step=policy.needs_second_step(part(Settings).two_step, person.roles),
            codes_left=len(person.recovery_digests),
            logins=tuple(_login(row) for row in queries.logins(reading(), person)),
        ),
        languages=language_choices(),
        notifications=notification_choices(),
    )


def _login(row: LoginSession) -> LoginView:
    return LoginView(
        number=row.id,
        device=device_words(row.device),
        began=_moment(row.created_at),
        used=_moment(row.seen_at),
        remembered=row.remembered,
        here=row.id == door.login_number(),
    )


def _moment(moment: dt.datetime) -> str:
    return format_datetime(moment, "d MMM yyyy HH:mm")


def _password_page(typed: Typed) -> ResponseReturnValue:
    return page("password", _("Change your password"), wrong=not typed.good, form=typed.view())
