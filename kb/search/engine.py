"""What a search engine must be able to do here. A second engine is a second file that does the same.

An engine gets entries and ready-made terms: all that is known of language happens before it
(`kb.search.languages`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session

from kb.search.analysis import Word
from kb.search.documents import Document

FIELD_WEIGHTS = {"title": 2.0, "body": 1.0, "titleparts": 1.0, "bodyparts": 0.5}
"""What a match is worth by where it is found: in whole words, or within compounds. The title or statement counts twice
(differences between 1 and 4 are under a hundredth of nDCG)."""
LETTERS = "letters"
"""The field of groups of four letters: where a hit gets something for words that only look like those of the query."""


@dataclass(frozen=True)
class Entry:
    """A document as the index holds it.

    `words` are the stems of each field in reading order; a field is one of FIELD_WEIGHTS, an underscore and a language.
    By language, `spellings` are the words as written, without those that search leaves out, and `forms` each of them once
    with what it is made of.
    """

    document: Document
    words: Mapping[str, Sequence[str]]
    spellings: Mapping[str, Sequence[str]]
    forms: Mapping[str, Mapping[str, Word]]


@dataclass(frozen=True)
class Term:
    """One word to look for, as the index of a language holds it, and what a match is worth.

    `word` is the word of the query that it stands for, `text` what is looked for instead, and `how` the two belong together:
    word, part, joined, synonym, spelling or like.
    """

    language: str
    stem: str
    weight: float = 1.0
    word: str = ""
    how: str = "word"
    text: str = ""


Phrase = Mapping[str, tuple[str, ...]]
"""Words that stand beside each other in this order: their stems, by language. One word is a phrase too."""


@dataclass(frozen=True)
class Request:
    """A search as an engine understands it.

    `terms` None means everything; an empty tuple means nothing. A document is found that holds any of the terms, every one of
    the phrases in `must` and none of those in `without`. `letters` are the words by whose letters the best are put in order.
    """

    kind: str
    terms: tuple[Term, ...] | None = None
    selected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    offset: int = 0
    limit: int = 20
    must: tuple[Phrase, ...] = ()
    without: tuple[Phrase, ...] = ()
    letters: tuple[str, ...] = ()


class Reason(NamedTuple):
    """A part of a hit's score: the term that was found in a field. Of the letters there is no term."""

    term: Term | None
    field: str
    score: float


class Match(NamedTuple):
    """A document that was found, with its score and what that is made of, most first."""

    key: str
    score: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Matches:
    """What an engine found: one page of documents, and counts over all that matches.

    A facet's counts leave its own selection aside; `kinds` leaves the request's kind aside.
    """

    total: int
    hits: tuple[Match, ...]
    facets: Mapping[str, Mapping[str, int]]
    kinds: Mapping[str, int]


class Vocabulary(Protocol):
    """The words that an index holds, in any of its documents."""

    def frequency(self, language: str, stem: str) -> int:
        """Return how many documents hold a stem, as a whole word or as a part."""

    def spellings(self, language: str) -> Sequence[str]:
        """Return all words of a language as they are written, in the order of their letters."""

    def forms(self, language: str, stems: AbstractSet[str]) -> AbstractSet[str]:
        """Return all words of a language as written that have one of these stems, or a part that has."""


class Engine(Protocol):
    """A search index that many may read while one writes.

    `joins` tells whether it is part of the database: what it writes is saved with a transaction, or not at all.
    """

    joins: bool

    def ready(self) -> None:
        """Do nothing when there is an index that this program can read; else raise DataError with one sentence."""

    def label(self) -> str:
        """Return what the index was labelled with when it was made. Raises DataError without an index."""

    def looking(self) -> AbstractContextManager[None]:
        """Let what this thread asks within it be answered as far as possible from one state, and with less ado."""

    def search(self, request: Request) -> Matches:
        """Answer a request from the newest state of the index. Raises DataError without an index."""

    def vocabulary(self) -> Vocabulary:
        """Return the words of the newest state of the index. Raises DataError without an index."""

    def state(self, shown: int) -> object:
        """Return an object that is another one when answers may be other ones; asked for each page, so quick.

        `shown` is the version of what pages show (`kb.db.Shown`). What an engine that `joins` writes it counts as a change of
        that, and so need not look for it when the version is still the same. Raises DataError without an index, when that is known.
        """

    def writing(self) -> AbstractContextManager[None]:
        """Hold the one lock for writing, among threads and processes; take it before reading what to write.

        Raises DataError when another holds it for too long.
        """

    def is_alone(self, session: Session) -> bool:
        """Tell whether nobody makes the index anew, nor will before this transaction of the database ends.

        Only asked of an engine that `joins`.
        """

    def update(
        self, changed: Iterable[tuple[str, str]], entries: Iterable[Entry], session: Session | None = None
    ) -> None:
        """Drop what the index has under the `changed` (kind, key) pairs and add `entries`; all or nothing.

        An engine that `joins` does it in the transaction of the session.
        """

    def rebuild(self, entries: Iterable[Entry], label: str = "") -> None:
        """Make a new index of these entries aside, then switch to it at once; the old one answers until then.

        The label says with which lists of words it was made.
        """

    def untidy(self) -> bool:
        """Return whether there is something for `tidy` to do."""

    def tidy(self) -> None:
        """Do what keeps the index quick and can wait until nobody saves anything."""

    def fingerprints(self) -> dict[tuple[str, str], str]:
        """Return the fingerprint of every document in the index, by (kind, key)."""

    def bytes_on_disk(self) -> int:
        """Return how many bytes the index takes, with those before it that still stand there; 0 without an index."""

    def close(self) -> None:
        """Let go of all files."""
