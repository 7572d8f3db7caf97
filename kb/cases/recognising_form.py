"""What a lesson's page shows of recognitions, and the two forms with which a reader says his own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from kb.accounts.actor import Actor
from kb.cases.cards import RecognitionView
from kb.cases.models import Recognition, RecognitionKind


@dataclass(frozen=True)
class Kept:
    """What somebody typed that could not be accepted: of which kind, by field, and why."""

    kind: str
    typed: Mapping[str, str]
    why: str


@dataclass(frozen=True)
class RecognisingForm:
    """One of the two forms: where it is sent, what stands in it, whether it was said already, and what is wrong."""

    kind: str
    url: str
    said: bool
    values: Mapping[str, str] = field(default_factory=dict)
    error: str = ""


def recognition_view(row: Recognition, reader: int | None, session: Any = None) -> RecognitionView:
    """Return a recognition as readers see it; `session` has the label and url of the session that it was said in."""
    mine = row.person_id is not None and row.person_id == reader
    label, url = (session.label, session.url) if session else ("", "")
    return RecognitionView(row.kind.value, row.place, row.line, row.url, mine, label, url)


def recognising_forms(
    actor: Actor, lesson: int, said: Sequence[Recognition], kept: Kept | None
) -> tuple[RecognisingForm, ...]:
    """Return the forms of a signed-in reader; none for who is not."""
    if not actor.signed_in:
        return ()
    mine = {row.kind: row for row in said if row.person_id == actor.id}
    forms = []
    for kind in RecognitionKind:
        row = mine.get(kind)
        values = {"place": row.place, "line": row.line, "url": row.url} if row else {}
        wrong = kept is not None and kept.kind == kind.value
        forms.append(
            RecognisingForm(
                kind=kind.value,
                url=url_for("cases.recognise", lesson=lesson, kind=kind.value),
                said=row is not None,
                values=kept.typed if kept and wrong else values,
                error=kept.why if kept and wrong else "",
            )
        )
    return tuple(forms)
