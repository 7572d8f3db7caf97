"""Taking one's data along, and deleting one's account."""

from __future__ import annotations

import json

from flask import make_response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kb.accounts import door, queries
from kb.accounts.door import actor, signed_in
from kb.accounts.forms.typed import Typed
from kb.accounts.services import leaving, passwords
from kb.accounts.views.base import blueprint, page, say, see
from kb.db import Database
from kb.web import limits, part
from kb.web import session as reading


@blueprint.get("/account/data")
@signed_in
def data() -> ResponseReturnValue:
    """Show all that the account keeps of who asks."""
    kept = leaving.own_data(reading(), actor(), queries.myself(reading(), actor()))
    return page("data", _("What we keep of you"), kept=kept)


@blueprint.post("/account/data")
@signed_in
def download() -> ResponseReturnValue:
    """Give all that the account keeps of who asks, as a JSON file."""
    limits.count("export", str(actor().id))
    with part(Database).transaction() as writing:
        person = queries.myself(writing, actor())
        kept = leaving.own_data(writing, actor(), person)
        leaving.note_taken(writing, actor(), person)
    text = json.dumps(kept, ensure_ascii=False, indent=2) + "\n"
    return make_response(
        text,
        {
            "Content-Type": "application/json; charset=utf-8",
            "Content-Disposition": 'attachment; filename="account.json"',
            "Cache-Control": "no-store",
        },
    )


@blueprint.get("/account/delete")
@signed_in
def delete() -> ResponseReturnValue:
    """Say what deleting the account takes away, and ask for confirmation."""
    return _delete_page(Typed())


@blueprint.post("/account/delete")
@signed_in
def delete_account() -> ResponseReturnValue:
    """Delete one's account, after one's own address and password were typed."""
    limits.count("password", str(actor().id))
    typed = Typed("email", "password")
    person = queries.myself(reading(), actor())
    if typed["email"].strip().lower() != person.email:
        typed.wrong("email", _("This is not the e-mail address of your account."))
    with typed.at("password"):
        passwords.check(person, typed["password"])
    if typed.good:
        with typed.at(""), part(Database).transaction() as writing:
            leaving.erase(writing, actor(), queries.myself(writing, actor()))
    if not typed.good:
        return _delete_page(typed)
    door.leave()
    say(_("Your account is deleted. Thank you for what you shared."))
    return see("pages.home")


def _delete_page(typed: Typed) -> ResponseReturnValue:
    person = queries.myself(reading(), actor())
    return page(
        "delete",
        _("Delete your account"),
        wrong=not typed.good,
        form=typed.view(),
        email=person.email,
        last=queries.is_last_administrator(reading(), person),
    )
