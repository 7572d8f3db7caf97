"""Reading cases: each query loads all that its page shows, in a fixed number of statements, readable rows only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from kb.cases.models import (
    Case,
    Challenge,
    Lesson,
    Recognition,
    Tag,
    Theme,
    case_tag,
    case_theme,
    lesson_theme,
)
from kb.cases.policy import readable
from kb.core import NotFound


class Counts(NamedTuple):
    """How many readable lessons and cases there are."""

    lessons: int
    cases: int


def themes(session: Session) -> list[Theme]:
    """Return all themes with their texts, in their order."""
    return list(session.scalars(select(Theme).order_by(Theme.position)))


def theme_counts(session: Session) -> dict[int, Counts]:
    """Return by theme id how many lessons and cases carry it; a theme that none carries is left out."""
    # A join with the cases would read every case's texts to get at its status.
    known = select(Case.id).where(readable())
    carried = (
        select(lesson_theme.c.theme_id, func.count())
        .join(Lesson, Lesson.id == lesson_theme.c.lesson_id)
        .where(Lesson.case_id.in_(known))
    )
    lessons = _pairs(session, carried.group_by(lesson_theme.c.theme_id))
    carried = select(case_theme.c.theme_id, func.count()).where(case_theme.c.case_id.in_(known))
    cases = _pairs(session, carried.group_by(case_theme.c.theme_id))
    return {
        theme: Counts(lessons.get(theme, 0), cases.get(theme, 0)) for theme in lessons.keys() | cases.keys()
    }


def _pairs(session: Session, rows: Select[int, int]) -> dict[int, int]:
    return {name: count for name, count in session.execute(rows)}  # noqa: C416 - dict() takes no rows


def counts(session: Session) -> Counts:
    """Return how many lessons and cases a reader can find in all."""
    lessons = session.scalar(select(func.count(Lesson.id)).join(Case).where(readable())) or 0
    return Counts(lessons, session.scalar(select(func.count(Case.id)).where(readable())) or 0)


def lesson_counts(session: Session, cases: Sequence[Case]) -> dict[int, int]:
    """Return by case id how many lessons each of these cases has."""
    if not cases:
        return {}
    rows = select(Lesson.case_id, func.count()).where(Lesson.case_id.in_([case.id for case in cases]))
    return _pairs(session, rows.group_by(Lesson.case_id))


def _case_cards() -> Select[Case]:
    return select(Case).where(readable()).options(selectinload(Case.themes), selectinload(Case.translations))


def _lesson_cards() -> Select[Lesson]:
    return (
        select(Lesson)
        .join(Lesson.case)
        .where(readable())
        .options(
            contains_eager(Lesson.case).selectinload(Case.translations),
            joinedload(Lesson.challenge),
            selectinload(Lesson.themes),
            selectinload(Lesson.translations),
        )
    )


def cases_by_slug(session: Session, slugs: Sequence[str]) -> dict[str, Case]:
    """Return the readable ones of these cases, with what a card shows."""
    return {case.slug: case for case in session.scalars(_case_cards().where(Case.slug.in_(slugs)))}


def lessons_by_id(session: Session, ids: Sequence[int]) -> dict[int, Lesson]:
    """Return the readable ones of these lessons, with what a card shows."""
    return {lesson.id: lesson for lesson in session.scalars(_lesson_cards().where(Lesson.id.in_(ids)))}


def newest_cases(session: Session, limit: int) -> list[Case]:
    """Return the cases that were published last."""
    return list(session.scalars(_case_cards().order_by(Case.published_at.desc(), Case.slug).limit(limit)))


def newest_lessons(session: Session, limit: int) -> list[Lesson]:
    """Return the lessons that were added last, one of a case, so that a page shows several places."""
    other = aliased(Lesson)
    first = select(func.min(other.id)).where(other.case_id == Case.id).scalar_subquery()
    rows = _lesson_cards().where(Lesson.id == first).order_by(Case.published_at.desc(), Case.slug)
    return list(session.scalars(rows.limit(limit)))


def theme_by_slug(session: Session, slug: str) -> Theme:
    """Return a theme. Raises NotFound."""
    theme = session.scalar(select(Theme).where(Theme.slug == slug))
    if theme is None:
        raise NotFound(slug)
    return theme


def lessons_of_theme(session: Session, theme: Theme, limit: int) -> list[Lesson]:
    """Return the newest lessons that carry a theme."""
    rows = _lesson_cards().where(Lesson.themes.any(Theme.id == theme.id))
    return list(session.scalars(rows.order_by(Lesson.added_at.desc(), Lesson.id).limit(limit)))


def cases_of_theme(session: Session, theme: Theme, limit: int) -> list[Case]:
    """Return the newest cases that carry a theme."""
    rows = _case_cards().where(Case.themes.any(Theme.id == theme.id))
    return list(session.scalars(rows.order_by(Case.published_at.desc(), Case.slug).limit(limit)))


WHOLE_CASE = (
    selectinload(Case.themes),
    selectinload(Case.tags),
    selectinload(Case.translations),
    selectinload(Case.partners),
    selectinload(Case.timeline),
    selectinload(Case.sources),
    selectinload(Case.challenges).selectinload(Challenge.themes),
    selectinload(Case.lessons).selectinload(Lesson.themes),
    selectinload(Case.lessons).selectinload(Lesson.translations),
    selectinload(Case.lessons).joinedload(Lesson.challenge),
)


def whole_case(session: Session, slug: str) -> Case:
    """Return a readable case with all that belongs to it. Raises NotFound."""
    case = session.scalar(select(Case).where(Case.slug == slug, readable()).options(*WHOLE_CASE))
    if case is None:
        raise NotFound(slug)
    return case


def case_of_lesson(session: Session, lesson: int) -> Case:
    """Return the readable case that a lesson belongs to, with all that belongs to it. Raises NotFound."""
    rows = select(Case).join(Case.lessons).where(Lesson.id == lesson, readable()).options(*WHOLE_CASE)
    case = session.scalar(rows)
    if case is None:
        raise NotFound(str(lesson))
    return case


def recognitions(session: Session, lesson: int) -> list[Recognition]:
    """Return what people say of a lesson in their own practice, the newest first."""
    rows = select(Recognition).where(Recognition.lesson_id == lesson)
    return list(session.scalars(rows.order_by(Recognition.made_at.desc(), Recognition.id.desc())))


def whole_cases(session: Session, slugs: Sequence[str]) -> list[Case]:
    """Return these cases, readable or not, with all that belongs to them and their drafts, by slug."""
    rows = select(Case).where(Case.slug.in_(slugs)).order_by(Case.slug)
    return list(session.scalars(rows.options(*WHOLE_CASE, joinedload(Case.draft))))


def cases_to_index(session: Session, slugs: Sequence[str]) -> list[Case]:
    """Return the readable ones of these cases, by slug, with what can be found of them."""
    lessons = selectinload(Case.lessons)
    rows = select(Case).where(Case.slug.in_(slugs), readable()).order_by(Case.slug)
    return list(
        session.scalars(
            rows.options(
                selectinload(Case.themes),
                selectinload(Case.tags),
                selectinload(Case.translations),
                selectinload(Case.partners),
                selectinload(Case.timeline),
                selectinload(Case.challenges),
                lessons.selectinload(Lesson.translations),
            )
        )
    )


def slugs(session: Session, *, public: bool) -> list[str]:
    """Return the slugs of all cases in order; with `public`, of the readable ones."""
    rows = select(Case.slug).order_by(Case.slug)
    return list(session.scalars(rows.where(readable()) if public else rows))


def lesson_ids(session: Session) -> list[int]:
    """Return the ids of all readable lessons, in order."""
    return list(session.scalars(select(Lesson.id).join(Case).where(readable()).order_by(Lesson.id)))


def lessons_by_place(session: Session) -> dict[str, str]:
    """Return the id of each readable lesson by the slug of its case and its place there, counted from 0: `duiven-west#0`."""
    rows = select(Case.slug, Lesson.position, Lesson.id).join(Lesson.case).where(readable())
    return {f"{slug}#{position}": str(lesson) for slug, position, lesson in session.execute(rows)}


def frequent_tags(session: Session, limit: int) -> list[str]:
    """Return the names of the tags that most readable cases carry: words that surely find something."""
    rows = (
        select(Tag.name)
        .join(case_tag, case_tag.c.tag_id == Tag.id)
        .join(Case, Case.id == case_tag.c.case_id)
        .where(readable())
        .group_by(Tag.name)
        .order_by(func.count().desc(), Tag.name)
        .limit(limit)
    )
    return list(session.scalars(rows))
