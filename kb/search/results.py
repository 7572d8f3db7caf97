"""The answer to a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kb.search.documents import Query
from kb.search.engine import Reason, Vocabulary
from kb.search.languages import Languages, Reading
from kb.search.snippets import Matcher


@dataclass(frozen=True)
class Hit:
    """One thing found: its kind and key, its score and what that is made of, and what its source loaded for it."""

    kind: str
    key: str
    score: float
    item: Any
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Found:
    """The answer to a query.

    `facets` holds per facet its values with their counts, most first; a facet's counts leave its own selection aside,
    so they say what choosing another value would give. `kinds` says how many there are of each kind. `reading` is how
    the query was understood. `dropped` names what was let go of to find anything at all: facets, "quotes" or "letters"
    (words that only look like those of the query).
    """

    query: Query
    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    kinds: Mapping[str, int]
    took_ms: float
    reading: Reading
    languages: Languages = field(repr=False)
    vocabulary: Vocabulary | None = field(default=None, repr=False)
    dropped: tuple[str, ...] = ()

    @property
    def pages(self) -> int:
        """How many pages the hits take; 1 when there are none."""
        return max(1, -(-self.total // self.query.per_page))

    @property
    def did_you_mean(self) -> str | None:
        """The query as it was read where a word was taken for a slip; None when none was."""
        corrected = self.reading.corrected
        if not corrected:
            return None
        return " ".join(corrected.get(word, word) for word in self.reading.asked.words)

    def matcher(self, language: str) -> Matcher | None:
        """Return what marks the words that were found in texts of a language; None when nothing was asked."""
        return self.languages.matcher(self.reading, language, self.vocabulary)
