"""The documents of the index in PostgreSQL, as the arithmetic of `kb.search.snapshot` wants them.

What is needed of all documents to count and to sort (their facets, moments and lengths) is held in memory, in arrays that never
change: a `Base` with nearly all documents, and a `Tail` for each change since that was loaded. Which documents hold a word is
asked of the database: of its GIN index for the base, and kept for as long as there is room; a tail is small and holds its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format

from kb.recent import Recent
from kb.search import signature
from kb.search.facets import Facet, Numbers, Several
from kb.search.postgres_tables import COUNTED, FIELDS, GROUPS, NUMBERS, OFTENS, lexeme, phrase, split, word_of
from kb.search.snapshot import Lengths, Letters, Postings

CHUNK: Final = 20_000
"""How many documents are loaded at a time."""

LEAST_ROOM: Final = 32 * 1024 * 1024
ROOM_EACH: Final = 640
"""What it may take to hold which documents have a word: in bytes, and for each document when there are many."""
ENOUGH: Final = 0.9
HOLDING_BYTES: Final = 500
"""What one word takes besides its documents, about."""
COMMON: Final = 2_000
"""A word that so many documents hold, or more, is read before it is asked for."""

_Holding: TypeAlias = tuple[NDArray[np.int32], NDArray[np.uint16]]
"""The documents that hold a word, by their places, and how often: half of what numpy takes by itself."""
Ask = Callable[..., list[Any]]
"""Asks the database something (SQL with the names of the generation's tables in braces, and its parameters), and returns the rows."""


class Integers(Loader):
    """Reads PostgreSQL's arrays of integers, in its binary form, into numpy's."""

    format = Format.BINARY

    def load(self, data: Buffer) -> NDArray[np.int32]:
        """Return the array, which must hold no NULL: a head, with two numbers for each dimension, then each integer after its size."""
        dimensions = int.from_bytes(data[:4], "big")
        head = np.frombuffer(data, ">i4", 3 + 2 * dimensions)
        inside = np.frombuffer(data, ">i4", offset=head.nbytes)[1::2].astype(np.int32)
        return inside.reshape(head[3::2]) if dimensions > 1 else inside


@dataclass(frozen=True)
class Loaded:
    """What is held of some documents, in the order of their numbers in the database."""

    numbers: Numbers
    keys: list[str]
    columns: Mapping[str, NDArray[Any]]
    lengths: Mapping[str, Lengths]
    facets: Mapping[str, Facet]
    frequencies: NDArray[np.int64]


def load(ask: Ask, after: int) -> Loaded:
    """Return all documents with higher numbers than one, but for those that are gone."""
    chunks: list[tuple[Any, ...]] = []
    while not chunks or len(chunks[-1][0]) == CHUNK:
        chunks.append(_chunk(ask, int(chunks[-1][0][-1]) if chunks else after))
    numbers, keys, moments, recognised, lengths, groups, counts, facets = zip(*chunks, strict=True)
    every_length = np.concatenate(lengths)
    return Loaded(
        numbers=np.concatenate(numbers).astype(np.int64),
        keys=list(chain.from_iterable(keys)),
        columns={
            "moment": np.concatenate(moments),
            "recognised": np.concatenate(recognised).astype(np.float64),
            "groups": np.concatenate(groups).astype(np.int64),
        },
        lengths={
            field: every_length[:, at].astype(np.float32)
            for at, field in enumerate(FIELDS)
            if every_length[:, at].any()
        },
        facets=_facets(ask, np.concatenate(counts), np.concatenate(facets)),
        frequencies=_frequencies(ask, after),
    )


def _chunk(ask: Ask, after: int) -> tuple[Any, ...]:
    (found,) = ask(
        """SELECT array_agg(number), array_agg(key), array_agg(moment), array_agg(recognised), array_agg(lengths),
            array_agg(groups), array_agg(octet_length(facets)), string_agg(facets, '')
        FROM (SELECT * FROM {documents} WHERE number > %s AND gone IS NULL ORDER BY number LIMIT %s) AS chosen""",
        after,
        CHUNK,
    )
    numbers, keys, moments, recognised, lengths, groups, sizes, facets = found
    if numbers is None:
        none = np.zeros(0, np.int64)
        return none, [], none, none, np.zeros((0, len(FIELDS))), none, none, none
    of = np.frombuffer(facets, NUMBERS)
    return (
        numbers,
        keys,
        np.array(moments, np.float64),
        recognised,
        lengths,
        groups,
        sizes // NUMBERS.itemsize,
        of,
    )


def _frequencies(ask: Ask, after: int) -> NDArray[np.int64]:
    """Return how many of the documents with higher numbers than one have each group of letters.

    Those of the rebuild were counted by it, so that of all documents only the letters of those are read that came or went since.
    """
    if after:  # those of the rebuild are in the base
        return _count_letters(ask, _CAME, after)
    ((stored, up_to),) = ask("SELECT counts, up_to FROM {letters}")
    came, went = _count_letters(ask, _CAME, up_to), _count_letters(ask, _WENT, 0, up_to)
    return np.frombuffer(stored, NUMBERS) + came - went


_CAME: Final = """SELECT count(*), max(number), string_agg(letters, '') FROM (SELECT number, letters FROM {documents}
    WHERE gone IS NULL AND number > %s ORDER BY number LIMIT %s) AS chosen"""
_WENT: Final = """SELECT count(*), max(number), string_agg(letters, '') FROM (SELECT number, letters FROM {documents}
    WHERE gone IS NOT NULL AND number > %s AND number <= %s ORDER BY number LIMIT %s) AS chosen"""


def _count_letters(ask: Ask, sql: str, after: int, *others: int) -> NDArray[np.int64]:
    """Return in how many of some documents each group of letters is; those are read in the order of their numbers."""
    found = np.zeros(signature.GROUPS, np.int64)
    read = CHUNK
    while read == CHUNK:
        ((read, after, letters),) = ask(sql, after, *others, CHUNK)
        found += np.bincount(np.frombuffer(letters or b"", GROUPS), minlength=signature.GROUPS)
    return found


def _facets(ask: Ask, counts: NDArray[np.int32], of: NDArray[np.int32]) -> dict[str, Facet]:
    """Return by facet its values, and which of them each document has; `of` are the values' numbers behind one another."""
    used = np.unique(of).tolist()
    known = ask("SELECT id, facet, value FROM {facets} WHERE id = ANY(%s) ORDER BY id", used)
    whose = np.repeat(np.arange(len(counts)), counts)
    found = {}
    for name in COUNTED:
        its = [(number, value) for number, facet, value in known if facet == name]
        place = np.full(max(used, default=0) + 1, -1, np.int64)
        place[[number for number, _ in its]] = np.arange(len(its))
        here = place[of] >= 0
        ends = np.cumsum(np.bincount(whose[here], minlength=len(counts)))
        found[name] = Facet(
            [value for _, value in its], Several.ending(place[of[here]].astype(np.uint32), ends)
        )
    return found


class Part:
    """What a base and a tail have in common."""

    def __init__(self, ask: Ask, loaded: Loaded) -> None:
        self._ask = ask
        self._loaded = loaded
        self.numbers = loaded.numbers
        self.keys = loaded.keys
        self.columns = loaded.columns
        self.lengths = loaded.lengths
        self.size = len(loaded.numbers)

    def facet(self, name: str) -> Facet:
        """Return the values of a facet, and which of them each document has; the same object each time."""
        return self._loaded.facets[name]

    def places(self, numbers: Sequence[int] | Numbers) -> Numbers:
        """Return the places of documents by their numbers in the database, in order; those of others are left out."""
        asked = np.unique(np.asarray(numbers, np.int64))
        places = np.searchsorted(self.numbers, asked)
        inside = places < self.size
        places, asked = places[inside], asked[inside]
        found: Numbers = places[self.numbers[places] == asked]
        return found

    def holding(self, language: str, stems: Sequence[str]) -> Numbers:
        """Return the documents in which these words stand beside each other, in a language."""
        if not self.size:
            return np.zeros(0, np.int64)
        ((found,),) = self._ask(
            "SELECT array_agg(number) FROM {words} WHERE words @@ %s::tsquery AND number BETWEEN %s AND %s",
            phrase(language, stems),
            int(self.numbers[0]),
            int(self.numbers[-1]),
        )
        return self.places(() if found is None else found)

    def letters(self, numbers: Numbers) -> Letters:
        """Return the groups of letters of some documents."""
        found = self._ask(
            "SELECT number, letters, letters_often FROM {documents} WHERE number = ANY(%s)",
            self.numbers[numbers].tolist(),
        )
        place = {int(self.numbers[number]): at for at, number in enumerate(numbers)}
        groups = [np.frombuffer(letters, GROUPS) for _, letters, _ in found]
        often = [np.frombuffer(counts, OFTENS) for _, _, counts in found]
        whose = [np.full(len(its), place[number]) for (number, *_), its in zip(found, groups, strict=True)]
        none = np.zeros(0, np.int64)
        return Letters(*(np.concatenate([none, *several]) for several in (groups, often, whose)))

    def group_counts(self, gone: Numbers) -> NDArray[np.int64]:
        """Return how many documents have each group of letters, those that are gone left out."""
        dead = self.letters(gone).groups if len(gone) else np.zeros(0, np.int64)
        return self._loaded.frequencies - np.bincount(dead, minlength=signature.GROUPS)


class Spellings:
    """The words of each language as people write them, and which of them have a stem."""

    def __init__(self, rows: Iterable[tuple[str, str, str, list[str]]]) -> None:
        self._words: dict[str, set[str]] = {}
        self._forms: dict[tuple[str, str], list[str]] = {}
        for language, spelled, stem, parts in rows:
            self._words.setdefault(language, set()).add(spelled)
            for one in {stem, *parts}:
                self._forms.setdefault((language, one), []).append(spelled)

    def spellings(self, language: str) -> list[str]:
        """Return the words of a language, in order."""
        return sorted(self._words.get(language, ()))

    def forms(self, language: str, stems: Iterable[str]) -> Iterator[str]:
        """Yield the words of a language that have one of these stems, or a part that has."""
        return chain.from_iterable(self._forms.get((language, stem), ()) for stem in stems)


class Base(Part):
    """The documents that were there when it was loaded.

    Which of them hold a word is kept in memory once it was asked: PostgreSQL takes some 0.4 µs for each document, and a common
    word is held by a third of all.
    """

    def __init__(self, ask: Ask, loaded: Loaded, spellings: Spellings) -> None:
        super().__init__(ask, loaded)
        self._room = max(LEAST_ROOM, ROOM_EACH * self.size)
        self._held: Recent[str, _Holding] = Recent(self._room, lambda it: HOLDING_BYTES + 6 * len(it[0]))
        self._common: list[str] | None = None if self.size >= COMMON else []
        self.spellings = spellings.spellings
        self.forms = spellings.forms

    def postings(self, field: str, stem: str) -> Postings:
        """Return the documents that hold a word in a field, from memory where they were read before."""
        word = word_of(field, stem)
        numbers, often = self._held.get(word) or self.fetch([word])[word]
        return numbers.astype(np.int64), often.astype(np.float32)

    @property
    def is_warm(self) -> bool:
        """Whether all common words are in memory that there is room for."""
        return self._common == []

    def warm(self, seconds: float) -> None:
        """Read common words into memory, the commonest first, for about so long."""
        end = time.monotonic() + seconds
        if self._common is None:
            rows = self._ask(
                "SELECT word FROM {lexicon} GROUP BY word HAVING sum(documents) >= %s ORDER BY sum(documents)",
                COMMON,
            )
            self._common = [word for (word,) in rows]
        while self._common and time.monotonic() < end:
            self.fetch([self._common.pop()])
            if self._held.bytes > ENOUGH * self._room:
                self._common = []

    def fetch(self, words: Iterable[str]) -> dict[str, _Holding]:
        """Read the documents that hold these words of the lexicon into memory: all that are not there yet, at once."""
        missing = [word for word in dict.fromkeys(words) if self._held.get(word) is None]
        if not missing:
            return {}
        if not self.size:
            return dict.fromkeys(missing, _NOWHERE)
        known = self._ask("SELECT word, often FROM {lexicon} WHERE word = ANY(%s) AND documents > 0", missing)
        asked = [lexeme(word, often) for word, often in known]
        found = (
            self._ask(
                """SELECT place, (SELECT array_agg(number ORDER BY number) FROM {words}
                    WHERE words @@ lexeme::tsquery AND number <= %s)
                FROM unnest(%s::text[]) WITH ORDINALITY AS asked(lexeme, place)""",
                int(self.numbers[-1]),
                asked,
            )
            if asked
            else []
        )
        holding: dict[str, list[tuple[int, NDArray[np.int32]]]] = {word: [] for word in missing}
        for place, numbers in found:
            if numbers is not None:
                word, often = known[place - 1]
                holding[word].append((often, numbers))
        merged = {word: self._merged(several) for word, several in holding.items()}
        for word, found_places in merged.items():
            self._held.put(word, found_places)
        return merged

    def _merged(self, several: Sequence[tuple[int, NDArray[np.int32]]]) -> _Holding:
        """Return the documents that hold a word, in order, from those that hold it so and so often."""
        if not several:
            return _NOWHERE
        numbers = np.concatenate([its for _, its in several])
        often = np.concatenate([np.full(len(its), count, np.uint16) for count, its in several])
        order = np.argsort(numbers, kind="stable")
        return np.searchsorted(self.numbers, numbers[order]).astype(np.int32), often[order]


class Tail(Part):
    """Documents that came with one change, or a few; their words are held in memory."""

    def __init__(self, ask: Ask, loaded: Loaded, spellings: Spellings) -> None:
        super().__init__(ask, loaded)
        self.spellings = spellings.spellings
        self.forms = spellings.forms
        self._holding: dict[str, list[tuple[int, int]]] = {}
        rows = ask(
            """SELECT number, array_agg(lexeme) FROM {words}, unnest(words) WHERE number = ANY(%s)
            GROUP BY number ORDER BY number""",
            self.numbers.tolist(),
        )
        place = {number: at for at, number in enumerate(self.numbers.tolist())}
        for number, lexemes in rows:
            for word, often in split(lexemes):
                self._holding.setdefault(word, []).append((place[number], often))

    def postings(self, field: str, stem: str) -> Postings:
        """Return the documents that hold a word in a field."""
        held = self._holding.get(word_of(field, stem))
        if not held:
            return _NOTHING
        numbers, often = zip(*held, strict=True)
        return np.array(numbers, np.int64), np.array(often, np.float32)


_NOTHING: Postings = (np.zeros(0, np.int64), np.zeros(0, np.float32))
_NOWHERE: _Holding = (np.zeros(0, np.int32), np.zeros(0, np.uint16))
