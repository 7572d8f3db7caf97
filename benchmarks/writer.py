"""Puts the words of one generated case into texts: filled templates and running text.

A case has a few subjects of its own that come back in its text, as in real writing: without them no text would be more
about a query than another, and ranking would have nothing to do.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TypeVar

from benchmarks import places, templates
from benchmarks.vocabulary import Noun, Vocabulary, Weighted, vocabulary
from benchmarks.words import METHODS, PEOPLE_ADJECTIVES

_ADJECTIVES = Weighted.zipf(PEOPLE_ADJECTIVES.split(), offset=3)
METHOD_CHOICE = Weighted.zipf(METHODS, offset=2)
# Words of a sentence, each as likely as the next.
_LENGTHS = (5, 6, 7, 8, 8, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15, 16, 17, 18, 19, 20, 22, 25)
_SHORTEST, _COMMA_FROM, _PARAGRAPH = 5, 13, 30  # words: a sentence, one with a comma, a paragraph at least

T = TypeVar("T")


@cache
def municipalities() -> Weighted[tuple[str, str]]:
    """(province, municipality), the first of each province the commonest."""
    pairs = [(p, m, i) for p, (_, _, names) in places.PROVINCES.items() for i, m in enumerate(names)]
    return Weighted([(p, m) for p, m, _ in pairs], [10_000 // (i + 4) for _, _, i in pairs])


@cache
def villages() -> Weighted[str]:
    """Invented places in an order that mixes the beginnings of the names."""
    names = places.made_up_places()
    return Weighted.zipf([names[i * 389 % len(names)] for i in range(len(names))], offset=200)


def below(rng: random.Random, limit: int) -> int:
    """A whole number from 0 up to, not including, `limit`."""
    return int(rng.random() * limit)


def pick(rng: random.Random, options: Sequence[T]) -> T:
    """One of the options, each as likely as the next."""
    return options[int(rng.random() * len(options))]


def chance(rng: random.Random, percent: int) -> bool:
    """True in so many of a hundred draws."""
    return below(rng, 100) < percent


def plural(noun: Noun) -> str:
    """The plural, or the singular of what has none."""
    return noun.plural or noun.singular


def _capital(text: str) -> str:
    """`text` as the beginning of a sentence; Dutch writes IJ with two capitals."""
    return "IJ" + text[2:] if text.startswith("ij") else text[:1].upper() + text[1:]


class Slots:
    """The words of one case for the slots of a template: its own subjects mostly, other words now and then."""

    def __init__(self, rng: random.Random, vocab: Vocabulary) -> None:
        self.rng, self.vocab = rng, vocab
        self.things = vocab.things.many(rng, 6)
        self.people = vocab.people.many(rng, 4)
        self.province, self.municipality = municipalities().one(rng)
        self.place = villages().one(rng)
        if chance(rng, 33):
            self.place += "-" + pick(rng, places.NAME_QUARTERS)
        self._fill: dict[str, Callable[[], str]] = {
            "thing": lambda: self._thing().phrase,
            "name": lambda: self._thing().singular,
            "things": lambda: plural(self._thing()),
            "people": self._people,
            "inf": lambda: vocab.infinitives.one(rng),
            "adj": lambda: _ADJECTIVES.one(rng),
            "method": lambda: METHOD_CHOICE.one(rng),
            "number": lambda: str(2 + below(rng, 59)),
            "place": lambda: self.place,
            "municipality": lambda: self.municipality,
        }

    def __getitem__(self, slot: str) -> str:
        return self._fill[slot]()

    def _thing(self) -> Noun:
        return pick(self.rng, self.things) if chance(self.rng, 60) else self.vocab.things.one(self.rng)

    def _people(self) -> str:
        return pick(self.rng, self.people) if chance(self.rng, 50) else self.vocab.people.one(self.rng)


class Writer:
    """Writes the texts of one case and counts their words."""

    def __init__(self, rng: random.Random, words: int) -> None:
        self.rng = rng
        vocab = vocabulary()
        self.slots = Slots(rng, vocab)
        self.written = 0
        self._stream = vocab.running.many(rng, words + 200)
        topics = [form for noun in self.slots.things for form in (noun.singular, plural(noun))]
        topics += [*self.slots.people, self.slots.place]
        at = below(rng, 12)
        while at < len(self._stream):  # the subjects of a case come back in its text
            self._stream[at] = pick(rng, topics)
            at += 4 + below(rng, 16)
        self._at = 0

    def line(self, options: Sequence[str]) -> str:
        """One filled template, beginning with a capital."""
        text = _capital(pick(self.rng, options).format_map(self.slots))
        self.written += text.count(" ") + 1
        return text

    def _sentence(self, length: int) -> str:
        taken = self._stream[self._at : self._at + length]
        self._at = (self._at + length) % (len(self._stream) - 30)
        if length > _COMMA_FROM:
            taken[length // 2] += ","
        self.written += length
        end = "?" if chance(self.rng, 3) else "."
        return _capital(" ".join(taken)) + end

    def running(self, words: int) -> str:
        """Sentences of 5 to 25 words, at least one, about `words` words together."""
        sentences: list[str] = []
        left = words
        while left >= _SHORTEST or not sentences:
            length = max(_SHORTEST, min(pick(self.rng, _LENGTHS), left))
            sentences.append(self._sentence(length))
            left -= length
        return " ".join(sentences)

    def _paragraphs(self, count: int, end: int) -> Iterator[str]:
        """So many paragraphs, fewer when `end` words are written."""
        for _ in range(count):
            if self.written + _SHORTEST < end:
                yield self.running(min(end - self.written, _PARAGRAPH + below(self.rng, 60)))

    def story(self, words: int) -> str:
        """Markdown: headed sections with paragraphs, now and then a list; about `words` words."""
        end, blocks = self.written + words, [self.running(min(40, words))]
        while self.written + _PARAGRAPH < end:
            blocks.append("## " + self.line(templates.HEADINGS))
            blocks += self._paragraphs(1 + below(self.rng, 3), end)
            if self.written + _PARAGRAPH < end and chance(self.rng, 25):
                blocks.append("\n".join("- " + self.running(8) for _ in range(3)))
        return "\n\n".join(blocks)
