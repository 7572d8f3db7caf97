"""What SQLite and PostgreSQL do each in their own way: connecting, one writer at a time, and saying what is wrong.

`kb.db.Database` asks this module alone which of the two it has; the rest of the program never does.

Both let one transaction write at a time. SQLite does so by itself (`BEGIN IMMEDIATE`); on PostgreSQL a writer first takes one
lock of the whole database. So a service that reads, decides and writes is right on both without a thought of others, and no
two of our transactions can wait for each other (docs/decisions/0010-postgresql.md). Readers never wait.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote

from sqlalchemy import (
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.exc import DatabaseError, NotSupportedError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree

from kb.core import Collision, DataError
from kb.values import POSTGRESQL, SQLITE

BUSY_TIMEOUT_MS = 5_000
"""How long a writer waits for another one before it gives up."""
CONNECT_TIMEOUT_S: Final = 5
CONNECTIONS, MORE = 10, 10
"""How many connections to PostgreSQL a process keeps, and how many more it opens for a while when all are in use."""
GLANCES: Final = 4
"""How many more it keeps for a quick question. Each is back at once, so who finds none waits: opening one takes far longer."""
CONNECTION_WAIT_S: Final = 10
WRITER: Final = 0x6B62  # "kb"
"""The number of PostgreSQL's advisory lock that the one writer holds."""

_ALONE: Final[dict[str, Any]] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
"""A statement is a transaction of its own: nothing is begun before it, nor ended after it."""
_BE_THE_ONE: Final = (
    "SELECT pg_is_in_recovery() FROM set_config('lock_timeout', %(ms)s, true),"
    " LATERAL pg_advisory_xact_lock(%(writer)s)"
)
_READ_ONLY: Final = "25006"
_SAID: Final = {
    _READ_ONLY: "it can only be read; perhaps it is a replica",
    "40001": "two changes came at the same time; try again",
    "40P01": "two changes waited for each other; try again",
    "42501": "this user may not do that",
    "42703": "a column is missing; it is of another version of this program",
    "42P01": "a table is missing; it is of another version of this program",
    "55P03": "others kept it busy for too long",
    "57P01": "it is shutting down",
}
"""By PostgreSQL's code what is wrong, for faults that are not the program's. Who can't connect is told by PostgreSQL itself."""
_TOO_LARGE: Final = "22003"
_COLLISIONS: Final = frozenset({"40001", "40P01"})


class Backend(Protocol):
    """One kind of database."""

    engine: Engine
    """For reading: a transaction sees the database as it is at its first query."""
    writing: Engine
    """For the one writer."""
    aside: Engine
    """For writing what nobody else does, without taking the one writer's turn."""
    glancing: Engine
    """For one quick question: without a transaction, on a connection that may have been lost meanwhile."""

    def begin(self, connection: Connection) -> None:
        """Begin a transaction, of a reader or of the writer; raise DataError when nothing can be written here."""

    def holds_one(self) -> bool:
        """Tell whether there may be a knowledge base; a look that makes nothing."""

    def last_ids(self, connection: Connection, tables: Iterable[Table]) -> dict[str, int]:
        """Return the last id that each of these tables gave out, as far as that is remembered."""

    def set_last_id(self, connection: Connection, table: Table, last: int) -> None:
        """Let a table give out the ids after this one."""


def backend(url: str) -> Backend:
    """Return the backend of a database's address, that `kb.config` has read.

    What its errors say holds no parameters of statements: those are people's words.
    """
    return Postgres(url) if url.startswith(POSTGRESQL) else Sqlite(url)


class Sqlite:
    """A file, with a log beside it. `synchronous=FULL` because an answer "saved" must survive a power cut."""

    def __init__(self, url: str) -> None:
        self._file = file_of(url)
        engine = create_engine(url, hide_parameters=True)
        event.listen(engine, "connect", _set_up_connection)
        self.engine: Engine = engine.execution_options(kb_begin="BEGIN")
        self.writing: Engine = engine.execution_options(kb_begin="BEGIN IMMEDIATE")
        self.aside: Engine = self.writing
        self.glancing: Engine = create_engine(url, hide_parameters=True, **_ALONE)
        event.listen(self.glancing, "connect", _set_up_connection)

    def begin(self, connection: Connection) -> None:
        """Begin; the writer waits here until it is the only one."""
        options: dict[str, Any] = dict(connection.get_execution_options())
        connection.exec_driver_sql(options["kb_begin"])

    def holds_one(self) -> bool:
        """Tell whether the file is there; opening it would make it."""
        return self._file.exists()

    def last_ids(self, connection: Connection, tables: Iterable[Table]) -> dict[str, int]:
        """Return them of those tables that never give an id again; the others go on from the largest they have."""
        names = {table.name for table in tables}
        rows = connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
        return {name: last for name, last in rows if name in names}

    def set_last_id(self, connection: Connection, table: Table, last: int) -> None:
        """Remember it where the table does."""
        if table.dialect_options["sqlite"]["autoincrement"] and last:
            connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
            connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES (?, ?)", (table.name, last))


class Postgres:
    """A server's database. Whoever reads can't write, and sees one state; whoever writes sees what was saved before it."""

    def __init__(self, url: str) -> None:
        wanted = {"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "praktijkbank"}
        asked = make_url(url).query
        options: dict[str, Any] = {
            "hide_parameters": True,
            "pool_timeout": CONNECTION_WAIT_S,
            "connect_args": {name: value for name, value in wanted.items() if name not in asked},
        }
        engine = create_engine(
            url,
            pool_pre_ping=True,  # a server that was started again is no fault for whoever comes next
            pool_size=CONNECTIONS,
            max_overflow=MORE,
            **options,
        )
        event.listen(engine, "before_cursor_execute", _without_nul, retval=True)
        self.engine: Engine = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self.writing: Engine = engine.execution_options(isolation_level="READ COMMITTED", kb_writes=True)
        self.aside: Engine = engine.execution_options(isolation_level="READ COMMITTED")
        self.glancing: Engine = create_engine(url, pool_size=GLANCES, max_overflow=0, **_ALONE, **options)

    def begin(self, connection: Connection) -> None:
        """Make the writer wait until it is the only one."""
        if not connection.get_execution_options().get("kb_writes"):
            return
        try:
            is_replica = connection.exec_driver_sql(
                _BE_THE_ONE, {"ms": str(BUSY_TIMEOUT_MS), "writer": WRITER}
            ).scalar()
        except NotSupportedError:  # a replica, on a connection that a reader had before
            is_replica = True
        if is_replica:
            raise DataError(f"The database can't be used: {_SAID[_READ_ONLY]}.")

    def holds_one(self) -> bool:
        """Tell that asking it makes nothing."""
        return True

    def last_ids(self, connection: Connection, tables: Iterable[Table]) -> dict[str, int]:
        """Return where the sequences are."""
        found = {}
        for table in tables:
            name = self._sequence(connection, table)
            last = connection.exec_driver_sql(f"SELECT last_value FROM {name}").scalar_one()  # noqa: S608 - PostgreSQL quoted it
            if last > 1:  # a sequence that was never used says 1 too
                found[table.name] = last
        return found

    def set_last_id(self, connection: Connection, table: Table, last: int) -> None:
        """Set the sequence of the table."""
        if last:
            connection.execute(select(func.setval(self._sequence(connection, table), last)))

    def _sequence(self, connection: Connection, table: Table) -> str:
        """Return the name of the sequence that gives out a table's ids, as SQL says it."""
        quoted = connection.dialect.identifier_preparer.format_table(table)
        return str(connection.scalar(select(func.pg_get_serial_sequence(quoted, "id"))))


def file_of(url: str) -> Path:
    """Return the file that an address of SQLite names."""
    return Path(unquote(url.removeprefix(SQLITE).partition("?")[0]))


def plainly(error: Exception) -> DataError | None:
    """Return what is wrong with the database in one sentence; None when the fault may be the program's own."""
    what = _said(error)
    if what is None:
        return None
    kind = Collision if _state(error) in _COLLISIONS else DataError
    return kind(f"The database can't be used: {what}.")


def is_beyond(error: Exception) -> bool:
    """Tell whether somebody asked for a number that no column can hold, so that nothing has it."""
    return _state(error) == _TOO_LARGE


def _state(error: Exception) -> str:
    """Return PostgreSQL's code of an error."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""


def _said(error: Exception) -> str | None:
    """Return it in a few words. What goes wrong before there is a statement is about connecting."""
    if isinstance(error, NoneFree):
        return "all connections to it are in use"
    if not isinstance(error, DatabaseError):
        return None
    known = _SAID.get(_state(error))
    if known:
        return known
    if isinstance(error, OperationalError) or type(error) is DatabaseError or error.statement is None:
        return _in_a_line(str(error.orig))
    return None


def _without_nul(
    _connection: Connection, _cursor: Any, statement: str, given: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    """Put another sign in the place of NUL, the one character that PostgreSQL keeps in no text."""
    return statement, [_readable(row) for row in given] if isinstance(given, list) else _readable(given)


def _readable(row: Any) -> Any:
    if not isinstance(row, dict) or not any(isinstance(it, str) and "\0" in it for it in row.values()):
        return row
    return {name: it.replace("\0", "\ufffd") if isinstance(it, str) else it for name, it in row.items()}


def _in_a_line(text: str) -> str:
    """Return the telling line of a message; that of a connection that failed says in its middle why."""
    line = text.strip().partition("\n")[0]
    return line.rpartition("FATAL:")[2].strip() if "FATAL:" in line else line


def _set_up_connection(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    # A file on a read-only disk can't switch to the write-ahead log, but can be read.
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
