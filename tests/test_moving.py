"""Moving a knowledge base: between two files, and where there is a PostgreSQL from there to a file and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, insert, select, text, update

from kb import moving
from kb.cases.models import Case, Tag, TagKind
from kb.core import DataError
from kb.db import Base, Database
from kb.events.models import Note
from kb.house import House
from kb.moving import move
from kb.search import outbox
from tests.cli.conftest import run
from tests.conftest import opened
from tests.databases import Databases, Files
from tests.events.boards import meeting


@pytest.fixture
def source(sample_house: House) -> Database:
    """A knowledge base with samples and a board, of which one note is merged into a later one."""
    board = meeting(sample_house)
    me = board.join()
    first, second = board.write(me, "Eerst"), board.write(me, "Later")
    with sample_house.database.transaction() as session:
        session.execute(update(Note).where(Note.id == first).values(merged_into_id=second))
    return sample_house.database


@pytest.fixture(params=["of this run", "a file"])
def target(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    kind = databases if request.param == "of this run" else Files()
    with kind.fresh(tmp_path / "target") as url, closing(Database(url)) as database:
        yield database


def quiet(_table: str, _rows: int) -> Callable[[int], None]:
    return lambda _more: None


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def rows(database: Database) -> dict[str, list[str]]:
    with database.engine.connect() as connection:
        return {
            table.name: sorted(str(tuple(row)) for row in connection.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }


def test_all_is_there_and_the_same(source: Database, target: Database) -> None:
    before = rows(source)
    moved = move(source, target, quiet)
    assert rows(target) == before == rows(source)
    assert {one.table: one.rows for one in moved} == {name: len(some) for name, some in before.items()}
    assert sum(one.rows > 0 for one in moved) > 20
    target.check()


def test_and_back_again(source: Database, databases: Databases, tmp_path: Path) -> None:
    with (
        Files().fresh(tmp_path / "file") as file,
        databases.fresh(tmp_path / "back") as url,
        closing(Database(file)) as there,
        closing(Database(url)) as back,
    ):
        one, two = move(source, there, quiet), move(there, back, quiet)
        assert one == two
        assert rows(back) == rows(source)


def test_ids_go_on_where_they_were(source: Database, target: Database) -> None:
    """A row that was given a number and is gone leaves it to nobody."""
    with source.transaction() as session:
        outbox.record(session, [("case", "a"), ("case", "b")])
        last = outbox.last(session)
        outbox.done(session, last)
    move(source, target, quiet)
    with target.transaction() as session:
        outbox.record(session, [("case", "c")])
        session.add(Tag(name="nieuw", kind=TagKind.TOPIC))
        assert outbox.last(session) == last + 1


def test_the_house_works_on_it(source: Database, target: Database, sample_house: House) -> None:
    move(source, target, quiet)
    with closing(
        opened(sample_house.settings.data, KB_DATABASE_URL=url_of(target), KB_SEARCH="whoosh")
    ) as house:
        house.search.rebuild()
        assert not house.search.check()


def test_a_database_with_anything_in_it_is_refused(source: Database, target: Database) -> None:
    target.upgrade()
    before = rows(target)
    with pytest.raises(DataError, match=r"^The new database is not empty; nothing was changed\.$"):
        move(source, target, quiet)
    assert rows(target) == before


def test_what_is_stopped_halfway_leaves_nothing(source: Database, target: Database) -> None:
    def stop(table: str, _rows: int) -> Callable[[int], None]:
        if table == "lesson":
            raise KeyboardInterrupt
        return lambda _more: None

    with pytest.raises(KeyboardInterrupt):
        move(source, target, stop)
    assert target.is_new()
    move(source, target, quiet)


def test_what_arrives_otherwise_is_found_out(
    source: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = moving._move

    def clumsy(here: Connection, there: Connection, table: Table, begin: Any) -> Any:
        told = real(here, there, table, begin)
        if table.name == "lesson":
            there.execute(text("UPDATE lesson SET statement = 'Anders' WHERE id = 1"))
        return told

    monkeypatch.setattr(moving, "_move", clumsy)
    with pytest.raises(DataError, match="holds something else in “lesson” than the old one"):
        move(source, target, quiet)
    assert target.is_new()


def test_of_another_version_it_is_refused(source: Database, target: Database) -> None:
    with source.transaction() as session:
        session.execute(text("DELETE FROM alembic_version"))
    with pytest.raises(DataError, match="not at this program's version"):
        move(source, target, quiet)
    assert target.is_new()


def test_a_sign_that_postgresql_does_not_keep(databases: Databases, tmp_path: Path) -> None:
    """A file may hold what a server refuses: NUL gets another sign, as it does when somebody types it."""
    with Files().fresh(tmp_path / "file") as file, closing(Database(file)) as source:
        source.upgrade()
        with source.transaction() as session:
            session.execute(insert(Tag).values(name="a\0b", kind=TagKind.TOPIC))
        with databases.fresh(tmp_path / "there") as url, closing(Database(url)) as target:
            move(source, target, quiet)
            with target.reading() as session:
                assert session.scalars(select(Tag.name)).all() == ["a\ufffdb"]


@pytest.mark.postgres
def test_a_text_that_is_too_long_is_told_of(databases: Databases, tmp_path: Path) -> None:
    with Files().fresh(tmp_path / "file") as file, closing(Database(file)) as source:
        source.upgrade()
        with source.transaction() as session:
            session.execute(insert(Tag).values(name="x" * 5000, kind=TagKind.TOPIC))
        with databases.fresh(tmp_path / "there") as url, closing(Database(url)) as target:
            with pytest.raises(DataError, match="does not take a value of “tag”: value too long for type"):
                move(source, target, quiet)
            assert target.is_new()


class TestCommand:
    def test_it_says_what_it_moved(self, sample_data: Path, target: Database) -> None:
        answer = run("migrate-data", "--to", url_of(target), "--data", sample_data)
        assert answer.code == 0
        told = dict(line.split("\t")[:2] for line in answer.out.splitlines())
        assert told["case"] == "15"
        assert answer.err.splitlines()[-1].startswith(f"Moved and compared: {len(told)} tables, ")
        with target.reading() as session:
            assert len(session.scalars(select(Case.slug)).all()) == 15

    def test_it_can_be_told_from_where(self, sample_data: Path, data: Path, target: Database) -> None:
        with closing(opened(sample_data)) as house:
            url = house.settings.database_url
        assert run("migrate-data", "--from", url, "--to", url_of(target), "--data", data).code == 0
        assert not target.is_new()

    def test_an_address_that_is_none(self, data: Path) -> None:
        answer = run("migrate-data", "--to", "mysql://here", "--data", data)
        assert answer.failed(data).startswith("KB_DATABASE_URL: it must begin with sqlite:///")

    def test_no_address(self, data: Path) -> None:
        answer = run("migrate-data", "--to", " ", "--data", data)
        assert answer.failed(data) == "The address of a database is empty."

    def test_nothing_to_move_from(self, data: Path, tmp_path: Path) -> None:
        none = f"sqlite:///{tmp_path}/none.sqlite3"
        answer = run("migrate-data", "--from", none, "--to", f"sqlite:///{tmp_path}/new", "--data", data)
        assert answer.failed(data) == "There is no knowledge base in the database to move from."
        assert not list(tmp_path.glob("n*"))
