"""Cases and lessons as JSON-LD (schema.org), for search engines and reference managers."""

from __future__ import annotations

from typing import Any

from kb.cases.cards import CasePage, LessonPage, SourceView
from kb.web.meta import absolute

JsonLd = dict[str, Any]


def case_data(page: CasePage) -> JsonLd:
    """Return a case as an article."""
    card = page.card
    return _without_empty(
        {
            "@type": "Article",
            "@id": absolute(card.url),
            "headline": card.title,
            "abstract": card.summary,
            "inLanguage": card.language,
            "creditText": ", ".join(page.authors),
            "datePublished": page.published.date().isoformat() if page.published else None,
            "dateModified": page.updated.date().isoformat(),
            "license": page.licence_url or page.licence,
            "keywords": [tag.name for tag in page.tags],
            "about": [theme.name for theme in card.themes],
            "temporalCoverage": card.period,
            "spatialCoverage": _place(card.place, card.municipality, card.province, card.country),
            "citation": [_citation(source) for source in page.sources],
        }
    )


def lesson_data(page: LessonPage) -> JsonLd:
    """Return a lesson as a part of its case."""
    card = page.card
    return _without_empty(
        {
            "@type": "CreativeWork",
            "@id": absolute(card.url),
            "name": card.statement,
            "text": card.statement,
            "inLanguage": card.language,
            "about": [theme.name for theme in card.themes],
            "datePublished": page.published.date().isoformat() if page.published else None,
            "isPartOf": {"@type": "Article", "@id": absolute(card.case.url), "headline": card.case.title},
        }
    )


def _place(*names: str) -> JsonLd | None:
    known = [name for name in dict.fromkeys(names) if name]
    return {"@type": "Place", "name": ", ".join(known)} if known else None


def _citation(source: SourceView) -> JsonLd:
    return _without_empty(
        {"@type": "CreativeWork", "name": source.title, "url": source.url, "publisher": source.publisher}
    )


def _without_empty(data: JsonLd) -> JsonLd:
    return {name: value for name, value in data.items() if value}
