"""From the people who are named in a case to what the section about permissions and the pages behind it show."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from kb.cases.models import Case, Consent, NamedPerson
from kb.cases.redaction import parts_of
from kb.cases.review_cards import NamedView, PermissionsView, WithdrawPage
from kb.cases.review_words import CONSENTS
from kb.cases.services.consent import Places


def permissions_view(case: Case, csrf: str, back: str = "edit") -> PermissionsView:
    """Return the section about permissions; `back` says on which page it stands: edit or people."""
    return PermissionsView(
        slug=case.slug,
        people=tuple(_named(case, row, back) for row in case.named),
        nobody_named=case.nobody_named,
        missing=sum(row.consent is Consent.MISSING for row in case.named),
        add_url=url_for("consent.people", slug=case.slug),
        nobody_url=url_for("consent.nobody", slug=case.slug),
        back=back,
        csrf=csrf,
    )


def _named(case: Case, row: NamedPerson, back: str) -> NamedView:
    return NamedView(
        id=row.id,
        name=row.name or _("Name taken out"),
        state=row.consent.value,
        state_label=str(CONSENTS[row.consent]),
        agreed_to=row.agreed_to,
        agreed_on=row.agreed_on,
        medium=row.medium,
        changed_at=row.changed_at,
        change_url=url_for("consent.change", slug=case.slug, number=row.id, back=back),
        remove_url=url_for("consent.remove", slug=case.slug, number=row.id),
        withdraw_url=url_for("consent.withdraw", slug=case.slug, number=row.id, back=back),
    )


def withdraw_page(case: Case, row: NamedPerson, places: Places, back_url: str) -> WithdrawPage:
    """Return the page on which somebody's consent is withdrawn."""
    return WithdrawPage(
        name=row.name,
        url=url_for("consent.withdraw", slug=case.slug, number=row.id),
        back_url=back_url,
        places=tuple(
            (label, count)
            for label, count in (
                (_("In the text of the case"), places.text),
                (_("In what is being written now"), places.draft),
                (_("In its versions"), places.versions),
                (_("In attachments: titles, descriptions and names of files"), places.files),
                (_("In remarks, reasons, share links and this list"), places.around),
            )
        ),
        total=places.all,
        parts=tuple((part, part) for part in parts_of(row.name)),
        in_slug=places.in_slug,
        address=url_for("cases.show", slug=case.slug),
        files=tuple(attachment.file_name for attachment in case.attachments),
        published=case.published_at is not None,
    )
