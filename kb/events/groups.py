"""Dividing people over rooms: at random, or so that those of one organisation meet others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from random import Random
from typing import TypeVar

Person = TypeVar("Person")


def at_random(people: Sequence[Person], rooms: int, chance: Random) -> list[list[Person]]:
    """Return the people divided over this many rooms by chance; the sizes differ by one at most."""
    order = list(people)
    chance.shuffle(order)
    return [order[at::rooms] for at in range(rooms)]


def mixed(
    people: Sequence[Person], rooms: int, chance: Random, of: Callable[[Person], Hashable]
) -> list[list[Person]]:
    """Return the people divided so that each organisation (`of`) is spread over the rooms as evenly as can be.

    People are dealt out like cards, an organisation after the other, the largest first: so no two rooms differ by more
    than one in size, nor in how many they have of one organisation.
    """
    together: dict[Hashable, list[Person]] = defaultdict(list)
    for person in people:
        together[of(person)].append(person)
    groups = list(together.values())
    chance.shuffle(groups)
    groups.sort(key=len, reverse=True)
    dealt = []
    for group in groups:
        chance.shuffle(group)
        dealt += group
    found = [dealt[at::rooms] for at in range(rooms)]
    chance.shuffle(found)
    return found
