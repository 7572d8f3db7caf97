"""What has changed since the index last looked.

A service that changes something findable writes a row here in the same transaction, so the two are saved together or
not at all. A drainer (`kb.search.services.Search.sync`) later brings the index up to date and deletes the rows. The row
says only *which* thing changed: the drainer reads the thing itself, after it holds the index's lock, so what lands in
the index is never older than what the row promised.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import String, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.db import BEHIND, Base

_RECORDED = "kb:outbox"


class OutboxRow(Base):
    """One thing that changed: its kind (lesson, case) and its key there."""

    __tablename__ = "search_outbox"
    __table_args__ = {**BEHIND, "sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads it, nobody changes it

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(200))


def record(session: Session, changed: Iterable[tuple[str, str]]) -> None:
    """Record that these (kind, key) pairs changed, appeared or went; saved with the session's transaction."""
    rows = [{"kind": kind, "key": key} for kind, key in changed]
    if rows:
        session.execute(insert(OutboxRow), rows)
        session.info[_RECORDED] = True


def has_recorded(session: Session) -> bool:
    """Tell whether this session recorded a change since that was asked last."""
    return bool(session.info.pop(_RECORDED, False))


def last(session: Session) -> int:
    """Return the id of the newest row; 0 when there is none."""
    return session.scalar(select(func.max(OutboxRow.id))) or 0


def length(session: Session) -> int:
    """Return how many rows wait, those of one thing each for itself."""
    return session.scalar(select(func.count()).select_from(OutboxRow)) or 0


def waiting(session: Session, until: int) -> dict[str, list[str]]:
    """Return the keys that changed up to row `until`, by kind, each key once."""
    found: dict[str, list[str]] = {}
    rows = select(OutboxRow.kind, OutboxRow.key).where(OutboxRow.id <= until).distinct()
    for kind, key in session.execute(rows.order_by(OutboxRow.kind, OutboxRow.key)):
        found.setdefault(kind, []).append(key)
    return found


def done(session: Session, until: int) -> None:
    """Delete the rows up to `until`: the index holds what they stood for."""
    session.execute(delete(OutboxRow).where(OutboxRow.id <= until))
