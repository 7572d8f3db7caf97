"""Writes documents into the search index in PostgreSQL, in a transaction of whoever calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

import numpy as np
import psycopg
from sqlalchemy import Connection

from kb.core import DataError
from kb.search import postgres_tables as tables
from kb.search import signature
from kb.search.analysis import VERSION as ANALYSIS_VERSION
from kb.search.engine import Entry

FORMAT: Final = f"2.{ANALYSIS_VERSION}"
"""Kept with each generation. One of another format is made anew, never read."""
NO_INDEX: Final = "There is no search index that this program can read; `kb search rebuild` makes one."
BATCH: Final = 1_000
"""How many documents are written at a time."""


class Writer:
    """Writes documents into the generation that answers, or into a new one by its name, in another's transaction on a connection."""

    def __init__(self, connection: Connection, name: str = "") -> None:
        self._cursor = cursor_of(connection)
        self._counts: Counter[tuple[str, int]] = Counter()
        self._facet_counts: Counter[int] = Counter()
        self._spelled: set[tuple[str, str]] = set()
        self._letters = np.zeros(signature.GROUPS, np.int64)
        self._last = 0
        self._is_new = bool(name)
        if name:
            self.name, self.version = name, 0
            return
        self._cursor.execute("SELECT name, format, version FROM search_index WHERE answers FOR UPDATE")
        row = self._cursor.fetchone()
        if row is None or row[1] != FORMAT:
            raise DataError(NO_INDEX)
        self.name, self.version = row[0], row[2] + 1

    def drop(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Say that documents are gone, by kind and key."""
        found = self._do(
            """SELECT number, facets FROM {documents} JOIN json_to_recordset(%s) AS its(kind text, key text) USING (kind, key)
            WHERE gone IS NULL""",
            tables.records(("kind", "key"), pairs),
        )
        numbers = [number for number, _ in found]
        self._facet_counts.subtract(_together(facets for _, facets in found))
        self._do(
            "UPDATE {documents} SET gone = %s, key = '', fingerprint = '', facets = '' WHERE number = ANY(%s)",
            self.version,
            numbers,
        )
        rows = self._do(
            "DELETE FROM {words} WHERE number = ANY(%s) RETURNING tsvector_to_array(words)", numbers
        )
        for (lexemes,) in rows:
            self._counts.subtract(tables.split(lexemes))

    def add(self, entries: Iterable[Entry]) -> None:
        """Add documents; how many hold a lexeme is counted, but in a new generation: there `finish_rebuild` counts all at once."""
        for some in _batches(entries):
            facets = self._facets(some)
            rows = [tables.row(entry, facets) for entry in some]
            numbers = self._do(
                "SELECT nextval(pg_get_serial_sequence('{documents}', 'number')) FROM generate_series(1, %s)",
                len(rows),
            )
            self._copy(
                f"COPY {{documents}} (number, {', '.join(tables.Row._fields)}) FROM STDIN",
                [(number, *row) for (number,), row in zip(numbers, rows, strict=True)],
            )
            lexemes = [list(tables.lexemes(entry)) for entry in some]
            vectors = map(tables.vector, lexemes)
            self._copy(
                "COPY {words} (number, words) FROM STDIN",
                [(number, vector) for (number,), vector in zip(numbers, vectors, strict=True)],
            )
            spelled = {found for entry in some for found in tables.spellings(entry, self._spelled)}
            self._do(
                """INSERT INTO {spellings} (language, spelling, stem, parts)
                SELECT * FROM json_to_recordset(%s) AS its(language text, spelling text, stem text, parts text[])
                ON CONFLICT DO NOTHING""",
                tables.records(("language", "spelling", "stem", "parts"), sorted(spelled)),
            )
            self._facet_counts.update(_together(row.facets for row in rows))
            if not self._is_new:
                for its in lexemes:
                    self._counts.update({(word, often) for word, often, _ in its})
            else:
                letters = np.frombuffer(b"".join(row.letters for row in rows), tables.GROUPS)
                self._letters += np.bincount(letters, minlength=signature.GROUPS)
                self._last = numbers[-1][0]

    def finish_rebuild(self) -> None:
        """Write the counts of what documents have, and make what finds them."""
        self._write_facet_counts()
        counts = self._letters.astype(tables.NUMBERS).tobytes()
        self._do("INSERT INTO {letters} VALUES (%s, %s)", counts, self._last)
        for statement in tables.FINISH:
            self._do(statement)

    def finish(self) -> None:
        """Write the counts of what documents have, take out what none has any more, and say that there is a new version."""
        changed = [(word, often, count) for (word, often), count in self._counts.items() if count]
        self._do(
            """INSERT INTO {lexicon} AS old SELECT * FROM json_to_recordset(%s) AS its(word text, often integer, count integer)
            ON CONFLICT (word, often) DO UPDATE SET documents = old.documents + excluded.documents""",
            tables.records(("word", "often", "count"), changed),
        )
        gone = self._do(
            """DELETE FROM {lexicon} USING json_to_recordset(%s) AS its(word text, often integer)
            WHERE {lexicon}.word = its.word AND {lexicon}.often = its.often AND documents <= 0 RETURNING its.word""",
            tables.records(("word", "often"), [(word, often) for word, often, count in changed if count < 0]),
        )
        self._do(
            """DELETE FROM {spellings} AS its WHERE stem = ANY(%s) AND NOT EXISTS (
                SELECT 1 FROM {lexicon} WHERE word IN (its.language || '.A.' || its.stem, its.language || '.B.' || its.stem,
                its.language || '.C.' || its.stem, its.language || '.D.' || its.stem))""",
            sorted({tables.stem_of(word) for (word,) in gone}),
        )
        self._write_facet_counts()
        self._do(
            "DELETE FROM {facets} WHERE id = ANY(%s) AND documents <= 0",
            [number for number, count in self._facet_counts.items() if count < 0],
        )
        self._cursor.execute(
            "UPDATE search_index SET version = %s WHERE name = %s", (self.version, self.name)
        )

    def _write_facet_counts(self) -> None:
        self._do(
            """UPDATE {facets} SET documents = documents + its.count
            FROM json_to_recordset(%s) AS its(id integer, count integer) WHERE {facets}.id = its.id""",
            tables.records(("id", "count"), self._facet_counts.items()),
        )

    def _facets(self, entries: Sequence[Entry]) -> dict[tuple[str, str], int]:
        """Return the numbers of all values that these documents have; a new value gets one."""
        values = sorted({value for entry in entries for value in tables.values(entry)})
        given = tables.records(("facet", "value"), values)
        self._do(
            """INSERT INTO {facets} (facet, value) SELECT * FROM json_to_recordset(%s) AS its(facet text, value text)
            ON CONFLICT DO NOTHING""",
            given,
        )
        found = self._do(
            """SELECT facet, value, id FROM {facets} JOIN json_to_recordset(%s) AS its(facet text, value text)
            USING (facet, value)""",
            given,
        )
        return {(facet, value): number for facet, value, number in found}

    def _do(self, sql: str, *given: object) -> list[Any]:
        self._cursor.execute(tables.named(sql, self.name).encode(), given)
        return self._cursor.fetchall() if self._cursor.description else []

    def _copy(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        with self._cursor.copy(tables.named(sql, self.name).encode()) as copy:
            for row in rows:
                copy.write_row(row)


def cursor_of(connection: Connection, *, binary: bool = False) -> psycopg.Cursor[Any]:
    """Return a cursor of the driver's own: for COPY, and for answers that numpy can read."""
    driver: Any = connection.connection.driver_connection
    cursor: psycopg.Cursor[Any] = driver.cursor(binary=binary)
    return cursor


def _together(facets: Iterable[bytes]) -> list[int]:
    """Return the numbers of the values that several documents have, behind one another."""
    numbers: list[int] = np.frombuffer(b"".join(facets), tables.NUMBERS).tolist()
    return numbers


def one(cursor: psycopg.Cursor[Any]) -> Any:
    """Return the first value of the row that comes next; None without one."""
    row = cursor.fetchone()
    return row[0] if row else None


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    waiting = iter(entries)
    while some := list(islice(waiting, BATCH)):
        yield some
