"""The fixtures that every test may use. A test's knowledge base is real: its database is made by the migrations.

What of it differs between SQLite and PostgreSQL is in `tests/databases.py`.
"""

from __future__ import annotations

import gc
import itertools
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.templating import Environment
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from kb import backends, config, create_app, log
from kb.accounts import passwords
from kb.cases import transfer as cases
from kb.cases.format import check
from kb.cases.services import Stored, store
from kb.events import transfer as events
from kb.house import House
from tests import databases as kinds
from tests import people, storage, town
from tests.databases import Databases

MakeCase = Callable[..., dict[str, Any]]
AS_ALWAYS = passwords._hasher
COMPILED = ("_parts", "_trace", "_converters", "arguments", "_build", "_build_unknown")
"""What compiling makes of the rule of an address."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of a database."""
    kinds.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Say so when there is no PostgreSQL to test on."""
    kinds.look_for_server(config)


def pytest_collection_finish() -> None:
    """Let the search for garbage pass by what was loaded: it takes an eighth of the time of the tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1_000)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose the tests for the database."""
    kinds.choose_tests(config, items)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [setting.name for setting in config.SETTINGS] + ["KB_DATA"]:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _no_log_of_another() -> Iterator[None]:
    yield
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, log._Lines)]:
        root.removeHandler(handler)
        logging.getLogger("kb").setLevel(logging.NOTSET)


@pytest.fixture(scope="session", autouse=True)
def _templates_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Share compiled templates among the applications that tests make: compiling is most of a short test's time."""
    cache = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_environment", staticmethod(partial(Environment, bytecode_cache=cache)))
        yield


@pytest.fixture(scope="session", autouse=True)
def _addresses_compiled_once() -> Iterator[None]:
    """Share what addresses are compiled to among the applications that tests make; it depends on the rule alone."""
    made: dict[tuple[Any, ...], dict[str, Any]] = {}
    real = Rule.compile

    def compile_rule(rule: Rule) -> None:
        key = (rule.rule, rule.subdomain, rule.merge_slashes, repr(rule.defaults))
        if key not in made:
            real(rule)
            made[key] = {name: rule.__dict__[name] for name in COMPILED}
        for name, value in made[key].items():
            setattr(rule, name, value.__func__.__get__(rule) if name.startswith("_build") else value)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", compile_rule)
        yield


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> Iterator[None]:
    """Share compiled statements among the databases that tests make: SQLite is SQLite, whatever the file."""
    shared: LRUCache[Any, Any] = LRUCache(5000)

    def made(url: str, **named: Any) -> Engine:
        engine = create_engine(url, **named)
        engine._compiled_cache = shared
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backends, "create_engine", made)
        for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
            patch.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other))
            patch.setattr(dialect, "__hash__", lambda one: hash(type(one)))
        yield


@pytest.fixture(scope="session", autouse=True)
def _passwords_kept_cheaply() -> Iterator[None]:
    """Keep passwords in a way that costs next to nothing; `dear_passwords` keeps them as people's are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def dear_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep passwords as people's are kept, at a fifth of a second each; those of everybody in the test too."""
    monkeypatch.setattr(passwords, "_hasher", AS_ALWAYS)
    people.hash_of.cache_clear()
    yield
    people.hash_of.cache_clear()


def opened(data: Path, **settings: str) -> House:
    """Open the knowledge base of a data folder with these settings; without limits, as tests ask faster than people."""
    return House.open(config.read(data, {"KB_RATE_LIMITS": "off", **settings}))


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config) -> Iterator[Databases]:
    """The databases of the kind that this run is about."""
    made = kinds.made(pytestconfig)
    yield made
    made.close()


@pytest.fixture(scope="session")
def _empty_data(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("empty")
    config.make_data_folder(data)
    databases.new(data)
    house = opened(data)
    house.database.upgrade()
    house.search.rebuild()
    house.close()
    return data


@pytest.fixture(scope="session")
def _sample_data(databases: Databases, _empty_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("samples") / "data"
    databases.copy(_empty_data, data)
    house = opened(data)
    cases.import_samples(house.database)
    events.import_samples(house.database)
    house.search.sync()
    house.close()
    return data


@pytest.fixture
def data(databases: Databases, _empty_data: Path, tmp_path: Path) -> Iterator[Path]:
    """A data folder with an empty knowledge base."""
    with databases.copied(_empty_data, tmp_path / "data") as data:
        yield data


@pytest.fixture
def house(data: Path) -> Iterator[House]:
    """An empty knowledge base, opened."""
    house = opened(data)
    yield house
    house.close()


@pytest.fixture
def sample_data(databases: Databases, _sample_data: Path, tmp_path: Path) -> Iterator[Path]:
    """A data folder with the sample cases, indexed; the test may change it."""
    with databases.copied(_sample_data, tmp_path / "samples") as data:
        yield data


@pytest.fixture
def sample_house(sample_data: Path) -> Iterator[House]:
    """A knowledge base with the sample cases and sessions, opened; the test may change it."""
    house = opened(sample_data)
    yield house
    house.close()


@pytest.fixture(scope="session")
def samples(
    databases: Databases, _sample_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The knowledge base with the sample cases, shared by all tests: for reading only."""
    folder = tmp_path_factory.mktemp("read") / "data"
    with databases.copied(_sample_data, folder) as data, closing(opened(data)) as house:
        yield house


@pytest.fixture
def app(house: House) -> Flask:
    """The application of an empty knowledge base."""
    return create_app(house)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A reader of an empty knowledge base."""
    return app.test_client()


@pytest.fixture(scope="session")
def sample_app(samples: House) -> Flask:
    """The application of the sample cases: for reading only."""
    return create_app(samples)


@pytest.fixture
def reader(sample_app: Flask) -> FlaskClient:
    """A reader of the sample cases."""
    return sample_app.test_client()


@pytest.fixture(scope="session")
def town_house(
    databases: Databases, _empty_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The knowledge base of `tests/town.py`, shared by all tests: for reading only."""
    folder = tmp_path_factory.mktemp("town") / "data"
    with databases.copied(_empty_data, folder) as data, closing(opened(data)) as house:
        town.fill(house)
        yield house


@pytest.fixture(scope="session")
def towns(
    databases: Databases, _empty_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, House]]:
    """A small town and one five times as large, shared by all tests: for reading only."""
    with ExitStack() as stack:
        houses = []
        for published in (6, 30):
            folder = tmp_path_factory.mktemp("towns") / "data"
            data = stack.enter_context(databases.copied(_empty_data, folder))
            houses.append(stack.enter_context(closing(opened(data))))
            town.fill(houses[-1], published, hidden=1)
        yield houses[0], houses[1]


@pytest.fixture(scope="session")
def town_app(town_house: House) -> Flask:
    """The application of the town: for reading only."""
    return create_app(town_house)


@pytest.fixture
def visitor(town_app: Flask) -> FlaskClient:
    """A reader of the town."""
    return town_app.test_client()


@pytest.fixture(scope="session")
def _endpoint() -> Iterator[str]:
    with storage.served() as endpoint:
        yield endpoint


@pytest.fixture
def bucket(_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[storage.Emptied]:
    """An empty bucket in storage that speaks S3, and the key to it in the environment."""
    storage.with_key(monkeypatch)
    with storage.emptied(_endpoint) as bucket:
        yield bucket


@pytest.fixture
def make_case(house: House) -> MakeCase:
    """Give a maker of cases: complete and right unless said otherwise, stored, and indexed at once."""
    numbers = itertools.count(1)

    def make(*, index: bool = True, **fields: Any) -> dict[str, Any]:
        number = next(numbers)
        given = {
            "slug": f"case-{number}",
            "title": f"Case {number}",
            "summary": "A summary.",
            "lessons": [{"statement": f"Statement {number}.", "themes": ["inclusion"]}],
            **fields,
        }
        record, slips = check(
            given, themes=frozenset({"roles-partnership", "inclusion", "connecting", "organising"})
        )
        assert not slips, slips
        with house.database.transaction() as session:
            assert store(session, record) in Stored
        if index:
            house.search.sync()
        return record

    return make
