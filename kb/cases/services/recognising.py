"""Saying of a lesson that it happens with us too, or that we applied it; and taking that back."""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.accounts.actor import Actor
from kb.cases.models import Lesson, Recognition, RecognitionKind
from kb.cases.services.themes import one_line
from kb.core import Forbidden, Refusal
from kb.search import outbox

LONGEST_PLACE, LONGEST_LINE, LONGEST_ADDRESS = 200, 500, 2000


def say(
    session: Session,
    actor: Actor,
    lesson: Lesson,
    kind: RecognitionKind,
    *,
    place: str,
    line: str,
    url: str = "",
) -> Recognition:
    """Say it, or say it otherwise: of each kind there is one for each person.

    Raises:
        Forbidden: nobody is signed in.
        Refusal: the place is missing, something is too long, or a lesson that was applied has neither line nor link.

    """
    if actor.id is None:
        raise Forbidden("Sign in to say this.")
    place, line = _short(place, line)
    url = url.strip()
    if not place:
        raise Refusal("Say where this is: your neighbourhood, village or municipality.")
    if url and not _is_address(url):
        raise Refusal("Type the whole web address, beginning with https://.")
    if kind is RecognitionKind.APPLIED and not (line or url):
        raise Refusal("Say in a line what you did, or give a link that tells it.")
    row = _own(session, actor, lesson, kind)
    if row is None:
        row = Recognition(lesson_id=lesson.id, person_id=actor.id, kind=kind)
        session.add(row)
    row.place, row.line, row.url = place, line, url
    _count(session, lesson)
    return row


def say_in_session(session: Session, lesson: Lesson, *, place: str, line: str, event: str) -> Recognition:
    """Record that somebody recognised a lesson in a session (its slug); who it was is not known. Raises Refusal."""
    row = Recognition(lesson_id=lesson.id, kind=RecognitionKind.RECOGNISED, event=event)
    row.place, row.line = _short(place, line)
    session.add(row)
    _count(session, lesson)
    return row


def take_back_in_session(session: Session, row: Recognition) -> None:
    """Remove what was said in a session."""
    lesson = row.lesson
    session.delete(row)
    _count(session, lesson)


def take_back(session: Session, actor: Actor, lesson: Lesson, kind: RecognitionKind) -> None:
    """Say it no longer; nothing happens when it was not said."""
    row = _own(session, actor, lesson, kind)
    if row is not None:
        session.delete(row)
        _count(session, lesson)


def _own(session: Session, actor: Actor, lesson: Lesson, kind: RecognitionKind) -> Recognition | None:
    return session.scalars(
        select(Recognition).where(
            Recognition.lesson_id == lesson.id, Recognition.person_id == actor.id, Recognition.kind == kind
        )
    ).one_or_none()


def _short(place: str, line: str) -> tuple[str, str]:
    place, line = one_line(place), one_line(line)
    if len(place) > LONGEST_PLACE or len(line) > LONGEST_LINE:
        raise Refusal(
            "Keep it short: a place of %(place)s characters and a line of %(line)s at most.",
            place=LONGEST_PLACE,
            line=LONGEST_LINE,
        )
    return place, line


def _count(session: Session, lesson: Lesson) -> None:
    """Bring the counts of the lesson up to date, and tell the search."""
    session.flush()
    rows = (
        select(Recognition.kind, func.count())
        .where(Recognition.lesson_id == lesson.id)
        .group_by(Recognition.kind)
    )
    counts = {kind: count for kind, count in session.execute(rows)}  # noqa: C416 - rows are no pairs to mypy
    lesson.recognised = counts.get(RecognitionKind.RECOGNISED, 0)
    lesson.applied = counts.get(RecognitionKind.APPLIED, 0)
    outbox.record(session, [("lesson", str(lesson.id))])


def _is_address(text: str) -> bool:
    if len(text) > LONGEST_ADDRESS or any(sign.isspace() for sign in text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
