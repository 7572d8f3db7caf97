"""The vocabulary of the benchmark: about 40,000 Dutch-like word forms with Zipf-Mandelbrot frequencies.

Two properties of real Dutch decide what a search engine must do: how often words occur (Zipf-Mandelbrot: the word of
rank r a share of 1 / (r + q)^s) and how new words are made (by joining). So forms are inflected and joined from the
base words, frequent parts make more and more frequent compounds, and a form's rank gives its weight.

Everything is integer arithmetic over `random.Random.random()`, the one generator method whose sequence Python promises
to keep. Sets and dictionaries serve only for look-up and in the order of insertion, so no hash order leaks in.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import isqrt
from typing import Generic, TypeVar

from benchmarks import places, words

SIZE = 40_000
_SEED = 40_000
_PAIR_LIMIT = 9_000  # product of two positions up to which two nouns make a compound: about 15,000 of them
_TRIPLES = 9_000
_DENSE = 80  # so many function words come before the first other word; the rest stand among them
_CLASHES = (
    "aa",
    "ae",
    "ai",
    "au",
    "ee",
    "ei",
    "eu",
    "ie",
    "ii",
    "oe",
    "oi",
    "oo",
    "ou",
    "ui",
    "uu",
)  # read as one sound

T = TypeVar("T")


class Weighted(Generic[T]):
    """Things to draw from, each with a whole-number weight; draws are the same on every machine."""

    def __init__(self, items: Iterable[T], weights: Iterable[int]) -> None:
        self.items = tuple(items)
        self._cumulative = list(accumulate(weights))
        if not self.items or len(self.items) != len(self._cumulative):
            raise ValueError("every item needs a weight, and there must be one at least")
        self._total = self._cumulative[-1]
        self._last = len(self.items) - 1

    @classmethod
    def zipf(cls, items: Sequence[T], offset: int = 1) -> Weighted[T]:
        """The item at place r (from 1) weighs 1 / (r + `offset`)."""
        return cls(items, (10**12 // (rank + offset) for rank in range(1, len(items) + 1)))

    def one(self, rng: random.Random) -> T:
        """One draw."""
        return self.items[bisect_right(self._cumulative, rng.random() * self._total, 0, self._last)]

    def many(self, rng: random.Random, count: int) -> list[T]:
        """`count` draws, each from all the items."""
        items, cumulative, total, last, draw = (
            self.items,
            self._cumulative,
            self._total,
            self._last,
            rng.random,
        )
        return [items[bisect_right(cumulative, draw() * total, 0, last)] for _ in range(count)]


def _running_weight(rank: int) -> int:
    """Zipf-Mandelbrot with q = 2.5 and s = 9/8: "de" is a twentieth of the text, function words half, as in Dutch.

    The eighth root is three whole square roots: a power of floats may differ in its last digit between machines.
    """
    doubled = 2 * rank + 5
    return 10**24 // (doubled * isqrt(isqrt(isqrt(doubled * 10**48))))


@dataclass(frozen=True)
class Noun:
    """A noun or compound: its article, forms, the form it takes as first part, and the parts it is made of."""

    article: str
    singular: str
    plural: str | None
    first: str
    parts: tuple[str, ...]
    score: int  # lower is commoner
    person: bool

    @property
    def phrase(self) -> str:
        """With its article: "het buurtbudget"."""
        return f"{self.article} {self.singular}"


@dataclass(frozen=True)
class Vocabulary:
    """All word forms, commonest first, and the lists that the slots of the sentences draw from."""

    forms: tuple[str, ...]
    running: Weighted[str]  # every form, as in running text
    things: Weighted[Noun]  # no people; simple and compound
    people: Weighted[str]  # plural
    compounds: Weighted[Noun]
    infinitives: Weighted[str]


def join(first: str, second: str) -> str:
    """Two parts as one Dutch compound, with a hyphen where vowels would clash: zee-eend, but wijkagenda."""
    return f"{first}-{second}" if first[-1] + second[0] in _CLASHES else first + second


def _jitter(rng: random.Random, score: int) -> int:
    """`score` times something between 0.6 and 1.6, so that ranks don't follow the list too neatly."""
    return score * (600 + int(rng.random() * 1000)) // 1000


def _nouns(rng: random.Random) -> list[Noun]:
    nouns = []
    groups = (
        ("de", words.PERSON_NOUNS, True),
        ("de", words.DE_NOUNS, False),
        ("het", words.HET_NOUNS, False),
    )
    for article, listed, person in groups:
        entries = listed.split()
        for place, entry in enumerate(entries):
            singular, plural, first = entry.split("/")
            score = _DENSE + _jitter(rng, 450 * place // len(entries))
            many = None if plural == "-" else plural
            nouns.append(Noun(article, singular, many, first, (singular,), score, person))
    return sorted(nouns, key=lambda noun: (noun.score, noun.singular))


def _compound(firsts: Sequence[Noun], head: Noun, score: int) -> Noun:
    singular, plural, first = head.singular, head.plural, head.first
    for part in reversed(firsts):
        singular, first = join(part.first, singular), join(part.first, first)
        plural = join(part.first, plural) if plural else None
    parts = (*(part.first for part in firsts), head.singular)
    return Noun(head.article, singular, plural, first, parts, score, head.person)


def _compounds(rng: random.Random, nouns: Sequence[Noun]) -> list[Noun]:
    """Joins of two and three nouns; a pair exists when the product of its places on the list is small enough."""
    made: dict[str, Noun] = {}
    for a, first in enumerate(nouns, 4):
        for b, head in enumerate(nouns, 4):
            if a * b > _PAIR_LIMIT:
                break
            if first is not head:
                compound = _compound((first,), head, 400 + _jitter(rng, a * b * 4))
                made.setdefault(compound.singular, compound)
    by_place = Weighted.zipf(nouns, offset=12)
    for _ in range(_TRIPLES):
        one, two, head = by_place.many(rng, 3)
        if one is not two is not head is not one:
            score = _jitter(rng, 20_000 + (one.score + two.score + head.score) * 20)
            compound = _compound((one, two), head, score)
            made.setdefault(compound.singular, compound)
    return sorted(made.values(), key=lambda noun: (noun.score, noun.singular))


def _scored_forms(
    rng: random.Random, nouns: Sequence[Noun], compounds: Sequence[Noun]
) -> list[tuple[int, str]]:
    function_words = enumerate(words.FUNCTION_WORDS.split())
    scored = [(min(place, _DENSE) + max(0, place - _DENSE) * 4, word) for place, word in function_words]
    for noun in (*nouns, *compounds):
        scored.append((noun.score, noun.singular))
        if noun.plural:
            scored.append((_jitter(rng, noun.score * 3 // 2), noun.plural))
    for listed in (words.TRANSITIVE_VERBS, words.OTHER_VERBS, words.ADJECTIVES):
        entries = listed.split()
        for place, entry in enumerate(entries):
            base = _DENSE + 500 * place // len(entries)
            for later, form in enumerate(entry.split("/"), 2):
                if form != "-":
                    scored.append((_jitter(rng, base * later // 2), form))
    for name in places.made_up_places():
        scored.append((_jitter(rng, 30_000), name))
        scored.append((_jitter(rng, 90_000), name + "se"))
    scored.extend((_jitter(rng, 600), method) for method in words.METHODS)
    return scored


@cache
def vocabulary() -> Vocabulary:
    """The one vocabulary, made at first use (about a third of a second) and the same everywhere."""
    rng = random.Random(_SEED)
    nouns = _nouns(rng)
    compounds = _compounds(rng, nouns)
    ranked = dict.fromkeys(word for _, word in sorted(_scored_forms(rng, nouns, compounds)))
    forms = tuple(ranked)[:SIZE]
    known = frozenset(forms)
    kept = [noun for noun in compounds if noun.singular in known]
    everything = sorted((*nouns, *kept), key=lambda noun: (noun.score, noun.singular))
    plurals = [noun.plural for noun in everything if noun.person and noun.plural]
    return Vocabulary(
        forms=forms,
        running=Weighted(forms, map(_running_weight, range(1, len(forms) + 1))),
        things=Weighted.zipf([noun for noun in everything if not noun.person][:6000], offset=60),
        people=Weighted.zipf(plurals[:600], offset=6),
        compounds=Weighted.zipf(kept, offset=60),
        infinitives=Weighted.zipf(
            [entry.split("/")[0] for entry in words.TRANSITIVE_VERBS.split()], offset=10
        ),
    )
