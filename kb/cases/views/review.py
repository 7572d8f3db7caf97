"""The pages of the review: the queue, a case with its remarks, and the moves.

Each move asks the service, which enforces the right and records it; what a page offers is only a convenience.
"""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from kb.accounts.actor import Role
from kb.accounts.door import actor, needs, signed_in
from kb.accounts.models import Person
from kb.cases import letters, policy, queries
from kb.cases.compare import SectionChange, compare
from kb.cases.content import record_from
from kb.cases.forms.mine import proposed_words
from kb.cases.forms.review import NOTHING, Typed, refused, typed
from kb.cases.history_presenter import field_words
from kb.cases.models import Case, CaseStatus, MoveKind, Revision
from kb.cases.presenters import theme_card
from kb.cases.queries import history
from kb.cases.records import record_of
from kb.cases.review_presenter import queue_page, review_page
from kb.cases.review_words import MADE, gap_anchor, gap_words
from kb.cases.services import drafts, remarks, review
from kb.cases.services.review import NotReady
from kb.core import Conflict, Forbidden, NotFound, Refusal, now
from kb.db import Database
from kb.web import part, session
from kb.web.language import page_language
from kb.web.meta import page_meta

LAST_ID = 2**63 - 1
LONGEST_NUMBER = 18
"""Digits of a number that the database surely knows."""
RECENT = dt.timedelta(days=30)
MOST_DECIDED = 10
SHOWN = ("all", "mine", "unassigned")
GIVE_UP = "give-up"
ASKED_FIRST = frozenset({MoveKind.WITHDRAW.value, MoveKind.ARCHIVE.value, MoveKind.REOPEN.value, GIVE_UP})
"""The moves that have a page of their own, which asks whether you are sure and why."""
AFTER = {
    MoveKind.SUBMIT: "/review",
    MoveKind.TAKE_BACK: "/edit",
    MoveKind.PUBLISH: "",
    MoveKind.WITHDRAW: "/history",
    MoveKind.ARCHIVE: "/history",
    MoveKind.REOPEN: "/history",
}
"""Where a move leads to, under the address of the case; returning leads to the queue."""

blueprint = Blueprint("review", __name__)


@blueprint.get("/review")
@needs(Role.EDITOR, Role.ADMINISTRATOR)
def queue() -> ResponseReturnValue:
    """Show what waits for review, what should be looked at again, and what was decided lately."""
    shown = request.args.get("show", "all")
    moment = now()
    page = queue_page(
        queries.queue(session()),
        queries.overdue(session(), moment.date()),
        history.decided(session(), moment - RECENT, MOST_DECIDED),
        actor=actor(),
        people=history.reviewers(session()),
        shown=shown if shown in SHOWN else "all",
        now=moment,
    )
    meta = page_meta(_("Review"), "", path=url_for("review.queue"))
    proposed = [
        (case.title, case.language, _address(case.slug, "/edit#proposed"), proposed_words(count))
        for case, count in queries.cases_with_proposals(session())
    ]
    return render_template(
        "review/queue.html",
        page=page,
        proposed=proposed,
        meta=meta,
        nav_current="review",
        csrf=generate_csrf(),
    )


@blueprint.post("/cases/<slug>/reviewer")
@needs(Role.EDITOR, Role.ADMINISTRATOR)
def assign(slug: str) -> ResponseReturnValue:
    """Take the review of a case, give it to somebody, or to nobody."""
    wanted = request.form.get("reviewer", "")
    with part(Database).transaction() as writing:
        case = queries.case_to_write(writing, actor(), slug)
        reviewer = _person(writing, str(actor().id) if wanted == "me" else wanted)
        review.assign(writing, actor(), case, reviewer)
        if reviewer is not None:
            letters.assigned(writing, actor(), case, reviewer)
    if reviewer is None:
        flash(_("Nobody reviews this case now."))
    else:
        flash(_("%(name)s reviews this case.", name=reviewer.name))
    return redirect(
        url_for("review.queue") if request.form.get("back") != "case" else _address(slug, "/review")
    )


@blueprint.get("/cases/<slug>/review")
@signed_in
def show(slug: str) -> ResponseReturnValue:
    """Show the text that was submitted, field by field with its remarks, and what can be decided."""
    return _show(slug)


def _show(slug: str, kept: Typed = NOTHING, form: str = "") -> ResponseReturnValue:
    """Answer with the page of a review; `form` is the one in which `kept` was typed and could not be accepted."""
    reading = session()
    case = queries.case_to_write(reading, actor(), slug)
    changes, compared_with = _changes(reading, case)
    language = page_language()
    themes = {theme.slug: theme_card(theme, language).name for theme in queries.themes(reading)}
    page = review_page(
        case,
        actor(),
        themes=themes,
        moves=review.moves_open_to(reading, actor(), case),
        others=review.other_editors(reading, case),
        changes=changes,
        compared_with=compared_with,
    )
    people = [
        (str(row.id), row.name) for row in history.reviewers(reading) if policy.may_review(row.actor(), case)
    ]
    title = _("Review of %(title)s", title=page.title)
    answer = render_template(
        "review/case.html",
        page=page,
        words=field_words(themes),
        meta=page_meta(
            _("Error: %(title)s", title=title) if kept.errors else title, "", path=_address(slug, "/review")
        ),
        nav_current="review",
        csrf=generate_csrf(),
        kept=kept,
        form=form,
        people=people if policy.may_curate(actor()) and case.draft else (),
        reviewer=str(case.draft.reviewer_id or "") if case.draft else "",
    )
    return answer, 400 if kept.errors else 200


def _changes(reading: Session, case: Case) -> tuple[tuple[SectionChange, ...] | None, int | None]:
    """Return what the text under review changes to what readers see, and the number of that version."""
    if case.draft is None or not policy.may_read(case):
        return None, None
    rows = case.draft.content["attachments"]
    fresh = {**record_from(case.draft.content, case.slug, status="published"), "attachments": rows}
    newest = next((row for row in reversed(case.revisions) if row.published_at is not None), None)
    if newest is None:
        return compare({**record_of(case), "attachments": drafts.attachment_rows(case)}, fresh), None
    standing: Revision = queries.revision_of(reading, case, newest.number)
    return compare(standing.record, fresh), newest.number


@blueprint.post("/cases/<slug>/remarks")
@signed_in
def remark(slug: str) -> ResponseReturnValue:
    """Make a remark on a field, or on the case as a whole."""
    field = request.form.get("field", "")
    try:
        with part(Database).transaction() as writing:
            case = queries.case_to_write(writing, actor(), slug)
            made = remarks.make(writing, actor(), case, field=field, text=request.form.get("text", ""))
            if review.standing(case) is not CaseStatus.SUBMITTED:
                letters.remarked(writing, actor(), case, made)
            number = made.id
    except Refusal as refusal:
        if refusal.status != Refusal.status:
            raise
        return _show(slug, refused(request.form, "remark", refusal), f"remark:{field}")
    return redirect(_address(slug, f"/review#remark-{number}"))


@blueprint.post(f"/cases/<slug>/remarks/<int(max={LAST_ID}):number>/answer")
@signed_in
def answer(slug: str, number: int) -> ResponseReturnValue:
    """Answer a remark."""
    try:
        with part(Database).transaction() as writing:
            case = queries.case_to_write(writing, actor(), slug)
            answered = remarks.answer(writing, actor(), case, number, text=request.form.get("text", ""))
            letters.answered(writing, actor(), case, answered)
    except Refusal as refusal:
        if refusal.status != Refusal.status:
            raise
        return _show(slug, refused(request.form, "remark", refusal), f"answer:{number}")
    if request.form.get("back") == "edit":
        flash(_("Your answer was kept."))
        return redirect(_address(slug, f"/edit#remark-{number}"))
    return redirect(_address(slug, f"/review#remark-{number}"))


@blueprint.post(f"/cases/<slug>/remarks/<int(max={LAST_ID}):number>/resolve")
@signed_in
def resolve(slug: str, number: int) -> ResponseReturnValue:
    """Say that a remark has been dealt with."""
    with part(Database).transaction() as writing:
        remarks.resolve(writing, actor(), queries.case_to_write(writing, actor(), slug), number)
    return redirect(_address(slug, f"/review#remark-{number}"))


@blueprint.post(f"/cases/<slug>/remarks/<int(max={LAST_ID}):number>/reopen")
@signed_in
def reopen_remark(slug: str, number: int) -> ResponseReturnValue:
    """Say that a remark has not been dealt with after all."""
    with part(Database).transaction() as writing:
        case = queries.case_to_write(writing, actor(), slug)
        opened = remarks.reopen(writing, actor(), case, number)
        if review.standing(case) is not CaseStatus.SUBMITTED:
            letters.remarked(writing, actor(), case, opened)
    return redirect(_address(slug, f"/review#remark-{number}"))


@blueprint.get("/cases/<slug>/moves/<move>")
@signed_in
def confirm(slug: str, move: str) -> ResponseReturnValue:
    """Ask whether to go on, and why, before a case is taken from readers or a draft is thrown away."""
    return _confirm(slug, move)


def _confirm(slug: str, move: str, kept: Typed = NOTHING) -> ResponseReturnValue:
    if move not in ASKED_FIRST:
        raise NotFound(move)
    case = queries.case_to_write(session(), actor(), slug)
    try:
        _check_asked(case, move)
    except Conflict as error:
        return _conflict(slug, error)
    gone = drafts.is_begun_here(case)
    title = drafts.working_content(case)["title"].strip() or case.title
    return render_template(
        "review/confirm.html",
        move=move,
        title=title,
        language=case.language,
        gone=gone,
        public=policy.may_read(case),
        url=url_for("review.make", slug=slug, move=move),
        back=_address(slug, "/edit" if move == GIVE_UP else "/history"),
        meta=page_meta(_("Are you sure?"), "", path=request.path),
        nav_current=None,
        csrf=generate_csrf(),
        kept=kept,
    ), 400 if kept.errors else 200


def _check_asked(case: Case, move: str) -> None:
    """Do nothing when the move could be made now. Raises Forbidden, Conflict."""
    if not (policy.may_write(actor(), case) if move == GIVE_UP else policy.may_curate(actor())):
        raise Forbidden("You may not do this with this case.")
    if move == GIVE_UP:
        ready = case.draft is not None and case.draft.status is not CaseStatus.SUBMITTED
    else:
        ready = case.status in policy.FROM[MoveKind(move)]
    if not ready:
        raise Conflict(
            "This can't be done with the case as it stands now. Somebody may have been before you."
        )


@blueprint.post("/cases/<slug>/moves/<move>")
@signed_in
def make(slug: str, move: str) -> ResponseReturnValue:
    """Make a move of the review, or throw a draft away."""
    if move == GIVE_UP:
        return _give_up(slug)
    if move not in {kind.value for kind in policy.FROM}:
        raise NotFound(move)
    kind = MoveKind(move)
    reason = request.form.get("reason", "")
    try:
        with part(Database).transaction() as writing:
            case = queries.case_to_write(writing, actor(), slug)
            _make(writing, case, kind, reason)
            letters.moved(writing, actor(), case, kind, reason, editors=queries.editors(writing, case))
    except NotReady as error:
        return _not_ready(slug, error)
    except Conflict as error:
        return _conflict(slug, error)
    except Refusal as refusal:
        if refusal.status != Refusal.status:
            raise
        kept = refused(request.form, "reason", refusal)
        return _confirm(slug, move, kept) if move in ASKED_FIRST else _show(slug, kept, "decision")
    flash(str(MADE[kind]))
    return redirect(url_for("review.queue") if kind not in AFTER else _address(slug, AFTER[kind]))


def _make(writing: Session, case: Case, kind: MoveKind, reason: str) -> None:
    who = actor()
    if kind is MoveKind.SUBMIT:
        reviewer = _person(writing, request.form.get("reviewer", ""))
        review.submit(writing, who, case, reason=reason, reviewer=reviewer)
    elif kind is MoveKind.TAKE_BACK:
        review.take_back(writing, who, case, reason=reason)
    elif kind is MoveKind.RETURN:
        review.send_back(writing, who, case, reason=reason)
    elif kind is MoveKind.PUBLISH:
        review.publish(writing, who, case, reason=reason)
    elif kind is MoveKind.WITHDRAW:
        review.withdraw(writing, who, case, reason=reason)
    elif kind is MoveKind.ARCHIVE:
        review.archive(writing, who, case, reason=reason)
    else:
        review.reopen(writing, who, case, reason=reason)


def _give_up(slug: str) -> ResponseReturnValue:
    try:
        with part(Database).transaction() as writing:
            gone = drafts.give_up(writing, actor(), queries.case_to_write(writing, actor(), slug))
    except Conflict as error:
        return _conflict(slug, error)
    flash(_("The case has been thrown away.") if gone else _("The draft has been thrown away."))
    return redirect("/account/cases" if gone else _address(slug, "/history"))


def _not_ready(slug: str, error: NotReady) -> ResponseReturnValue:
    case = queries.case_to_write(session(), actor(), slug)
    edit = _address(slug, "/edit")
    missing = tuple((gap_words(gap), f"{edit}#{gap_anchor(gap)}") for gap in error.gaps)
    page = render_template(
        "review/not_ready.html",
        title=case.title,
        language=case.language,
        missing=missing,
        wrong=len(error.slips),
        edit_url=edit,
        may_write=policy.may_write(actor(), case),
        meta=page_meta(_("Not complete yet"), "", path=request.path),
        nav_current=None,
    )
    return page, 400


def _conflict(slug: str, error: Conflict) -> ResponseReturnValue:
    page = render_template(
        "review/conflict.html",
        sentence=_(error.sentence, **error.values),
        reason=typed(request.form).value("reason"),
        review_url=_address(slug, "/review"),
        history_url=_address(slug, "/history"),
        meta=page_meta(_("Somebody was before you"), "", path=request.path),
        nav_current=None,
    )
    return page, error.status


def _person(writing: Session, number: str) -> Person | None:
    """Return the person with this number; nobody for an empty one. Raises Refusal."""
    if not number:
        return None
    known = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    found = writing.get(Person, int(number)) if known else None
    if found is None or not found.active:
        raise Refusal("Choose somebody from the list.")
    return found


def _address(slug: str, page: str) -> str:
    return url_for("cases.show", slug=slug) + page
