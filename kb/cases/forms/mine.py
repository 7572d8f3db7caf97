"""The list of one's own cases: where each stands, and what to do next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from kb.accounts.actor import Actor
from kb.cases import policy
from kb.cases.forms.page import saved_words, status_choice
from kb.cases.models import Case, CaseStatus
from kb.cases.services import review
from kb.cases.words import Choice


@dataclass(frozen=True)
class MineView:
    """One of somebody's cases. `step` says what to do next, and `url` leads there.

    `look_again`: where its writers say until when it is good, when the day to look at it again has come; else empty. `proposed`: that sessions propose something, which stands at `proposed_url`.
    """

    title: str
    language: str
    url: str
    status: Choice
    published: bool
    saved: str
    step: str
    look_again: str
    proposed: str
    proposed_url: str


def mine(
    actor: Actor, cases: list[Case], language: str, today: dt.date, proposed: Mapping[int, int]
) -> tuple[MineView, ...]:
    """Return the rows of the list, for cases loaded with drafts, writers, remarks, attachments and named people.

    `proposed` is how many proposals of sessions wait, by case id.
    """
    return tuple(_one(actor, case, language, today, proposed.get(case.id, 0)) for case in cases)


def _one(actor: Actor, case: Case, language: str, today: dt.date, proposed: int) -> MineView:
    draft = case.draft
    remarks = sum(remark.resolved_at is None for remark in case.remarks)
    writes = policy.may_write(actor, case)
    title = draft.content["title"].strip() if draft else ""
    return MineView(
        title=title or case.title,
        language=draft.content["language"] if draft else case.language,
        url=_url(case, writes=writes),
        status=status_choice(review.standing(case)),
        published=policy.may_read(case) and draft is not None,
        saved=saved_words(case, language),
        step=_step(case, remarks),
        look_again=url_for("history.show", slug=case.slug, _anchor="check") if _overdue(case, today) else "",
        proposed=proposed_words(proposed) if writes else "",
        proposed_url=url_for("editor.edit", slug=case.slug, _anchor="proposed"),
    )


def proposed_words(count: int) -> str:
    """Return how many proposals of sessions wait; empty when none does."""
    said = ngettext("%(num)s proposal from a session", "%(num)s proposals from sessions", count)
    return said if count else ""


def _overdue(case: Case, today: dt.date) -> bool:
    return policy.may_read(case) and case.check_on is not None and case.check_on <= today


def _url(case: Case, *, writes: bool) -> str:
    if case.draft is None and policy.may_read(case):
        return url_for("cases.show", slug=case.slug)
    still = case.draft is not None and case.draft.status is CaseStatus.SUBMITTED
    return url_for("editor.edit" if writes and not still else "editor.preview", slug=case.slug)


def _step(case: Case, remarks: int) -> str:
    """Return what its writers can do next."""
    if case.draft is None:
        return _("Read by everybody") if policy.may_read(case) else ""
    if case.draft.status is CaseStatus.SUBMITTED:
        reviewer = case.draft.reviewer
        return _("With %(name)s for review", name=reviewer.name) if reviewer else _("Waiting for a reviewer")
    if remarks:
        return ngettext("Answer %(num)s remark", "Answer %(num)s remarks", remarks)
    left = len(review.missing(case))
    if left:
        return ngettext("%(num)s thing still missing", "%(num)s things still missing", left)
    return _("Ready to submit")
