"""Where the databases of tests are: in a file of their data folder, or on a PostgreSQL server that the tests make.

A fixture that wants a knowledge base copies the folder of another one here, and its database goes with it. The option
`--database` says which kind; with `postgres`, only the tests that use a database are run.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from sqlalchemy import URL, make_url

from kb import config
from kb.values import SQLITE
from tests import postgres

GIVEN = os.environ.get("KB_TEST_DATABASE_URL", "")
"""A server that is there already: the address of a database whose user may make others."""
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")


class Databases(Protocol):
    """Databases of one kind."""

    def new(self, data: Path) -> str:
        """Make an empty database for a data folder, and return its address."""

    def copy(self, source: Path, data: Path) -> None:
        """Copy a data folder with its database, that nobody has open."""

    def fresh(self, data: Path) -> AbstractContextManager[str]:
        """Give the address of an empty database for a new data folder; it goes afterwards."""

    def copied(self, source: Path, data: Path) -> AbstractContextManager[Path]:
        """Give a copy of a data folder; its database goes afterwards."""

    def lose(self, data: Path) -> None:
        """Take a data folder's database away, as a fault would."""

    def close(self) -> None:
        """Stop the server."""


class Files:
    """A database is a file in its data folder, and comes and goes with it."""

    def new(self, data: Path) -> str:
        """Return where the file will be; SQLite makes it."""
        return f"{SQLITE}{data}/kb.sqlite3"

    def copy(self, source: Path, data: Path) -> None:
        """Copy the folder."""
        shutil.copytree(source, data)

    @contextmanager
    def fresh(self, data: Path) -> Iterator[str]:
        """Make the folder; pytest removes it in time."""
        data.mkdir()
        yield self.new(data)

    @contextmanager
    def copied(self, source: Path, data: Path) -> Iterator[Path]:
        """Copy the folder; pytest removes it in time."""
        self.copy(source, data)
        yield data

    def lose(self, data: Path) -> None:
        """Remove its files."""
        for file in data.glob("kb.sqlite3*"):
            file.unlink()

    def close(self) -> None:
        """Do nothing."""


class OnServer:
    """A database per data folder, named in the folder's `settings.toml`."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._server = None if GIVEN else postgres.Server()
        self._url = make_url(self._server.url("postgres") if self._server else GIVEN)
        self._connection = psycopg.connect(plain(self._url), autocommit=True)

    def new(self, data: Path) -> str:
        """Make an empty database."""
        return self._made(data, "template0")

    def copy(self, source: Path, data: Path) -> None:
        """Copy the folder and make a database like the one it names."""
        shutil.copytree(source, data)
        self._made(data, str(url_of(source).database))

    @contextmanager
    def fresh(self, data: Path) -> Iterator[str]:
        """Make both; remove the database afterwards."""
        data.mkdir()
        yield self.new(data)
        self.lose(data)

    @contextmanager
    def copied(self, source: Path, data: Path) -> Iterator[Path]:
        """Copy both; remove the database afterwards, whoever is still connected."""
        self.copy(source, data)
        name = url_of(data).database
        yield data
        self._drop(name)

    def lose(self, data: Path) -> None:
        """Drop it."""
        self._drop(url_of(data).database)

    def close(self) -> None:
        """Stop the server that was made."""
        self._connection.close()
        if self._server:
            self._server.remove()

    def _made(self, data: Path, like: str) -> str:
        name = f"kb_test_{WORKER}_{os.getpid()}_{next(self._numbers)}"
        # Copying the files is ten times as quick for a small database as writing all to the log.
        self._do(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY FILE_COPY")
        url = self._url.set(database=name).render_as_string(hide_password=False)
        (data / "settings.toml").write_text(f'KB_DATABASE_URL = "{url}"\nKB_SEARCH = "postgres"\n')
        return url

    def _drop(self, name: str | None) -> None:
        self._do(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _do(self, sql: str) -> None:
        self._connection.execute(sql.encode())


def url_of(data: Path) -> URL:
    """Return the address of a data folder's database."""
    return make_url(config.read(data, {}).database_url)


def plain(url: URL) -> str:
    """Return an address as PostgreSQL's own programs read it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def add_option(parser: pytest.Parser) -> None:
    """Let pytest be told which kind of database to use."""
    parser.addoption(
        "--database", choices=["sqlite", "postgres"], default="sqlite", help="where data is kept"
    )


def look_for_server(config: pytest.Config) -> None:
    """End the run in a sentence when there is no PostgreSQL; a failure where KB_REQUIRE_POSTGRES says that it must be there."""
    if on_server(config) and not GIVEN and postgres.programs() is None:
        required = os.environ.get("KB_REQUIRE_POSTGRES") == "1"
        pytest.exit(
            "PostgreSQL 15 or newer is not on this machine, so nothing was tested on it (Debian: apt install postgresql)",
            returncode=1 if required else 0,
        )


def choose_tests(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With PostgreSQL, leave out what uses no database, and what is about SQLite; with SQLite, the other way round."""
    kind, others = ("postgres", ("sqlite", "whoosh")) if on_server(config) else ("sqlite", ("postgres",))

    def wanted(item: pytest.Item) -> bool:
        if any(map(item.get_closest_marker, others)):
            return False
        uses = "databases" in getattr(item, "fixturenames", ())
        return kind == "sqlite" or uses or item.get_closest_marker(kind) is not None

    chosen = [item for item in items if wanted(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


def on_server(config: pytest.Config) -> bool:
    """Tell whether the tests use PostgreSQL."""
    return bool(config.getoption("--database") == "postgres")


def made(config: pytest.Config) -> Databases:
    """Return the databases of the kind that was asked for."""
    return OnServer() if on_server(config) else Files()
