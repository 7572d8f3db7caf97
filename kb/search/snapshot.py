"""One state of the index, held so that any number of threads can search it: the arithmetic of the search.

A snapshot is made of segments. A segment's files never change, so what is decoded from them is kept for as long as the
segment lives, also from one snapshot to the next. Documents are numbered through all segments; a set of documents is
one long Python integer with a bit for each, so that a facet's count is one `&` and one `bit_count` at the speed of C.

Scores are BM25 (k1 1.2, b 0.75), added up over the words and over two fields, of which the title or statement counts
twice (differences between 1 and 4 are under a hundredth of nDCG). Postings are decoded under a lock, because Whoosh's
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
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from whoosh.reading import SegmentReader, TermNotFound

from kb.search.documents import FACETS, Document
from kb.search.engine import Matches, Request, Term

FIELD_WEIGHTS = {"title": 2.0, "body": 1.0}
K1 = 1.2
B = 0.75
CACHE_BYTES = 32 * 1024 * 1024
"""What decoded postings may take, in bytes, before the longest unused are dropped."""

Postings: TypeAlias = "tuple[array[int], array[float]]"
"""The numbers of the documents that hold a word, and how often each does."""


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


class Segment:
    """The decoded side of one of the index's segments; its document numbers start at 0."""

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader
        self._lock = threading.Lock()
        self._postings: OrderedDict[tuple[str, str], Postings] = OrderedDict()
        self._bytes = 0
        self._lengths: dict[str, array[int]] = {}
        self.size: int = reader.doc_count_all()
        self.keys: list[tuple[str, str]] = [("", "")] * self.size
        self.fingerprints = [""] * self.size
        self.moments = array("d", bytes(8 * self.size))
        self.recognised = array("l", bytes(array("l").itemsize * self.size))
        self.sets: dict[tuple[str, str], int] = {}
        self._read_rows()
        weakref.finalize(self, reader.close)

    def _read_rows(self) -> None:
        members: dict[tuple[str, str], bytearray] = {}
        for number, stored in self._reader.iter_docs():
            kind, key, fingerprint, moment, recognised, facets = json.loads(stored["row"])
            self.keys[number] = (kind, key)
            self.fingerprints[number] = fingerprint
            self.moments[number] = moment
            self.recognised[number] = recognised
            values = [("kind", kind), *((name, value) for name in facets for value in facets[name])]
            for pair in values:
                bits = members.get(pair)
                if bits is None:
                    bits = members[pair] = bytearray(self.size // 8 + 1)
                bits[number >> 3] |= 1 << (number & 7)
        self.sets = {pair: int.from_bytes(bits, "little") for pair, bits in members.items()}

    def live(self, reader: SegmentReader) -> int:
        """Return the set of documents that were not deleted, as the newer `reader` of this segment knows it."""
        everything = (1 << self.size) - 1
        for number in reader.segment().deleted_docs():
            everything &= ~(1 << number)
        return everything

    def postings(self, field: str, stem: str) -> Postings:
        """Return the documents that hold a word in a field, from memory where they were read before."""
        name = (field, stem)
        with self._lock:
            found = self._postings.get(name)
            if found is not None:
                self._postings.move_to_end(name)
                return found
            found = self._decode(field, stem)
            self._postings[name] = found
            self._bytes += 8 * len(found[0]) + 200
            while self._bytes > CACHE_BYTES and len(self._postings) > 1:
                _, dropped = self._postings.popitem(last=False)
                self._bytes -= 8 * len(dropped[0]) + 200
            return found

    def lengths(self, field: str) -> array[int]:
        """Return how many words each document has in a field."""
        with self._lock:
            found = self._lengths.get(field)
            if found is None:
                length = self._reader.doc_field_length
                found = self._lengths[field] = array(
                    "L", (length(number, field) or 0 for number in range(self.size))
                )
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


class Snapshot:
    """The whole index at one moment. `version` tells whether it is still the newest."""

    def __init__(self, version: tuple[str, int], reader: Any, before: Snapshot | None) -> None:
        self.version = version
        known = before.segments_by_id if before else {}
        self.segments_by_id: dict[Any, Segment] = {}
        self._parts: list[tuple[Segment, int]] = []
        self.live = 0
        self.sets: dict[tuple[str, str], int] = {}
        for leaf, offset in reader.leaf_readers() if not reader.is_atomic() else [(reader, 0)]:
            if not isinstance(leaf, SegmentReader):  # what Whoosh gives for an index without documents
                continue
            name = leaf.segment().segment_id()
            segment = known.get(name)
            if segment is None:
                segment = Segment(leaf)
            self.segments_by_id[name] = segment
            self._parts.append((segment, offset))
            self.live |= segment.live(leaf) << offset
            for pair, bits in segment.sets.items():
                self.sets[pair] = self.sets.get(pair, 0) | bits << offset
        self.values: dict[str, list[tuple[str, int]]] = {name: [] for name in ("kind", *FACETS)}
        for (name, value), bits in self.sets.items():
            if name in self.values and bits & self.live:
                self.values[name].append((value, bits & self.live))
        self._averages: dict[str, tuple[float, int]] = {}

    def search(self, request: Request) -> Matches:
        """Answer a request. Takes time with how many documents hold the words, not with how many there are."""
        scores = None if request.terms is None else self._scores(request.terms)
        matching = self.live if scores is None else _set_of(scores) & self.live
        chosen = {name: self._union(name, values) for name, values in request.selected.items()}
        everything = matching
        for bits in chosen.values():
            everything &= bits
        mine = self.sets.get(("kind", request.kind), 0)
        found = everything & mine
        return Matches(
            total=found.bit_count(),
            hits=tuple(self._best(request, found, scores or {})),
            facets={name: self._count(name, matching & mine, chosen) for name in FACETS},
            kinds={value: (bits & everything).bit_count() for value, bits in self.values["kind"]},
        )

    def fingerprints(self) -> dict[tuple[str, str], str]:
        """Return the fingerprint of every live document by its kind and key."""
        return {
            segment.keys[number]: segment.fingerprints[number]
            for segment, offset in self._parts
            for number in _numbers(self.live >> offset & ((1 << segment.size) - 1))
        }

    def _union(self, name: str, values: tuple[str, ...]) -> int:
        bits = 0
        for value in values:
            bits |= self.sets.get((name, value), 0)
        return bits

    def _count(self, name: str, matching: int, chosen: Mapping[str, int]) -> dict[str, int]:
        for other, bits in chosen.items():
            if other != name:
                matching &= bits
        counts = ((value, (bits & matching).bit_count()) for value, bits in self.values[name])
        return {value: count for value, count in counts if count}

    def _scores(self, terms: tuple[Term, ...]) -> dict[int, float]:
        """Return the BM25 score of every document that holds one of the terms, by its number."""
        scores: dict[int, float] = {}
        for term in terms:
            for part, field_weight in FIELD_WEIGHTS.items():
                self._add(scores, f"{part}_{term.language}", term.stem, term.weight * field_weight)
        return scores

    def _add(self, scores: dict[int, float], field: str, stem: str, weight: float) -> None:
        found = [(segment, offset, *segment.postings(field, stem)) for segment, offset in self._parts]
        holding = sum(len(numbers) for _, _, numbers, _ in found)
        if not holding:
            return
        average, documents = self._average(field)
        # A deleted document still counts here until its segment is merged, so `holding` may pass `documents`.
        rarity = math.log(1 + max(0.0, documents - holding + 0.5) / (holding + 0.5))
        worth, shorter, longer = weight * rarity * (K1 + 1), K1 * (1 - B), K1 * B / average
        for segment, offset, numbers, weights in found:
            lengths = segment.lengths(field)
            for number, often in zip(numbers, weights, strict=True):
                score = worth * often / (often + shorter + longer * lengths[number])
                number += offset  # noqa: PLW2901 - the same document, counted through all segments
                scores[number] = scores.get(number, 0.0) + score

    def _average(self, field: str) -> tuple[float, int]:
        """Return the mean length of a field and the number of documents that have it."""
        known = self._averages.get(field)
        if known is None:
            lengths = [length for segment, _ in self._parts for length in segment.lengths(field) if length]
            known = self._averages[field] = (sum(lengths) / len(lengths) if lengths else 1.0, len(lengths))
        return known

    def _best(self, request: Request, found: int, scores: Mapping[int, float]) -> Iterator[tuple[str, float]]:
        """Yield the keys and scores of the asked page. What ties goes newest first, then by key."""
        rows = ((number, *self._where(number)) for number in _numbers(found))
        by_score = request.sort == "relevance"
        by_recognition = request.sort == "recognised"
        ranked = (
            (
                -scores.get(number, 0.0) if by_score else 0.0,
                -segment.recognised[at] if by_recognition else 0,
                -segment.moments[at],
                _sortable(segment.keys[at][1]),
                number,
            )
            for number, segment, at in rows
        )
        for row in heapq.nsmallest(request.offset + request.limit, ranked)[request.offset :]:
            segment, at = self._where(row[-1])
            yield segment.keys[at][1], scores.get(row[-1], 0.0)

    def _where(self, number: int) -> tuple[Segment, int]:
        for segment, offset in reversed(self._parts):
            if number >= offset:
                return segment, number - offset
        raise IndexError(number)


def _sortable(key: str) -> tuple[int, str]:
    """Order keys that are numbers by their value, before those that are words."""
    return (int(key), "") if key.isdigit() else (1 << 62, key)


def _set_of(numbers: Mapping[int, float]) -> int:
    if not numbers:
        return 0
    bits = bytearray(max(numbers) // 8 + 1)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")


def _numbers(bits: int) -> Iterator[int]:
    """Yield the numbers of a set, in order."""
    for at, byte in enumerate(bits.to_bytes(bits.bit_length() // 8 + 1, "little")):
        while byte:
            low = byte & -byte
            yield at * 8 + low.bit_length() - 1
            byte ^= low  # noqa: PLW2901 - the bits of this byte that are still to come
