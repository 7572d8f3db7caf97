"""The database: one engine, two kinds of sessions, and the only commit in the program.

`Database.transaction()` is the only place that commits: services change objects, the caller's `with` block saves them
all or none. It begins when no other one is under way, so that two writers wait for one another instead of failing halfway;
reading never waits. What SQLite and PostgreSQL need for that is in `kb.backends`.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    Enum,
    MetaData,
    Table,
    TypeDecorator,
    event,
    func,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from kb.backends import backend, plainly
from kb.core import DataError

BEHIND: dict[str, Any] = {"info": {"behind": True}}
"""For `__table_args__` of a table that no page shows to everybody: writing in it leaves `Shown.version` as it is."""


class Base(DeclarativeBase):
    """The base of all models. The naming convention lets a migration name every constraint."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Shown(Base):
    """The version of all that pages show to everybody: one row, whose number goes up with each transaction that writes it."""

    __tablename__ = "shown"
    __table_args__ = BEHIND

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]


def count_shown(connection: Connection) -> None:
    """Count a change of what pages show; for who changes it in other ways than with the tables of models."""
    connection.execute(update(Shown).values(version=Shown.version + 1))


def word_column(vocabulary: type[StrEnum]) -> Enum:
    """Return a column type that keeps the values of a vocabulary as text."""
    return Enum(
        vocabulary,
        native_enum=False,
        create_constraint=False,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


class Moment(TypeDecorator[dt.datetime]):
    """A moment in UTC. SQLite forgets the zone of a datetime; this type gives it back."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Return what the database keeps: the moment in UTC, without zone."""
        return value.astimezone(dt.UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Return the moment with its zone."""
        return value.replace(tzinfo=dt.UTC) if value else None


class Database:
    """A knowledge base's database at an SQLAlchemy URL.

    `joiners` may add to a transaction before it is saved; `listeners` are told once it is. `turns` are told how many seconds
    each took and whether it was saved, `waits` how many of them it waited until it was the only writer, or gave up.
    """

    def __init__(self, url: str) -> None:
        self._backend = backend(url)
        self.engine, self._writing = self._backend.engine, self._backend.writing
        self.aside = self._backend.aside
        self.listeners: list[Callable[[], None]] = []
        self.joiners: list[Callable[[Session], None]] = []
        self.turns: list[Callable[[float, bool], None]] = []
        self.waits: list[Callable[[float], None]] = []
        event.listen(self.engine, "begin", self._begin)
        event.listen(self._writing, "begin", self._begin_writing)
        event.listen(self._writing, "after_cursor_execute", _note_change)
        event.listen(self._writing, "commit", _count_change)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that sees the database as it is at its first query, and never commits.

        Raises:
            DataError: the database can't be read.

        """
        with _plainly(), Session(self.engine, autoflush=False) as session:
            yield session

    @contextmanager
    def transaction(self, *, told: bool = True) -> Iterator[Session]:
        """Open a session whose changes are all saved when the block ends, or none when it raises.

        With `told` False it is no change that anybody asked for, and `listeners` are not told. Never open a second one inside
        the block: it would wait for the first.

        Raises:
            Collision: the database undid the changes because of others; try again.
            DataError: the database can't be written, or others kept it busy for too long.

        """
        began, saved = time.perf_counter(), False
        try:
            with _plainly(), Session(self._writing, expire_on_commit=False) as session, session.begin():
                yield session
                if session.in_transaction():  # or the block has taken all back
                    for join in self.joiners:
                        join(session)
            saved = True
        finally:
            for note in self.turns:
                note(time.perf_counter() - began, saved)
        if told:
            for tell in self.listeners:
                tell()

    def shown(self) -> int:
        """Return the version of what pages show, as it is now; what was kept of another is outdated.

        It is asked for each page, so with as little ado as can be.

        Raises:
            DataError: the database can't be read.

        """
        glancing = self._backend.glancing
        try:
            with closing(glancing.raw_connection()) as connection:
                try:
                    cursor = connection.cursor()
                    cursor.execute("SELECT version FROM shown")
                    row = cursor.fetchone()
                    cursor.close()
                except BaseException:
                    connection.invalidate()
                    raise
        except (glancing.dialect.loaded_dbapi.Error, SQLAlchemyError):
            # Perhaps the server was started again since this connection was made; if not, it is said here what is wrong.
            with self.reading() as session:
                return session.scalar(select(Shown.version)) or 0
        return int(row[0]) if row else 0

    def holds_one(self) -> bool:
        """Tell whether there is a knowledge base, of whatever version. Raises DataError when the database can't be opened."""
        if not self._backend.holds_one():
            return False
        with self._migrating(self.engine) as (connection, _config):
            return inspect(connection).has_table("alembic_version")

    def is_new(self) -> bool:
        """Tell whether there are no tables yet. Raises DataError when the database can't be opened."""
        with self._migrating(self.engine) as (connection, _config):
            return not MigrationContext.configure(connection).get_current_heads()

    def upgrade(self) -> None:
        """Bring the tables to this program's version.

        Raises:
            DataError: the database can't be opened, is not ours, or is newer than the program.

        """
        with self._migrating(self._writing) as (connection, config):
            command.upgrade(_with(config, connection), "head")

    @contextmanager
    def being_made(self) -> Iterator[Connection]:
        """Open a transaction in which the tables are made; what is written in it is saved with them, or nothing is.

        Raises:
            DataError: the database can't be opened, or has tables already.

        """
        with self._migrating(self._writing) as (connection, config):
            if inspect(connection).get_table_names():
                raise DataError("The new database is not empty; nothing was changed.")
            command.upgrade(_with(config, connection), "head")
            yield connection
            connection.info.pop("changed", None)  # no reader has seen anything yet

    def last_ids(self, connection: Connection) -> dict[str, int]:
        """Return the last id that was given out in each table that never gives one again."""
        return self._backend.last_ids(connection, _counting())

    def set_last_ids(self, connection: Connection, ids: Mapping[str, int]) -> None:
        """Let each table go on from the last id that was given out, or the largest that it has."""
        for table in _counting():
            largest = connection.scalar(select(func.max(table.c.id))) or 0
            self._backend.set_last_id(connection, table, max(largest, ids.get(table.name, 0)))

    def check(self) -> None:
        """Do nothing when the tables are at this program's version.

        Raises:
            DataError: they are not, or the database can't be opened.

        """
        with self._migrating(self.engine) as (connection, config):
            if MigrationContext.configure(connection).get_current_heads() != tuple(
                _script(config).get_heads()
            ):
                raise DataError(
                    "The database is not at this program's version; `kb db upgrade` brings it there."
                )

    @contextmanager
    def _migrating(self, engine: Engine) -> Iterator[tuple[Connection, Config]]:
        config = Config()
        config.set_main_option(
            "script_location", str(Path(__file__).parent / "migrations").replace("%", "%%")
        )
        with _plainly(), engine.begin() as connection:
            known = {revision.revision for revision in _script(config).walk_revisions()}
            if set(MigrationContext.configure(connection).get_current_heads()) - known:
                raise DataError(
                    "The database was made by a newer version of this program; nothing was changed."
                )
            yield connection, config

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
        self._backend.glancing.dispose()

    def _begin(self, connection: Connection) -> None:
        connection.info.pop("changed", None)  # of a transaction that was rolled back
        self._backend.begin(connection)

    def _begin_writing(self, connection: Connection) -> None:
        began = time.perf_counter()
        try:
            self._begin(connection)
        finally:
            for note in self.waits:
                note(time.perf_counter() - began)


@contextmanager
def _plainly() -> Iterator[None]:
    """Say in one sentence that the database is busy, broken or can't be opened; faults of ours stay as they are."""
    try:
        yield
    except SQLAlchemyError as error:
        plain = plainly(error)
        if plain is None:
            raise
        raise plain from None


def _counting() -> list[Table]:
    """Return the tables that give out ids by themselves."""
    return [table for table in Base.metadata.sorted_tables if table.autoincrement_column is not None]


def _script(config: Config) -> ScriptDirectory:
    return ScriptDirectory.from_config(config)


def _with(config: Config, connection: Connection) -> Config:
    config.attributes["connection"] = connection
    return config


def _note_change(connection: Connection, *happened: Any) -> None:
    """Note that a statement of ours writes what pages show; those of migrations have tables of their own."""
    context = happened[3]
    if context.isinsert or context.isupdate or context.isdelete:
        table = context.compiled.statement.table
        # The ORM gives a copy of the table, but with the same metadata.
        if getattr(table, "metadata", None) is Base.metadata and not table.info.get("behind"):
            connection.info["changed"] = True


def _count_change(connection: Connection) -> None:
    if connection.info.pop("changed", False):
        count_shown(connection)
