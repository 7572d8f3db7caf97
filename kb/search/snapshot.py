"""One state of the index, held so that any number of threads can search it: the arithmetic of the search.

A snapshot is made of segments. A segment's files never change, so what is read from them is kept for as long as the
segment lives, also from one snapshot to the next. Documents are numbered through all segments; a set of documents is
one long Python integer with a bit for each, so that a facet's count is one `&` and one `bit_count` at the speed of C.

Scores are BM25 (k1 1.2, b 0.75), added up over the words and over two fields, of which the title or statement counts
twice (differences between 1 and 4 are under a hundredth of nDCG). Only documents that are not deleted count in them, so
an index that was updated often scores as one that was just made. Postings are decoded under a lock, because Whoosh's
files can't be read by two threads at once, into arrays that never change.
"""

from __future__ import annotations

import heapq
import json
import math
import threading
import weakref
from array import array
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from whoosh.reading import SegmentReader, TermNotFound

from kb.search.documents import FACETS, Document
from kb.search.engine import Matches, Request, Term

FIELD_WEIGHTS = {"title": 2.0, "body": 1.0}
K1 = 1.2
B = 0.75
CACHE_BYTES = 32 * 1024 * 1024
"""What the decoded postings of an index may take, in bytes, before the longest unused are dropped."""

POSTINGS_BYTES = 500
"""What one word's postings take besides the 8 bytes for each document, about."""

Postings: TypeAlias = "tuple[array[int], array[float]]"
"""The numbers of the documents that hold a word, in order, and how often each does."""

Measure: TypeAlias = Callable[[int], float]
"""What a document is ordered by, from its number."""

_BITS = tuple(tuple(bit for bit in range(8) if octet >> bit & 1) for octet in range(256))


def row_of(document: Document) -> str:
    """Return what the snapshot must know of a document besides its words, as the index stores it."""
    return json.dumps(
        [
            document.kind,
            document.key,
            document.fingerprint,
            document.moment,
            document.recognised,
            {name: list(values) for name, values in document.facets.items() if values},
        ],
        ensure_ascii=False,
    )


class PostingCache:
    """Decoded postings of all segments. They are dropped when there are too many, the longest unused first."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self.bytes = 0
        self._limit = limit
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[str, str, str], Postings] = OrderedDict()

    def get(self, name: tuple[str, str, str]) -> Postings | None:
        """Return the postings of a (segment, field, stem), or None when they are not held."""
        with self._lock:
            found = self._held.get(name)
            if found is not None:
                self._held.move_to_end(name)
            return found

    def put(self, name: tuple[str, str, str], postings: Postings) -> None:
        """Hold the postings of a (segment, field, stem) for as long as there is room."""
        with self._lock:
            if name in self._held:
                return
            self._held[name] = postings
            self.bytes += _bytes(postings)
            while self.bytes > self._limit:
                _, dropped = self._held.popitem(last=False)
                self.bytes -= _bytes(dropped)


class Segment:
    """The decoded side of one of the index's segments; its document numbers start at 0.

    All files are opened here: those of a segment that was merged away are deleted while a snapshot still searches it.
    """

    def __init__(self, reader: SegmentReader, cache: PostingCache) -> None:
        self._reader = reader
        self._lock = threading.Lock()
        self._cache = cache
        self._name: str = reader.segment().segment_id()
        self.size: int = reader.doc_count_all()
        self.keys = [""] * self.size
        self.moments = array("d", bytes(8 * self.size))
        self.recognised = array("q", bytes(8 * self.size))
        self.sets: dict[tuple[str, str], int] = {}
        self._read_rows()
        self.lengths = {
            field: self._read_lengths(field)
            for field in reader.indexed_field_names()
            if field.partition("_")[0] in FIELD_WEIGHTS
        }
        self.totals = {
            field: (sum(lengths), len(lengths) - lengths.count(0)) for field, lengths in self.lengths.items()
        }
        weakref.finalize(self, reader.close)

    def rows(self) -> Iterator[tuple[int, Any]]:
        """Yield the number and the row (see `row_of`) of each document that was not deleted when this was opened."""
        with self._lock:
            for number, stored in self._reader.iter_docs():
                yield number, json.loads(stored["row"])

    def _read_rows(self) -> None:
        members: dict[tuple[str, str], list[int]] = {}
        for number, (kind, key, _, moment, recognised, facets) in self.rows():
            self.keys[number] = key
            self.moments[number] = moment
            self.recognised[number] = recognised
            members.setdefault(("kind", kind), []).append(number)
            for name, values in facets.items():
                for value in values:
                    members.setdefault((name, value), []).append(number)
        self.sets = {pair: _set_of(numbers) for pair, numbers in members.items()}

    def _read_lengths(self, field: str) -> array[int]:
        lengths = array("I", (self._reader.doc_field_length(at, field) or 0 for at in range(self.size)))
        if not any(lengths):  # a field has words, so its file must be there: Whoosh says 0 when it is gone
            raise FileNotFoundError(field)
        return lengths

    def postings(self, field: str, stem: str) -> Postings:
        """Return the documents that hold a word in a field, from memory where they were read before.

        Documents that were deleted may be among them.
        """
        name = (self._name, field, stem)
        found = self._cache.get(name)
        if found is None:
            with self._lock:
                found = self._decode(field, stem)
            self._cache.put(name, found)
        return found

    def _decode(self, field: str, stem: str) -> Postings:
        numbers, weights = array("I"), array("f")
        try:
            matcher = self._reader.postings(field, stem)
        except TermNotFound:
            return numbers, weights
        while matcher.is_active():
            numbers.append(matcher.id())
            weights.append(matcher.weight())
            matcher.next()
        return numbers, weights


class Part(NamedTuple):
    """A segment's place in a snapshot: the number of its first document, and which of its own were deleted."""

    segment: Segment
    offset: int
    deleted: frozenset[int]


class Snapshot:
    """The whole index at one moment. `version` tells whether it is still the newest.

    It takes over the segments that the one `before` has too.
    """

    def __init__(
        self, version: tuple[str, int], reader: Any, before: Snapshot | None, cache: PostingCache
    ) -> None:
        self.version = version
        known = before.segments_by_id if before else {}
        self.segments_by_id: dict[str, Segment] = {}
        self._parts: list[Part] = []
        self._keys: list[str] = []
        self._moments = array("d")
        self._recognised = array("q")
        self._live = 0
        self._averages: dict[str, tuple[float, int]] = {}
        self._sets: dict[tuple[str, str], int] = {}
        for leaf, _ in reader.leaf_readers():
            if isinstance(leaf, SegmentReader):  # Whoosh gives another for an index without documents
                self._take(leaf, known, cache)
        self._values: dict[str, list[tuple[str, int]]] = {name: [] for name in ("kind", *FACETS)}
        for (name, value), bits in self._sets.items():
            if name in self._values and bits & self._live:
                self._values[name].append((value, bits & self._live))

    def _take(self, leaf: SegmentReader, known: Mapping[str, Segment], cache: PostingCache) -> None:
        name = leaf.segment().segment_id()
        deleted = frozenset(leaf.segment().deleted_docs())
        segment = known.get(name)
        if segment is None:
            segment = Segment(leaf, cache)
        else:
            leaf.close()
        offset = len(self._keys)
        self.segments_by_id[name] = segment
        self._parts.append(Part(segment, offset, deleted))
        self._keys += segment.keys
        self._moments += segment.moments
        self._recognised += segment.recognised
        self._live |= ((1 << segment.size) - 1 & ~_set_of(deleted)) << offset
        for pair, bits in segment.sets.items():
            self._sets[pair] = self._sets.get(pair, 0) | bits << offset

    def search(self, request: Request) -> Matches:
        """Answer a request. Takes time with how many documents hold the words, not with how many there are."""
        scores = None if request.terms is None else self._scores(request.terms)
        matching = self._live if scores is None else _set_of(scores) & self._live
        chosen = {name: self._union(name, values) for name, values in request.selected.items()}
        everything = matching
        for bits in chosen.values():
            everything &= bits
        mine = self._sets.get(("kind", request.kind), 0)
        found = everything & mine
        return Matches(
            total=found.bit_count(),
            hits=tuple(self._best(request, _numbers(found), scores or {})),
            facets={name: self._count(name, matching & mine, chosen) for name in FACETS},
            kinds={value: (bits & everything).bit_count() for value, bits in self._values["kind"]},
        )

    def fingerprints(self) -> dict[tuple[str, str], str]:
        """Return the fingerprint of every live document by its kind and key."""
        return {
            (kind, key): fingerprint
            for segment, _, deleted in self._parts
            for number, (kind, key, fingerprint, *_) in segment.rows()
            if number not in deleted
        }

    def _union(self, name: str, values: tuple[str, ...]) -> int:
        bits = 0
        for value in values:
            bits |= self._sets.get((name, value), 0)
        return bits

    def _count(self, name: str, matching: int, chosen: Mapping[str, int]) -> dict[str, int]:
        for other, bits in chosen.items():
            if other != name:
                matching &= bits
        counts = ((value, (bits & matching).bit_count()) for value, bits in self._values[name])
        return {value: count for value, count in counts if count}

    def _scores(self, terms: tuple[Term, ...]) -> dict[int, float]:
        """Return the BM25 score of every document that holds one of the terms, by its number.

        Deleted documents may be among them, with any score.
        """
        scores: dict[int, float] = {}
        for term in terms:
            for part, field_weight in FIELD_WEIGHTS.items():
                self._add(scores, f"{part}_{term.language}", term.stem, term.weight * field_weight)
        return scores

    def _add(self, scores: dict[int, float], field: str, stem: str, weight: float) -> None:
        found = [(part, *part.segment.postings(field, stem)) for part in self._parts]
        holding = sum(len(numbers) - len(part.deleted.intersection(numbers)) for part, numbers, _ in found)
        if not holding:
            return
        average, documents = self._average(field)
        rarity = math.log(1 + (documents - holding + 0.5) / (holding + 0.5))
        worth, shorter, longer = weight * rarity * (K1 + 1), K1 * (1 - B), K1 * B / average
        for (segment, offset, _), numbers, weights in found:
            if not numbers:
                continue
            lengths = segment.lengths[field]
            for number, often in zip(numbers, weights, strict=True):
                score = worth * often / (often + shorter + longer * lengths[number])
                number += offset  # noqa: PLW2901 - the same document, counted through all segments
                scores[number] = scores.get(number, 0.0) + score

    def _average(self, field: str) -> tuple[float, int]:
        """Return the mean length of a field and the number of documents that have it, which must not be none."""
        known = self._averages.get(field)
        if known is None:
            words = documents = 0
            for segment, _, deleted in self._parts:
                if field in segment.lengths:
                    lengths = segment.lengths[field]
                    gone = [lengths[number] for number in deleted if lengths[number]]
                    words += segment.totals[field][0] - sum(gone)
                    documents += segment.totals[field][1] - len(gone)
            known = self._averages[field] = (words / documents, documents)
        return known

    def _best(
        self, request: Request, numbers: Sequence[int], scores: Mapping[int, float]
    ) -> Iterator[tuple[str, float]]:
        """Yield the keys and scores of the asked page. What ties goes newest first, then by key."""
        keys, moments = self._keys, self._moments
        measures: list[Measure] = [moments.__getitem__]
        if request.sort == "recognised":
            measures.insert(0, self._recognised.__getitem__)
        elif request.sort == "relevance" and scores:
            measures.insert(0, scores.__getitem__)
        wanted = request.offset + request.limit
        ranked = _contenders(numbers, wanted, measures)
        ranked.sort(key=lambda number: _sortable(keys[number]))
        for measure in reversed(measures):
            ranked.sort(key=measure, reverse=True)
        for number in ranked[request.offset : wanted]:
            yield keys[number], scores.get(number, 0.0)


def _contenders(numbers: Sequence[int], wanted: int, measures: Sequence[Measure]) -> list[int]:
    """Return those that may be among the best `wanted`: ordering few in full is quicker than ordering all.

    Who is less by the first measure than the last one wanted is left out; among who equals that one the next measure
    decides, and so on.
    """
    if not measures or len(numbers) <= wanted:
        return list(numbers)
    if wanted < 1:
        return []
    values = list(map(measures[0], numbers))
    least = heapq.nlargest(wanted, values)[-1]
    above = [number for number, value in zip(numbers, values, strict=True) if value > least]
    equal = [number for number, value in zip(numbers, values, strict=True) if value == least]
    return above + _contenders(equal, wanted - len(above), measures[1:])


def _bytes(postings: Postings) -> int:
    return 8 * len(postings[0]) + POSTINGS_BYTES


def _sortable(key: str) -> tuple[int, int, str]:
    """Order keys that are numbers by their value, before those that are words."""
    return (0, int(key), key) if key.isascii() and key.isdigit() else (1, 0, key)


def _set_of(numbers: Collection[int]) -> int:
    if not numbers:
        return 0
    digits = bytearray(b"0") * (max(numbers) + 1)
    for number in numbers:
        digits[number] = 0x31
    digits.reverse()
    return int(digits, 2)


def _numbers(bits: int) -> list[int]:
    """Return the numbers of a set, in order."""
    octets = bits.to_bytes(bits.bit_length() // 8 + 1, "little")
    return [8 * at + bit for at, octet in enumerate(octets) if octet for bit in _BITS[octet]]
