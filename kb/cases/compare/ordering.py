"""Puts the rows of two people in one order: whoever moved rows is followed, of both me; what is new follows its neighbour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def joined_order(base: Sequence[T], mine: Sequence[T], theirs: Sequence[T]) -> list[T]:
    """Return everything that stands in `mine` or `theirs`, each once.

    The order is mine, or theirs when only they changed the order of what stood in `base`. What the other order has more
    stands after what it follows there.
    """
    i_kept = _in_order(base, mine)
    first, second = (theirs, mine) if i_kept and not _in_order(base, theirs) else (mine, theirs)
    order = list(first)
    before: T | None = None
    there = set(order)
    for each in second:
        if each not in there:
            order.insert(order.index(before) + 1 if before is not None else 0, each)
            there.add(each)
        before = each
    return order


def _in_order(base: Sequence[T], some: Sequence[T]) -> bool:
    """Tell whether what is left of `base` stands in its order."""
    places = {each: at for at, each in enumerate(base)}
    found = [places[each] for each in some if each in places]
    return found == sorted(found)
