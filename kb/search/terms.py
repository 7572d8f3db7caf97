"""From words to the terms of the index, for documents and for queries: the one place where the two must agree.

A document's words are stemmed by the analysis of their own language. A query's language is not known, so it is read in
every language that the index holds; a Dutch reader types "participation" now and then, and each language has fields of
its own, so a stem never meets one of another language by accident.
"""

from __future__ import annotations

from itertools import pairwise

from kb.search.analysis import QueryWords, analysis
from kb.search.engine import Term

WHOLE, JOINED, PART = 1.0, 0.7, 0.5
"""What a word of a query is worth as it was typed, written together with its neighbour, and as a part."""
LANGUAGES = ("nl", "en")
OTHER = "xx"
"""The fields for texts in any other language: words are folded but not stemmed."""


def field_language(language: str) -> str:
    """Return which language's fields a text in `language` belongs in."""
    return language if language in LANGUAGES else OTHER


def index_terms(text: str, language: str) -> list[str]:
    """Return the stems of a text in reading order, as the index keeps them."""
    return analysis(field_language(language)).stems(text)


def part_terms(text: str, language: str) -> list[str]:
    """Return the stems of the parts of a text's compounds, as the index keeps them apart from whole words."""
    return analysis(field_language(language)).part_stems(text)


def query_terms(query: QueryWords) -> tuple[Term, ...]:
    """Return the terms that look for a query's words, each once per language with what it is worth.

    A word counts as it was typed. The parts of a compound count less, and so do two words that stand beside each other
    when they are written as one (dorps raad).
    """
    found: dict[tuple[str, str], float] = {}
    for language in (*LANGUAGES, OTHER):
        words = analysis(language)
        for word in query.words:
            _note(found, language, words.stem(word), WHOLE)
            for stem in words.parts(word):
                _note(found, language, stem, PART)
        for left, right in pairwise(query.words) if language == "nl" else ():
            _note(found, language, words.stem(left + right), JOINED)
    return tuple(Term(language, stem, weight) for (language, stem), weight in found.items())


def _note(found: dict[tuple[str, str], float], language: str, stem: str, weight: float) -> None:
    if stem:
        found[language, stem] = max(weight, found.get((language, stem), 0.0))
