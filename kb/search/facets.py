"""Counting by facet: how many of the documents that were found have each value.

Which way is quickest depends on the facet. Few values, of which a document may have many (themes, years): a row of bits for
each value, counted word by word. One value for each document (a municipality): its number, counted at once. Many values of
which a document has some (keywords): those of the documents found, behind one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

FEW = 64
"""So many values at most have a row of bits each."""
_WORD = 64


class Several(NamedTuple):
    """What documents have several of: all values behind one another, and where those of each document begin and end."""

    values: NDArray[Any]
    starts: Numbers
    ends: Numbers

    @classmethod
    def ending(cls, values: NDArray[Any], ends: NDArray[Any]) -> Several:
        """Return them from where the values of each document end."""
        last = ends.astype(np.int64)
        return cls(values, np.concatenate([np.zeros(1, np.int64), last])[: len(last)], last)

    def of(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Return the places of all values of some documents, and for each the place of its document among them."""
        counts = self.ends[numbers] - self.starts[numbers]
        whose = np.repeat(np.arange(len(numbers)), counts)
        before = np.cumsum(counts) - counts
        return np.arange(len(whose)) + (self.starts[numbers] - before)[whose], whose


class Selection:
    """The documents that were found, each way that a facet may want them."""

    def __init__(self, mask: Mask) -> None:
        self.mask = mask

    @cached_property
    def numbers(self) -> Numbers:
        """Their numbers, in order."""
        return np.flatnonzero(self.mask)

    @cached_property
    def bits(self) -> NDArray[np.uint64]:
        """A bit for each document."""
        return _bits(self.mask)


class Facet:
    """The values of one facet in the documents of a segment: their names, and which each document has, by their place."""

    def __init__(self, names: Sequence[str], which: Several) -> None:
        self.values = names
        self._all = which
        self._size = len(which.starts)
        self._places = {name: place for place, name in enumerate(names)}

    def having(self, values: Sequence[str]) -> Mask:
        """Return which documents have any of these values."""
        found = np.zeros(self._size, bool)
        documents, starts = self._by_value
        for value in values:
            place = self._places.get(value)
            if place is not None:
                found[documents[starts[place] : starts[place + 1]]] = True
        return found

    def count(self, found: Selection) -> dict[str, int]:
        """Return how many of the documents found have each value, without values that none has."""
        if len(self.values) <= FEW:
            counts = np.bitwise_count(self._rows & found.bits).sum(axis=1, dtype=np.int64)
        elif self._single is not None:
            counts = np.bincount(self._single[found.numbers], minlength=len(self.values) + 1)[1:]
        else:
            values = self._all.values[self._all.of(found.numbers)[0]]
            counts = np.bincount(values, minlength=len(self.values))
        some = np.flatnonzero(counts)
        return {
            self.values[at]: count for at, count in zip(some.tolist(), counts[some].tolist(), strict=True)
        }

    @cached_property
    def _by_value(self) -> tuple[Numbers, Numbers]:
        """The documents that have each value, behind one another, and where those of each value begin."""
        whose = np.repeat(np.arange(self._size), self._all.ends - self._all.starts)
        order = np.argsort(self._all.values, kind="stable")
        starts = np.searchsorted(self._all.values[order], np.arange(len(self.values) + 1))
        return whose[order], starts

    @cached_property
    def _rows(self) -> NDArray[np.uint64]:
        """A row of bits for each value: which documents have it."""
        rows = [_bits(self.having((value,))) for value in self.values]
        return np.array(rows, np.uint64).reshape(len(rows), -(-self._size // _WORD))

    @cached_property
    def _single(self) -> NDArray[np.uint32] | None:
        """The place of each document's value, counted from 1, 0 when it has none; None when one has several."""
        counts = self._all.ends - self._all.starts
        if len(counts) and counts.max() > 1:
            return None
        single = np.zeros(self._size, np.uint32)
        single[counts == 1] = self._all.values + 1
        return single


def _bits(mask: Mask) -> NDArray[np.uint64]:
    octets = np.zeros(8 * -(-len(mask) // _WORD), np.uint8)
    packed = np.packbits(mask)
    octets[: len(packed)] = packed
    return octets.view(np.uint64)
