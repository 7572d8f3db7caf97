"""The pages of a case and of a lesson."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, render_template, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from kb.accounts.door import actor
from kb.cases import policy, queries
from kb.cases.indexing import case_document, lesson_document
from kb.cases.models import Case, Origin
from kb.cases.presenters import CasePresenter
from kb.cases.recognising_form import Kept, recognising_forms, recognition_view
from kb.cases.structured import case_data, lesson_data
from kb.core import DataError
from kb.markup import plain
from kb.search.documents import Document
from kb.search.results import Hit
from kb.search.services import Search
from kb.web import part, session
from kb.web.kept import Page, kept_page
from kb.web.language import page_language
from kb.web.meta import page_meta

SIMILAR = 4
CANDIDATES = 12
"""How many are looked for: those of the same case are no news."""
LAST_ID = 2**63 - 1
"""The largest number that the database knows."""

blueprint = Blueprint("cases", __name__)


@blueprint.get("/cases/<slug>")
def show(slug: str) -> Response:
    """Show a case: its lessons first, then the challenges they come from, the story and the sources."""
    return kept_page(lambda: Page(_case(slug))).answer()


def _case(slug: str) -> str:
    case = queries.whole_case(session(), slug)
    similar = [hit.item for hit in alike("case", slug, lambda: case_document(case))[:SIMILAR]]
    presenter = CasePresenter(page_language())
    page = presenter.case_page(case, [presenter.case_card(other, 0) for other in similar])
    about = sessions().about(session(), case.id)
    return render_template(
        "cases/case.html",
        page=page,
        tools=_tools(case),
        sessions=about.sessions,
        recognitions=about.recognitions,
        nav_current="cases",
        meta=page_meta(
            page.card.title,
            page.card.summary or plain(case.story),
            og_type="article",
            json_ld=case_data(page),
        ),
    )


def alike(kind: str, key: str, document: Callable[[], Document]) -> list[Hit]:
    """Return what is most like a case or a lesson; nothing when the index can't be used now."""
    try:
        return part(Search).like(session(), kind, key, document, CANDIDATES)
    except DataError:
        return []


def sessions() -> Any:
    """Return what the room of sessions tells of cases and lessons (`kb.events.views.elsewhere`)."""
    return current_app.extensions["kb:elsewhere"]


def _tools(case: Case) -> tuple[tuple[str, str], ...]:
    """Return the ways to work on a case, for those who may."""
    if not actor().signed_in or not policy.may_see(actor(), case):
        return ()
    address = url_for("cases.show", slug=case.slug)
    edit = ((_("Edit"), f"{address}/edit"),) if policy.may_write(actor(), case) else ()
    return (*edit, (_("History"), f"{address}/history"))


@blueprint.get(f"/lessons/<int(max={LAST_ID}):lesson>")
def lesson(lesson: int) -> Response:
    """Show a lesson: the advice, what is meant by it, and the case and challenge it comes from."""
    return kept_page(lambda: Page(lesson_answer(lesson))).answer()


def lesson_answer(lesson: int, kept: Kept | None = None) -> str:
    """Return the page of a lesson; `kept` is what somebody typed on it and could not be accepted."""
    case = queries.case_of_lesson(session(), lesson)
    row = next(one for one in case.lessons if one.id == lesson)
    presenter = CasePresenter(page_language())
    page = presenter.lesson_page(case, row)
    elsewhere = [
        hit.item
        for hit in alike("lesson", str(lesson), lambda: lesson_document(row))
        if hit.item.case_id != case.id
    ]
    said = queries.recognitions(session(), lesson)
    names = sessions().names(session(), {one.event for one in said if one.event})
    from_session = row.origin is Origin.SESSION
    return render_template(
        "cases/lesson.html",
        page=page,
        similar=[presenter.lesson_card(other) for other in elsewhere[:SIMILAR]],
        said=[recognition_view(one, actor().id, names.get(one.event)) for one in said],
        harvested_in=sessions().of_lesson(session(), lesson) if from_session else None,
        recognising=recognising_forms(actor(), lesson, said, kept),
        sign_in_url=url_for("accounts.login", next=page.card.url),
        csrf=generate_csrf() if actor().signed_in else "",
        nav_current="lessons",
        meta=page_meta(
            page.card.statement,
            page.card.statement,
            path=page.card.url,
            og_type="article",
            json_ld=lesson_data(page),
        ),
    )
