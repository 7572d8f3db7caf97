"""All that the page of the editor shows, from a case that was loaded to write on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import format_datetime
from flask_babel import gettext as _

from kb.accounts.models import Person
from kb.cases.consent_presenter import permissions_view
from kb.cases.content import Content
from kb.cases.fields import FIELD_LABELS
from kb.cases.forms.panel import NAMES, Panel, panel
from kb.cases.forms.parsing import json_of
from kb.cases.forms.proposed import OriginView, ProposedView, origins, proposed_views
from kb.cases.forms.sheet import ROW_NAMES, RemarkView, Sheet, heading_of, sheet
from kb.cases.models import Case, CaseStatus, Proposal, Remark, Theme
from kb.cases.presenters import attachment_view, theme_card
from kb.cases.review_cards import PermissionsView
from kb.cases.review_words import STATUSES
from kb.cases.services import review
from kb.cases.services.drafts import version_of, working_content
from kb.cases.words import Choice
from kb.core import now


@dataclass(frozen=True)
class RemovedView:
    """The row that was taken away last, and can be put back."""

    rows: str
    what: str
    heading: str


@dataclass(frozen=True)
class Upload:
    """What is shown at the field for a file: how large it may be, and what was wrong with the last one."""

    most_mb: int
    error: str = ""
    name: str = ""


@dataclass(frozen=True)
class EditorPage:
    """The editor. `published` tells that readers see an earlier version; `proposed` is what sessions propose for the case.

    `origins` are the sessions that rows come from, by the key of the row.
    """

    slug: str
    title: str
    status: Choice
    published: bool
    sheet: Sheet
    panel: Panel
    names: Mapping[str, str]
    base: str
    version: int
    saved: str
    removed: RemovedView | None
    upload: Upload
    look: bool
    answers: tuple[RemarkView, ...]
    permissions: PermissionsView
    reviewers: tuple[tuple[str, str], ...] = ()
    reviewer: str = ""
    proposed: tuple[ProposedView, ...] = ()
    origins: Mapping[str, OriginView] = field(default_factory=dict)

    @property
    def submitted(self) -> bool:
        """Tell whether the text stands still because it was submitted."""
        return self.status.value == CaseStatus.SUBMITTED.value


def status_choice(status: CaseStatus) -> Choice:
    """Return where a case stands, in words."""
    return Choice(status.value, str(STATUSES[status]))


def editor_page(
    case: Case,
    themes: Sequence[Theme],
    language: str,
    *,
    csrf: str,
    upload: Upload,
    reviewers: Sequence[Person] = (),
    proposals: Sequence[Proposal] = (),
    sessions: Mapping[str, Any] | None = None,
    look: bool = False,
) -> EditorPage:
    """Return the page for a case that was loaded by `case_to_write`; with `look`, its errors are summed up at the top.

    `sessions` are the links to those that the proposals come from, by slug.
    """
    content = working_content(case)
    missing = review.missing(case)
    carried = {
        slug for row in (content, *content["challenges"], *content["lessons"]) for slug in row["themes"]
    }
    remarks = open_remarks(case, content)
    names = {theme.slug: theme_card(theme, language).name for theme in themes}
    shown = sheet(
        content,
        slug=case.slug,
        themes=[
            (theme.slug, names[theme.slug]) for theme in themes if not theme.retired or theme.slug in carried
        ],
        gaps=missing,
        files={row.key: attachment_view(row, case.slug) for row in case.attachments},
        remarks=remarks,
    )
    open_ones = tuple(remark for found in remarks.values() for remark in found)
    return EditorPage(
        slug=case.slug,
        title=content["title"].strip() or case.title,
        status=status_choice(case.draft.status if case.draft else case.status),
        published=case.published_at is not None,
        sheet=shown,
        panel=panel(content, missing, shown.faults, len(open_ones)),
        names={name: str(label) for name, label in NAMES.items()},
        base=json_of(content),
        version=version_of(case),
        saved=saved_words(case, language),
        removed=_removed(content),
        upload=upload,
        look=look and bool(shown.errors),
        answers=open_ones,
        permissions=permissions_view(case, csrf),
        reviewers=tuple((str(person.id), person.name) for person in reviewers),
        reviewer=str(case.draft.reviewer_id or "") if case.draft else "",
        proposed=proposed_views(proposals, content, sessions or {}, names),
        origins=origins(proposals, sessions or {}),
    )


def saved_words(case: Case, language: str) -> str:
    """Return when the draft was saved, as people say it; empty when there is none."""
    if case.draft is None:
        return ""
    moment, clock = case.draft.saved_at, "HH.mm" if language == "nl" else "HH:mm"
    today = format_datetime(moment, "yyyyMMdd") == format_datetime(now(), "yyyyMMdd")
    time = format_datetime(moment, clock if today else f"d MMMM yyyy, {clock}")
    return _("Saved at %(time)s", time=time) if today else _("Saved on %(time)s", time=time)


def open_remarks(case: Case, content: Content) -> dict[str, list[RemarkView]]:
    """Return the remarks that are not resolved, by the path of their field."""
    found: dict[str, list[RemarkView]] = {}
    for remark in case.remarks:
        if remark.resolved_at is None:
            found.setdefault(remark.field, []).append(_remark(case, remark, content))
    return found


def _remark(case: Case, remark: Remark, content: Content) -> RemarkView:
    return RemarkView(
        id=remark.id,
        text=remark.text,
        by=remark.by.name if remark.by else "",
        when=format_datetime(remark.at, "d MMMM yyyy"),
        where=_where(remark.field, content),
        answer=remark.answer,
        answered_by=remark.answered_by.name if remark.answered_by else "",
        action=f"{url_for('cases.show', slug=case.slug)}/remarks/{remark.id}/answer",
    )


def _where(path: str, content: Content) -> str:
    """Return which part of the case a remark is about."""
    rows, _slash, rest = path.partition("/")
    if rows in ROW_NAMES:
        key = rest.partition("/")[0]
        places = _places(content[rows])
        return f"{ROW_NAMES[rows]()} {places[key] + 1}" if key in places else str(FIELD_LABELS.get(rows, ""))
    return str(FIELD_LABELS.get(rows, ""))


def _places(rows: Iterable[Mapping[str, str]]) -> dict[str, int]:
    return {str(row.get("key", at)): at for at, row in enumerate(rows)}


def _removed(content: Content) -> RemovedView | None:
    kept = content.get("removed")
    if not kept:
        return None
    name = kept["rows"]
    return RemovedView(name, ROW_NAMES[name](), heading_of(name, kept["row"]))
