"""Makes a knowledge base larger by copying its cases: importing a hundred thousand takes the better part of an hour."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, String, Table, func, insert, literal, select

from kb.db import Base, Database


def grow(database: Database, times: int) -> None:
    """Let there be `times` as many cases as there are, with all that hangs on each; the index is left as it is."""
    with database.transaction() as session:
        connection = session.connection()
        copied = _hanging_on("case")
        last = {table.name: _last(connection, table) for table in copied}
        for number in range(1, times):
            for table in copied:
                values = [_copy(column, last, number) for column in table.columns]
                ids = (column for column in table.columns if _whose(column, last))
                which = table.c["id"] if "id" in table.c else next(ids)
                rows = select(*values).where(which <= last[_whose(which, last)])
                connection.execute(insert(table).from_select(list(table.columns), rows))
        database.set_last_ids(connection, {})


def _hanging_on(name: str) -> list[Table]:
    """Return a table and all that refer to it, or to one that does, in an order in which they can be filled."""
    found = [Base.metadata.tables[name]]
    for table in Base.metadata.sorted_tables:
        if table not in found and any(key.column.table in found for key in table.foreign_keys):
            found.append(table)
    return found


def _last(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.max(table.c.id))) or 0 if "id" in table.c else 0


def _whose(column: Column[Any], last: dict[str, int]) -> str:
    """Return the copied table whose ids a column has; empty for what is no such id."""
    if column.name == "id":
        return column.table.name
    return next((key.column.table.name for key in column.foreign_keys if key.column.table.name in last), "")


def _copy(column: Column[Any], last: dict[str, int], number: int) -> ColumnElement[Any]:
    """Return what a column of the copy with this number has: an id that is free, and no text twice that must be unique."""
    whose = _whose(column, last)
    if whose:
        return column + number * last[whose]
    is_name = column.unique and isinstance(column.type, String)
    return column + literal(f"-{number}") if is_name else column
