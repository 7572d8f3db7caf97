"""Storing a case from a record of the case format: what the importer does, and publishing.

The tables are what readers see. A case that is not published has a row too, with the text that it was imported with; what
people write of it meanwhile stands in its draft (`kb.cases.services.drafts`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.cases.models import (
    Case,
    CaseStatus,
    CaseTranslation,
    Challenge,
    ChallengeStatus,
    Lesson,
    LessonTranslation,
    Origin,
    Partner,
    Precision,
    Scale,
    Source,
    Tag,
    TagKind,
    Theme,
    TimelineEntry,
)
from kb.cases.records import Record, record_of
from kb.core import now
from kb.search import outbox


class Stored(StrEnum):
    """What storing a record came down to."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def store(session: Session, record: Record, lesson_keys: Sequence[str] = ()) -> Stored:
    """Do what `store_case` does; return only what it came down to."""
    return store_case(session, record, lesson_keys)[1]


def store_case(session: Session, record: Record, lesson_keys: Sequence[str] = ()) -> tuple[Case, Stored]:
    """Make the case of a complete, checked record, or bring the case with its slug up to date.

    Lessons keep their ids, and so their addresses. Of a lesson with a key (see `kb.cases.content`) the key says which one
    it is. Without, one is the same as before when its statement is, or else when it stands in the same place and neither
    its old nor its new statement stands elsewhere.
    """
    case = session.scalar(select(Case).where(Case.slug == record["slug"]))
    if case is None:
        case = Case(slug=record["slug"])
        session.add(case)
        outcome = Stored.NEW
    elif record_of(case) == in_order(session, record):
        return case, Stored.UNCHANGED
    else:
        outcome = Stored.UPDATED
    before = {lesson.id for lesson in case.lessons}
    with session.no_autoflush:  # one flush for the whole case instead of one at each look-up
        _fill(session, case, record, lesson_keys)
    session.flush()
    mark_changed(session, case, before)
    return case, outcome


def mark_changed(session: Session, case: Case, gone: Iterable[int] = ()) -> None:
    """Record for the search that a case changed, with its lessons and those that went."""
    lessons = {lesson.id for lesson in case.lessons}.union(gone)
    outbox.record(session, [("case", case.slug), *(("lesson", str(lesson)) for lesson in sorted(lessons))])


def unsaved(session: Session, record: Record) -> Case:
    """Return a case of a complete record that is not, and will not be, in the database: to show it as a page.

    Its lessons have no ids. The session is for reading, and is not changed.
    """
    case = Case(slug=record["slug"], created_at=now())
    with session.no_autoflush:
        _fill(session, case, record, (), keep=False)
    for lesson in case.lessons:
        lesson.case = case
    return case


def in_order(session: Session, record: Record) -> Record:
    """Return the record with its themes and tags in the order that a stored case gives them back."""
    known = list(themes_by_slug(session))

    def themes(slugs: Sequence[str]) -> list[str]:
        return sorted(set(slugs), key=known.index)

    return {
        **record,
        "themes": themes(record["themes"]),
        "tags": sorted(record["tags"], key=lambda tag: (tag["name"], tag["kind"])),
        "challenges": [{**row, "themes": themes(row["themes"])} for row in record["challenges"]],
        "lessons": [{**row, "themes": themes(row["themes"])} for row in record["lessons"]],
    }


def _fill(
    session: Session, case: Case, record: Record, lesson_keys: Sequence[str], *, keep: bool = True
) -> None:
    moment = now()
    for name in (
        "title",
        "summary",
        "story",
        "language",
        "place",
        "municipality",
        "province",
        "country",
        "licence",
    ):
        setattr(case, name, record[name])
    for name in ("latitude", "longitude", "period_start", "period_end"):
        setattr(case, name, record[name])
    case.scale = Scale(record["scale"]) if record["scale"] else None
    case.participants = list(record["participants"])
    case.authors = list(record["authors"])
    case.status = CaseStatus(record["status"])
    case.updated_at = moment
    if case.status is CaseStatus.PUBLISHED and case.published_at is None:
        case.published_at = moment
    case.themes = _themes(session, record["themes"])
    case.tags = (
        _tags(session, record["tags"])
        if keep
        else [Tag(name=row["name"], kind=TagKind(row["kind"])) for row in record["tags"]]
    )
    case.partners = [Partner(position=at, **row) for at, row in enumerate(record["partners"])]
    case.timeline = [
        TimelineEntry(
            position=at,
            date=dt.date.fromisoformat(row["date"]),
            precision=Precision(row["precision"]),
            what=row["what"],
        )
        for at, row in enumerate(record["timeline"])
    ]
    case.sources = [
        Source(
            position=at,
            title=row["title"],
            url=row["url"],
            publisher=row["publisher"],
            accessed=dt.date.fromisoformat(row["accessed"]) if row["accessed"] else None,
        )
        for at, row in enumerate(record["sources"])
    ]
    _fill_challenges(session, case, record["challenges"])
    _fill_lessons(session, case, record["lessons"], lesson_keys, moment)
    _fill_translations(case, record["translations"])


def _fill_challenges(session: Session, case: Case, rows: Sequence[Record]) -> None:
    known = {challenge.key: challenge for challenge in case.challenges}
    case.challenges = [known.get(row["key"]) or Challenge(key=row["key"]) for row in rows]
    for at, (challenge, row) in enumerate(zip(case.challenges, rows, strict=True)):
        challenge.position = at
        for name in ("title", "cause", "approach", "outcome"):
            setattr(challenge, name, row[name])
        challenge.status = ChallengeStatus(row["status"]) if row["status"] else None
        challenge.themes = _themes(session, row["themes"])


def _fill_lessons(
    session: Session, case: Case, rows: Sequence[Record], keys: Sequence[str], moment: dt.datetime
) -> None:
    challenges = {challenge.key: challenge for challenge in case.challenges}
    if keys:
        known = {str(lesson.id): lesson for lesson in case.lessons}
        case.lessons = [known.pop(key) if key in known else Lesson() for key in keys]
    else:
        case.lessons = same_lessons(case.lessons, [row["statement"] for row in rows])
    for lesson in case.lessons:
        # One moment for all that came together: then they are listed in their own order.
        lesson.added_at = lesson.added_at or moment
    for at, (lesson, row) in enumerate(zip(case.lessons, rows, strict=True)):
        lesson.position = at
        lesson.statement = row["statement"]
        lesson.explanation = row["explanation"]
        lesson.challenge = challenges[row["challenge"]] if row["challenge"] else None
        lesson.themes = _themes(session, row["themes"])
        lesson.perspectives = list(row["perspectives"])
        lesson.origin = Origin(row["origin"])


def same_lessons(before: Sequence[Lesson], statements: Sequence[str]) -> list[Lesson]:
    """Return a lesson for each statement: the one that it was before, or a new one."""
    left: dict[str, list[Lesson]] = {}
    for lesson in before:
        left.setdefault(lesson.statement, []).append(lesson)
    matched = [left[statement].pop(0) if left.get(statement) else None for statement in statements]
    reworded = {lesson.position: lesson for lessons in left.values() for lesson in lessons}
    return [lesson or reworded.get(at) or Lesson() for at, lesson in enumerate(matched)]


def _fill_translations(case: Case, translations: Record) -> None:
    known = {text.language: text for text in case.translations}
    case.translations = [
        known.get(language) or CaseTranslation(language=language) for language in translations
    ]
    for text in case.translations:
        row = translations[text.language]
        text.title, text.summary, text.story = row["title"], row["summary"], row["story"]
    for number, lesson in enumerate(case.lessons):
        rows = {
            language: row["lessons"][str(number)]
            for language, row in translations.items()
            if str(number) in row["lessons"]
        }
        mine = {text.language: text for text in lesson.translations}
        lesson.translations = [
            mine.get(language) or LessonTranslation(language=language) for language in rows
        ]
        for told in lesson.translations:
            row = rows[told.language]
            told.statement, told.explanation = row["statement"], row["explanation"]


def _themes(session: Session, slugs: Sequence[str]) -> list[Theme]:
    known = themes_by_slug(session)
    return [known[slug] for slug in dict.fromkeys(slugs)]


def themes_by_slug(session: Session) -> dict[str, Theme]:
    """Return all themes, in their order; read once for each session."""
    known: dict[str, Theme] | None = session.info.get("themes")
    if known is None:
        known = {theme.slug: theme for theme in session.scalars(select(Theme).order_by(Theme.position))}
        session.info["themes"] = known
    return known


def _tags(session: Session, rows: Sequence[Record]) -> list[Tag]:
    """Return the tags of these names and kinds; those that are new are made."""
    known: dict[tuple[str, str], Tag] = session.info.setdefault("tags", {})
    found = []
    for row in rows:
        name = (row["name"], row["kind"])
        tag = known.get(name)
        if tag is None:
            tag = session.scalar(select(Tag).where(Tag.name == row["name"], Tag.kind == TagKind(row["kind"])))
        if tag is None:
            tag = Tag(name=row["name"], kind=TagKind(row["kind"]))
            session.add(tag)
        known[name] = tag
        found.append(tag)
    return list(dict.fromkeys(found))
