"""One state of the index, held so that any number of threads can search it: the arithmetic of the search.

A snapshot is made of segments. A segment's files never change, so what is read from them is kept for as long as the
segment lives, also from one snapshot to the next. Documents are numbered through all segments; a set of documents is
one long Python integer with a bit for each, so that a facet's count is one `&` and one `bit_count` at the speed of C.

Scores are BM25 (k1 1.2, b 0.75), added up over the words and the fields by numpy, a word at a time: the title or statement
counts twice (differences between 1 and 4 are under a hundredth of nDCG), what is found within a compound half. Only documents that are not deleted count in them, so
an index that was updated often scores as one that was just made. Postings are decoded under a lock, because Whoosh's
files can't be read by two threads at once, into arrays that never change.
"""

from __future__ import annotations

import json
import math
import threading
import weakref
from array import array
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import SegmentReader, TermNotFound

from kb.search.documents import FACETS, Document
from kb.search.engine import Matches, Request, Term

FIELD_WEIGHTS = {"title": 2.0, "body": 1.0, "titleparts": 1.0, "bodyparts": 0.5}
"""What a match is worth by where it is found: in whole words, or within compounds."""
K1 = 1.2
B = 0.75
CACHE_BYTES = 32 * 1024 * 1024
"""What the decoded postings of an index may take, in bytes, before the longest unused are dropped."""

POSTINGS_BYTES = 500
"""What one word's postings take besides the 8 bytes for each document, about."""

Numbers: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Postings: TypeAlias = tuple[NDArray[np.uint32], NDArray[np.float32]]
"""The numbers of the documents that hold a word, in order, and how often each does."""


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
        self.moments: Floats = np.zeros(self.size)
        self.recognised: Floats = np.zeros(self.size)
        self.sets: dict[tuple[str, str], int] = {}
        self._read_rows()
        self.lengths = {
            field: self._read_lengths(field)
            for field in reader.indexed_field_names()
            if field.partition("_")[0] in FIELD_WEIGHTS
        }
        self.totals = {
            field: (int(lengths.sum()), int(np.count_nonzero(lengths)))
            for field, lengths in self.lengths.items()
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

    def _read_lengths(self, field: str) -> Floats:
        lengths = np.array(
            [self._reader.doc_field_length(at, field) or 0 for at in range(self.size)], np.float64
        )
        if not lengths.any():  # a field has words, so its file must be there: Whoosh says 0 when it is gone
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
            matcher = None
        while matcher is not None and matcher.is_active():
            numbers.append(matcher.id())
            weights.append(matcher.weight())
            matcher.next()
        return np.array(numbers, np.uint32), np.array(weights, np.float32)


class Part(NamedTuple):
    """A segment's place in a snapshot: the number of its first document, and which of its own were deleted."""

    segment: Segment
    offset: int
    gone: Numbers


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
        self._live = 0
        self._averages: dict[str, tuple[float, int]] = {}
        self._sets: dict[tuple[str, str], int] = {}
        for leaf, _ in reader.leaf_readers():
            if isinstance(leaf, SegmentReader):  # Whoosh gives another for an index without documents
                self._take(leaf, known, cache)
        segments = [part.segment for part in self._parts]
        self._moments: Floats = np.concatenate([np.zeros(0), *(segment.moments for segment in segments)])
        self._recognised: Floats = np.concatenate(
            [np.zeros(0), *(segment.recognised for segment in segments)]
        )
        self._values: dict[str, list[tuple[str, int]]] = {name: [] for name in ("kind", *FACETS)}
        for (name, value), bits in self._sets.items():
            if name in self._values and bits & self._live:
                self._values[name].append((value, bits & self._live))

    def _take(self, leaf: SegmentReader, known: Mapping[str, Segment], cache: PostingCache) -> None:
        name = leaf.segment().segment_id()
        deleted = sorted(leaf.segment().deleted_docs())
        segment = known.get(name)
        if segment is None:
            segment = Segment(leaf, cache)
        else:
            leaf.close()
        offset = len(self._keys)
        self.segments_by_id[name] = segment
        self._parts.append(Part(segment, offset, np.array(deleted, np.int64)))
        self._keys += segment.keys
        self._live |= ((1 << segment.size) - 1 & ~_set_of(deleted)) << offset
        for pair, bits in segment.sets.items():
            self._sets[pair] = self._sets.get(pair, 0) | bits << offset

    def search(self, request: Request) -> Matches:
        """Answer a request. Takes time with how many documents hold the words, not with how many there are."""
        scores = None if request.terms is None else self._scores(request.terms)
        matching = self._live if scores is None else _bits(scores > 0) & self._live
        chosen = {name: self._union(name, values) for name, values in request.selected.items()}
        everything = matching
        for bits in chosen.values():
            everything &= bits
        mine = self._sets.get(("kind", request.kind), 0)
        found = everything & mine
        return Matches(
            total=found.bit_count(),
            hits=tuple(self._best(request, _numbers(found), scores)),
            facets={name: self._count(name, matching & mine, chosen) for name in FACETS},
            kinds={value: (bits & everything).bit_count() for value, bits in self._values["kind"]},
        )

    def fingerprints(self) -> dict[tuple[str, str], str]:
        """Return the fingerprint of every live document by its kind and key."""
        found = {}
        for part in self._parts:
            gone = set(part.gone.tolist())
            for number, (kind, key, fingerprint, *_) in part.segment.rows():
                if number not in gone:
                    found[kind, key] = fingerprint
        return found

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

    def _scores(self, terms: tuple[Term, ...]) -> Floats:
        """Return the BM25 score of every document, by its number; 0 when it holds none of the terms.

        Deleted documents may have any.
        """
        scores: Floats = np.zeros(len(self._keys))
        for term in terms:
            for part, field_weight in FIELD_WEIGHTS.items():
                self._add(scores, f"{part}_{term.language}", term.stem, term.weight * field_weight)
        return scores

    def _add(self, scores: Floats, field: str, stem: str, weight: float) -> None:
        found = [
            (part, *part.segment.postings(field, stem))
            for part in self._parts
            if field
            in part.segment.lengths  # few languages have compounds, and some fields have no words at all
        ]
        holding = sum(len(numbers) - _shared(numbers, part.gone) for part, numbers, _ in found)
        if not holding:
            return
        average, documents = self._average(field)
        rarity = math.log(1 + (documents - holding + 0.5) / (holding + 0.5))
        worth, shorter, longer = weight * rarity * (K1 + 1), K1 * (1 - B), K1 * B / average
        for part, numbers, often in found:
            if len(numbers):
                lengths = part.segment.lengths[field][numbers]
                scores[part.offset + numbers.astype(np.int64)] += (
                    worth * often / (often + shorter + longer * lengths)
                )

    def _average(self, field: str) -> tuple[float, int]:
        """Return the mean length of a field and the number of documents that have it, which must not be none."""
        known = self._averages.get(field)
        if known is None:
            words = documents = 0
            for segment, _, gone in self._parts:
                if field in segment.lengths:
                    lengths = segment.lengths[field][gone]
                    words += segment.totals[field][0] - int(lengths.sum())
                    documents += segment.totals[field][1] - int(np.count_nonzero(lengths))
            known = self._averages[field] = (words / documents, documents)
        return known

    def _best(self, request: Request, numbers: Numbers, scores: Floats | None) -> Iterator[tuple[str, float]]:
        """Yield the keys and scores of the asked page. What ties goes newest first, then by key."""
        measures = [self._moments]
        if request.sort == "recognised":
            measures.insert(0, self._recognised)
        elif request.sort == "relevance" and scores is not None:
            measures.insert(0, scores)
        wanted = request.offset + request.limit
        ranked = _contenders(numbers, wanted, measures)
        by_key = sorted(ranked.tolist(), key=lambda number: _sortable(self._keys[number]))
        ranked = np.array(by_key, np.int64)
        order = np.lexsort([np.arange(len(ranked)), *(-measure[ranked] for measure in reversed(measures))])
        for number in ranked[order[request.offset : wanted]].tolist():
            yield self._keys[number], 0.0 if scores is None else float(scores[number])


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


def _shared(numbers: NDArray[np.uint32], gone: Numbers) -> int:
    """Return how many of a word's documents were deleted."""
    return int(np.isin(gone, numbers, assume_unique=True).sum()) if len(gone) else 0


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


def _bits(mask: NDArray[np.bool_]) -> int:
    """Return where a mask is true as a set."""
    return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")


def _numbers(bits: int) -> Numbers:
    """Return the numbers of a set, in order."""
    octets = np.frombuffer(bits.to_bytes(bits.bit_length() // 8 + 1, "little"), np.uint8)
    return np.flatnonzero(np.unpackbits(octets, bitorder="little"))
