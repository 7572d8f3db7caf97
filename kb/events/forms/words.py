"""What a field of a session's record says, as lines of text that can stand side by side."""

from __future__ import annotations

from typing import Any

from kb.cases.words import LANGUAGE_LABELS
from kb.events.models import Registration
from kb.events.records import Record
from kb.events.words import REGISTRATIONS


def told(record: Record, name: str) -> str:
    """Return what stands in a field, a line for each row of a list; empty when nothing does."""
    value = record.get(name)
    if name == "language":
        return str(LANGUAGE_LABELS.get(str(value), value))
    if name == "registration" and value in list(Registration):
        return str(REGISTRATIONS[Registration(value)])
    if name == "series":
        return str(value["title"] or value["slug"]) if isinstance(value, dict) else ""
    if isinstance(value, list):
        return "\n".join(_row(row) for row in value)
    return "" if value is None else str(value).replace("T", " ") if name in {"start", "end"} else str(value)


def _row(row: Any) -> str:
    cells = (
        [str(cell) for field, cell in row.items() if cell and field != "key"] if isinstance(row, dict) else []
    )
    return ", ".join(cells)
