"""All cases, whatever their status."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kb.accounts.actor import Role
from kb.accounts.door import needs
from kb.admin import queries
from kb.admin.paging import with_parameters
from kb.admin.presenters import case_row
from kb.admin.views.base import asked, blueprint, page, paging
from kb.admin.words import STATUSES
from kb.cases.models import CaseStatus
from kb.core import now
from kb.web import session
from kb.web.pieces import TabView


@blueprint.get("/cases")
@needs(Role.ADMINISTRATOR)
def cases() -> ResponseReturnValue:
    """Show all cases, those that changed last first."""
    q, status = asked("q"), asked("status")
    status = status if status in list(CaseStatus) else ""
    at, moment = paging(), now()
    total, rows = queries.cases(
        session(), q=q, status=CaseStatus(status) if status else None, offset=at.offset, limit=at.per_page
    )
    return page(
        "cases",
        _("All cases"),
        room="cases",
        cases=tuple(case_row(row, moment) for row in rows),
        total=total,
        q=q,
        chosen=status,
        statuses=_tabs(q, status),
        pager=at.view(total, url_for("admin.cases"), [("q", q), ("status", status)]),
    )


def _tabs(q: str, current: str) -> tuple[TabView, ...]:
    counts = queries.case_numbers(session(), q)

    def tab(status: str, label: str, count: int) -> TabView:
        url = with_parameters(url_for("admin.cases"), [("q", q), ("status", status)])
        return TabView(label, count, url, status == current)

    return (
        tab("", _("All"), sum(counts.values())),
        *(tab(status.value, str(label), counts.get(status, 0)) for status, label in STATUSES.items()),
    )
