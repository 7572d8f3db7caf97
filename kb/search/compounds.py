"""Splitting Dutch compounds: wijkontwikkelplan -> wijk, ontwikkel, plan.

Dutch glues words together, so most of its compounds stand in no dictionary, and those that do are compounds all the same.
Which parts a word is made of is decided by how usual they are: it is cut so that what that costs is least, where a part
costs the less the more usual and the longer it is, and each cut and linking letter (bewoner-s-huis) costs something.

What can be a part, and which words look like compounds and are none (verandering), is in `dutch_parts.txt.gz`, which
`making/dutch_parts.py` makes of OpenTaal's word list and wordfreq's counts. What these get wrong in the words of this field is
in `dutch_exceptions.txt`. Their licences stand in `DUTCH_LICENCES.md` beside them.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple
from unicodedata import combining, normalize

LEAST: Final = 6
"""Letters of the shortest word that is looked at: two parts of three."""
SHORTEST, LONGEST = 3, 24
"""Letters of a part."""
USUAL: Final[Mapping[int, float]] = {3: 4.0, 4: 3.0, 5: 2.3}
RARE: Final = 1.6
"""How usual (Zipf: 3 is once in a million words) a part of so many letters must be at least; a longer one: `RARE`."""
MOST: Final = 6
"""The most parts of a word."""

# Found by search on the lists of `benchmarks/analysis.py`; no part of it is worth more than its neighbours.
CUT, RARITY, LETTER = 7.17, 0.71, 0.12
"""What a part costs: by itself, for each step that it is less usual than Zipf 7, and less for each of its letters."""
LINKS: Final = {"": 0.6, "s": 1.03, "e": 2.41, "en": 0.84, "n": 2.0, "ne": 1.12, "er": 2.14}
"""What may stand behind a part to tie it to the next one, and what that costs."""
UNKNOWN, UNKNOWN_LETTER = 16.0, 1.57
"""What a word costs whole that nobody knows, and for each of its letters."""

OF_THE_FIELD: Final = 4.0
"""How usual (Zipf) a word is taken to be as a part that stands in the list of exceptions."""

NEVER: Final = frozenset(
    [
        "aan",
        "achter",
        "als",
        "ander",
        "bij",
        "binnen",
        "boven",
        "buiten",
        "daar",
        "dan",
        "dat",
        "deze",
        "die",
        "dit",
        "door",
        "dus",
        "een",
        "elk",
        "elke",
        "en",
        "er",
        "gaan",
        "geen",
        "haar",
        "heb",
        "heeft",
        "heel",
        "hem",
        "het",
        "hier",
        "hij",
        "hoe",
        "hun",
        "iets",
        "ik",
        "in",
        "is",
        "ja",
        "jij",
        "kan",
        "langs",
        "maar",
        "meer",
        "met",
        "mij",
        "mijn",
        "moet",
        "naar",
        "na",
        "nee",
        "nog",
        "nooit",
        "nu",
        "of",
        "om",
        "onder",
        "ons",
        "onze",
        "ook",
        "op",
        "over",
        "per",
        "reeds",
        "sinds",
        "te",
        "ten",
        "ter",
        "terug",
        "toe",
        "toen",
        "tot",
        "tussen",
        "uit",
        "van",
        "vanaf",
        "veel",
        "vele",
        "via",
        "voor",
        "vooral",
        "waar",
        "wat",
        "weer",
        "welk",
        "welke",
        "wie",
        "wij",
        "zal",
        "zeer",
        "zich",
        "zij",
        "zijn",
        "zo",
        "zoals",
        "zonder",
    ]
)
"""Words that are no part of any other: they say nothing alone, and hide in many (be-voor-deeld)."""
NEVER_LEFT: Final = frozenset(["ver", "ont", "ge", "be", "her", "mis", "mee", "samen", "ex"])
"""What no compound begins with, as it makes a word of its own of what follows."""
NEVER_RIGHT: Final = frozenset(
    [
        "aal",
        "aar",
        "aard",
        "aars",
        "achtig",
        "achtige",
        "ale",
        "are",
        "atie",
        "aties",
        "baar",
        "baars",
        "dom",
        "eel",
        "ele",
        "eling",
        "elingen",
        "enaar",
        "er",
        "eren",
        "erij",
        "erlei",
        "ers",
        "heden",
        "heid",
        "ief",
        "ieve",
        "ing",
        "ingen",
        "isch",
        "ische",
        "isme",
        "ist",
        "iteit",
        "je",
        "jes",
        "kje",
        "lijk",
        "lijke",
        "loos",
        "loze",
        "naar",
        "nis",
        "pje",
        "rijk",
        "schap",
        "sel",
        "ster",
        "sters",
        "teit",
        "tie",
        "ties",
        "tje",
        "tjes",
        "zaam",
    ]
)
"""Endings that are words too (schap is a shelf) and that no compound ends with."""


class Piece(NamedTuple):
    """A part of a compound: as it stands in there, and as a word by itself, without linking letters."""

    text: str
    word: str


class Splitter:
    """Splits words. `parts` are words with how usual they are, `whole` those left whole, `exceptions` are cut as they say."""

    def __init__(
        self, parts: Mapping[str, float], whole: AbstractSet[str], exceptions: Mapping[str, tuple[str, ...]]
    ) -> None:
        # Many write no accents: cooperatie is cut as coöperatie is.
        exceptions = {
            **{_plain(word): tuple(map(_plain, texts)) for word, texts in exceptions.items()},
            **exceptions,
        }
        usual = {**dict.fromkeys(exceptions, OF_THE_FIELD), **parts}
        usual = {**{_plain(part): zipf for part, zipf in usual.items()}, **usual}
        self._costs = {
            part: CUT + RARITY * (7 - zipf) - LETTER * len(part)
            for part, zipf in usual.items()
            if part not in NEVER
        }
        self._whole = {*whole, *map(_plain, whole)}
        self._exceptions = exceptions

    def split(self, word: str) -> tuple[Piece, ...]:
        """Return the parts of a word (lower case, composed); nothing when it is no compound."""
        texts = self._exceptions.get(word)
        if texts is None:
            if len(word) < LEAST or word in self._costs or word in self._whole or not word.isalpha():
                return ()
            found = self.cheapest(word)
            texts = found[1] if found and found[0] < UNKNOWN + UNKNOWN_LETTER * len(word) else ()
        return tuple(piece for text in texts for piece in self._pieces(text))

    def _pieces(self, text: str) -> tuple[Piece, ...]:
        """Return a part, or its own parts where an exception says that it is a compound itself."""
        word = self._word(text)
        inner = self._exceptions.get(word, ())
        if not inner:
            return (Piece(text, word),)
        *first, last = inner
        link = text[len(word) :]
        return (*(Piece(one, self._word(one)) for one in first), Piece(last + link, self._word(last)))

    def _word(self, text: str) -> str:
        """Return a part without the letters that tie it to the next one."""
        known = [
            (self._costs[word] + price, word)
            for link, price in LINKS.items()
            if text.endswith(link) and (word := text[: len(text) - len(link)]) in self._costs
        ]
        return min(known)[1] if known else text

    def cheapest(self, word: str) -> tuple[float, tuple[str, ...]] | None:
        """Return the cheapest way to cut a word in two or more, with what it costs; None when there is none."""
        length = len(word)
        best: list[tuple[float, tuple[str, ...]] | None] = [None] * (length + 1)
        best[0] = (0.0, ())
        for start in range(length - SHORTEST + 1):
            before = best[start]
            if before is None or len(before[1]) >= MOST:
                continue
            for end, cost in self._pieces_from(word, start):
                known, total = best[end], before[0] + cost
                if known is None or total < known[0]:
                    best[end] = (total, (*before[1], word[start:end]))
        return best[length]

    def _pieces_from(self, word: str, start: int) -> Iterator[tuple[int, float]]:
        """Yield where each part that begins here ends, with what ties it to the next one, and what it costs."""
        length, costs = len(word), self._costs
        for end in range(start + SHORTEST, min(length, start + LONGEST) + 1):
            cost = costs.get(word[start:end])
            if cost is None:
                continue
            if end == length:
                if start and word[start:end] not in NEVER_RIGHT:
                    yield end, cost
                continue
            for link, price in LINKS.items():
                tied = end + len(link)
                if word.startswith(link, end) and tied < length and word[start:tied] not in NEVER_LEFT:
                    yield tied, cost + price


def _plain(word: str) -> str:
    """Return a word without its accents."""
    if word.isascii():
        return word
    return "".join(letter for letter in normalize("NFD", word) if not combining(letter))


@lru_cache(maxsize=1)
def splitter(more: str = "") -> Splitter:
    """Return the splitter of the words that come with the program and of a list of `more` exceptions, which go before."""
    parts, whole, exceptions = _shipped()
    return Splitter(parts, whole, {**exceptions, **read_exceptions(more)})


def is_word(word: str) -> bool:
    """Whether the list that comes with the program holds a word (lower case, composed), as a part or as one left whole."""
    parts, whole, exceptions = _shipped()
    return word in parts or word in whole or word in exceptions


@cache
def _shipped() -> tuple[dict[str, float], set[str], dict[str, tuple[str, ...]]]:
    """Return what comes with the program, read when it is first asked for."""
    here = files(__package__)
    parts: dict[str, float] = {}
    whole = set()
    for line in gzip.decompress((here / "dutch_parts.txt.gz").read_bytes()).decode().split("\n"):
        if line.startswith("="):
            whole.add(line[1:])
        else:
            word, _space, zipf = line.partition(" ")
            parts[word] = float(zipf)
    return parts, whole, read_exceptions((here / "dutch_exceptions.txt").read_text(encoding="utf-8"))


def read_exceptions(text: str) -> dict[str, tuple[str, ...]]:
    """Return the words of a list of exceptions, one on a line: `water+schap` is cut so, `platform` is left whole.

    What stands behind a # is a remark.
    """
    lines = (line.partition("#")[0].strip().lower() for line in text.splitlines())
    found = {}
    for line in filter(None, lines):
        pieces = tuple(line.split("+"))
        found["".join(pieces)] = pieces if len(pieces) > 1 else ()
    return found
