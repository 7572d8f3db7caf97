"""What the cases room keeps of a person: for who asks for a copy of all that we know of him."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Executable, select
from sqlalchemy.orm import Session

from kb.accounts.models import Person
from kb.cases.models import Attachment, Case, Draft, Move, Recognition, Remark, Revision


def of_person(session: Session, person: Person) -> dict[str, Any]:
    """Return what a person did with cases, as plain data: which he writes on, and each thing of his with its moment."""
    mine = person.id
    slugs = select(Case.slug).where(Case.writers.any(Person.id == mine)).order_by(Case.slug)
    versions = select(Case.slug, Revision.number, Revision.made_at).join(Revision.case)
    drafts = select(Case.slug, Draft.saved_at).join(Draft.case).where(Draft.saved_by_id == mine)
    moves = select(Case.slug, Move.kind, Move.at, Move.reason).join(Move.case).where(Move.by_id == mine)
    remarks = (
        select(Case.slug, Remark.field, Remark.text, Remark.at)
        .join(Case, Case.id == Remark.case_id)
        .where(Remark.by_id == mine)
    )
    answers = (
        select(Case.slug, Remark.field, Remark.answer, Remark.answered_at)
        .join(Case, Case.id == Remark.case_id)
        .where(Remark.answered_by_id == mine)
    )
    files = (
        select(Case.slug, Attachment.file_name, Attachment.added_at)
        .join(Case, Case.id == Attachment.case_id)
        .where(Attachment.added_by_id == mine)
    )
    said = select(
        Recognition.lesson_id,
        Recognition.kind,
        Recognition.place,
        Recognition.line,
        Recognition.url,
        Recognition.made_at,
    ).where(Recognition.person_id == mine)
    return {
        "writes_on": list(session.scalars(slugs)),
        "drafts": _rows(session, drafts),
        "versions": _rows(session, versions.where(Revision.made_by_id == mine)),
        "moves": _rows(session, moves),
        "remarks": _rows(session, remarks),
        "answers": _rows(session, answers),
        "attachments": _rows(session, files),
        "recognitions": _rows(session, said),
    }


def _rows(session: Session, rows: Executable) -> list[dict[str, Any]]:
    return [
        {
            name: value.isoformat() if isinstance(value, dt.datetime) else str(value)
            for name, value in row.items()
        }
        for row in session.execute(rows).mappings()
    ]
