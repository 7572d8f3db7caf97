"""The pages about who is named in a case: the list, what somebody agreed to, and taking a name out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from kb.accounts.door import actor, signed_in
from kb.cases import policy, queries
from kb.cases.consent_presenter import permissions_view, withdraw_page
from kb.cases.forms.review import NOTHING, Typed, read_agreement, refused
from kb.cases.models import Case, Consent, NamedPerson
from kb.cases.redaction import parts_of
from kb.cases.services import consent
from kb.core import Conflict, Forbidden, NotFound, Refusal
from kb.db import Database
from kb.web import part, session
from kb.web.meta import page_meta

LAST_ID = 2**63 - 1
EDIT, PEOPLE = "edit", "people"
NUMBER = f"<int(max={LAST_ID}):number>"

blueprint = Blueprint("consent", __name__)


@blueprint.get("/cases/<slug>/people")
@signed_in
def people(slug: str) -> ResponseReturnValue:
    """Show who is named in a case and agreed to that."""
    return _people(slug)


def _people(slug: str, kept: Typed = NOTHING) -> ResponseReturnValue:
    case = _case(slug)
    title = _("Who is named in %(title)s", title=case.title)
    return render_template(
        "consent/people.html",
        view=permissions_view(case, generate_csrf(), PEOPLE),
        kept=kept,
        title=case.title,
        language=case.language,
        edit_url=_address(slug, "/edit"),
        meta=page_meta(
            _("Error: %(title)s", title=title) if kept.errors else title, "", path=_address(slug, "/people")
        ),
        nav_current=None,
    ), 400 if kept.errors else 200


@blueprint.post("/cases/<slug>/people")
@signed_in
def add(slug: str) -> ResponseReturnValue:
    """Put somebody on the list."""
    try:
        agreement = read_agreement(request.form)
        with part(Database).transaction() as writing:
            row = consent.add(writing, actor(), queries.case_to_write(writing, actor(), slug), agreement)
            name = row.name
    except Refusal as refusal:
        return _people(slug, _kept(refusal))
    flash(_("%(name)s is on the list.", name=name))
    return _back(slug)


@blueprint.post("/cases/<slug>/people/nobody")
@signed_in
def nobody(slug: str) -> ResponseReturnValue:
    """Say that nobody is named in the case, or take that back."""
    try:
        with part(Database).transaction() as writing:
            case = queries.case_to_write(writing, actor(), slug)
            consent.nobody_is_named(writing, actor(), case, nobody=request.form.get("nobody") == "yes")
    except Refusal as refusal:
        if refusal.status != Refusal.status:
            raise
        return _people(slug, refused(request.form, "nobody", refusal))
    flash(_("Kept."))
    return _back(slug)


@blueprint.get(f"/cases/<slug>/people/{NUMBER}")
@signed_in
def change(slug: str, number: int) -> ResponseReturnValue:
    """Show what somebody agreed to, to change it."""
    return _change(slug, number)


def _change(slug: str, number: int, kept: Typed = NOTHING) -> ResponseReturnValue:
    case = _case(slug)
    row = _row(case, number)
    values = kept.values or {
        "name": row.name,
        "agreed_to": row.agreed_to,
        "agreed_on": row.agreed_on.isoformat() if row.agreed_on else "",
        "medium": row.medium,
        "given": "yes" if row.consent is Consent.GIVEN else "",
    }
    title = _("What %(name)s agreed to", name=row.name)
    return render_template(
        "consent/change.html",
        name=row.name,
        kept=Typed(values, kept.errors),
        url=url_for("consent.save", slug=slug, number=number),
        withdraw_url=url_for("consent.withdraw", slug=slug, number=number, back=_wanted()),
        back_url=_back_address(slug),
        back=_wanted(),
        meta=page_meta(_("Error: %(title)s", title=title) if kept.errors else title, "", path=request.path),
        nav_current=None,
        csrf=generate_csrf(),
    ), 400 if kept.errors else 200


@blueprint.post(f"/cases/<slug>/people/{NUMBER}")
@signed_in
def save(slug: str, number: int) -> ResponseReturnValue:
    """Keep what somebody agreed to."""
    try:
        agreement = read_agreement(request.form)
        with part(Database).transaction() as writing:
            case = queries.case_to_write(writing, actor(), slug)
            consent.change(writing, actor(), case, number, agreement)
    except Refusal as refusal:
        return _change(slug, number, _kept(refusal))
    flash(_("Kept."))
    return _back(slug)


@blueprint.post(f"/cases/<slug>/people/{NUMBER}/remove")
@signed_in
def remove(slug: str, number: int) -> ResponseReturnValue:
    """Take somebody off the list who is not named any more."""
    try:
        with part(Database).transaction() as writing:
            consent.remove(writing, actor(), queries.case_to_write(writing, actor(), slug), number)
    except Refusal as refusal:
        if refusal.status != Refusal.status:
            raise
        return _people(slug, refused(request.form, f"person-{number}", refusal))
    flash(_("The name is off the list."))
    return _back(slug)


@blueprint.get(f"/cases/<slug>/people/{NUMBER}/withdraw")
@signed_in
def withdraw(slug: str, number: int) -> ResponseReturnValue:
    """Show where a name stands, and ask what should stand there instead."""
    return _withdraw(slug, number)


def _withdraw(slug: str, number: int, kept: Typed = NOTHING) -> ResponseReturnValue:
    case = _case(slug)
    row = _row(case, number)
    places = consent.places(session(), case, [row.name])
    page = withdraw_page(case, row, places, _back_address(slug))
    title = _("Withdraw the consent of %(name)s", name=row.name)
    return render_template(
        "consent/withdraw.html",
        page=page,
        kept=kept,
        ticked=request.form.getlist("parts"),
        back=_wanted(),
        meta=page_meta(_("Error: %(title)s", title=title) if kept.errors else title, "", path=request.path),
        nav_current=None,
        csrf=generate_csrf(),
    ), 400 if kept.errors else 200


@blueprint.post(f"/cases/<slug>/people/{NUMBER}/withdraw")
@signed_in
def take_out(slug: str, number: int) -> ResponseReturnValue:
    """Take a name out of all that is kept of a case."""
    pseudonym = request.form.get("instead") == "pseudonym"
    field = "pseudonym"
    try:
        with part(Database).transaction() as writing:
            case = queries.case_to_write(writing, actor(), slug)
            row = _row(case, number)
            known = parts_of(row.name)
            parts = [piece for piece in request.form.getlist("parts") if piece in known]
            also = request.form.get("also", "").strip()
            consent.withdraw(
                writing,
                actor(),
                case,
                number,
                replacement=request.form.get("pseudonym", "") if pseudonym else left_out(case),
                parts=[*parts, *([also] if also else [])],
                pseudonym=pseudonym,
            )
    except Refusal as refusal:
        if refusal.status != Refusal.status:
            raise
        return _withdraw(slug, number, refused(request.form, field, refusal))
    flash(_("The name has been taken out, also in earlier versions."))
    return _back(slug)


def left_out(case: Case) -> str:
    """Return what stands in the place of a name, in the language of the case: it becomes part of its text."""
    return "[naam weggelaten]" if case.language == "nl" else "[name left out]"


def _kept(refusal: Refusal) -> Typed:
    """Return what was typed, with the sentence at its field. Raises the refusal when the form is not to blame."""
    if refusal.status != Refusal.status:
        raise refusal
    field = refusal.field if isinstance(refusal, consent.Incomplete) else "agreed_on"
    return refused(request.form, field, refusal)


def _case(slug: str) -> Case:
    case = queries.case_to_write(session(), actor(), slug)
    if not policy.may_handle_consent(actor(), case):
        raise Forbidden("You are not a writer of this case.")
    return case


def _row(case: Case, number: int) -> NamedPerson:
    row = next((row for row in case.named if row.id == number), None)
    if row is None:
        raise NotFound(str(number))
    if row.consent is Consent.WITHDRAWN:
        raise Conflict("This consent has been withdrawn; the name is not here any more.")
    return row


def _wanted() -> str:
    return EDIT if request.values.get("back") == EDIT else PEOPLE


def _back_address(slug: str) -> str:
    return _address(slug, "/edit#permissions" if _wanted() == EDIT else "/people")


def _back(slug: str) -> ResponseReturnValue:
    return redirect(_back_address(slug))


def _address(slug: str, page: str) -> str:
    return url_for("cases.show", slug=slug) + page
