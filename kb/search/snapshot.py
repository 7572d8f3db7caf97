"""One state of the index, held so that any number of threads can search it: the arithmetic of the search.

A snapshot is made of segments. A segment's files never change, so what is read from them is kept for as long as the
segment lives, also from one snapshot to the next. Documents are numbered through all segments, and everything is an
array with a place for each: a set is a mask, a score is an addition.

Scores are BM25 (k1 1.2, b 0.75), added up over the words and the fields. The best hundred then get something for groups of
four letters that they share with the query: that lifts what only looks like it, and matches nearly everything, so it finds
nothing by itself. Only documents that are not deleted count, so an index that was updated often scores as one just made.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kb.search import signature
from kb.search.documents import FACETS
from kb.search.engine import FIELD_WEIGHTS, LETTERS, Match, Matches, Phrase, Reason, Request, Term
from kb.search.facets import Facet, Mask, Numbers, Selection

K1 = 1.2
B = 0.75
LETTERS_WEIGHT = 0.3
LETTERS_B = 0.5
LETTERS_AMONG = 100
"""How many of the best are put in order by their letters too."""


Floats: TypeAlias = NDArray[np.float64]
Lengths: TypeAlias = NDArray[np.float32]
Postings: TypeAlias = tuple[Numbers, NDArray[np.float32]]
"""The numbers of the documents that hold a word, in order, and how often each does."""


class Letters(NamedTuple):
    """The groups of letters of some documents: their numbers, how often, and whose each is by its place among them."""

    groups: NDArray[Any]
    often: NDArray[Any]
    whose: Numbers


class Segment(Protocol):
    """Documents that never change, numbered from 0; which of them were deleted is known to the snapshot alone."""

    @property
    def size(self) -> int:
        """How many documents there are."""

    @property
    def keys(self) -> Sequence[str]:
        """The key of each, within its kind."""

    @property
    def lengths(self) -> Mapping[str, Lengths]:
        """By field, the number of words of each."""

    @property
    def columns(self) -> Any:
        """By name: `moment`, `recognised`, and how many `groups` of letters each has."""

    def facet(self, name: str) -> Facet:
        """Return the values of a facet, and which of them each document has; the same object each time."""

    def postings(self, field: str, stem: str) -> Postings:
        """Return the documents that hold a word in a field; deleted ones may be among them."""

    def holding(self, language: str, stems: Sequence[str]) -> Numbers:
        """Return the documents in which these words stand beside each other, in a language."""

    def letters(self, numbers: Numbers) -> Letters:
        """Return the groups of letters of some documents."""

    def group_counts(self, gone: Numbers) -> NDArray[np.int64]:
        """Return how many documents have each group of letters, those that are gone left out."""

    def spellings(self, language: str) -> Sequence[str]:
        """Return the words of a language as they are written."""

    def forms(self, language: str, stems: Iterable[str]) -> Iterator[str]:
        """Yield the words of a language as written that have one of these stems, or a part that has."""


class Part(NamedTuple):
    """A segment's place in a snapshot: the number of its first document, and which of its own were deleted."""

    segment: Segment
    offset: int
    gone: Numbers


class Gain(NamedTuple):
    """What a term adds to the documents that hold it in a field."""

    term: Term
    field: str
    numbers: Numbers
    scores: Floats


class Snapshot:
    """The whole index at one moment: its segments, each with the numbers of its documents that are gone.

    `version` tells whether it is still the newest.
    """

    def __init__(self, version: tuple[str, int], segments: Iterable[tuple[Segment, Numbers]]) -> None:
        self.version = version
        self.parts: list[Part] = []
        self._averages: dict[str, tuple[float, int]] = {}
        self._norm: dict[str, Floats] = {}
        size = 0
        for segment, gone in segments:
            self.parts.append(Part(segment, size, gone))
            size += segment.size
        self._size = size
        self._live = np.ones(size, bool)
        for part in self.parts:
            self._live[part.offset + part.gone] = False
        self._alive = int(np.count_nonzero(self._live))
        self._moments = self._joined("moment")

    @cached_property
    def _recognised(self) -> Floats:
        return self._joined("recognised")

    def _joined(self, name: str) -> Floats:
        return np.concatenate([np.zeros(0), *(part.segment.columns[name] for part in self.parts)])

    def _key(self, number: int) -> str:
        part = self.parts[bisect_right(self.parts, number, key=itemgetter(1)) - 1]
        return part.segment.keys[number - part.offset]

    def search(self, request: Request) -> Matches:
        """Answer a request. Takes time with how many documents hold the words, not with how many there are."""
        gains = [] if request.terms is None else list(self._gains(request.terms))
        scores = np.zeros(self._size)
        matching = self._live.copy()
        for gain in gains:
            np.add.at(scores, gain.numbers, gain.scores)  # no number is there twice, but this is the quickest
        if request.terms is not None:
            matching &= scores > 0
        for phrase in request.must:
            matching &= self._holding(phrase)
        for phrase in request.without:
            matching &= ~self._holding(phrase)
        chosen = {name: self._having(name, values) for name, values in request.selected.items()}
        everything = _all(matching, *chosen.values())
        mine = self._having("kind", (request.kind,))
        found = everything & mine
        found_parts = self._split(found)
        facets = {}
        for name in FACETS:
            others = [mask for other, mask in chosen.items() if other != name]
            counted = self._split(_all(matching & mine, *others)) if name in chosen else found_parts
            facets[name] = self._count(name, counted)
        numbers = np.flatnonzero(found)
        return Matches(
            total=len(numbers),
            hits=tuple(self._best(request, numbers, scores, gains)),
            facets=facets,
            kinds=self._count("kind", self._split(everything)),
        )

    def frequency(self, field: str, stem: str) -> int:
        """Return how many live documents hold a stem in a field."""
        return sum(self._living(part, numbers) for part, numbers, _ in self._postings(field, stem))

    # What documents have, segment by segment: so a change costs what the segment does that came with it

    def _having(self, name: str, values: Sequence[str]) -> Mask:
        """Return which documents have any of these values of a facet."""
        return np.concatenate(
            [np.zeros(0, bool), *(part.segment.facet(name).having(values) for part in self.parts)]
        )

    def _split(self, mask: Mask) -> list[Selection]:
        """Return the documents that were found, for each segment."""
        return [Selection(mask[part.offset : part.offset + part.segment.size]) for part in self.parts]

    def _count(self, name: str, found: Sequence[Selection]) -> dict[str, int]:
        """Return how many of the documents found have each value of a facet, without values that none has."""
        counts: dict[str, int] = {}
        for part, here in zip(self.parts, found, strict=True):
            for value, count in part.segment.facet(name).count(here).items():
                counts[value] = counts.get(value, 0) + count
        return counts

    # What documents say

    def _postings(self, field: str, stem: str) -> list[tuple[Part, Numbers, NDArray[np.float32]]]:
        return [
            (part, *part.segment.postings(field, stem))
            for part in self.parts
            if field
            in part.segment.lengths  # few languages have compounds, and some fields have no words at all
        ]

    def _living(self, part: Part, numbers: Numbers) -> int:
        """Return how many of a segment's documents with these numbers were not deleted."""
        if not len(part.gone):
            return len(numbers)
        return int(np.count_nonzero(self._live[numbers + part.offset]))

    def _gains(self, terms: tuple[Term, ...]) -> Iterator[Gain]:
        """Yield what each term adds in each field, by BM25. Deleted documents may be among them."""
        for term in terms:
            for field, field_weight in FIELD_WEIGHTS.items():
                yield from self._gain(term, field, f"{field}_{term.language}", term.weight * field_weight)

    def _gain(self, term: Term, name: str, field: str, weight: float) -> Iterator[Gain]:
        found = self._postings(field, term.stem)
        holding = sum(self._living(part, numbers) for part, numbers, _ in found)
        if not holding:
            return
        _, documents = self._average(field)
        worth = weight * _rarity(documents, holding) * (K1 + 1)
        norms = self._norms(field)
        for part, numbers, often in found:
            if len(numbers):
                places = part.offset + numbers if part.offset else numbers
                # In one array, as a common word has a hundred thousand documents, and most of the time goes to moving them.
                scores = norms.take(places, mode="clip")
                scores += often
                np.divide(often, scores, out=scores)
                scores *= worth
                yield Gain(term, name, places, scores)

    def _norms(self, field: str) -> Floats:
        """Return for each document what BM25 adds to how often it has a word, by how long its field is."""
        known = self._norm.get(field)
        if known is None:
            average, _ = self._average(field)
            lengths = np.zeros(self._size)
            for segment, offset, _ in self.parts:
                if field in segment.lengths:
                    lengths[offset : offset + segment.size] = segment.lengths[field]
            known = self._norm[field] = K1 * (1 - B) + K1 * B / average * lengths
        return known

    def _average(self, field: str) -> tuple[float, int]:
        """Return the mean length of a field and the number of documents that have it, which must not be none."""
        known = self._averages.get(field)
        if known is None:
            words = documents = 0
            for segment, _, gone in self.parts:
                if field in segment.lengths:
                    lengths = segment.lengths[field]
                    words += _total(lengths) - _total(lengths[gone])
                    documents += int(np.count_nonzero(lengths)) - int(np.count_nonzero(lengths[gone]))
            known = self._averages[field] = (words / documents, documents)
        return known

    def _holding(self, phrase: Phrase) -> Mask:
        """Return which documents hold a phrase, in any language."""
        found = np.zeros(self._size, bool)
        for language, stems in phrase.items():
            for segment, offset, _ in self.parts:
                found[offset + segment.holding(language, stems)] = True
        return found

    def _letters(self, words: Sequence[str], numbers: Numbers) -> Floats:
        """Return what documents get for the groups of letters that they share with these words."""
        scores = np.zeros(len(numbers))
        wanted = signature.groups(words)[0]
        if not len(wanted):
            return scores
        frequencies, average = self._group_statistics
        place = np.full(signature.GROUPS, -1, np.int16)
        place[wanted] = np.arange(len(wanted))
        rarities = np.array([_rarity(self._alive, int(frequencies[group])) for group in wanted])
        for segment, offset, _ in self.parts:
            here = (numbers >= offset) & (numbers < offset + segment.size)
            own = numbers[here] - offset
            if not len(own):
                continue
            groups, counts, whose = segment.letters(own)
            at = place[groups]
            shared = at >= 0
            often = counts[shared].astype(np.float64)
            lengths = segment.columns["groups"][own][whose[shared]]
            norms = K1 * (1 - LETTERS_B + LETTERS_B * lengths / average)
            gains = LETTERS_WEIGHT * rarities[at[shared]] * (K1 + 1) * often / (often + norms)
            scores[here] = np.bincount(whose[shared], gains, len(own))
        return scores

    @cached_property
    def _group_statistics(self) -> tuple[NDArray[np.int64], float]:
        """In how many live documents each group of letters is, and how many groups a document has on average."""
        frequencies = np.zeros(signature.GROUPS, np.int64)
        total = 0
        for segment, _, gone in self.parts:
            frequencies += segment.group_counts(gone)
            lengths = segment.columns["groups"]
            total += int(lengths.sum()) - int(lengths[gone].sum())
        return frequencies, total / max(1, self._alive)

    # What is best

    def _best(
        self, request: Request, found: Numbers, scores: Floats, gains: Sequence[Gain]
    ) -> Iterator[Match]:
        """Yield the asked page. What ties goes newest first, then by key."""
        wanted = request.offset + request.limit
        by_letters: Mapping[int, float] = {}
        if request.sort == "relevance" and request.letters and gains:
            ranked = self._ranked(found, max(wanted, LETTERS_AMONG), [scores, self._moments])
            best, rest = ranked[:LETTERS_AMONG], ranked[LETTERS_AMONG:]
            among = np.array(best, np.int64)
            extra = self._letters(request.letters, among)
            by_letters = dict(zip(best, extra.tolist(), strict=True))
            scores[among] += extra
            ranked = [*self._ranked(among, LETTERS_AMONG, [scores, self._moments]), *rest]
        else:
            first = {"recognised": [self._recognised], "relevance": [scores], "newest": []}[request.sort]
            ranked = self._ranked(found, wanted, [*first, self._moments])
        page = ranked[request.offset : wanted]
        reasons = self._reasons(page, gains)
        for number in page:
            why = reasons.get(number, [])
            if by_letters.get(number):
                why.append(Reason(None, LETTERS, by_letters[number]))
            why.sort(key=lambda reason: -reason.score)
            yield Match(self._key(number), float(scores[number]), tuple(why))

    def _ranked(self, numbers: Numbers, wanted: int, measures: Sequence[Floats]) -> list[int]:
        """Return the best of some documents in order: by the measures, then by key."""
        few = _contenders(numbers, wanted, measures)
        by_key = np.array(sorted(few.tolist(), key=lambda number: _sortable(self._key(number))), np.int64)
        order = np.lexsort([np.arange(len(by_key)), *(-measure[by_key] for measure in reversed(measures))])
        ranked: list[int] = by_key[order[:wanted]].tolist()
        return ranked

    def _reasons(self, page: Sequence[int], gains: Sequence[Gain]) -> dict[int, list[Reason]]:
        """Return what the scores of the documents on a page are made of."""
        reasons: dict[int, list[Reason]] = {}
        shown = np.array(sorted(page), np.int64)
        for term, field, numbers, scores in gains:
            places = np.minimum(np.searchsorted(numbers, shown), len(numbers) - 1)
            for at in np.flatnonzero(numbers[places] == shown).tolist():
                reason = Reason(term, field, float(scores[places[at]]))
                reasons.setdefault(int(shown[at]), []).append(reason)
        return reasons


def _total(lengths: Lengths) -> int:
    return int(lengths.sum(dtype=np.float64))


def _all(mask: Mask, *others: Mask) -> Mask:
    for other in others:
        mask = mask & other
    return mask


def _rarity(documents: int, holding: int) -> float:
    return math.log(1 + (documents - holding + 0.5) / (holding + 0.5))


def _contenders(numbers: Numbers, wanted: int, measures: Sequence[Floats]) -> Numbers:
    """Return those that may be among the best `wanted`: ordering few in full is quicker than ordering all.

    Who is less by the first measure than the last one wanted is left out; among who equals that one the next measure
    decides, and so on.
    """
    if not measures or len(numbers) <= wanted:
        return numbers
    if wanted < 1:
        return numbers[:0]
    values = measures[0][numbers]
    at = len(values) - wanted
    least = np.partition(values, at)[at]
    above, equal = numbers[values > least], numbers[values == least]
    return np.concatenate([above, _contenders(equal, wanted - len(above), measures[1:])])


def _sortable(key: str) -> tuple[int, int, str]:
    """Order keys that are numbers by their value, before those that are words."""
    return (0, int(key), key) if key.isascii() and key.isdigit() else (1, 0, key)
