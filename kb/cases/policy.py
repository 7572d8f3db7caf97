"""Who may see and do what with cases, each rule as a predicate and as a filter for queries."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from kb.cases.models import Case, CaseStatus


def may_read(case: Case) -> bool:
    """Tell whether any reader may see the case and all that belongs to it."""
    return case.status is CaseStatus.PUBLISHED


def readable() -> ColumnElement[bool]:
    """Return `may_read` as a condition on `Case`."""
    return Case.status == CaseStatus.PUBLISHED
