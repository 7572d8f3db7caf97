"""A segment of the Whoosh index as numpy reads it.

Its files never change, so what is read of them is kept. Postings are looked up under a lock, because Whoosh's files can't
be read by two threads at once, into arrays that never change; decoded ones of all segments share one limit.
"""

from __future__ import annotations

import threading
import weakref
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage

from kb.recent import Recent
from kb.search import signature
from kb.search.codec import Codec, columns_of
from kb.search.facets import Facet, Numbers, Several
from kb.search.snapshot import Letters, Postings

CACHE_BYTES = 32 * 1024 * 1024
"""What the decoded postings of an index may take, in bytes, before the longest unused are dropped."""
POSTINGS_BYTES = 500
"""What one word's postings take besides their numbers, about."""


class PostingCache(Recent[tuple[str, str, str], Postings]):
    """Decoded postings of all segments, by (segment, field, stem)."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        super().__init__(limit, _bytes)


class WhooshSegment:
    """The decoded side of one of the index's segments; its document numbers start at 0.

    All files are opened here: those of a segment that was merged away are deleted while a snapshot still searches it.
    """

    def __init__(self, storage: FileStorage, segment: W3Segment, cache: PostingCache) -> None:
        self.columns = columns_of(storage, segment)
        self._words = Codec().terms_reader(storage, segment)
        weakref.finalize(self, self._words.close)
        self._lock = threading.Lock()
        self._cache = cache
        self._values: dict[str, Any] = {}
        self._facets: dict[str, Facet] = {}
        self.name: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        names: tuple[list[str], list[str], list[str]] = self.columns.value("documents")
        self.kinds, self.keys, self.prints = names
        self.lengths = {
            name.removeprefix("length "): self.columns[name].astype(np.float32)
            for name in self.columns.named("length ")
        }
        if len(self.keys) != self.size:
            raise ValueError(self.name)

    def several(self, name: str) -> Several:
        """Return one of the columns of which a document has several values."""
        return Several.ending(self.columns[name], self.columns[f"{name} ends"])

    def facet(self, name: str) -> Facet:
        """Return the values of a facet, and which of them each document has; the same object each time."""
        known = self._facets.get(name)
        if known is None:
            known = Facet(self.columns.value(f"facet {name} values"), self.several(f"facet {name}"))
            self._facets[name] = known
        return known

    def spellings(self, language: str) -> list[str]:
        """Return the words of a language as they are written."""
        found: list[str] = self._kept(f"spellings {language}", [])
        return found

    def forms(self, language: str, stems: Iterable[str]) -> Iterator[str]:
        """Yield the words of a language as written that have one of these stems, or a part that has."""
        known: list[str] = self._kept(f"stems {language}", [])
        if not known:
            return
        spellings, ends = self.spellings(language), self.columns[f"forms {language} ends"]
        for stem in stems:
            at = bisect_left(known, stem)
            if at < len(known) and known[at] == stem:
                start = int(ends[at - 1]) if at else 0
                for place in self.columns[f"forms {language}"][start : ends[at]].tolist():
                    yield spellings[place]

    def _kept(self, name: str, nothing: Any) -> Any:
        found = self._values.get(name)
        if found is None:
            found = self._values[name] = self.columns.value(name) if name in self.columns else nothing
        return found

    def holding(self, language: str, stems: Sequence[str]) -> Numbers:
        """Return the documents in which these words stand beside each other, in a language."""
        numbers = np.arange(self.size)
        for stem in stems:
            held = [
                self.postings(field, stem)[0]
                for field in (f"title_{language}", f"body_{language}")
                if field in self.lengths
            ]
            numbers = numbers[np.isin(numbers, np.concatenate([np.zeros(0, np.int64), *held]))]
        for pair in signature.pairs(stems):
            places, whose = self._pairs.of(numbers)
            numbers = numbers[np.unique(whose[self._pairs.values[places] == pair])]
        return numbers

    def letters(self, numbers: Numbers) -> Letters:
        """Return the groups of letters of some documents."""
        places, whose = self._groups.of(numbers)
        return Letters(self._groups.values[places], self._group_often[places], whose)

    def group_counts(self, gone: Numbers) -> NDArray[np.int64]:
        """Return how many documents have each group of letters, those that are gone left out."""
        dead = np.bincount(self._groups.values[self._groups.of(gone)[0]], minlength=signature.GROUPS)
        return self._group_frequencies - dead

    @cached_property
    def _groups(self) -> Several:
        """The groups of letters."""
        return self.several("group")

    @cached_property
    def _group_often(self) -> NDArray[np.uint8]:
        """How often each of the groups is there."""
        return self.columns["group often"]

    @cached_property
    def _group_frequencies(self) -> NDArray[np.int64]:
        """How many documents have each group."""
        return np.bincount(self._groups.values, minlength=signature.GROUPS)

    @cached_property
    def _pairs(self) -> Several:
        """The pairs of neighbouring words."""
        return self.several("pair")

    def postings(self, field: str, stem: str) -> Postings:
        """Return the documents that hold a word in a field, from memory where they were read before.

        Documents that were deleted may be among them.
        """
        name = (self.name, field, stem)
        found = self._cache.get(name)
        if found is None:
            with self._lock:
                numbers, often = self._words.postings(field, stem)
            found = numbers.astype(np.int64), often.astype(np.float32)
            self._cache.put(name, found)
        return found


def _bytes(postings: Postings) -> int:
    return sum(values.nbytes for values in postings) + POSTINGS_BYTES
