"""The history of a case: its versions as pages, compared and restored; share links; and when to look at it again.

What was published of a published case is for everybody. All else is for its writers and for editors; others get the same
answer as for what does not exist.
"""

from __future__ import annotations

from dataclasses import replace

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from kb.accounts.door import actor, signed_in
from kb.cases import citing, policy, queries
from kb.cases.compare import compare as compared
from kb.cases.content import record_from
from kb.cases.forms.review import NOTHING, Typed, read_date, read_number, refused
from kb.cases.history_presenter import (
    DRAFT,
    citation,
    cited,
    field_words,
    history_page,
    newest_published,
    side_label,
    sides,
    version_notice,
)
from kb.cases.models import Attachment, Case, CaseStatus, Revision
from kb.cases.presenters import theme_card
from kb.cases.queries import history as reading_history
from kb.cases.records import Record
from kb.cases.review_cards import ComparePage, SharedNotice
from kb.cases.services import drafts, reminders, sharing
from kb.cases.services.drafts import Outdated
from kb.cases.services.showing import shown_record
from kb.cases.services.storing import themes_by_slug
from kb.cases.structured import case_data
from kb.cases.version_pages import version_page
from kb.cases.views.attachments import POLICY, opened
from kb.config import Settings
from kb.core import NotFound, Refusal, now
from kb.db import Database
from kb.web import part, session
from kb.web.language import page_language
from kb.web.meta import absolute, page_meta

LAST_NUMBER = 10**6
LAST_ID = 2**63 - 1
SHARE_DAYS = 14
"""How long a share link works unless somebody says otherwise."""
NUMBER = f"<int(max={LAST_NUMBER}):number>"
FILES = {
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
}

blueprint = Blueprint("history", __name__)


@blueprint.get("/cases/<slug>/history")
def show(slug: str) -> ResponseReturnValue:
    """Show which versions there are of a case, and to writers and editors how they came about."""
    return _show(slug)


def _show(slug: str, kept: Typed = NOTHING, form: str = "", link: str = "") -> ResponseReturnValue:
    """Answer with the history; `form` is the one in which `kept` was typed, `link` a share link that was just made."""
    case = reading_history.case_with_history(session(), actor(), slug)
    newest = newest_published(case) if policy.may_read(case) else None
    box = None
    if newest is not None:
        record = queries.revision_of(session(), case, newest.number).record
        box = citation(case, newest, record, part(Settings).site_name)
    page = history_page(case, actor(), now().date(), box)
    title = _("History of %(title)s", title=case.title)
    answer = make_response(
        render_template(
            "history/case.html",
            page=page,
            meta=page_meta(
                _("Error: %(title)s", title=title) if kept.errors else title,
                "",
                path=_address(slug, "/history"),
            ),
            nav_current="cases",
            csrf=generate_csrf() if actor().signed_in else "",
            kept=kept,
            form=form,
            link=link,
            share_days=SHARE_DAYS,
            longest_days=sharing.LONGEST_DAYS,
        ),
        400 if kept.errors else 200,
    )
    if actor().signed_in:
        answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get(f"/cases/<slug>/v/{NUMBER}")
def version(slug: str, number: int) -> ResponseReturnValue:
    """Show a version of a case as a page."""
    case, row = _revision(slug, number)
    box = citation(case, row, row.record, part(Settings).site_name) if row.published_at else None
    notice = version_notice(case, row, box)
    may_see = policy.may_see(actor(), case)

    def shows(attachment: Attachment) -> str | None:
        visible = may_see or (attachment.published and policy.may_read(case))
        return url_for("attachments.show", slug=slug, key=attachment.key) if visible else None

    page = version_page(
        session(),
        case,
        row.record,
        page_language(),
        shows=shows,
        lesson_ids=reading_history.lesson_ids_by_statement(session(), case) if policy.may_read(case) else {},
    )
    page = replace(page, published=row.published_at, updated=row.published_at or row.made_at)
    own = url_for("history.version", slug=slug, number=number)
    meta = page_meta(
        _("%(title)s, version %(number)s", title=page.card.title, number=number),
        page.card.summary,
        path=notice.case_url if notice.newest else own,
        og_type="article",
        json_ld=case_data(page) if notice.newest else None,
    )
    return render_template(
        "history/version.html",
        page=page,
        notice=notice,
        meta=meta,
        nav_current="cases",
        indexed=notice.newest,
    )


@blueprint.get(f"/cases/<slug>/v/{NUMBER}.bib")
def bibtex(slug: str, number: int) -> ResponseReturnValue:
    """Give a version as a BibTeX entry."""
    return _reference(slug, number, "bib")


@blueprint.get(f"/cases/<slug>/v/{NUMBER}.ris")
def ris(slug: str, number: int) -> ResponseReturnValue:
    """Give a version as a RIS record."""
    return _reference(slug, number, "ris")


def _reference(slug: str, number: int, kind: str) -> Response:
    case, row = _revision(slug, number)
    what = cited(case, row, row.record, part(Settings).site_name)
    answer = make_response(citing.bibtex(what) if kind == "bib" else citing.ris(what))
    answer.headers["Content-Type"] = FILES[kind]
    answer.headers["Content-Disposition"] = f'attachment; filename="{case.slug}-v{number}.{kind}"'
    return answer


def _revision(slug: str, number: int) -> tuple[Case, Revision]:
    """Return a version that the reader may read, and its case with its history. Raises NotFound."""
    row = queries.published_revision(session(), actor(), slug, number)
    return reading_history.case_with_history(session(), actor(), slug), row


@blueprint.get("/cases/<slug>/compare")
def compare(slug: str) -> ResponseReturnValue:
    """Compare two versions of a case, field by field."""
    case = reading_history.case_with_history(session(), actor(), slug)
    choices = sides(case, actor())
    old, new = request.args.get("from", ""), request.args.get("to", "")
    known = {side for side, _label in choices}
    if old not in known or new not in known:
        raise NotFound(slug)
    (old_row, old_record), (new_row, new_record) = _side(case, old), _side(case, new)
    page = ComparePage(
        slug=slug,
        url=_address(slug),
        history_url=_address(slug, "/history"),
        title=case.title,
        language=case.language,
        old=old,
        new=new,
        old_label=side_label(old, old_row),
        new_label=side_label(new, new_row),
        sides=choices,
        changes=compared(old_record, new_record),
    )
    title = _("What changed in %(title)s", title=case.title)
    answer = make_response(
        render_template(
            "history/compare.html",
            page=page,
            words=field_words(_theme_names()),
            meta=page_meta(title, "", path=f"{_address(slug, '/compare')}?from={old}&to={new}"),
            nav_current="cases",
        )
    )
    if actor().signed_in:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _theme_names() -> dict[str, str]:
    return {theme.slug: theme_card(theme, page_language()).name for theme in queries.themes(session())}


def _side(case: Case, side: str) -> tuple[Revision | None, Record]:
    """Return one side of a comparison, of which the reader has been found to be allowed to see it."""
    if side == DRAFT and case.draft is not None:
        content = case.draft.content
        record = record_from(content, case.slug, status=CaseStatus.PUBLISHED.value)
        return None, {**record, "attachments": content["attachments"]}
    row = queries.revision_of(session(), case, int(side))
    return row, row.record


@blueprint.post(f"/cases/<slug>/v/{NUMBER}/restore")
@signed_in
def restore(slug: str, number: int) -> ResponseReturnValue:
    """Make an earlier version what is being written now; ask first when something is being written already."""
    sure = request.form.get("version", "")
    try:
        with part(Database).transaction() as writing:
            case = queries.case_to_write(writing, actor(), slug)
            if case.draft is None or sure:
                started = read_number(request.form, "version") if sure else 0
                drafts.restore(writing, actor(), case, number, started)
                flash(
                    _(
                        "The text of version %(number)s is your draft now. Nothing changed for readers.",
                        number=number,
                    )
                )
                return redirect(_address(slug, "/edit"))
    except Outdated:
        flash(_("Somebody changed the draft meanwhile. Look at it, and restore again if you still want to."))
    return _ask_restore(slug, number)


def _ask_restore(slug: str, number: int) -> ResponseReturnValue:
    case = reading_history.case_with_history(session(), actor(), slug)
    if number not in {row.number for row in case.revisions}:
        raise NotFound(slug)
    return render_template(
        "history/restore.html",
        title=case.title,
        language=case.language,
        number=number,
        version=case.draft.version if case.draft else 0,
        saved_by=case.draft.saved_by.name if case.draft and case.draft.saved_by else "",
        saved_at=case.draft.saved_at if case.draft else None,
        url=url_for("history.restore", slug=slug, number=number),
        compare_url=f"{_address(slug, '/compare')}?from={number}&to={DRAFT}",
        back=_address(slug, "/history"),
        meta=page_meta(_("Replace your draft?"), "", path=_address(slug, "/history")),
        nav_current="cases",
        csrf=generate_csrf(),
    )


@blueprint.post("/cases/<slug>/check-on")
@signed_in
def check_on(slug: str) -> ResponseReturnValue:
    """Say when the case should be looked at again; an empty date is never."""
    try:
        date = read_date(request.form, "check_on")
        with part(Database).transaction() as writing:
            case = queries.case_to_write(writing, actor(), slug)
            reminders.check_again_on(writing, actor(), case, date, today=now().date())
    except Refusal as refusal:
        return _wrong(slug, "check_on", refusal, "check")
    flash(_("The date has been kept.") if date else _("There is no date any more."))
    return redirect(_address(slug, "/history#check"))


@blueprint.post("/cases/<slug>/share")
@signed_in
def share(slug: str) -> ResponseReturnValue:
    """Make a link by which one outsider reads the draft; its address is shown once."""
    field = "days"
    try:
        days = read_number(request.form, "days")
        field = "meant_for"
        with part(Database).transaction() as writing:
            case = queries.case_to_write(writing, actor(), slug)
            token = sharing.make(
                writing, actor(), case, meant_for=request.form.get("meant_for", ""), days=days
            )
    except Refusal as refusal:
        return _wrong(slug, field, refusal, "share")
    return _show(slug, link=absolute(url_for("history.shared", token=token)))


@blueprint.post(f"/cases/<slug>/share/<int(max={LAST_ID}):number>/end")
@signed_in
def end_share(slug: str, number: int) -> ResponseReturnValue:
    """End a share link at once."""
    with part(Database).transaction() as writing:
        sharing.end(writing, actor(), queries.case_to_write(writing, actor(), slug), number)
    flash(_("The link does not work any more."))
    return redirect(_address(slug, "/history#share"))


def _wrong(slug: str, field: str, refusal: Refusal, form: str) -> ResponseReturnValue:
    if refusal.status != Refusal.status:
        raise refusal
    queries.case_to_write(
        session(), actor(), slug
    )  # whoever may not see this case is told nothing about its forms
    return _show(slug, refused(request.form, field, refusal), form)


@blueprint.get("/shared/<token>")
def shared(token: str) -> ResponseReturnValue:
    """Show a draft to whom somebody gave its link."""
    link, case = reading_history.shared_link(session(), token)
    assert case.draft is not None, "a link without a draft opens nothing"  # noqa: S101 - tells mypy
    reading: Session = session()
    content = case.draft.content
    record = shown_record(content, case.slug, frozenset(themes_by_slug(reading)))

    def shows(attachment: Attachment) -> str | None:
        return (
            url_for("history.shared_attachment", token=token, key=attachment.key)
            if _is_image(attachment)
            else None
        )

    page = version_page(
        reading,
        case,
        {**record, "attachments": content["attachments"]},
        page_language(),
        shows=shows,
        lesson_ids={},
    )
    page = replace(page, published=None, updated=case.draft.saved_at)
    notice = SharedNotice(link.meant_for, link.made_by.name if link.made_by else "", link.expires_at)
    meta = replace(page_meta(page.card.title, ""), canonical="")
    return _private(
        make_response(
            render_template(
                "history/shared.html", page=page, notice=notice, meta=meta, nav_current=None, indexed=False
            )
        )
    )


@blueprint.get("/shared/<token>/attachments/<key>")
def shared_attachment(token: str, key: str) -> ResponseReturnValue:
    """Give a picture of a draft to whom somebody gave its link."""
    _link, case = reading_history.shared_link(session(), token)
    assert case.draft is not None, "a link without a draft opens nothing"  # noqa: S101 - tells mypy
    named = {row["key"] for row in case.draft.content["attachments"]}
    row = next((row for row in case.attachments if row.key == key and key in named and _is_image(row)), None)
    if row is None:
        raise NotFound(key)
    with opened(row.sha256) as file:
        answer = make_response(file.read())
    answer.headers["Content-Type"] = row.media_type
    answer.headers["Content-Disposition"] = "inline"
    answer = _private(answer)
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def _is_image(row: Attachment) -> bool:
    return row.media_type.startswith("image/")


def _private(answer: Response) -> Response:
    """Let nobody keep an answer, follow where it came from, or list it."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _address(slug: str, page: str = "") -> str:
    return url_for("cases.show", slug=slug) + page
