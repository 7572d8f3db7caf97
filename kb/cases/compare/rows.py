"""Says which row of an older list is which row of a newer one.

Rows that carry a key are known by it; others by what stands in them. A list that both versions have in nearly the same
words is matched exactly; of two lists with hundreds of rows that differ everywhere only the equal ones are found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kb.cases.compare.sequences import increasing
from kb.cases.compare.texts import words_of

Row = Mapping[str, Any]
Pair = tuple[int, int]
_Words = tuple[frozenset[str], frozenset[str]]
"""The words of a row's name, and of all its texts."""

ALIKE = 0.4
"""From here on two rows are the same one, changed: the share of words they have in common, from 0 to 1."""
MOST_PAIRS = 40_000
"""Pairs of rows that are held against each other: two hundred against two hundred."""
_WORDS = 60
"""Words of a row that are looked at."""
CHOSEN = frozenset({"challenge", "origin", "status", "licence", "cause_unknown"})
"""Fields that are chosen, not written: many rows have the same, and are not alike for that."""

NAMES = {
    "partners": "name",
    "challenges": "title",
    "lessons": "statement",
    "timeline": "what",
    "sources": "title",
    "attachments": "title",
}
"""The field by which people know a row of each list."""


def matched(name: str, old: Sequence[Row], new: Sequence[Row]) -> list[Pair]:
    """Return which row of `old` is which of `new`, in the order of `new`; each row at most once.

    Equal rows go together first, also under another key: in a file without keys these are made from the places. Then
    rows with the same key, then rows that are alike.
    """
    match = _Match(name, old, new)
    match.equal(lambda row: (row.get("key"), filled(row)))
    match.equal(filled)
    match.equal(lambda row: row.get("key"))
    match.alike()
    return match.pairs()


def matched_strictly(name: str, old: Sequence[Row], new: Sequence[Row]) -> list[Pair]:
    """Return the same for rows as somebody is writing them: a row with a key is the row with that key and no other.

    Rows without a key are known by what stands in them, or else by their place when both lists are equally long.
    """
    match = _Match(name, old, new)
    match.equal(lambda row: row.get("key"))
    match.leave_keyed()
    match.equal(filled)
    match.alike()
    if len(old) == len(new):
        match.same_place()
    return match.pairs()


def alike(name: str, one: Row, other: Row) -> bool:
    """Tell whether two rows of a list have so much in common that they are the same one, changed."""
    return (
        filled(one) == filled(other)
        or _likeness(_words(NAMES[name], one), _words(NAMES[name], other)) >= ALIKE
    )


def moved(pairs: Sequence[Pair]) -> frozenset[int]:
    """Return the places in the newer list of the rows that were moved: as few as explain the order."""
    staying = {pairs[position][1] for position in increasing([at for at, _to in pairs])}
    return frozenset(to for _at, to in pairs if to not in staying)


def filled(row: Row) -> tuple[tuple[str, Any], ...]:
    """Return what stands in a row, without its key; nothing for an empty one."""
    return tuple((field, value) for field, value in row.items() if field != "key" and value)


class _Match:
    """Two lists of rows, and which of them have not been matched yet."""

    def __init__(self, name: str, old: Sequence[Row], new: Sequence[Row]) -> None:
        self._main = NAMES[name]
        self._old, self._new = dict(enumerate(old)), dict(enumerate(new))
        self._pairs: list[Pair] = []

    def pairs(self) -> list[Pair]:
        """Return what was matched, in the order of the newer list."""
        return sorted(self._pairs, key=lambda pair: pair[1])

    def _take(self, at: int, to: int) -> None:
        self._pairs.append((at, to))
        del self._old[at], self._new[to]

    def leave_keyed(self) -> None:
        """Leave out the rows with a key that are still there."""
        self._old = {at: row for at, row in self._old.items() if not row.get("key")}
        self._new = {to: row for to, row in self._new.items() if not row.get("key")}

    def equal(self, told: Callable[[Row], Any]) -> None:
        """Match the rows of which the same is told, first with first; rows of which nothing is told stay."""
        places: dict[str, list[int]] = {}
        for to, row in reversed(self._new.items()):
            if what := told(row):
                places.setdefault(repr(what), []).append(to)
        for at, row in list(self._old.items()):
            if (what := told(row)) and (found := places.get(repr(what))):
                self._take(at, found.pop())

    def alike(self) -> None:
        """Match the rows with enough words in common, the likeliest first; at equal likeness the nearest."""
        if len(self._old) * len(self._new) > MOST_PAIRS:
            return
        ours = {at: _words(self._main, row) for at, row in self._old.items()}
        theirs = {to: _words(self._main, row) for to, row in self._new.items()}
        scored = [
            (-score, abs(at - to), at, to)
            for at, one in ours.items()
            for to, other in theirs.items()
            if (score := _likeness(one, other)) >= ALIKE
        ]
        for _score, _distance, at, to in sorted(scored):
            if at in self._old and to in self._new:
                self._take(at, to)

    def same_place(self) -> None:
        """Match what is left at the same place."""
        for at in [at for at in self._old if at in self._new]:
            self._take(at, at)


def _likeness(one: _Words, other: _Words) -> float:
    """Return how alike two rows are, from 0 to 1: by their names or by all that stands in them."""
    return max(_share(one[0], other[0]), _share(one[1], other[1]))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _words(main: str, row: Row) -> _Words:
    """Return the words of the row's name, and of all its texts; both as far as they are looked at."""
    name = _some(str(row.get(main) or ""))
    texts = (
        value
        for field, value in filled(row)
        if field != main and field not in CHOSEN and isinstance(value, str)
    )
    return name, name | _some(" ".join(text[: _WORDS * 10] for text in texts))


def _some(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in words_of(text[: _WORDS * 10])[:_WORDS] if word[0].isalnum())
