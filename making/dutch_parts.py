"""Make the list of words that Dutch compounds are made of: `python making/dutch_parts.py WORDS COUNTS`.

WORDS is the word list of OpenTaal (on Debian `/usr/share/dict/dutch` of the package wdutch), COUNTS are wordfreq's counts of
Dutch words (`wordfreq/data/large_nl.msgpack.gz` of the package wordfreq). Needs msgpack, which the product does not.

A usual word that is no compound itself can be a part. Of the words that are in the dictionary it is decided here, with how
usual they are as a whole, whether they are compounds; one that is not, and that would be taken for one without that, is
kept as a whole word. What is left is a fraction of the dictionary, and all that splitting needs.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import msgpack
from simplemma.strategies import DefaultStrategy

from kb.search import compounds
from kb.search.compounds import LONGEST, RARE, SHORTEST, USUAL, Splitter

TARGET = Path(compounds.__file__).with_name("dutch_parts.txt.gz")
EXTRA = {"zonne": 4.0, "kinder": 4.5, "mantel": 4.0, "raads": 4.5}
"""Forms in which a word stands only before another one."""
WHOLE, WHOLE_RARITY, IN_DICTIONARY = 15.56, 2.26, 5.05
"""What a word of the dictionary costs when it is left whole: so much, more the rarer it is, less for being in there."""
NOT_COUNTED = 1.0
"""How usual a word is taken to be (Zipf) that wordfreq does not count."""


def main() -> None:
    """Write the list beside the module that reads it."""
    words = Path(sys.argv[1]).read_text(encoding="utf-8").split("\n")
    counts = read_counts(Path(sys.argv[2]))
    plain = {word for word in words if word.isalpha() and word.islower()}
    names = {word.lower() for word in words if word.isalpha() and word[0].isupper()} - plain
    usual = {word: zipf for word, zipf in counts.items() if word in plain and is_usual(word, zipf)} | EXTRA
    splitter = Splitter(usual, frozenset(), {})
    decided = Decider(splitter, counts, plain)
    parts = {word: zipf for word, zipf in usual.items() if not decided.is_compound(word)}
    final = Splitter(parts, frozenset(), {})
    whole = {
        word
        for word in sorted(plain | names)
        if word not in parts and final.split(word) and (word in names or not decided.is_compound(word))
    }
    lines = [f"{word} {zipf:.1f}" for word, zipf in sorted(parts.items())]
    lines += [f"={word}" for word in sorted(whole)]
    TARGET.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
    sys.stderr.write(f"{len(parts)} parts, {len(whole)} whole words, {TARGET.stat().st_size} bytes\n")


def read_counts(path: Path) -> dict[str, float]:
    """Return how usual each counted word is, on the scale of Zipf: the list has a bucket for each hundredth of a power of ten."""
    _head, *buckets = msgpack.unpackb(gzip.decompress(path.read_bytes()))
    return {word: 9 - at / 100 for at, bucket in enumerate(buckets) for word in bucket}


def is_usual(word: str, zipf: float) -> bool:
    """Tell whether a word is usual enough for its length to be a part."""
    return SHORTEST <= len(word) <= LONGEST and zipf >= USUAL.get(len(word), RARE)


class Decider:
    """Decides of words of the dictionary whether they are compounds."""

    def __init__(self, splitter: Splitter, counts: dict[str, float], words: set[str]) -> None:
        self._splitter = splitter
        self._counts = counts
        self._words = words
        self._lemmas = DefaultStrategy(greedy=True)

    def is_compound(self, word: str) -> bool:
        """Tell whether a word is better cut; a plural or another form is what its lemma is, and a verb never is one."""
        lemma = (self._lemmas.get_lemma(word, "nl") or "").lower()
        if lemma == word and word.endswith("en"):
            return False
        if (
            lemma not in {word, ""}
            and lemma in self._words
            and len(lemma) > SHORTEST
            and not self._cheaper(lemma)
        ):
            return False
        return self._cheaper(word)

    def _cheaper(self, word: str) -> bool:
        found = self._splitter.cheapest(word)
        rarity = 7 - self._counts.get(word, NOT_COUNTED)
        return found is not None and found[0] < WHOLE + WHOLE_RARITY * rarity - IN_DICTIONARY


if __name__ == "__main__":
    main()
