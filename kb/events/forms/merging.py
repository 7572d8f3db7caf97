"""Two people at one session: what each of them changed is put together, and what both changed is shown side by side."""

from __future__ import annotations

from typing import Any

from kb.events.records import Record

NOT_TYPED = frozenset({"slug", "status", "cancelled"})


def merged(base: Record, mine: Record, theirs: Record) -> tuple[Record, tuple[str, ...]]:
    """Return the session with what each changed since `base`, and the names of the fields that both changed.

    Of a field that both changed to something else, mine is kept in the record; nothing may be saved before its writer
    has seen theirs.
    """
    together: Record = {}
    both = []
    for name, their in theirs.items():
        my = their if name in NOT_TYPED else mine.get(name, their)
        old: Any = base.get(name, object())
        if my in (old, their):
            together[name] = their
        else:
            together[name] = my
            if their != old:
                both.append(name)
    return together, tuple(both)
