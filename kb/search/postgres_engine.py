"""The search engine on PostgreSQL: the index is part of the database, and of the transactions that change it.

The tables are told of in `kb.search.postgres_tables`. Who saves writes the index in the same transaction, so what is saved is found
at once and by every server; there is nothing to catch up with. A rebuild makes a generation of tables aside, which takes no turn of
the one who writes, and then says that it answers.

A process holds a snapshot of the newest version (`kb.search.postgres_segments`): before each search it asks for the version, and
reads what came and what went since. All in one transaction for reading, so the words that it asks for are those of that version.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, cast

import numpy as np
from psycopg.errors import LockNotAvailable, UndefinedTable
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from kb.core import DataError
from kb.db import Database, count_shown
from kb.search import postgres_tables as tables
from kb.search.engine import FIELD_WEIGHTS, Entry, Matches, Request
from kb.search.postgres_segments import Base, Integers, Spellings, Tail, load
from kb.search.postgres_writer import FORMAT, NO_INDEX, Writer, cursor_of, one
from kb.search.snapshot import Snapshot
from kb.search.words import Words

LOCK: Final = 0x6B63
"""The number of the advisory lock of who makes an index anew, or catches up with what changed."""
LOCK_TIMEOUT: Final = "60s"
TAILS: Final = 8
"""With more tails than so many they are read again as one."""
MOST_IN_TAILS: Final = 2_000
"""With more documents than so many in tails, all is read again as one base: when nobody saves, or at once with ten times as many."""
WARMING_S: Final = 1.0
"""How long common words are read at a time: who saves meanwhile leaves the index for later."""
READING_S: Final = 60
"""After so many seconds nobody reads any more in the generation before."""
_INTEGERS: Final = 1007
"""PostgreSQL's number of the type integer[]."""


_Row = tuple[str, str, str, int]


class PostgresWords(Words):
    """The words of one state of the index; how many documents hold one is asked of the lexicon."""

    def __init__(self, snapshot: Snapshot, engine: PostgresEngine) -> None:
        super().__init__(snapshot)
        self._engine = engine
        self._frequencies: dict[tuple[str, str], int] = {}

    def frequency(self, language: str, stem: str) -> int:
        """Return how many documents hold a stem, as a whole word or as a part; one that has it in two fields counts twice."""
        known = self._frequencies.get((language, stem))
        if known is None:
            words = [tables.word_of(f"{field}_{language}", stem) for field in FIELD_WEIGHTS]
            known = self._engine.frequency(words)
            self._frequencies[language, stem] = known
        return known


class PostgresEngine:
    """The engine over the tables in one database; the first rebuild makes them."""

    joins = True

    def __init__(self, database: Database) -> None:
        self._reading = database.engine
        self._aside = database.aside
        self._here = threading.local()
        self._opening = threading.Lock()
        self._held: _Held | None = None
        self._shown = -1

    def ready(self) -> None:
        """Open the index, or raise DataError when there is none to read."""
        with self._asking():
            self._newest()

    def label(self) -> str:
        """Return the label of the generation that answers, or raise DataError when there is none."""
        with self._asking():
            return str(self._row()[2])

    def looking(self) -> AbstractContextManager[None]:
        """Let this thread ask in one transaction."""
        return self._asking()

    def search(self, request: Request) -> Matches:
        """Answer a request from the newest state of the index."""
        with self._asking():
            held = self._newest()
            if request.terms:
                held.base.fetch(
                    tables.word_of(f"{field}_{term.language}", term.stem)
                    for term in request.terms
                    for field in FIELD_WEIGHTS
                    if f"{field}_{term.language}" in held.base.lengths
                )
            return held.snapshot.search(request)

    def vocabulary(self) -> Words:
        """Return the words of that state."""
        with self._asking():
            return self._newest().words

    def state(self, shown: int) -> object:
        """Return what this process holds; it asks nothing while the version is the same, as each change is counted in it too."""
        if self._held is None or self._shown != shown:
            self._shown = shown
            self.ready()
        return self._held

    def frequency(self, words: Sequence[str]) -> int:
        """Return how many documents hold these words of the lexicon, added up."""
        with self._asking():
            ((found,),) = self._ask("SELECT sum(documents) FROM {lexicon} WHERE word = ANY(%s)", list(words))
            return int(found or 0)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock for making the index anew, and for catching up."""
        with self._aside.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            cursor = cursor_of(connection)
            try:
                cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'".encode())
                cursor.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
            except LockNotAvailable:
                raise DataError(
                    "Another process has been writing the search index for a minute; try again later."
                ) from None
            finally:
                cursor.execute("RESET lock_timeout")
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))

    def is_alone(self, session: Session) -> bool:
        """Tell whether nobody makes the index anew; until the transaction ends, nobody begins with it either."""
        cursor = cursor_of(session.connection())
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", (LOCK,))
        return bool(one(cursor))

    def update(
        self, changed: Iterable[tuple[str, str]], entries: Iterable[Entry], session: Session | None = None
    ) -> None:
        """Drop what is under the `changed` keys and add the entries, in a transaction of the database."""
        if session is None:
            with self._aside.begin() as connection:
                self._update(connection, changed, entries)
        else:
            self._update(session.connection(), changed, entries)

    def _update(
        self, connection: Connection, changed: Iterable[tuple[str, str]], entries: Iterable[Entry]
    ) -> None:
        writer = Writer(connection)
        writer.drop(list(changed))
        writer.add(entries)
        writer.finish()
        count_shown(connection)

    def rebuild(self, entries: Iterable[Entry], label: str = "") -> None:
        """Fill a new generation aside and switch to it; the one before is kept for those who still read it."""
        name = secrets.token_hex(8)
        with self._aside.begin() as connection:
            cursor = cursor_of(connection)
            cursor.execute(tables.MAKE_INDEX.encode())
            for statement in tables.MAKE:
                cursor.execute(tables.named(statement, name).encode())
            writer = Writer(connection, name)
            writer.add(entries)
            writer.finish_rebuild()
            cursor.execute("SELECT coalesce(max(version), 0) + 1 FROM search_index")
            version = one(cursor)
            cursor.execute("UPDATE search_index SET answers = false WHERE answers RETURNING name")
            before = [found for (found,) in cursor.fetchall()]
            cursor.execute(
                "INSERT INTO search_index VALUES (%s, %s, %s, %s, true)", (name, FORMAT, label, version)
            )
            count_shown(connection)
        self._forget_others({name, *before})

    def _forget_others(self, kept: set[str]) -> None:
        """Drop the generations that nobody reads any more; what can't be dropped now is later."""
        with suppress(LockNotAvailable), self._aside.begin() as connection:
            cursor = cursor_of(connection)
            cursor.execute("SET LOCAL lock_timeout = '1s'")
            cursor.execute("DELETE FROM search_index WHERE name <> ALL(%s) RETURNING name", (list(kept),))
            for (old,) in cursor.fetchall():
                for table in tables.TABLES:
                    cursor.execute(tables.named(f"DROP TABLE IF EXISTS {{{table}}}", old).encode())

    def untidy(self) -> bool:
        """Return whether this process holds many documents in tails, or lacks common words, or a generation is not needed."""
        held = self._held
        if held is not None and (held.in_tails > MOST_IN_TAILS or not held.base.is_warm):
            return True
        with self._asking():
            return bool(self._needless(self._row()[0]))

    def _needless(self, name: str) -> list[str]:
        """Return the generations before this one, once nobody who began to read one can still be at it."""
        found = self._ask(
            "SELECT name FROM search_index WHERE NOT answers AND EXISTS (SELECT 1 FROM search_index AS newest "
            "WHERE newest.name = %s AND newest.made < now() - %s * interval '1 second')",
            name,
            READING_S,
        )
        return [other for (other,) in found]

    def tidy(self) -> None:
        """Read all again as one base, and common words for a second; drop generations that are not needed."""
        with self._asking():
            held = self._newest(again=MOST_IN_TAILS)
            held.base.warm(WARMING_S)
            name = held.name
            needless = self._needless(name)
        if needless:
            self._forget_others({name})

    def fingerprints(self) -> dict[tuple[str, str], str]:
        """Return the fingerprint of every document in the index."""
        with self._asking():
            self._row()
            rows = self._ask("SELECT kind, key, fingerprint FROM {documents} WHERE gone IS NULL")
            return {(kind, key): mark for kind, key, mark in rows}

    def bytes_on_disk(self) -> int:
        """Return how many bytes the tables take, with their indexes."""
        try:
            with self._asking():
                self._here.cursor.execute(
                    "SELECT sum(pg_total_relation_size(to_regclass('search_' || its || '_' || name)))::bigint"
                    " FROM search_index, unnest(%s::text[]) AS its",
                    (list(tables.TABLES),),
                )
                return one(self._here.cursor) or 0
        except DataError:
            return 0

    def close(self) -> None:
        """Let go of what is held."""
        self._held = None

    # What is held

    def _newest(self, *, again: int = 10 * MOST_IN_TAILS) -> _Held:
        """Return what is held of the newest version; with more documents than `again` in tails, read all anew."""
        name, _, _, version = self._row()
        held = self._held
        if held and (held.name, held.version) == (name, version) and held.in_tails <= again:
            return held
        if held and self._opening.locked() and held.name == name and again > MOST_IN_TAILS:
            return held  # while another thread reads what changed
        with self._opening:
            held = self._held
            if held is None or held.name != name or held.in_tails > again:
                held = self._held = self._loaded(name, version)
            elif held.version != version:
                held = self._held = self._caught_up(held, version)
            return held

    def _loaded(self, name: str, version: int) -> _Held:
        rows = self._spellings(0)
        loaded = load(self._ask, 0)
        base = Base(self._ask, loaded, Spellings(row[1:] for row in rows))
        seen = rows[-1][0] if rows else 0
        return _Held(self, name, version, version, base, (), (), (seen, seen))

    def _caught_up(self, held: _Held, version: int) -> _Held:
        """Return what is held with one tail more, or with one for all that came since the base was read."""
        anew = len(held.tails) >= TAILS
        before = (held.base,) if anew else (held.base, *held.tails)
        after = max((int(part.numbers[-1]) for part in before if part.size), default=0)
        rows = self._spellings(held.seen[0] if anew else held.seen[1])
        tail = Tail(self._ask, load(self._ask, after), Spellings(row[1:] for row in rows))
        gone = self._ask("SELECT number FROM {documents} WHERE gone > %s", held.base_version)
        return replace(
            held,
            version=version,
            tails=(tail,) if anew else (*held.tails, tail),
            gone=tuple(number for (number,) in gone),
            seen=(held.seen[0], rows[-1][0] if rows else held.seen[1]),
        )

    def _spellings(self, after: int) -> list[tuple[int, str, str, str, list[str]]]:
        return self._ask(
            "SELECT id, language, spelling, stem, parts FROM {spellings} WHERE id > %s ORDER BY id", after
        )

    # Asking

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Let this thread ask the database in one transaction, that sees one state of it."""
        if getattr(self._here, "cursor", None) is not None:
            yield
            return
        with (
            _plainly(),
            self._reading.connect() as connection,
            closing(cursor_of(connection, binary=True)) as cursor,
        ):
            cursor.adapters.register_loader(_INTEGERS, Integers)
            self._here.cursor, self._here.row = cursor, None
            try:
                yield
            finally:
                self._here.cursor = None

    def _row(self) -> _Row:
        """Return name, format, label and versions of the generation that answers, and ask of that from now on."""
        if self._here.row is not None:
            return cast("_Row", self._here.row)
        cursor = self._here.cursor
        cursor.execute("SELECT name, format, label, version FROM search_index WHERE answers")
        row: _Row | None = cursor.fetchone()
        if row is None or row[1] != FORMAT:
            raise DataError(NO_INDEX)
        self._here.row = row
        return row

    def _ask(self, sql: str, *given: object) -> list[Any]:
        with self._asking():
            self._here.cursor.execute(tables.named(sql, self._row()[0]).encode(), given)
            found: list[Any] = self._here.cursor.fetchall()
            return found


@dataclass(frozen=True)
class _Held:
    """What a process holds of a version of the index: a base, the tails of what came since, and the numbers of what is gone.

    `seen` are the last numbers of words as written, that the base has and that all have.
    """

    engine: PostgresEngine
    name: str
    version: int
    base_version: int
    base: Base
    tails: tuple[Tail, ...]
    gone: tuple[int, ...]
    seen: tuple[int, int]

    @cached_property
    def in_tails(self) -> int:
        """How many documents came since the base was read."""
        return sum(tail.size for tail in self.tails)

    @cached_property
    def snapshot(self) -> Snapshot:
        """The arithmetic over them."""
        gone = np.array(self.gone, np.int64)
        segments: list[Base | Tail] = [self.base, *self.tails]
        return Snapshot((self.name, self.version), ((it, it.places(gone)) for it in segments))

    @cached_property
    def words(self) -> PostgresWords:
        """Their words."""
        return PostgresWords(self.snapshot, self.engine)


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except UndefinedTable:
        raise DataError(NO_INDEX) from None
