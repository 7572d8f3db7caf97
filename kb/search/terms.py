"""From words to the terms of the index, for documents and for queries: the one place where the two must agree.

A document's words are stemmed by the analysis of their own language. A query's language is not known, so it is read in
every language that the index holds; a Dutch reader types "participation" now and then, and each language has fields of
its own, so a stem never meets one of another language by accident.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter

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


def query_stems(words: Sequence[str], language: str) -> dict[str, float]:
    """Return the stems that look for a query's words in texts of a language, with what each is worth.

    A word counts as it was typed. The parts of a compound count less, and so do two Dutch words that stand beside each
    other when they are written as one (dorps raad).
    """
    known = analysis(language)
    found = [(known.stem(word), WHOLE) for word in words]
    found += [(stem, PART) for word in words for stem in known.parts(word)]
    if known.language == "nl":
        found += [(known.stem(left + right), JOINED) for left, right in pairwise(words)]
    return {stem: worth for stem, worth in sorted(found, key=itemgetter(1)) if stem}


def query_terms(query: QueryWords) -> tuple[Term, ...]:
    """Return the terms that look for a query's words, each once per language."""
    return tuple(
        Term(language, stem, worth)
        for language in (*LANGUAGES, OTHER)
        for stem, worth in query_stems(query.words, language).items()
    )
