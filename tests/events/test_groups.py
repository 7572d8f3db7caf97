"""Dividing people over rooms: nobody is lost, sizes differ by one at most, organisations are spread."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from kb.events.groups import at_random, mixed

CASES = [(people, rooms, seed) for people in (0, 1, 5, 17, 30) for rooms in (1, 3, 7) for seed in range(4)]


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - the same people each time


@pytest.mark.parametrize(("people", "rooms", "seed"), CASES)
def test_everybody_has_one_place_and_rooms_are_as_large(people: int, rooms: int, seed: int) -> None:
    crowd = list(range(people))
    for parts in (
        at_random(crowd, rooms, chance(seed)),
        mixed(crowd, rooms, chance(seed), of=lambda one: one % 4),
    ):
        assert sorted(one for part in parts for one in part) == crowd
        sizes = [len(part) for part in parts]
        assert len(parts) == rooms
        assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize("seed", range(10))
def test_people_of_one_organisation_meet_others(seed: int) -> None:
    crowd = [("gemeente", at) for at in range(9)] + [("dorpsraad", at) for at in range(5)] + [("zorg", 0)]
    parts = mixed(crowd, 4, chance(seed), of=lambda one: one[0])
    for organisation in ("gemeente", "dorpsraad"):
        counts = [Counter(name for name, _at in part)[organisation] for part in parts]
        assert max(counts) - min(counts) <= 1


def test_chance_decides() -> None:
    crowd = list(range(12))
    assert len({str(at_random(crowd, 3, chance(seed))) for seed in range(5)}) > 1
