"""Signing in, with or without a second step, and out.

Whether somebody has an account is not to be learnt here: an unknown address, a wrong password, an account that is
disabled or has no password yet get the same words, the same status, and take as long.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from flask import request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect

from kb.accounts import door, queries
from kb.accounts.actor import Actor
from kb.accounts.forms.typed import Typed
from kb.accounts.log import log
from kb.accounts.models import Person
from kb.accounts.services import passwords, people, second_steps
from kb.accounts.tokens import digest
from kb.accounts.views import known
from kb.accounts.views.base import SEE_OTHER, arrive, blueprint, own_path, page
from kb.config import Settings
from kb.core import NotFound
from kb.db import Database
from kb.web import limits, part
from kb.web import session as reading

HALFWAY = "halfway"
"""Who typed the right password and still has to give a code, in the signed session cookie."""
HALFWAY_S = 600
CLEARED = '"cache", "storage"'
"""What a browser forgets of us when somebody signs out. Cookies we take back ourselves: the reader's language stays."""


@blueprint.get("/login")
def login() -> ResponseReturnValue:
    """Show the sign-in page; who is signed in already goes on."""
    after = own_path(request.args.get("next"))
    if door.actor().signed_in:
        return redirect(after or url_for("accounts.account"), SEE_OTHER)
    return _sign_in_page(Typed(), after)


@blueprint.post("/login")
def sign_in() -> ResponseReturnValue:
    """Sign somebody in with e-mail address and password."""
    typed = Typed("email", "password", "remember", "next")
    typed.need("email", _("Fill in your e-mail address."))
    typed.need("password", _("Fill in your password."))
    after = own_path(typed["next"])
    if not typed.good:
        return _sign_in_page(typed, after)
    counted = known.counts(typed["email"])
    for limit, who in counted:
        limits.check(limit, who)
    person = passwords.who(reading(), typed["email"], typed["password"])
    if person is None:
        _count_all(counted)
        typed.wrong("", _("This e-mail address and password do not belong together. Check both."))
        return _sign_in_page(typed, after)
    _renew(person, typed["password"])
    remember = typed["remember"] == "yes"
    if person.totp_since is None:
        return _arrived(person, remember=remember, after=after)
    door.leave()
    session[HALFWAY] = {
        "person": person.id,
        "bound": digest(person.password_hash)[:20],
        "remember": remember,
        "after": after,
        "at": int(time.time()),
    }
    return redirect(url_for("accounts.code"), SEE_OTHER)


@blueprint.get("/login/code")
def code() -> ResponseReturnValue:
    """Ask for the code of the second step."""
    if _halfway() is None:
        return redirect(url_for("accounts.login"), SEE_OTHER)
    return _code_page(Typed())


@blueprint.post("/login/code")
def give_code() -> ResponseReturnValue:
    """Sign in who typed the right password, with a code or a recovery code."""
    found = _halfway()
    if found is None:
        return redirect(url_for("accounts.login"), SEE_OTHER)
    person, kept = found
    typed = Typed("code")
    typed.need("code", _("Fill in the code."))
    if not typed.good:
        return _code_page(typed)
    limits.count("second-step", str(person.id))
    with part(Database).transaction() as writing:
        passed = second_steps.passes(writing, queries.person(writing, person.id), typed["code"])
    if not passed:
        typed.wrong(
            "code", _("This code is not right, or was used before. Type the one that the app shows now.")
        )
        return _code_page(typed)
    return _arrived(person, remember=kept["remember"] is True, after=str(kept["after"]))


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """Sign out; the browser forgets what it kept of our pages."""
    if door.actor().signed_in:
        with part(Database).transaction() as writing:
            log(writing, door.actor(), "person.sign-out", kind="person", key=str(door.actor().id))
    door.leave()
    answer = redirect(url_for("pages.home"), SEE_OTHER)
    answer.headers["Clear-Site-Data"] = CLEARED
    return answer


def _arrived(person: Person, *, remember: bool, after: str) -> ResponseReturnValue:
    known.remember(person.email)
    answer = arrive(person, remember=remember, after=after)
    with part(Database).transaction() as writing:
        log(writing, Actor(id=person.id), "person.sign-in", kind="person", key=str(person.id))
    return answer


def _count_all(counted: Iterable[tuple[str, str]]) -> None:
    """Count a failure everywhere; the answer is the same when that was the last one there was room for."""
    for limit, who in counted:
        limits.note(limit, who)


def _renew(person: Person, password: str) -> None:
    """Keep the password by today's standard when it was kept by an older one."""
    newer = passwords.made_anew(person, password)
    if newer:
        with part(Database).transaction() as writing:
            people.renew_hash(queries.person(writing, person.id), newer, of=person.password_hash)
        person.password_hash = newer


def _halfway() -> tuple[Person, dict[str, Any]] | None:
    kept = session.get(HALFWAY)
    if not kept or time.time() - kept["at"] > HALFWAY_S:
        return None
    try:
        person = queries.person(reading(), kept["person"])
    except NotFound:
        return None
    # A new password, being disabled, or switching the second step off end what was begun before.
    bound = digest(person.password_hash)[:20] == kept["bound"]
    return (person, kept) if bound and person.active and person.totp_since else None


def _sign_in_page(typed: Typed, after: str) -> ResponseReturnValue:
    return page(
        "sign_in",
        _("Sign in"),
        wrong=not typed.good,
        form=typed.view(),
        after=after,
        mail=part(Settings).mail_url is not None,
    )


def _code_page(typed: Typed) -> ResponseReturnValue:
    return page("code", _("Your code"), wrong=not typed.good, form=typed.view())
