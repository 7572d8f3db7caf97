"""From a word to its stem, language by language: the dictionary of lemmas, then Snowball (see `kb.search.analysis`)."""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import islice
from threading import Lock
from typing import Final, Protocol

from Stemmer import Stemmer

SELDOM: Final = 100
_ONE_WORD: Final = str.maketrans({"_": None, "-": None, " ": None})  # lemmas like samen_werken and e-mail

# Words at the heart of this field whose lemma or stem is wrong: leden became lijden, ouders and ouderen became oud,
# les became lessen (to quench), tip became tippen.
_IRREGULAR: Final = {
    "lid": "lid",
    "leden": "lid",
    "ouder": "ouder",
    "ouders": "ouder",
    "oudere": "oudere",
    "ouderen": "oudere",
    "jongere": "jongere",
    "jongeren": "jongere",
    "les": "les",
    "lessen": "les",
    "tip": "tip",
    "tips": "tip",
    "schets": "schets",
    "schetsen": "schets",
    "briefje": "briefje",
    "briefjes": "briefje",
}
_VOWELS: Final = frozenset("aeiouyäëïöüéèáàóê")
_HIATUS: Final = re.compile(r"(?<=[aeiou])[aeiou]")
_DIAERESIS: Final = str.maketrans("aeiou", "äëïöü")
_DIAERESES: Final = 6  # places of a word at which a diaeresis is tried
_HEAD, _TAIL, _LONGEST_TAIL = 3, 4, 20  # letters
_VERB: Final = "eren"
_AMERICAN: Final = re.compile(r"iz(?=(?:e|ed|er|ers|es|ing|ation|ations)$)")


class Chain(Protocol):
    """From a normal word (lower case, composed) to its stem; the accents may stay."""

    def __call__(self, word: str, /) -> str:
        """Return the stem."""


class _Lemmas:
    """The dictionary of one language, loaded at the first question. Safe to use from many threads."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._lock = Lock()
        self._loaded = False

    def __call__(self, word: str) -> str | None:
        """The lemma, or None when the dictionary does not know the word."""
        if not self._loaded:
            with self._lock:  # or several threads would each decompress it
                self._look_up(word)
                self._loaded = True
        return self._look_up(word)

    def _look_up(self, word: str) -> str | None:
        lemma = (_Bulk.strategy or _strategy()).get_lemma(word, self._language)
        return None if lemma is None else lemma.lower().translate(_ONE_WORD)


class _Strategy(Protocol):
    def get_lemma(self, token: str, lang: str) -> str | None: ...


@cache
def _strategy() -> _Strategy:
    """Return simplemma's chain, for all languages: greedy measured a little better, and ours is the only cache."""
    from simplemma.strategies import DefaultStrategy  # 75 ms that a command without search does not spend

    return DefaultStrategy(greedy=True, low_memory=True)


class _Bulk:
    """The same chain on dictionaries that are ten times quicker and take 60 MB, while many words are looked up."""

    strategy: _Strategy | None = None


@contextmanager
def in_bulk() -> Iterator[None]:
    """Look words up quicker meanwhile, for more memory: for making an index of everything. The lemmas are the same.

    What is made meanwhile is kept or has no cycles, so Python looks for those a hundred times less often: that took a fifth.
    """
    from simplemma.strategies import DefaultStrategy
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory

    _Bulk.strategy = DefaultStrategy(greedy=True, dictionary_factory=DefaultDictionaryFactory())
    usual = gc.get_threshold()
    gc.set_threshold(SELDOM * usual[0], *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        _Bulk.strategy = None


def _snowball(algorithm: str, word: str) -> str:
    # A stemmer holds the word it works on, so each call takes its own: that costs less than a microsecond.
    return str(Stemmer(algorithm, 0).stemWord(word))


def is_word(word: str, language: str) -> bool:
    """Whether the dictionary of a language holds a word (lower case, composed), as it is."""
    from simplemma.strategies import DictionaryLookupStrategy
    from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

    return DictionaryLookupStrategy(LOW_MEMORY_DICTIONARY_FACTORY).get_lemma(word, language) is not None


class Dutch:
    """The Dutch chain; see the head of this module."""

    def __init__(self) -> None:
        self._lemma = _Lemmas("nl")

    def __call__(self, word: str) -> str:
        """Return the stem."""
        if word in _IRREGULAR:
            return _IRREGULAR[word]
        lemma = self._lemma(word) or self._unknown(word)
        if lemma.endswith(_VERB) and self._lemma(noun := lemma.removesuffix(_VERB) + "atie"):
            lemma = noun
        return _snowball("dutch_porter", lemma)

    def _unknown(self, word: str) -> str:
        if word.endswith("'s"):
            return word.removesuffix("'s")
        return (word.isascii() and self._with_diaeresis(word)) or self._by_tail(word) or word

    def _with_diaeresis(self, word: str) -> str | None:
        for match in islice(_HIATUS.finditer(word), _DIAERESES):
            at = match.start()
            if lemma := self._lemma(word[:at] + word[at].translate(_DIAERESIS) + word[at + 1 :]):
                return lemma
        return None

    def _by_tail(self, word: str) -> str | None:
        for at in range(max(_HEAD, len(word) - _LONGEST_TAIL), len(word) - _TAIL + 1):
            head, tail = word[:at], word[at:]
            lemma = _IRREGULAR.get(tail) or self._lemma(tail)
            if lemma and not _VOWELS.isdisjoint(head):
                return head + lemma
        return None


class English:
    """The English chain; American -ize and neighbor are brought to the British spelling."""

    def __init__(self) -> None:
        self._lemma = _Lemmas("en")

    def __call__(self, word: str) -> str:
        """Return the stem."""
        lemma = self._lemma(word) or word
        lemma = _AMERICAN.sub("is", lemma.replace("neighbor", "neighbour"))
        return _snowball("english", lemma)
