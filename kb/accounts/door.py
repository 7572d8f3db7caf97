"""The door: who is asking for a page, and what only people who signed in may ask for.

Flask-Login keeps the token of the login session in the cookies, and asks us for the person each time: no row, no person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Flask, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import SQLAlchemyError

from kb.accounts import policy, sessions
from kb.accounts.actor import NOBODY, Actor, Role
from kb.accounts.devices import device_of
from kb.accounts.models import Person
from kb.config import Settings
from kb.core import Forbidden, KbError
from kb.db import Database
from kb.web import part
from kb.web import session as reading

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class Visitor(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """A signed-in person for Flask-Login: its id is the token of the login session.

    `lacks_step`: he must set up the second step first (`KB_TWO_STEP`), and until then his own account is all he gets.
    """

    def __init__(self, token: str, person: Person, *, number: int = 0, remembered: bool = False) -> None:
        actor, required = person.actor(), part(Settings).two_step
        self.token = token
        self.number = number
        self.remembered = remembered
        self.lacks_step = person.totp_since is None and policy.needs_second_step(required, actor.roles)
        self.actor = (
            replace(actor, roles=actor.roles - policy.WITH_MORE_TO_LOSE) if self.lacks_step else actor
        )

    def get_id(self) -> str:
        """Return what the cookies hold."""
        return self.token


class Manager(LoginManager):  # type: ignore[misc]  # Flask-Login has no types
    """Flask-Login, but for our own files: looking into the session cookie there would make them one reader's own."""

    def _update_remember_cookie(self, response: Answer) -> Answer:
        if request.endpoint == "static":
            return response
        return cast("Answer", super()._update_remember_cookie(response))


def register(app: Flask) -> None:
    """Let the application know its visitors."""
    settings: Settings = app.extensions["kb:Settings"]
    secure = settings.base_url.startswith("https:")
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_NAME="remember",
        REMEMBER_COOKIE_DURATION=sessions.REMEMBERED,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SECURE=secure,
        REMEMBER_COOKIE_SAMESITE="Lax",
    )
    manager = Manager()
    # Its own check of address and browser is not used: a token is enough, and phones change address all day.
    manager.session_protection = None
    manager.user_loader(_load)
    manager.init_app(app)
    app.after_request(_note_seen)


def actor() -> Actor:
    """Return who asks for this page; `NOBODY` when he did not sign in."""
    return cast("Actor", current_user.actor) if current_user.is_authenticated else NOBODY


def shown() -> Actor:
    """Return who a page is shown to; nobody where that can't be known, such as on the page that says so."""
    try:
        return actor()
    except (KbError, SQLAlchemyError):
        return NOBODY


def login_number() -> int:
    """Return the number of this browser's login session; 0 when there is none."""
    return cast("int", current_user.number) if current_user.is_authenticated else 0


def remembered() -> bool:
    """Tell whether this browser was asked to remember who signed in."""
    return bool(current_user.is_authenticated and current_user.remembered)


def lacks_step() -> bool:
    """Tell whether who asks for this page must set up the second step before anything else."""
    return bool(current_user.is_authenticated and current_user.lacks_step)


def token() -> str:
    """Return the token of this browser's login session; empty when there is none."""
    return cast("str", current_user.token) if current_user.is_authenticated else ""


def let_in(person: Person, *, remember: bool = False) -> None:
    """Sign a person in, in this browser, with a login session of its own. What the browser had before is thrown away."""
    leave()
    device = device_of(request.user_agent.string)
    with part(Database).transaction() as writing:
        fresh = sessions.begin(writing, person, device=device, remember=remember)
    login_user(Visitor(fresh, person), remember=remember)


def leave() -> None:
    """Sign this browser out: the row goes, the cookies too."""
    if token():
        with part(Database).transaction() as writing:
            sessions.end(writing, token())
    logout_user()
    kept = {name: session[name] for name in ("_remember",) if name in session}
    session.clear()
    session.update(kept)


def signed_in(
    view: Callable[Arguments, ResponseReturnValue],
) -> Callable[Arguments, ResponseReturnValue]:
    """Let only people who signed in at a view; others go to the sign-in page, and come back after that."""

    @wraps(view)
    def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        if not actor().signed_in:
            # Only a page can be come back to; what was being sent is gone.
            back = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("accounts.login", next=back))
        if current_user.lacks_step and request.blueprint != "accounts":
            return redirect(url_for("accounts.two_step"))
        return view(*args, **kwargs)

    return guarded


def needs(
    *roles: Role,
) -> Callable[[Callable[Arguments, ResponseReturnValue]], Callable[Arguments, ResponseReturnValue]]:
    """Let only people with one of these roles at a view."""

    def wrap(view: Callable[Arguments, ResponseReturnValue]) -> Callable[Arguments, ResponseReturnValue]:
        @signed_in
        @wraps(view)
        def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
            if not actor().has(*roles):
                raise Forbidden("You need another role for this page. Ask the administrator for it.")
            return view(*args, **kwargs)

        return guarded

    return wrap


def _load(token: str) -> Visitor | None:
    row = sessions.find(reading(), token)
    if row is None:
        return None
    g.personal = True  # what this person gets is kept nowhere (kb.web.headers)
    g.seen_due = token if sessions.is_due(row) else None
    return Visitor(token, row.person, number=row.id, remembered=row.remembered)


def _note_seen(response: Answer) -> Answer:
    due = g.pop("seen_due", None)
    if due:
        with part(Database).transaction() as writing:
            sessions.seen(writing, due)
    return response
