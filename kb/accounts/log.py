"""The log of what was done by whom: services write a line in the same transaction as what they do."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kb.accounts.actor import Actor
from kb.accounts.models import LogEntry


def log(session: Session, actor: Actor, did: str, *, kind: str = "", key: str = "", detail: str = "") -> None:
    """Record what was done: a verb such as `case.publish`, the kind and key of the thing, and a word about it.

    `detail` holds no text that somebody wrote and no address of anybody.
    """
    session.add(LogEntry(by_id=actor.id, did=did, kind=kind, key=key, detail=detail))
