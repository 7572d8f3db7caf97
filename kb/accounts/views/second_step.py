"""Setting up the second step: a code from an app on one's phone."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kb.accounts import door, policy, queries, two_step
from kb.accounts.door import actor, signed_in
from kb.accounts.forms.typed import Typed
from kb.accounts.models import Person
from kb.accounts.services import passwords, second_steps
from kb.accounts.views.base import blueprint, page, say, see
from kb.config import Settings
from kb.core import Forbidden
from kb.db import Database
from kb.web import limits, part
from kb.web import session as reading


@blueprint.get("/account/two-step", endpoint="two_step")
@signed_in
def show() -> ResponseReturnValue:
    """Show whether the second step is on, and how to set it up."""
    return _page(queries.myself(reading(), actor()), Typed())


@blueprint.post("/account/two-step/begin")
@signed_in
def begin_two_step() -> ResponseReturnValue:
    """Make the secret that an app will share with us."""
    with part(Database).transaction() as writing:
        second_steps.begin(writing, actor(), queries.myself(writing, actor()))
    return see("accounts.two_step")


@blueprint.post("/account/two-step")
@signed_in
def confirm_two_step() -> ResponseReturnValue:
    """Switch the second step on, with a code from the app; the recovery codes are shown once."""
    limits.count("second-step", str(actor().id))
    typed = Typed("code")
    codes: tuple[str, ...] = ()
    with typed.at("code"), part(Database).transaction() as writing:
        row = queries.myself(writing, actor())
        codes = second_steps.confirm(writing, actor(), row, typed["code"])
    if not typed.good:
        return _page(queries.myself(reading(), actor()), typed)
    # More may be done with this login than before, so it gets a new token.
    door.let_in(row, remember=door.remembered())
    return page("recovery_codes", _("Your recovery codes"), codes=codes, fresh=True)


@blueprint.post("/account/two-step/codes")
@signed_in
def renew_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them once; asks for the password."""
    typed, person = _with_password()
    if not typed.good:
        return _page(person, typed)
    with part(Database).transaction() as writing:
        codes = second_steps.renew_codes(writing, actor(), queries.myself(writing, actor()))
    return page("recovery_codes", _("Your recovery codes"), codes=codes, fresh=False)


@blueprint.post("/account/two-step/off")
@signed_in
def switch_off_two_step() -> ResponseReturnValue:
    """Switch the second step off; asks for the password."""
    typed, person = _with_password()
    if policy.needs_second_step(part(Settings).two_step, person.roles):
        raise Forbidden("With your role this can't be switched off.")
    if not typed.good:
        return _page(person, typed)
    with part(Database).transaction() as writing:
        second_steps.switch_off(writing, actor(), queries.myself(writing, actor()))
    say(_("From now on your password is enough to sign in."))
    return see("accounts.account")


def _with_password() -> tuple[Typed, Person]:
    limits.count("password", str(actor().id))
    typed, person = Typed("password"), queries.myself(reading(), actor())
    with typed.at("password"):
        passwords.check(person, typed["password"])
    return typed, person


def _page(person: Person, typed: Typed) -> ResponseReturnValue:
    settings = part(Settings)
    secret = person.totp_secret if person.totp_since is None else ""
    address = two_step.address(secret, person.email, settings.site_name) if secret else ""
    return page(
        "two_step",
        _("Signing in with a code"),
        wrong=not typed.good,
        form=typed.view(),
        on=person.totp_since is not None,
        required=policy.needs_second_step(settings.two_step, person.roles),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        qr=two_step.qr_svg(address) if secret else None,
        app_address=address,
        codes_left=len(person.recovery_digests),
    )
