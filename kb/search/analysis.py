"""One analysis of text for everything search does: indexing, querying, marking, suggesting.

Two words meet when their stems are equal, so a word must get the same stem wherever it stands:

    as written -> lower case, NFKC, invisible characters out -> lemma (simplemma) -> Snowball -> accents folded

A lemma dictionary alone misses what it does not hold, a stemmer alone misses what is irregular (stad, steden);
together they do best. `python -m benchmarks.analysis` measures the chain on any list of word pairs.

Choices that are not obvious:

* Snowball's older `dutch_porter` after the lemma. Its newer `dutch` strips prefixes (gemeente -> meen, gezin -> zin),
  which is wrong for a lemma. What `dutch_porter` is bad at, unknown compounds, the next point mends.
* Dutch compounds carry their inflection at the end, so a word the dictionary does not hold takes the lemma of its
  longest known tail: energiecoöperaties -> energiecoöperatie, werkgroepleden -> werkgroeplid.
* People leave out the diaeresis: of an unknown word the spelling with one is tried (categorieen -> categorieën).
* -eren goes to -atie where the dictionary holds both: participeren meets participatie.
* What is still a compound then is split into parts, each with a stem of its own (`kb.search.compounds`). The whole word
  keeps its stem too: who asks for wijkraad wants that before a raad in a wijk.
* A hyphen splits (Duiven-West, buurt-app, OV-chipkaart, 2016-2027): each piece is a word that people look for. It
  joins only after a single letter or a bound prefix, which says nothing alone and is as often written on: e-mail,
  co-creatie. Lengths do not tell the two apart: "OV" is looked for and "pro" is not.
* simplemma's low-memory dictionary: Dutch takes 3 MB instead of 41 MB in every process and gives the same lemmas; the
  slower look-up is paid once per word, as stems are remembered. It is loaded when the first word is stemmed.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from kb.search import compounds
from kb.search.stemming import Chain, Dutch, English

_MADE_OF: Final = ("analysis.py", "stemming.py", "compounds.py", "dutch_parts.txt.gz", "dutch_exceptions.txt")
_RULES: Final = hashlib.sha256(
    b"".join(Path(__file__).with_name(name).read_bytes() for name in _MADE_OF)
).hexdigest()[:8]
VERSION: Final = f"{_RULES}-{version('simplemma')}-{version('PyStemmer')}"
"""Changes when a word may get another stem than before; an index made with another version must be made anew."""

WORD_LETTERS: Final = 64  # what is longer is no word: it is cut here and not stemmed

_RAW_CHARACTERS: Final = 4 * WORD_LETTERS  # of a word as written, with its marks and invisible characters
# Spellings of which the words are remembered, per language: those of ten thousand cases, in 25 MB.
_SURFACES: Final = 65_536
_STEMS: Final = 65_536  # words of which the stem is remembered, per language


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


_MARKS: Final = "".join(filter(_is_mark, map(chr, range(0x300, 0xFE30))))
_INVISIBLE: Final = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_APOSTROPHES: Final = "'\u2019\u02bc\u2018\uff07"
_HYPHENS: Final = "-\u2010\u2011"
_EMOJI: Final = "\ufe0f\u20e3"  # make an emoji of the letter or digit before them

# A run without spaces that starts with a letter or digit. One class and no groups, so that it takes linear time and
# no memory whatever it meets; the words inside a run that is not plain letters are found by _pieces.
RUN: Final = re.compile(rf"\w[\w{_MARKS}{_INVISIBLE}{_APOSTROPHES}\u2010\u2011-]*")
_PIECE: Final = re.compile(rf"[^\W_][^_{_APOSTROPHES}\u2010\u2011-]*")
_CLEAN: Final = {ord(c): None for c in _INVISIBLE} | {ord(c): "'" for c in _APOSTROPHES}
_BOUND: Final = frozenset({"co", "re", "pre", "pro", "non", "anti", "multi", "inter", "semi", "sub"})
_FOLD: Final = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "'": None})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Stop words carry grammar and no subject. The lists are short on purpose: BM25 already makes a common word weigh
# little, and a word that is dropped can never be found. So what people here ask about stays in: wie, samen, mee,
# elkaar, zelf, iedereen, niemand, willen; who, together, everyone, nobody. "niet" and "geen" go: "geen geld" asks
# for "geld".
_DUTCH_STOP: Final = _words("""
    de het een één t n s en of maar want dus als dan dat die dit deze wat welke waar hoe waarom wanneer
    ik je jij u we wij ze zij hij hem haar hun hen ons onze jouw uw mijn zijn men me mij er hier daar zich
    is ben bent was waren geweest heb hebt heeft hebben had hadden gehad word wordt worden werd werden geworden
    kan kunt kunnen kon konden zal zult zullen zou zouden moet moeten moest moesten mag mogen mocht
    in op aan van voor met bij te tot ten ter uit naar om over door tegen onder tussen na per zonder
    niet geen ook al wel nog zo zo'n zoals omdat terwijl toen nu ja nee
""")
_ENGLISH_STOP: Final = _words("""
    a an the and or but if than then that this these those what which where how why when there here
    i me my you your he him his she her it its we us our they them their s t
    is am are was were be been being have has had do does did can could will would shall should may might must
    in on at of to from for with by about into onto as between under over after before during without
    not no also so too yes don't isn't aren't doesn't didn't can't won't it's that's
""")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a compound word, as written and stemmed."""

    text: str
    stem: str


@dataclass(frozen=True, slots=True)
class Token:
    """A word in a text: `text` is exactly `original[start:end]`. `parts` are those of a compound; none when it stays whole."""

    text: str
    start: int
    end: int
    stem: str
    parts: tuple[Part, ...] = ()


class Piece(NamedTuple):
    """A part of a compound inside a run of characters, with its offsets in that run, as written there and stemmed."""

    start: int
    end: int
    text: str
    stem: str


class Word(NamedTuple):
    """A word inside a run of characters, with its offsets in that run and its normal spelling; `stop` when search leaves it out."""

    start: int
    end: int
    text: str
    stem: str
    stop: bool
    parts: tuple[Piece, ...] = ()


class TextWords(NamedTuple):
    """A text as the index holds it: the stems of its words and of the parts of its compounds, and its words as written.

    `words` has each of these once, with what it is made of.
    """

    stems: list[str]
    parts: list[str]
    spellings: list[str]
    words: dict[str, Word]


class _Split(Protocol):
    """From a normal word to the parts of a compound."""

    def __call__(self, word: str, /) -> tuple[compounds.Piece, ...]: ...


def fold(word: str) -> str:
    """The word without accents and apostrophes: café -> cafe, zzp'er -> zzper."""
    if word.isascii():
        return word.replace("'", "")
    apart = unicodedata.normalize("NFKD", word.translate(_FOLD))
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))


def normal(text: str) -> str:
    """A word as written in the one spelling everything else starts from; empty when it holds no letter or digit.

    Lower case, composed (NFKC), without invisible characters, hyphens and other signs, and at most WORD_LETTERS long.
    Apostrophes stay, all as the plain one.
    """
    text = text[:_RAW_CHARACTERS]
    if text.isascii() and text.isalnum():
        return text[:WORD_LETTERS].lower()
    text = unicodedata.normalize("NFKC", text.translate(_CLEAN)).lower()
    text = unicodedata.normalize("NFC", "".join(c for c in text if c.isalnum() or c == "'" or _is_mark(c)))
    text = text[:WORD_LETTERS]
    return text if any(c.isalnum() for c in text) else ""


def _pieces(run: str) -> Iterator[tuple[int, int, str]]:
    """The words of a run: start and end in it, and the normal spelling."""
    if run.isalnum():
        yield from _piece(run, 0, len(run))
        return
    start = end = -1
    for match in _PIECE.finditer(run):
        if start >= 0 and not _joins(run, start, end, match.start()):
            yield from _piece(run, start, end)
            start = -1
        start = match.start() if start < 0 else start
        end = match.end()
    if start >= 0:
        yield from _piece(run, start, end)


def _piece(run: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """The one word between start and end, unless it is none: a keycap or another emoji made of a letter."""
    while run[end - 1] in _INVISIBLE:
        end -= 1
    word = normal(run[start : min(end, start + _RAW_CHARACTERS)])
    if word and not (len(word.rstrip(_EMOJI)) == 1 and run[end - 1] in _EMOJI):
        yield start, end, word


def _joins(run: str, start: int, end: int, following: int) -> bool:
    """Whether the piece that follows belongs to the word before it (e-mail, zo'n) or is a word of its own."""
    if following - end != 1:
        return False
    if run[end] in _APOSTROPHES:
        return True
    if run[end] not in _HYPHENS or end - start > _RAW_CHARACTERS:
        return False
    before = normal(run[start:end])
    # 's-Hertogenbosch is asked for without its 's
    return before in _BOUND or (len(before) == 1 and before.isalpha() and before not in "st")


class Analysis:
    """The analysis of one language. Get it from `analysis`, which keeps one of each; safe to use from many threads."""

    def __init__(
        self, language: str, chain: Chain | None, stop_words: frozenset[str], split: _Split | None = None
    ) -> None:
        self.language = language
        self._split = split
        self._chain = chain
        self._stop_words = stop_words
        self._stem = lru_cache(_STEMS)(self._make_stem)
        self._words = lru_cache(_SURFACES)(self._make_words)

    def tokens(self, text: str) -> Iterator[Token]:
        """Every word of a text, stop words too, with its offsets in the text."""
        for run in RUN.finditer(text):
            for word in self.words(run.group()):
                first, last = run.start() + word.start, run.start() + word.end
                parts = tuple(Part(part.text, part.stem) for part in word.parts)
                yield Token(text[first:last], first, last, word.stem, parts)

    def read(self, text: str) -> TextWords:
        """Return the words of a text in order, without stop words: what goes into the index."""
        cached, found = self._words, TextWords([], [], [], {})
        stems, spellings, forms = found.stems.append, found.spellings.append, found.words
        for run in RUN.findall(text):
            for word in cached(run) if len(run) <= WORD_LETTERS else self._make_words(run):
                if not word.stop:
                    stems(word.stem)
                    spellings(word.text)
                    forms[word.text] = word
                    if word.parts:
                        found.parts.extend([part.stem for part in word.parts])
        return found

    def stems(self, text: str) -> list[str]:
        """The stems of a text in order, without stop words."""
        return self.read(text).stems

    def part_stems(self, text: str) -> list[str]:
        """The stems of the parts of a text's compounds in order."""
        return self.read(text).parts

    def split(self, word: str) -> tuple[Part, ...]:
        """The parts of one word, however it is written; none when it is no compound."""
        if self._split is None:
            return ()
        return tuple(Part(part.text, self._stem(part.word)) for part in self._split(normal(word)))

    def parts(self, word: str) -> tuple[str, ...]:
        """The stems of the parts of one word, however it is written; none when it is no compound."""
        return tuple(part.stem for part in self.split(word))

    def stem(self, word: str) -> str:
        """The stem of one word, however it is written; empty when it holds no letter or digit."""
        return self._stem(normal(word))

    def is_stop(self, word: str) -> bool:
        """Whether a word, however it is written, is one that search leaves out."""
        return normal(word) in self._stop_words

    def words(self, run: str) -> tuple[Word, ...]:
        """The words of one match of RUN, remembered: the fast way for who walks over a text."""
        return self._words(run) if len(run) <= WORD_LETTERS else self._make_words(run)

    def _make_words(self, run: str) -> tuple[Word, ...]:
        stop_words = self._stop_words
        return tuple(
            Word(start, end, w, self._stem(w), w in stop_words, self._parts(start, end, w))
            for start, end, w in _pieces(run)
        )

    def _parts(self, start: int, end: int, word: str) -> tuple[Piece, ...]:
        """The parts of a word that stands between start and end; as written there, unless it was written otherwise."""
        if self._split is None or word in self._stop_words:
            return ()
        found, as_written = [], len(word) == end - start
        for part in self._split(word):
            last = start + len(part.text) if as_written else end
            found.append(Piece(start, last, part.text, self._stem(part.word)))
            start = last if as_written else start
        return tuple(found)

    def _make_stem(self, word: str) -> str:
        if self._chain is None or not 0 < len(word) < WORD_LETTERS or word.isdigit():
            return fold(word)
        return fold(self._chain(word)) or fold(word)


_PLAIN: Final = Analysis("", None, frozenset())


def analyses(splitter: Callable[[], compounds.Splitter]) -> dict[str, Analysis]:
    """Return the analyses of all languages that have one, by code, with what splits Dutch compounds; that is made when needed."""
    made = cache(splitter)
    return {
        "nl": Analysis("nl", Dutch(), _DUTCH_STOP, lambda word: made().split(word)),
        "en": Analysis("en", English(), _ENGLISH_STOP),
    }


_ANALYSES: Final = analyses(compounds.splitter)


def analysis(language: str, among: Mapping[str, Analysis] = _ANALYSES) -> Analysis:
    """The analysis for a language code ("nl", "en-GB"); one that only folds for a language without its own."""
    return among.get(language.lower().partition("-")[0], _PLAIN)


def is_stop_word(word: str) -> bool:
    """Whether search leaves out a word, in normal spelling, in any language: a query rarely says in which it is."""
    return word in _DUTCH_STOP or word in _ENGLISH_STOP


def spelled(text: str) -> Iterator[tuple[int, str]]:
    """The words of a text in normal spelling, stop words too, each with where it ends."""
    for run in RUN.finditer(text):
        for _, end, word in _pieces(run.group()):
            yield run.start() + end, word
