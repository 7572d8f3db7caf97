"""What is kept of a document besides its words: its groups of four letters, and which words stand beside each other.

Both are kept as numbers. Groups of letters lift a document in which words look like those of the query (a form that no
dictionary knows, a name spelt in another way); sixteen bits each are enough for that: a group that shares its number
with another costs nothing measurable. Pairs of neighbours find a phrase; of those, 32 bits are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from kb.search.analysis import fold

GROUPS: Final = 1 << 16
"""How many different numbers of a group there are."""
LETTERS: Final = 4
MOST: Final = 255
"""How often a group is counted at most."""
_EDGE: Final = "_"  # so that the beginning and the end of a word make groups of their own
# A pair must have another number than the same words the other way round.
_MIX: Final = np.uint32(2_654_435_761)

Groups: TypeAlias = NDArray[np.uint16]
Counts: TypeAlias = NDArray[np.uint8]
Pairs: TypeAlias = NDArray[np.uint32]


@lru_cache(1 << 16)
def groups_of(word: str) -> Groups:
    """Return the numbers of a word's groups of letters, in order."""
    text = f"{_EDGE}{fold(word)}{_EDGE}"
    found = {text[at : at + LETTERS]: None for at in range(max(1, len(text) - LETTERS + 1))}
    return np.array([crc32(group.encode()) % GROUPS for group in found], np.uint16)


@lru_cache(1 << 16)
def _number(stem: str) -> int:
    return crc32(stem.encode())


def groups(words: Iterable[str]) -> tuple[Groups, Counts]:
    """Return the numbers of the groups of these words, each once and in order, and how often each is there."""
    found = [groups_of(word) for word in words]
    if not found:
        return np.zeros(0, np.uint16), np.zeros(0, np.uint8)
    numbers, counts = np.unique(np.concatenate(found), return_counts=True)
    return numbers, np.minimum(counts, MOST).astype(np.uint8)


def pairs(stems: Sequence[str]) -> Pairs:
    """Return the numbers of the pairs of neighbours among these stems, in order."""
    numbers = np.array([_number(stem) for stem in stems], np.uint32)
    return numbers[:-1] * _MIX ^ numbers[1:]
