"""A case as a record of the case format, complete: every field is there, also when it is empty.

`kb.cases.format` reads and writes such records; this is the way from the tables to them. The way back is
`kb.cases.services.store`. The two must agree field by field: a test sends every sample case around.
"""

from __future__ import annotations

from typing import Any

from kb.cases.models import Case, Challenge, Lesson

Record = dict[str, Any]


def record_of(case: Case) -> Record:
    """Return a case with all that belongs to it, in the order of the case format."""
    return {
        "slug": case.slug,
        "title": case.title,
        "summary": case.summary,
        "story": case.story,
        "language": case.language,
        "place": case.place,
        "municipality": case.municipality,
        "province": case.province,
        "country": case.country,
        "latitude": case.latitude,
        "longitude": case.longitude,
        "scale": case.scale.value if case.scale else None,
        "period_start": case.period_start,
        "period_end": case.period_end,
        "themes": [theme.slug for theme in case.themes],
        "tags": [{"name": tag.name, "kind": tag.kind.value} for tag in case.tags],
        "participants": list(case.participants),
        "partners": [{"name": partner.name, "url": partner.url} for partner in case.partners],
        "challenges": [_challenge(challenge) for challenge in case.challenges],
        "lessons": [_lesson(lesson) for lesson in case.lessons],
        "timeline": [
            {"date": entry.date.isoformat(), "precision": entry.precision.value, "what": entry.what}
            for entry in case.timeline
        ],
        "sources": [
            {
                "title": source.title,
                "url": source.url,
                "publisher": source.publisher,
                "accessed": source.accessed.isoformat() if source.accessed else None,
            }
            for source in case.sources
        ],
        "authors": list(case.authors),
        "licence": case.licence,
        "status": case.status.value,
        "translations": _translations(case),
    }


def _challenge(challenge: Challenge) -> Record:
    return {
        "key": challenge.key,
        "title": challenge.title,
        "cause": challenge.cause,
        "approach": challenge.approach,
        "outcome": challenge.outcome,
        "status": challenge.status.value if challenge.status else None,
        "themes": [theme.slug for theme in challenge.themes],
    }


def _lesson(lesson: Lesson) -> Record:
    return {
        "statement": lesson.statement,
        "explanation": lesson.explanation,
        "challenge": lesson.challenge.key if lesson.challenge else None,
        "themes": [theme.slug for theme in lesson.themes],
        "perspectives": list(lesson.perspectives),
        "origin": lesson.origin.value,
    }


def _translations(case: Case) -> Record:
    found: dict[str, Record] = {
        text.language: {"title": text.title, "summary": text.summary, "story": text.story, "lessons": {}}
        for text in case.translations
    }
    for number, lesson in enumerate(case.lessons):
        for text in lesson.translations:
            found[text.language]["lessons"][str(number)] = {
                "statement": text.statement,
                "explanation": text.explanation,
            }
    return dict(sorted(found.items()))
