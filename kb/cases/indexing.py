"""What the search knows of cases and lessons.

A lesson is found by its own words first (its statement is the title), and also by those of the challenge and the case
it belongs to, the place and the themes: "speelplek Nederasselt" must find the lesson that names neither. A text that was
translated is a text of its own, in its own language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from kb.cases import queries
from kb.cases.models import Case, Lesson, Proposal, Theme
from kb.cases.policy import readable
from kb.core import now
from kb.markup import plain
from kb.search.documents import Document, Text


class LessonSource:
    """Lessons, as what can be found; the key is the lesson's id."""

    kind = "lesson"

    def keys(self, session: Session) -> Sequence[str]:
        """Return the ids of all readable lessons."""
        return [str(lesson) for lesson in queries.lesson_ids(session)]

    def documents(self, session: Session, keys: Sequence[str]) -> Iterator[Document]:
        """Yield the documents of the readable ones of these lessons."""
        rows = (
            select(Lesson)
            .join(Lesson.case)
            .where(Lesson.id.in_(map(int, keys)), readable())
            .order_by(Lesson.id)
            .options(
                contains_eager(Lesson.case).selectinload(Case.tags),
                contains_eager(Lesson.case).selectinload(Case.translations),
                joinedload(Lesson.challenge),
                selectinload(Lesson.themes),
                selectinload(Lesson.translations),
            )
        )
        sessions = _sessions(session, keys)
        for lesson in session.scalars(rows):
            yield lesson_document(lesson, sessions.get(lesson.id, ()))

    def load(self, session: Session, keys: Sequence[str]) -> Mapping[str, Lesson]:
        """Return the readable ones of these lessons."""
        return {
            str(key): lesson
            for key, lesson in queries.lessons_by_id(session, [int(key) for key in keys]).items()
        }


class CaseSource:
    """Cases, as what can be found; the key is the slug."""

    kind = "case"

    def keys(self, session: Session) -> Sequence[str]:
        """Return the slugs of all readable cases."""
        return queries.slugs(session, public=True)

    def documents(self, session: Session, keys: Sequence[str]) -> Iterator[Document]:
        """Yield the documents of the readable ones of these cases."""
        for case in queries.cases_to_index(session, keys):
            yield case_document(case)

    def load(self, session: Session, keys: Sequence[str]) -> Mapping[str, Case]:
        """Return the readable ones of these cases."""
        return queries.cases_by_slug(session, keys)


def _sessions(session: Session, keys: Sequence[str]) -> dict[int, tuple[str, ...]]:
    """Return by lesson the slug of the session in which it was harvested."""
    rows = select(Proposal.lesson_id, Proposal.event).where(Proposal.lesson_id.in_(map(int, keys)))
    return {lesson: (slug,) for lesson, slug in session.execute(rows) if lesson is not None}


def lesson_document(lesson: Lesson, sessions: tuple[str, ...] = ()) -> Document:
    """Return what is found of a lesson that was loaded with its case; `sessions` are those it was harvested in."""
    case, challenge = lesson.case, lesson.challenge
    titles = {text.language: text.title for text in case.translations}
    own = Text(
        case.language,
        lesson.statement,
        _joined(
            plain(lesson.explanation),
            challenge.title if challenge else "",
            case.title,
            *_setting(case),
            *_theme_names(lesson.themes, case.language),
        ),
    )
    translated = (
        Text(
            text.language,
            text.statement,
            _joined(
                plain(text.explanation),
                titles.get(text.language, ""),
                *_setting(case),
                *_theme_names(lesson.themes, text.language),
            ),
        )
        for text in lesson.translations
        if text.statement or text.explanation
    )
    texts = (own, *translated)
    return Document(
        kind="lesson",
        key=str(lesson.id),
        texts=texts,
        facets={
            "theme": tuple(theme.slug for theme in lesson.themes),
            "perspective": tuple(lesson.perspectives),
            "event": sessions,
            "status": (challenge.status.value,) if challenge and challenge.status else (),
            **_case_facets(case, texts),
        },
        moment=max(lesson.added_at, case.published_at or lesson.added_at).timestamp(),
        recognised=lesson.recognised + lesson.applied,
    )


def case_document(case: Case) -> Document:
    """Return what is found of a case that was loaded whole."""
    own = Text(
        case.language,
        case.title,
        _joined(
            case.summary,
            plain(case.story),
            *_setting(case),
            *(partner.name for partner in case.partners),
            *(tag.name for tag in case.tags),
            *_theme_names(case.themes, case.language),
            *(
                _joined(row.title, plain(row.cause), plain(row.approach), plain(row.outcome))
                for row in case.challenges
            ),
            *(_joined(lesson.statement, plain(lesson.explanation)) for lesson in case.lessons),
            *(entry.what for entry in case.timeline),
        ),
    )
    translated = (
        Text(
            text.language,
            text.title,
            _joined(
                text.summary,
                plain(text.story),
                *_setting(case),
                *_theme_names(case.themes, text.language),
                *(
                    _joined(told.statement, plain(told.explanation))
                    for lesson in case.lessons
                    for told in lesson.translations
                    if told.language == text.language
                ),
            ),
        )
        for text in case.translations
        if text.title or text.summary or text.story
    )
    texts = (own, *translated)
    return Document(
        kind="case",
        key=case.slug,
        texts=texts,
        facets={
            "theme": tuple(theme.slug for theme in case.themes),
            "perspective": tuple(sorted({word for lesson in case.lessons for word in lesson.perspectives})),
            "status": tuple(sorted({row.status.value for row in case.challenges if row.status})),
            "event": (),
            **_case_facets(case, texts),
        },
        moment=(case.published_at or case.updated_at).timestamp(),
    )


def _case_facets(case: Case, texts: Iterable[Text]) -> dict[str, tuple[str, ...]]:
    return {
        "municipality": _names(case.municipality),
        "province": _names(case.province),
        "year": _years(case),
        "tag": _names(*(tag.name for tag in case.tags)),
        "language": tuple(sorted({text.language for text in texts})),
    }


def _names(*texts: str) -> tuple[str, ...]:
    """Return names as values to filter by: without space around them, which a query has not either."""
    return tuple(sorted({text.strip() for text in texts} - {""}))


def _years(case: Case) -> tuple[str, ...]:
    """Return every year of the case's period; one without an end goes on until this year."""
    start = case.period_start or case.period_end
    if start is None:
        return ()
    end = case.period_end or max(start, now().year)
    return tuple(str(year) for year in range(start, min(end, start + 100) + 1))


def _setting(case: Case) -> tuple[str, ...]:
    return (case.place, case.municipality, case.province, *(tag.name for tag in case.tags))


def _theme_names(themes: Iterable[Theme], language: str) -> Iterator[str]:
    return (text.name for theme in themes for text in theme.texts if text.language == language)


def _joined(*texts: str) -> str:
    return "\n".join(text for text in texts if text)
