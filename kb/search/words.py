"""The words that the index holds: how many documents have one, and how they are all written."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import chain

from kb.search.engine import FIELD_WEIGHTS
from kb.search.snapshot import Snapshot


class Words:
    """The words of one state of the index."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._spellings: dict[str, Sequence[str]] = {}

    def frequency(self, language: str, stem: str) -> int:
        """Return how many documents hold a stem, as a whole word or as a part; one that has it in two fields counts twice."""
        return sum(self.snapshot.frequency(f"{field}_{language}", stem) for field in FIELD_WEIGHTS)

    def spellings(self, language: str) -> Sequence[str]:
        """Return all words of a language as written, in order."""
        found = self._spellings.get(language)
        if found is None:
            several = [part.segment.spellings(language) for part in self.snapshot.parts]
            found = self._spellings[language] = sorted(set().union(*several))
        return found

    def forms(self, language: str, stems: AbstractSet[str]) -> AbstractSet[str]:
        """Return all words of a language as written that have one of these stems, or a part that has."""
        several = (part.segment.forms(language, stems) for part in self.snapshot.parts)
        return frozenset(chain.from_iterable(several))
