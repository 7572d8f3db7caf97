"""How the search stands in PostgreSQL: the tables, and what a document is in them.

A generation of the index is six tables, made by a rebuild and derived from the rest of the database:

    documents   a row for each document; it never changes until it is `gone`, and `number` rises, so that what is new comes last
    words       each document's `tsvector`, with a GIN index: its stems, how often, and where they stand
    lexicon     how many documents hold each lexeme
    spellings   the words as people write them, with their stem and those of their parts
    facets      the values of facets, by the number under which documents have them, and how many do
    letters     one row: how many of the documents of the rebuild, up to which number, have each group of letters

Facets and groups of letters are kept in bytes, as numpy has them: PostgreSQL puts those of thousands behind one another as they are.

`search_index` says which generation answers, and its version: the number of the last change. A lexeme, a spelling or a value that no
document has any more goes with the last one: what was taken out of a text is nowhere here.

A lexeme is `nl.D.wijk 2`: the language, the field by PostgreSQL's letter for its weight (A title, B its parts, C parts of the body,
D body), the stem, and how often the document has it there. So the index alone tells all that a score needs, and no document is
read to rank it.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, Final, NamedTuple

import numpy as np

from kb.search import signature
from kb.search.documents import FACETS
from kb.search.engine import FIELD_WEIGHTS, Entry
from kb.search.languages import LANGUAGES, OTHER

FIELDS: Final = tuple(f"{part}_{language}" for language in (*LANGUAGES, OTHER) for part in FIELD_WEIGHTS)
"""The fields, in the order in which `documents.lengths` has how many words each has."""
COUNTED: Final = ("kind", *FACETS)
WEIGHTS: Final = {"title": "A", "titleparts": "B", "bodyparts": "C", "body": "D"}
WHOLE: Final = ("title", "body")
"""The fields whose words stand in reading order, so that phrases are found in them."""
OFTEN: Final = (*range(1, 33), 40, 48, 64, 80, 96, 128, 256)
"""How often a word is in a document, as it is kept: exact up to 32, about so beyond, where it hardly counts."""
LAST_PLACE: Final = 16_383
MOST_PLACES: Final = 255
MOST_LEXEMES: Final = 30_000
LONGEST: Final = 200
"""What fits in a `tsvector`: the last place, the places of a lexeme, the lexemes of a field, and the letters of a stem."""

MAKE_INDEX: Final = """
CREATE TABLE IF NOT EXISTS search_index (
    name text PRIMARY KEY, format text NOT NULL, label text NOT NULL, version bigint NOT NULL, answers boolean NOT NULL,
    made timestamptz NOT NULL DEFAULT now()
)"""
MAKE: Final = (
    """CREATE TABLE {documents} (
        number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, gone bigint, kind text NOT NULL, key text NOT NULL,
        fingerprint text NOT NULL, moment float8 NOT NULL, recognised integer NOT NULL, facets bytea NOT NULL,
        lengths integer[] NOT NULL, groups integer NOT NULL, letters bytea NOT NULL, letters_often bytea NOT NULL
    )""",
    # To say which documents hold a word, PostgreSQL reads a page of this table for each. So the words stand aside (in TOAST), which
    # it only does with rows over 2 kB: the blank makes each that long for a moment, and takes 30 bytes of it. Seven times fewer pages.
    """CREATE TABLE {words} (
        number integer PRIMARY KEY, words tsvector NOT NULL, blank text NOT NULL DEFAULT repeat(' ', 2100)
    ) WITH (toast_tuple_target = 128)""",
    "CREATE TABLE {lexicon} (word text, often integer, documents integer NOT NULL, PRIMARY KEY (word, often))",
    """CREATE TABLE {spellings} (
        id bigint GENERATED ALWAYS AS IDENTITY UNIQUE, language text, spelling text, stem text, parts text[],
        PRIMARY KEY (language, spelling, stem, parts)
    )""",
    """CREATE TABLE {facets} (
        id integer GENERATED ALWAYS AS IDENTITY UNIQUE, facet text, value text, documents integer NOT NULL DEFAULT 0,
        PRIMARY KEY (facet, value)
    )""",
    "CREATE TABLE {letters} (counts bytea NOT NULL, up_to integer NOT NULL)",
)
FINISH: Final = (
    # Without `fastupdate`, as a save must leave no work for the search that comes next.
    "CREATE INDEX ON {words} USING gin (words) WITH (fastupdate = off)",
    "CREATE UNIQUE INDEX ON {documents} (kind, key) WHERE gone IS NULL",
    "CREATE INDEX ON {documents} (gone) WHERE gone IS NOT NULL",
    """INSERT INTO {lexicon} (word, often, documents)
       SELECT left(word, -strpos(reverse(word), ' ')), right(word, strpos(reverse(word), ' ') - 1)::integer, ndoc
       FROM ts_stat('SELECT words FROM {words}')""",
    "CREATE INDEX ON {spellings} (stem)",
    "ANALYZE {words}, {documents}, {lexicon}",
)
"""What is done once the documents of a rebuild are in the tables."""
NUMBERS: Final = np.dtype("<i4")
GROUPS: Final = np.dtype("<u2")
OFTENS: Final = np.dtype("u1")
"""How the numbers of facets, groups of letters, and how often those are there, are kept in bytes."""
TABLES: Final = ("documents", "words", "lexicon", "spellings", "facets", "letters")


class Row(NamedTuple):
    """A document as it is written: the columns of `documents`, without those that the database gives, and its words."""

    kind: str
    key: str
    fingerprint: str
    moment: float
    recognised: int
    facets: bytes
    lengths: list[int]
    groups: int
    letters: bytes
    letters_often: bytes


def named(sql: str, generation: str) -> str:
    """Return SQL with the names of a generation's tables in it."""
    return sql.format(**{table: f"search_{table}_{generation}" for table in TABLES})


def row(entry: Entry, facets: Mapping[tuple[str, str], int]) -> Row:
    """Return a document's row; `facets` gives the number of each value."""
    document = entry.document
    groups, often = signature.groups(it for words in entry.spellings.values() for it in words)
    return Row(
        document.kind,
        document.key,
        document.fingerprint,
        document.moment,
        document.recognised,
        np.array([facets[value] for value in values(entry)], NUMBERS).tobytes(),
        [len(entry.words.get(field, ())) for field in FIELDS],
        int(often.sum(dtype=np.int64)),
        groups.astype(GROUPS).tobytes(),
        often.tobytes(),
    )


def values(entry: Entry) -> list[tuple[str, str]]:
    """Return the values that a document has of each facet, its kind among them."""
    document = entry.document
    found = [("kind", document.kind)]
    found += [(name, value) for name in FACETS for value in document.facets.get(name, ())]
    return list(dict.fromkeys((name, clean(value)) for name, value in found))


def spellings(entry: Entry, known: set[tuple[str, str]]) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Yield a document's words as written, and their parts: the language, the word, its stem, and the stems of its parts.

    Words that are `known`, by language, are left out, and known from then on.
    """
    for language, forms in entry.forms.items():
        for spelled, word in forms.items():
            if (language, spelled) in known:
                continue
            known.add((language, spelled))
            yield (
                language,
                clean(spelled),
                kept_stem(word.stem),
                tuple(kept_stem(it.stem) for it in word.parts),
            )
            for part in word.parts:
                yield language, clean(part.text), kept_stem(part.stem), ()


def lexemes(entry: Entry) -> Iterator[tuple[str, int, Sequence[int]]]:
    """Yield a document's words as the lexicon has them, how often, and in which places they stand."""
    for field, stems in entry.words.items():
        start = _start(field)
        places: dict[str, list[int]] = {}
        if field.partition("_")[0] in WHOLE:
            for place, stem in enumerate(stems[:LAST_PLACE], start=1):
                places.setdefault(stem, []).append(place)
        for stem, often in islice(Counter(stems).items(), MOST_LEXEMES):
            yield start + kept_stem(stem), kept(often), places.get(stem, ())[:MOST_PLACES]


def vector(said: Iterable[tuple[str, int, Sequence[int]]]) -> str:
    """Return a document's `tsvector`, as PostgreSQL reads it, from its `lexemes`."""
    return " ".join(_in_vector(*found) for found in said)


def _in_vector(word: str, often: int, places: Sequence[int]) -> str:
    if not places:
        return lexeme(word, often)
    weight = word.split(".", 2)[1]
    return f"{lexeme(word, often)}:{f'{weight},'.join(map(str, places))}{weight}"


def word_of(field: str, stem: str) -> str:
    """Return a word of a field, such as `title_nl`, as the lexicon has it."""
    return _start(field) + kept_stem(stem)


@cache
def _start(field: str) -> str:
    part, _, language = field.partition("_")
    return f"{language}.{WEIGHTS[part]}."


def stem_of(word: str) -> str:
    """Return the stem of a word of the lexicon."""
    return word.split(".", 2)[2]


def kept_stem(stem: str) -> str:
    """Return a stem, as it is kept."""
    return clean(stem if len(stem) <= LONGEST else stem[:LONGEST])


def kept(often: int) -> int:
    """Return how often a word is in a document, as it is kept."""
    return int(OFTEN[bisect_right(OFTEN, often) - 1])


def lexeme(word: str, often: int) -> str:
    """Return a lexeme as it stands in a `tsvector` or `tsquery`."""
    return _quoted(f"{word} {often}")


def phrase(language: str, stems: Sequence[str]) -> str:
    """Return the `tsquery` for words that stand beside each other, in the title or in the body."""
    return " | ".join(
        "(" + " <-> ".join(f"{_quoted(word_of(f'{part}_{language}', stem) + ' ')}:*" for stem in stems) + ")"
        for part in WHOLE
    )


def clean(text: str) -> str:
    """Return a text as PostgreSQL keeps it."""
    return text.replace("\0", "\ufffd") if "\0" in text else text


def _quoted(text: str) -> str:
    inside = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{inside}'"


def split(lexemes: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield the word and how often of lexemes as the database gives them back."""
    for text in lexemes:
        word, _, often = text.rpartition(" ")
        yield word, int(often)


def records(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as `json_to_recordset` reads them: in one text, which takes the driver a fraction of what arrays do."""
    return json.dumps([dict(zip(names, row, strict=True)) for row in rows])
