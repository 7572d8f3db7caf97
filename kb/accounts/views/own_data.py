"""Taking one's data along, and deleting one's account."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from flask import current_app, make_response
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kb.accounts import door, queries
from kb.accounts.door import actor, signed_in
from kb.accounts.forms.typed import Typed
from kb.accounts.models import Person
from kb.accounts.services import leaving, passwords
from kb.accounts.views.base import blueprint, page, say, see
from kb.accounts.words import role_names
from kb.config import LANGUAGES
from kb.db import Database
from kb.web import limits, part
from kb.web import session as reading

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


def _elsewhere(session: Session, person: Person) -> dict[str, Any]:
    """Return what other rooms keep of a person, by room; `create_app` says where to ask."""
    known: dict[str, Any] = current_app.extensions["kb:elsewhere"].of_person(session, person)
    return known


@blueprint.get("/account/data")
@signed_in
def data() -> ResponseReturnValue:
    """Show all that the account keeps of who asks."""
    person = queries.myself(reading(), actor())
    kept = _readable(leaving.own_data(reading(), actor(), person))
    kept["account"]["roles"] = role_names(person.roles)
    kept["account"]["language"] = LANGUAGES.get(person.language, "")
    cases = _elsewhere(reading(), person)["cases"]["writes_on"]
    return page("data", _("What we keep of you"), kept=kept, cases=cases)


@blueprint.post("/account/data")
@signed_in
def download() -> ResponseReturnValue:
    """Give all that the account keeps of who asks, as a JSON file."""
    limits.count("export", str(actor().id))
    with part(Database).transaction() as writing:
        person = queries.myself(writing, actor())
        kept = {**leaving.own_data(writing, actor(), person), **_elsewhere(writing, person)}
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
            leaving.erase(
                writing,
                actor(),
                queries.myself(writing, actor()),
                current_app.extensions["kb:elsewhere"].forget,
            )
    if not typed.good:
        return _delete_page(typed)
    door.leave()
    say(_("Your account is deleted. Thank you for what you shared."))
    return see("pages.home")


def _readable(kept: Any) -> Any:
    """Return what is kept with its moments as people write them."""
    if isinstance(kept, dict):
        return {name: _readable(value) for name, value in kept.items()}
    if isinstance(kept, list):
        return [_readable(value) for value in kept]
    if isinstance(kept, str) and _MOMENT.fullmatch(kept):
        return format_datetime(dt.datetime.fromisoformat(kept), "d MMM yyyy HH:mm")
    return kept


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
