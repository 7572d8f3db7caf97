"""The shared words of cases, themes and tags: how much each is used.

For those who manage them: counts here are of all cases, not of what readers can find.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, Table, func, select
from sqlalchemy.orm import Session

from kb.cases.models import (
    Tag,
    TagKind,
    Theme,
    case_tag,
    case_theme,
    challenge_theme,
    lesson_theme,
)
from kb.core import NotFound


class ThemeUse(NamedTuple):
    """How many cases, challenges and lessons carry a theme."""

    cases: int = 0
    challenges: int = 0
    lessons: int = 0


class TagUse(NamedTuple):
    """A tag, and how many cases carry it."""

    id: int
    name: str
    kind: TagKind
    cases: int


def offered_themes(session: Session) -> list[Theme]:
    """Return the themes that are offered, in their order: all but the retired."""
    return list(session.scalars(select(Theme).where(Theme.retired.is_(False)).order_by(Theme.position)))


def theme_uses(session: Session) -> dict[int, ThemeUse]:
    """Return by theme id how much each theme is used."""
    cases, challenges, lessons = (
        _counted(session, table) for table in (case_theme, challenge_theme, lesson_theme)
    )
    return {
        theme: ThemeUse(cases.get(theme, 0), challenges.get(theme, 0), lessons.get(theme, 0))
        for theme in cases.keys() | challenges.keys() | lessons.keys()
    }


def tags(
    session: Session, *, q: str = "", kind: TagKind | None = None, offset: int = 0, limit: int = 50
) -> tuple[int, list[TagUse]]:
    """Return how many tags there are with this text in their name and of this kind, and some of them by name."""
    wanted: list[ColumnElement[bool]] = []
    if q:
        wanted.append(Tag.name.icontains(q, autoescape=True))
    if kind is not None:
        wanted.append(Tag.kind == kind)
    total = session.scalar(select(func.count(Tag.id)).where(*wanted)) or 0
    rows = _tag_uses().where(*wanted).offset(offset).limit(limit)
    return total, [TagUse(*row) for row in session.execute(rows)]


def tag_use(session: Session, number: int) -> TagUse:
    """Return one tag. Raises NotFound."""
    row = session.execute(_tag_uses().where(Tag.id == number)).one_or_none()
    if row is None:
        raise NotFound(str(number))
    return TagUse(*row)


def shared_cases(session: Session, tag: int, other: int) -> int:
    """Return how many cases carry both tags."""
    mine = select(case_tag.c.case_id).where(case_tag.c.tag_id == tag)
    both = select(func.count()).where(case_tag.c.tag_id == other, case_tag.c.case_id.in_(mine))
    return session.scalar(both.select_from(case_tag)) or 0


def _tag_uses() -> Select[int, str, TagKind, int]:
    cases = select(func.count()).where(case_tag.c.tag_id == Tag.id).correlate(Tag).scalar_subquery()
    return select(Tag.id, Tag.name, Tag.kind, cases).order_by(func.lower(Tag.name), Tag.kind, Tag.id)


def _counted(session: Session, table: Table) -> dict[int, int]:
    rows = session.execute(select(table.c.theme_id, func.count()).group_by(table.c.theme_id))
    return {theme: count for theme, count in rows}  # noqa: C416 - dict() takes no rows
