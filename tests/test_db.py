from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from unittest import mock

import pytest
from sqlalchemy import delete, event, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from kb import backends
from kb.accounts.models import LogEntry
from kb.cases.models import Tag, TagKind
from kb.config import read
from kb.core import DataError
from kb.db import Database
from kb.search import outbox


@pytest.fixture
def database(data: Path) -> Iterator[Database]:
    database = Database(read(data, {}).database_url)
    yield database
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # what a QueuePool has
    database.close()


def add(session: Session, name: str) -> None:
    session.add(Tag(name=name, kind=TagKind.TOPIC))


def names(session: Session) -> list[str]:
    return list(session.scalars(select(Tag.name).order_by(Tag.name)))


def stored(database: Database) -> list[str]:
    with database.reading() as session:
        return names(session)


class TestShown:
    """The version of what pages show goes up with what they show, and with nothing else."""

    def test_goes_up_once_with_each_transaction(self, database: Database) -> None:
        before = database.shown()
        with database.transaction() as session:
            add(session, "a")
            session.flush()
            add(session, "b")
        with database.transaction() as session:
            session.execute(update(Tag).values(name="c").where(Tag.name == "a"))
        with database.transaction() as session:
            session.execute(delete(Tag).where(Tag.name == "b"))
        assert database.shown() == before + 3

    def test_stays_when_nothing_is_saved(self, database: Database) -> None:
        before = database.shown()
        with database.transaction() as session:
            add(session, "a")
            session.flush()
            session.rollback()
        with database.transaction() as session:
            names(session)
        assert database.shown() == before

    def test_stays_when_no_page_shows_what_is_saved(self, database: Database) -> None:
        before = database.shown()
        with database.transaction() as session:
            session.add(LogEntry(did="case.published"))
            outbox.record(session, [("case", "a")])
        assert database.shown() == before

    def test_is_what_another_process_saved(self, database: Database) -> None:
        before = database.shown()
        other = Database(database.engine.url.render_as_string(hide_password=False))
        with other.transaction() as session:
            add(session, "a")
        other.close()
        assert database.shown() == before + 1

    @pytest.mark.postgres
    def test_opens_no_connection_for_one_question(self, database: Database) -> None:
        """That takes a server fifty times as long as the answer."""
        opened = mock.Mock()
        event.listen(database._backend.glancing, "connect", opened)

        def ask() -> None:
            for _ in range(100):
                database.shown()

        threads = [threading.Thread(target=ask) for _ in range(2 * backends.GLANCES)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 1 <= opened.call_count <= backends.GLANCES

    @pytest.mark.postgres
    def test_is_known_too_when_all_connections_for_it_are_in_use(self, database: Database) -> None:
        glancing = database._backend.glancing
        before = database.shown()
        with ExitStack() as stack, mock.patch.object(glancing.pool, "_timeout", 0.01):
            for _ in range(backends.GLANCES):
                stack.enter_context(closing(glancing.raw_connection()))
            with database.transaction() as session:
                add(session, "a")
            assert database.shown() == before + 1


class TestTransaction:
    def test_saves_all(self, database: Database) -> None:
        with database.transaction() as session:
            add(session, "a")
            session.flush()
            add(session, "b")
        assert stored(database) == ["a", "b"]

    def test_or_none(self, database: Database) -> None:
        class OurError(Exception):
            pass

        with database.transaction() as session:
            add(session, "before")
        with pytest.raises(OurError), database.transaction() as session:  # noqa: PT012 - the block is the subject
            add(session, "a")
            session.flush()
            add(session, "b")
            raise OurError
        assert stored(database) == ["before"]

    def test_a_fault_in_the_last_row_undoes_the_first(self, database: Database) -> None:
        with pytest.raises(IntegrityError), database.transaction() as session:  # noqa: PT012 - the block is the subject
            add(session, "a")
            session.flush()
            session.execute(text("INSERT INTO case_tag (case_id, tag_id) VALUES (999, 999)"))
        assert stored(database) == []

    def test_what_it_gave_can_be_read_afterwards(self, database: Database) -> None:
        with database.transaction() as session:
            tag = Tag(name="a", kind=TagKind.TOPIC)
            session.add(tag)
        assert (tag.id, tag.name) == (1, "a")

    def test_two_writers_wait_for_one_another(self, database: Database) -> None:
        second_tries, second_is_in = threading.Event(), threading.Event()

        def second() -> None:
            second_tries.set()
            with database.transaction() as session:
                there = names(session)
                second_is_in.set()
                add(session, f"second, after {there}")

        thread = threading.Thread(target=second)
        with database.transaction() as session:
            assert names(session) == []
            thread.start()
            assert second_tries.wait(10)
            inside_too = second_is_in.wait(0.2)
            add(session, "first")
        thread.join(10)
        assert not inside_too
        assert stored(database) == ["first", "second, after ['first']"]

    def test_it_gives_up_in_the_end(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(backends, "BUSY_TIMEOUT_MS", 1)
        with database.transaction() as session:
            add(session, "first")
            session.flush()
            busy = pytest.raises(
                DataError,
                match=r"^The database can't be used: (database is locked|others kept it busy for too long)\.$",
            )
            with busy, database.transaction() as other:
                add(other, "second")
        assert stored(database) == ["first"]


class TestReading:
    def test_it_does_not_wait_for_a_writer(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(backends, "BUSY_TIMEOUT_MS", 1)
        with database.transaction() as session:
            add(session, "a")
            session.flush()
            assert stored(database) == []
            database.check()
            assert not database.is_new()
        assert stored(database) == ["a"]

    def test_a_writer_does_not_wait_for_it(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(backends, "BUSY_TIMEOUT_MS", 1)
        with database.reading() as session:
            assert names(session) == []
            with database.transaction() as writing:
                add(writing, "a")
            assert names(session) == []
        assert stored(database) == ["a"]

    def test_it_never_saves(self, database: Database) -> None:
        # PostgreSQL refuses to write in it; on SQLite it is taken back.
        with suppress(DataError), database.reading() as session:
            add(session, "a")
            session.flush()
        assert stored(database) == []

    @pytest.mark.sqlite
    def test_a_fault_of_ours_stays_what_it_is(self, database: Database) -> None:
        with pytest.raises(IntegrityError), database.reading() as session:
            session.execute(text("INSERT INTO case_tag (case_id, tag_id) VALUES (999, 999)"))

    def test_no_connection_stays_behind(self, database: Database) -> None:
        with pytest.raises(KeyError), database.reading() as session:  # noqa: PT012 - the block is the subject
            assert names(session) == []
            raise KeyError
        with pytest.raises(KeyError), database.transaction() as session:  # noqa: PT012 - the block is the subject
            add(session, "a")
            raise KeyError
        # The fixture counts the connections that are in use.


class TestConnections:
    @pytest.mark.sqlite
    def test_each_is_set_up(self, database: Database) -> None:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        with database.engine.connect() as one, database.engine.connect() as two:
            for connection in (one, two):
                found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas]
                assert found == ["wal", 2, 1, 5000]

    def test_foreign_keys_are_held(self, database: Database) -> None:
        with (
            pytest.raises(IntegrityError, match=r"(FOREIGN KEY|foreign key)"),
            database.transaction() as session,
        ):
            session.execute(text("INSERT INTO case_tag (case_id, tag_id) VALUES (999, 999)"))


class TestListeners:
    def test_they_are_told_once_it_is_safe(self, database: Database) -> None:
        told: list[list[str]] = []
        database.listeners += [lambda: told.append(stored(database)), lambda: told.append(["second"])]
        with database.transaction() as session:
            add(session, "a")
            session.flush()
            assert told == []
        assert told == [["a"], ["second"]]

    def test_they_are_not_told_of_nothing(self, database: Database) -> None:
        told: list[int] = []
        database.listeners.append(lambda: told.append(1))
        with pytest.raises(KeyError), database.transaction():
            raise KeyError
        with database.reading() as session:
            names(session)
        assert told == []


class TestVersion:
    def test_new_then_at_this_version(self, tmp_path: Path) -> None:
        database = Database(f"sqlite:///{tmp_path}/new.sqlite3")
        assert database.is_new()
        with pytest.raises(DataError, match="not at this program's version; `kb db upgrade` brings it there"):
            database.check()
        assert database.is_new()
        database.upgrade()
        database.check()
        assert not database.is_new()
        database.close()

    def test_a_newer_one_is_left_alone(self, database: Database) -> None:
        with database.transaction() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        for action in (database.check, database.upgrade, database.is_new):
            with pytest.raises(
                DataError, match="made by a newer version of this program; nothing was changed"
            ):
                action()
        with database.reading() as session:
            assert session.scalar(text("SELECT version_num FROM alembic_version")) == "9999"

    def test_one_that_cannot_be_opened(self, tmp_path: Path) -> None:
        database = Database(f"sqlite:///{tmp_path}/none/new.sqlite3")
        for action in (database.check, database.upgrade, database.is_new):
            with pytest.raises(
                DataError, match=r"^The database can't be used: unable to open database file\.$"
            ):
                action()
        database.close()

    def test_one_of_somebody_else_is_left_alone(self, tmp_path: Path) -> None:
        file = tmp_path / "other.sqlite3"
        other = sqlite3.connect(file)
        other.execute('CREATE TABLE "case" (id INTEGER)')
        other.commit()
        database = Database(f"sqlite:///{file}")
        with pytest.raises(DataError, match='table "case" already exists'):
            database.upgrade()
        database.close()
        assert [name for (name,) in other.execute("SELECT name FROM sqlite_master")] == ["case"]
        other.close()

    def test_a_read_only_disk_can_be_read(self, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(connection: sqlite3.Connection, record: object) -> None:
            class ReadOnly:
                def __getattr__(self, name: str) -> object:
                    return getattr(connection, name)

                def execute(self, statement: str) -> object:
                    if "journal_mode" in statement:
                        raise sqlite3.OperationalError("attempt to write a readonly database")
                    return connection.execute(statement)

            set_up(ReadOnly(), record)  # type: ignore[arg-type]  # it stands in for a connection

        set_up = backends._set_up_connection
        monkeypatch.setattr(backends, "_set_up_connection", refuse)
        database = Database(read(data, {}).database_url)
        database.check()
        database.close()


def test_a_statement_that_is_wrong_is_one_sentence_too(database: Database) -> None:
    with (
        pytest.raises(DataError, match=r"(no such table: nonsense|a table is missing)") as caught,
        database.reading() as session,
    ):
        session.execute(text("SELECT * FROM nonsense"))
    assert not isinstance(caught.value, OperationalError)
