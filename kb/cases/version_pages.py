"""A text that does not stand in the tables as the page of a case: an old version, or a draft that is shared.

Lessons that still stand in the tables keep their own address; others lead to their place on the page itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from kb.cases.cards import AttachmentView, CasePage
from kb.cases.models import Attachment, Case
from kb.cases.presenters import CasePresenter, attachment_view
from kb.cases.records import Record
from kb.cases.services.storing import themes_by_slug, unsaved

Shows = Callable[[Attachment], str | None]
"""Gives the address at which the reader gets a file, or None when he does not get it."""


def version_page(
    session: Session,
    case: Case,
    record: Record,
    language: str,
    *,
    shows: Shows,
    lesson_ids: Mapping[str, int],
) -> CasePage:
    """Return a complete record of a case as a page. `lesson_ids` are the lessons that have an address, by statement."""
    shown = unsaved(session, _of_known_themes(record, frozenset(themes_by_slug(session))))
    taken = set()
    for lesson in shown.lessons:
        number = lesson_ids.get(lesson.statement)
        if number and number not in taken:
            lesson.id = number
            taken.add(number)
    rows = {row.key: row for row in case.attachments}
    return CasePresenter(language).case_page(
        shown,
        (),
        attachments=[
            view
            for texts in record.get("attachments", ())
            if (row := rows.get(texts["key"])) and (view := _attachment(row, case.slug, texts, shows))
        ],
    )


def _attachment(row: Attachment, slug: str, texts: Mapping[str, str], shows: Shows) -> AttachmentView | None:
    url = shows(row)
    return replace(attachment_view(row, slug, texts), url=url) if url else None


def _of_known_themes(record: Record, known: frozenset[str]) -> Record:
    """Return a record as the tables can hold it: without attachments, and without themes that are there no more."""

    def kept(row: Record) -> Record:
        return {**row, "themes": [slug for slug in row["themes"] if slug in known]}

    rows = {name: [kept(row) for row in record[name]] for name in ("challenges", "lessons")}
    return {name: value for name, value in kept({**record, **rows}).items() if name != "attachments"}
