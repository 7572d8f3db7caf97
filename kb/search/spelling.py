"""Words of the index that are spelled nearly like another: for a slip of the finger, and for what is being typed.

A word is corrected only when nobody knows it: it is not in the index, nor in the dictionary. Then the nearest word of the
index is taken, at one slip (a letter too many, too few, another, or two swapped) in a short word and two in a long one; of
equals one with the same first letter, and then the most usual. With two slips the first letter must be the same: else
ongepaard would be gepaard. A word that can be read as a compound of known words may be
one (a slip makes "han-reling" of handeling), so there one slip is the most. rapidfuzz counts slips a hundred times quicker
than Python would.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

SHORTEST: Final = 5
"""Letters of the shortest word that is corrected: of four letters too many words are near."""
LONG: Final = 8
"""Letters from which a word may have two slips in it."""
OTHER_START: Final = 0.5
"""What another first letter counts, in slips: people rarely get that wrong."""
CANDIDATES: Final = 30
LEAST_LIKE: Final = 0.8
"""How much of two words must be the same letters in the same order for one to be like the other."""
MOST_ALIKE: Final = 5

Frequency = Callable[[str], int]
"""Says in how many documents a word as written is."""


def correction(
    word: str, spellings: Sequence[str], frequency: Frequency, *, compound: bool = False
) -> str | None:
    """Return the word that was probably meant by one that nobody knows; None when there is none near enough.

    `compound`: it can be read as one of words that are known.
    """
    if len(word) < (LONG if compound else SHORTEST) or not word.isalpha():
        return None
    slips = 2 if len(word) >= LONG and not compound else 1
    near = process.extract(word, spellings, scorer=OSA.distance, score_cutoff=slips, limit=CANDIDATES)

    def badness(found: tuple[str, float, int]) -> tuple[float, int, str]:
        spelling, distance, _ = found
        return distance + OTHER_START * (spelling[0] != word[0]), -frequency(spelling), spelling

    usable = [
        (spelling, distance, at)
        for spelling, distance, at in near
        if spelling.isalpha() and (distance == 1 or spelling[0] == word[0]) and frequency(spelling)
    ]
    return min(usable, key=badness)[0] if usable else None


def alike(word: str, spellings: Sequence[str], *, known: bool) -> list[tuple[str, float]]:
    """Return the words that look most like one, each with how much, from 0 to 1: the best first.

    Those that hold it or that it holds; and of a word that is not `known` to be one, those of nearly the same letters.
    """
    shared = {
        spelled: min(len(word), len(spelled)) / max(len(word), len(spelled))
        for spelled in spellings
        if min(len(word), len(spelled)) >= SHORTEST and (spelled in word or word in spelled)
    }
    if not known:
        least = 100 * LEAST_LIKE
        near = process.extract(word, spellings, scorer=fuzz.ratio, score_cutoff=least, limit=MOST_ALIKE)
        shared |= {spelled: score / 100 for spelled, score, _ in near}
    return sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_ALIKE]


def beginning(start: str, spellings: Sequence[str]) -> Iterator[str]:
    """Yield the words that begin with some letters, in order. `spellings` must be sorted."""
    at = bisect_left(spellings, start)
    for spelling in islice(spellings, at, None):
        if not spelling.startswith(start):
            return
        yield spelling
