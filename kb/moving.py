"""Moving a knowledge base from one database to another, of whatever kind: all rows, and proof that they are the same.

Everything happens in one transaction of the new database, so it holds all or nothing. What was moved is read again there, and
counts and checksums of each table must agree. Until it is done nobody can write in the old database, but everybody can read.
Attachments are no part of it: they are files of the data folder. Nor is the index, which is made of the database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, func, insert, select, update
from sqlalchemy.exc import DataError as RefusedValue

import kb.house
from kb.core import DataError
from kb.db import Base, Database

assert kb.house, "importing it fills the metadata with every model"  # noqa: S101 - says why it is imported

ROWS: Final = 1_000
"""How many rows are read and written at a time."""
_BITS: Final = 1 << 64

Begin = Callable[[str, int], Callable[[int], None]]
"""Is told which table begins and how many rows it has, and returns what is told how many more rows were handled."""


@dataclass(frozen=True)
class Moved:
    """One table: how many rows it has, and what they add up to."""

    table: str
    rows: int
    checksum: str


def move(source: Database, target: Database, begin: Begin) -> list[Moved]:
    """Move all rows into a database that has no tables yet, and return what each table has.

    Raises:
        DataError: one of the two can't be used, the old one is of another version, the new one is not empty, does not take
            a value, or gave back something else than was written.

    """
    source.check()
    with source.transaction() as session, target.being_made() as there:
        here = session.connection()
        for table in reversed(Base.metadata.sorted_tables):
            there.execute(table.delete())  # what the migrations put in a new database
        moved = [_move(here, there, table, begin) for table in Base.metadata.sorted_tables]
        target.set_last_ids(there, source.last_ids(here))
        for one in moved:
            if _told(there, Base.metadata.tables[one.table], lambda _rows: None) != one:
                raise DataError(
                    f"The new database holds something else in “{one.table}” than the old one; nothing was moved."
                )
    return moved


def _move(here: Connection, there: Connection, table: Table, begin: Begin) -> Moved:
    """Move the rows of one table; rows that point to others of the same table do so once all are there."""
    own = [key.parent for key in table.foreign_keys if key.column.table is table]
    pointing: list[dict[str, Any]] = []

    def write(rows: list[dict[str, Any]]) -> None:
        pointing.extend(
            {f"old {column.name}": row[column.name] for column in (*table.primary_key, *own)}
            for row in rows
            if any(row[column.name] is not None for column in own)
        )
        try:
            there.execute(insert(table), [{**row, **{column.name: None for column in own}} for row in rows])
        except RefusedValue as error:
            why = str(error.orig).partition("\n")[0]
            raise DataError(
                f"The new database does not take a value of “{table.name}”: {why}. Nothing was moved."
            ) from None

    count = here.scalar(select(func.count()).select_from(table)) or 0
    told = _told(here, table, begin(table.name, count), write)
    if pointing:
        same = [column == bindparam(f"old {column.name}") for column in table.primary_key]
        new: dict[str, Any] = {column.name: bindparam(f"old {column.name}") for column in own}
        there.execute(update(table).where(*same).values(new), pointing)
    return told


def _told(
    connection: Connection,
    table: Table,
    progress: Callable[[int], None],
    write: Callable[[list[dict[str, Any]]], None] | None = None,
) -> Moved:
    """Read a table from end to end, hand its rows on, and return what it has."""
    count = total = 0
    for rows in _batches(connection, table):
        if write:
            write(rows)
        count += len(rows)
        total += sum(map(_number, rows))
        progress(len(rows))
    return Moved(table.name, count, f"{total % _BITS:016x}")


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    found = connection.execute(select(table), execution_options={"yield_per": ROWS})
    for rows in found.mappings().partitions():
        yield [{name: _readable(value) for name, value in row.items()} for row in rows]


def _readable(value: Any) -> Any:
    """Return a value as every database keeps it: PostgreSQL knows no NUL in a text."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


def _number(row: dict[str, Any]) -> int:
    """Return the checksum of a row; those of a table are added up, so that their order means nothing."""
    text = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())
