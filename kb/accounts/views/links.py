"""Pages that a one-time link opens: the first administrator, an invitation, a new password; and asking for the last.

The token goes from the address into the signed session cookie at once, so that the page it leads to can be looked at,
reloaded and left through a link without the token standing in a history, a Referer or somebody's log.
"""

from __future__ import annotations

from flask import request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect

from kb.accounts.forms.typed import Typed, new_password
from kb.accounts.models import LinkPurpose, OneTimeLink
from kb.accounts.services import links, people
from kb.accounts.views import known
from kb.accounts.views.base import SEE_OTHER, arrive, blueprint, page, say, see
from kb.accounts.words import send_changed, send_link
from kb.config import Settings
from kb.core import Conflict, Refusal
from kb.db import Database
from kb.web import limits, part
from kb.web import session as reading
from kb.web.language import page_language
from kb.web.meta import absolute

TOKEN = "link"  # noqa: S105 - the name of a field of the session cookie, not a secret
BEGINNINGS = (LinkPurpose.FIRST_ADMINISTRATOR, LinkPurpose.INVITATION)


@blueprint.get("/welcome/<token>")
def open_welcome(token: str) -> ResponseReturnValue:
    """Take the token of an invitation out of the address."""
    return _opened(token, "accounts.welcome")


@blueprint.get("/welcome")
def welcome() -> ResponseReturnValue:
    """Ask who was invited, or will be the first administrator, for a name and a password."""
    link = _found(*BEGINNINGS)
    if link is None:
        return _over()
    return _welcome_page(Typed(), link)


@blueprint.post("/welcome")
def begin() -> ResponseReturnValue:
    """Begin an account with a one-time link."""
    limits.count("link", limits.address())
    link = _found(*BEGINNINGS)
    if link is None:
        return _over()
    typed = Typed("name", "email", "password", "again")
    with typed.at("name"):
        people.clean_name(typed["name"])
    email = link.person.email if link.person else typed["email"]
    with typed.at("email"):
        people.clean_email(email)
    password_hash = new_password(typed, email, typed["name"], part(Settings).site_name)
    if not typed.good:
        return _welcome_page(typed, link)
    about = {"name": typed["name"], "password_hash": password_hash, "language": page_language()}
    try:
        with part(Database).transaction() as writing:
            person = (
                people.accept(writing, session[TOKEN], **about)
                if link.person
                else people.begin_as_administrator(writing, session[TOKEN], email=email, **about)
            )
    except links.LinkOver:
        return _over()
    except Conflict:
        typed.wrong("email", _("Somebody with this e-mail address has an account already."))
        return _welcome_page(typed, link)
    known.remember(person.email)
    say(_("Welcome, %(name)s. Your account is ready.", name=person.name))
    return arrive(person, remember=False, after="")


@blueprint.get("/reset")
def reset() -> ResponseReturnValue:
    """Ask for the address to send a link for a new password to."""
    return _reset_page(Typed())


@blueprint.post("/reset")
def ask_reset() -> ResponseReturnValue:
    """Mail a link for a new password to who has an account; the answer is the same for everybody else."""
    settings = part(Settings)
    if settings.mail_url is None:
        return see("accounts.reset")
    typed = Typed("email")
    with typed.at("email"):
        people.clean_email(typed["email"])
    if not typed.good:
        return _reset_page(typed)
    limits.count("reset-address", limits.address())
    for limit, who in known.counts(typed["email"]):
        if limit == "login":
            limits.count("reset", who)
    with part(Database).transaction() as writing:
        found = people.ask_reset(writing, typed["email"])
        if found:
            person, token = found
            send_link(writing, settings, person, LinkPurpose.RESET, link_address(LinkPurpose.RESET, token))
        else:
            people.note_unknown(writing)
    return page("reset_sent", _("Look in your mail"))


@blueprint.get("/reset/<token>")
def open_reset(token: str) -> ResponseReturnValue:
    """Take the token of a link for a new password out of the address."""
    return _opened(token, "accounts.new_password_page")


@blueprint.get("/reset/new")
def new_password_page() -> ResponseReturnValue:
    """Ask for a new password."""
    if _found(LinkPurpose.RESET) is None:
        return _over()
    return _new_password_page(Typed())


@blueprint.post("/reset/new")
def set_new_password() -> ResponseReturnValue:
    """Replace a password; whoever does so goes to the sign-in page, where a second step is asked too."""
    limits.count("link", limits.address())
    link = _found(LinkPurpose.RESET)
    if link is None or link.person is None:
        return _over()
    typed = Typed("password", "again")
    settings = part(Settings)
    password_hash = new_password(typed, link.person.email, link.person.name, settings.site_name)
    if not typed.good:
        return _new_password_page(typed)
    try:
        with part(Database).transaction() as writing:
            person = people.reset_password(writing, session.pop(TOKEN), password_hash=password_hash)
            send_changed(writing, settings, person)
    except links.LinkOver:
        return _over()
    say(_("Your new password is saved. Sign in with it."))
    return see("accounts.login")


def link_address(purpose: LinkPurpose, token: str) -> str:
    """Return the full address of a one-time link: at `KB_BASE_URL` where that is set, never at a host that was made up."""
    endpoint = "accounts.open_reset" if purpose is LinkPurpose.RESET else "accounts.open_welcome"
    return absolute(url_for(endpoint, token=token))


def _opened(token: str, endpoint: str) -> ResponseReturnValue:
    limits.count("link", limits.address())
    session[TOKEN] = token[:100]
    answer = redirect(url_for(endpoint, lang=request.args.get("lang")), SEE_OTHER)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _found(*purposes: LinkPurpose) -> OneTimeLink | None:
    try:
        return links.find(reading(), session.get(TOKEN, ""), *purposes)
    except Refusal:
        return None


def _over() -> ResponseReturnValue:
    session.pop(TOKEN, None)
    return page(
        "link_over", _("This link no longer works"), status=404, mail=part(Settings).mail_url is not None
    )


def _welcome_page(typed: Typed, link: OneTimeLink) -> ResponseReturnValue:
    person = link.person
    typed.values.setdefault("name", person.name if person else "")
    return page(
        "welcome",
        _("Welcome to %(site)s", site=part(Settings).site_name),
        wrong=not typed.good,
        form=typed.view(),
        first=person is None,
        email=person.email if person else None,
    )


def _reset_page(typed: Typed) -> ResponseReturnValue:
    return page(
        "reset",
        _("A new password"),
        wrong=not typed.good,
        form=typed.view(),
        mail=part(Settings).mail_url is not None,
    )


def _new_password_page(typed: Typed) -> ResponseReturnValue:
    return page("new_password", _("A new password"), wrong=not typed.good, form=typed.view())
