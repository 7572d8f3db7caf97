"""Finds what two sequences have in common, in a time that can't explode.

difflib reads best on short sequences and takes hours on long ones that differ everywhere. So the long ones are cut
first, as "patience diff" does: what occurs once in both, in the longest order they agree on, is a firm hold; between two
holds the same again, until a stretch is short enough for difflib. Where there is no hold, what occurs equally often is
paired in order (a text that was pasted twice has nothing that occurs once).

Each step is paid from a budget of looked-at elements. When it is spent, what was not looked at counts as replaced: the
answer is coarser and still right. The budget counts elements, not time, so the answer is the same on every machine.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

BUDGET = 3_000_000
"""Elements looked at in one comparison: about a second."""
SHORT = 10_000
"""A stretch is short when its lengths multiplied are not more than this: a hundred words against a hundred."""
DIFFLIB = 3
"""How often difflib looks at a pair of elements, about, where nearly all of them are alike."""

Block = tuple[int, int, int]
"""Where a common stretch begins in the one, in the other, and how long it is."""


class Budget:
    """What one comparison may still look at, over all its parts."""

    def __init__(self, elements: int = BUDGET) -> None:
        self._left = elements

    def allows(self, elements: int) -> bool:
        """Take so many elements; tell whether there were that many."""
        self._left -= elements
        return self._left >= 0


def common_blocks(old: Sequence[str], new: Sequence[str], budget: Budget) -> list[Block]:
    """Return the common stretches, in order; neighbours are joined."""
    found: list[Block] = []
    todo = [(0, len(old), 0, len(new))]
    while todo:
        old_from, old_to, new_from, new_to = _trimmed(old, new, todo.pop(), found)
        lengths = (old_to - old_from, new_to - new_from)
        size = lengths[0] * lengths[1]
        if not size or not budget.allows(size * DIFFLIB if size <= SHORT else sum(lengths)):
            continue
        one, other = old[old_from:old_to], new[new_from:new_to]
        if size <= SHORT:
            matches = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
            found += [(old_from + at, new_from + to, length) for at, to, length in matches if length]
            continue
        last_old, last_new = old_from, new_from
        for at, to in _holds(one, other):
            todo.append((last_old, old_from + at, last_new, new_from + to))
            found.append((old_from + at, new_from + to, 1))
            last_old, last_new = old_from + at + 1, new_from + to + 1
        if last_old > old_from:  # without a hold there is nothing more to find
            todo.append((last_old, old_to, last_new, new_to))
    return _joined(sorted(found))


def increasing(numbers: Sequence[int]) -> list[int]:
    """Return the positions of a longest increasing run among different numbers, not necessarily next to each other."""
    ends: list[int] = []  # the smallest number in which a run of each length ends
    at: list[int] = []
    before: list[int] = []
    for position, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(at[length - 1] if length else -1)
        ends[length : length + 1] = [number]
        at[length : length + 1] = [position]
    run = []
    position = at[-1] if at else -1
    while position >= 0:
        run.append(position)
        position = before[position]
    return run[::-1]


def _trimmed(
    old: Sequence[str], new: Sequence[str], part: tuple[int, int, int, int], found: list[Block]
) -> tuple[int, int, int, int]:
    """Return a part without the beginning and the end that both have in common, which go to `found`."""
    old_from, old_to, new_from, new_to = part
    at, to = old_from, new_from
    while at < old_to and to < new_to and old[at] == new[to]:
        at, to = at + 1, to + 1
    if at > old_from:
        found.append((old_from, new_from, at - old_from))
    old_end, new_end = old_to, new_to
    while old_end > at and new_end > to and old[old_end - 1] == new[new_end - 1]:
        old_end, new_end = old_end - 1, new_end - 1
    if old_end < old_to:
        found.append((old_end, new_end, old_to - old_end))
    return at, old_end, to, new_end


def _holds(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return pairs of positions of equal elements, both ever further on."""
    in_old, in_new = Counter(old), Counter(new)
    firm = {word for word, count in in_old.items() if count == 1 and in_new.get(word) == 1}
    if not firm:
        firm = {word for word, count in in_old.items() if in_new.get(word) == count}
    places: dict[str, list[int]] = {}
    for to in range(len(new) - 1, -1, -1):
        if new[to] in firm:
            places.setdefault(new[to], []).append(to)
    pairs = [(at, places[word].pop()) for at, word in enumerate(old) if word in firm]
    return [pairs[position] for position in increasing([to for _at, to in pairs])]


def _joined(blocks: list[Block]) -> list[Block]:
    joined: list[Block] = []
    for at, to, length in blocks:
        if joined and joined[-1][0] + joined[-1][2] == at and joined[-1][1] + joined[-1][2] == to:
            joined[-1] = (joined[-1][0], joined[-1][1], joined[-1][2] + length)
        else:
            joined.append((at, to, length))
    return joined
