"""From words to the terms of the index, for documents and for queries: the one place where the two must agree.

A document's words are stemmed by the analysis of their own language. A query's language is not known, so it is read in
every language that the index holds; a Dutch reader types "participation" now and then, and each language has fields of
its own, so a stem never meets one of another language by accident.
"""

from __future__ import annotations

from kb.search.analysis import QueryWords, analysis
from kb.search.engine import Term

LANGUAGES = ("nl", "en")
OTHER = "xx"
"""The fields for texts in any other language: words are folded but not stemmed."""


def field_language(language: str) -> str:
    """Return which language's fields a text in `language` belongs in."""
    return language if language in LANGUAGES else OTHER


def index_terms(text: str, language: str) -> list[str]:
    """Return the stems of a text in reading order, as the index keeps them."""
    return analysis(field_language(language)).stems(text)


def query_terms(query: QueryWords) -> tuple[Term, ...]:
    """Return the terms that look for a query's words, each once per language."""
    languages = (*LANGUAGES, OTHER)
    found = {
        Term(language, analysis(language).stem(word)): None for word in query.words for language in languages
    }
    return tuple(term for term in found if term.stem)
