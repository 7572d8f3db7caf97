"""The migrations: one line of steps, whose result is what the models say, and every step can be taken back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

import kb
import kb.house
from kb.cases.transfer import import_samples
from kb.config import read
from kb.db import Base, Database
from kb.house import House
from tests import town
from tests.conftest import opened
from tests.databases import Databases

assert kb.house, "importing it fills the metadata with every model"

MIGRATIONS = Path(kb.__file__).parent / "migrations"


def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


REVISIONS = list(script().walk_revisions())


@pytest.fixture
def fresh(databases: Databases, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it."""
    with databases.fresh(tmp_path / "fresh") as url:
        database = Database(url)
        yield database
        database.close()


@contextmanager
def migrating(database: Database) -> Iterator[tuple[Connection, Config]]:
    with database._migrating(database._writing) as (connection, config):
        config.attributes["connection"] = connection
        yield connection, config


def go(database: Database, revision: str) -> None:
    """Bring the database up or down to a revision."""
    with migrating(database) as (connection, config):
        there = MigrationContext.configure(connection).get_current_revision()
        known = [found.revision for found in reversed(REVISIONS)]
        down = revision == "base" or (there in known and known.index(revision) < known.index(there))
        (command.downgrade if down else command.upgrade)(config, revision)


def shape(connection: Connection) -> dict[str, Any]:
    """Return all that the database knows of its tables, but for the order of columns."""
    inspector = inspect(connection)
    return {
        table: {
            "columns": sorted(
                (
                    column["name"],
                    str(column["type"]),
                    column["nullable"],
                    column["default"],
                    column.get("autoincrement"),
                )
                for column in inspector.get_columns(table)
            ),
            "primary key": inspector.get_pk_constraint(table),
            "foreign keys": sorted(inspector.get_foreign_keys(table), key=str),
            "unique": sorted(inspector.get_unique_constraints(table), key=str),
            "indexes": sorted(inspector.get_indexes(table), key=str),
            "checks": sorted(inspector.get_check_constraints(table), key=str),
            "autoincrement": is_sqlite(connection)
            and "AUTOINCREMENT" in connection.scalar(_SQL, {"table": table}),
        }
        for table in inspector.get_table_names()
        if table in Base.metadata.tables  # the search index in PostgreSQL has tables of its own
    }


def is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


_SQL = text("SELECT sql FROM sqlite_master WHERE name = :table")


class TestSteps:
    def test_there_is_one_head_and_one_base(self) -> None:
        assert len(script().get_heads()) == 1
        assert len(script().get_bases()) == 1

    def test_every_file_is_a_step(self) -> None:
        files = {path.name for path in (MIGRATIONS / "versions").glob("*.py")} - {"__init__.py"}
        assert files == {Path(revision.path).name for revision in REVISIONS}

    @pytest.mark.parametrize("revision", REVISIONS, ids=lambda revision: str(revision.revision))
    def test_it_is_told_and_goes_both_ways(self, revision: Any) -> None:
        assert Path(revision.path).name.startswith(f"v{revision.revision}_")
        tree = ast.parse(Path(revision.path).read_text(encoding="utf-8"))
        assert ast.get_docstring(tree)
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        for name in ("upgrade", "downgrade"):
            body = functions[name].body
            assert ast.get_docstring(functions[name])
            assert not any(isinstance(node, ast.Raise | ast.Pass) for node in body)
            assert len(body) > 1

    @pytest.mark.parametrize("path", sorted(MIGRATIONS.rglob("*.py")), ids=lambda path: path.name)
    def test_it_needs_nothing_of_the_program(self, path: Path) -> None:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0
                names = [node.module or ""]
            assert not [name for name in names if name.split(".")[0] == "kb"]


class TestResult:
    def test_it_is_what_alembic_makes_of_the_models(self, house: House) -> None:
        with house.database.engine.connect() as connection:
            context = MigrationContext.configure(
                connection,
                opts={
                    "compare_type": True,
                    "compare_server_default": True,
                    "include_name": lambda name, kind, _of: kind != "table" or name in Base.metadata.tables,
                },
            )
            assert compare_metadata(context, Base.metadata) == []

    def test_it_is_what_the_models_make_themselves(self, house: House, fresh: Database) -> None:
        with fresh._writing.begin() as connection:
            Base.metadata.create_all(connection)
        with fresh.engine.connect() as expected, house.database.engine.connect() as found:
            assert shape(found) == shape(expected)
            assert len(shape(found)) > 10

    def test_every_constraint_has_its_name(self, house: House) -> None:
        with house.database.engine.connect() as connection:
            for table in shape(connection).values():
                # SQLite takes no name for the key of a table that never gives an id again.
                assert table["primary key"]["name"] or table["autoincrement"]
                assert all(row["name"] for kind in ("foreign keys", "unique") for row in table[kind])

    def test_the_four_themes_are_there(self, house: House) -> None:
        with house.database.reading() as session:
            rows = session.execute(
                text(
                    "SELECT slug, language FROM theme JOIN theme_text ON theme_id = id ORDER BY position, language"
                )
            )
            assert [tuple(row) for row in rows] == [
                (slug, language)
                for slug in ("roles-partnership", "inclusion", "connecting", "organising")
                for language in ("en", "nl")
            ]


class TestWays:
    def test_upgrading_again_changes_nothing(self, sample_data: Path) -> None:
        house = opened(sample_data)
        before = town.everything(house)
        house.database.upgrade()
        assert town.everything(house) == before
        house.close()

    @pytest.mark.parametrize("revision", REVISIONS, ids=lambda revision: str(revision.revision))
    def test_each_goes_down_and_up_with_data_in_it(self, sample_data: Path, revision: Any) -> None:
        database = Database(read(sample_data, {}).database_url)
        go(database, revision.revision)
        with database.engine.connect() as connection:
            above = shape(connection)
            assert connection.scalar(text('SELECT count(*) FROM "case"')) == 15
        go(database, revision.down_revision or "base")
        with database.engine.connect() as connection:
            assert shape(connection) != above
        go(database, revision.revision)
        with database.engine.connect() as connection:
            assert shape(connection) == above
            if is_sqlite(connection):  # PostgreSQL looks at each when it is made
                assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        database.close()

    def test_all_the_way_down_and_up_the_house_works(self, sample_data: Path) -> None:
        database = Database(read(sample_data, {}).database_url)
        go(database, "base")
        with database.engine.connect() as connection:
            assert shape(connection) == {}
        assert database.is_new()
        database.upgrade()
        database.check()
        database.close()
        house = opened(sample_data)
        assert import_samples(house.database) == 15
        house.search.rebuild()
        assert not house.search.check()
        house.close()

    def test_a_step_that_fails_leaves_nothing_behind(
        self, fresh: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # The last thing the first step does is adding the themes: all tables are there by then.
        def fail(*_arguments: Any) -> None:
            raise KeyError

        monkeypatch.setattr("sqlalchemy.insert", fail)
        with pytest.raises(KeyError):
            fresh.upgrade()
        with fresh.engine.connect() as connection:
            assert inspect(connection).get_table_names() == []
        monkeypatch.undo()
        fresh.upgrade()
        fresh.check()
