"""The fixtures that every test may use. A test's knowledge base is real: its database is made by the migrations."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.templating import Environment
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from kb import config, create_app
from kb.cases import transfer as cases
from kb.cases.format import check
from kb.cases.services import Stored, store
from kb.events import transfer as events
from kb.house import House
from tests import town

MakeCase = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [setting.name for setting in config.SETTINGS] + ["KB_DATA"]:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session", autouse=True)
def _templates_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Share compiled templates among the applications that tests make: compiling is most of a short test's time."""
    cache = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_environment", staticmethod(partial(Environment, bytecode_cache=cache)))
        yield


@pytest.fixture(scope="session", autouse=True)
def _addresses_compiled_once() -> Iterator[None]:
    """Share the functions that build addresses among the applications that tests make; they depend on the rule alone."""
    made: dict[tuple[Any, ...], Any] = {}
    real = Rule._compile_builder

    def compile_builder(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in made:
            made[key] = real(rule, append_unknown)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_builder)
        yield


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> Iterator[None]:
    """Share compiled statements among the databases that tests make: SQLite is SQLite, whatever the file."""
    shared: LRUCache[Any, Any] = LRUCache(5000)
    real = Engine.__init__

    def begin(engine: Engine, *given: Any, **named: Any) -> None:
        real(engine, *given, **named)
        if isinstance(engine.dialect, SQLiteDialect_pysqlite):
            engine._compiled_cache = shared

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "__init__", begin)
        patch.setattr(SQLiteDialect_pysqlite, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(SQLiteDialect_pysqlite, "__hash__", lambda one: hash(type(one)))
        yield


def opened(data: Path, **settings: str) -> House:
    """Open the knowledge base of a data folder with these settings; without limits, as tests ask faster than people."""
    return House.open(config.read(data, {"KB_RATE_LIMITS": "off", **settings}))


@pytest.fixture(scope="session")
def _empty_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("empty")
    config.make_data_folder(data)
    house = opened(data)
    house.database.upgrade()
    house.search.rebuild()
    house.close()
    return data


@pytest.fixture(scope="session")
def _sample_data(_empty_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("samples") / "data"
    shutil.copytree(_empty_data, data)
    house = opened(data)
    cases.import_samples(house.database)
    events.import_samples(house.database)
    house.search.sync()
    house.close()
    return data


@pytest.fixture
def data(_empty_data: Path, tmp_path: Path) -> Path:
    """A data folder with an empty knowledge base."""
    shutil.copytree(_empty_data, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def house(data: Path) -> Iterator[House]:
    """An empty knowledge base, opened."""
    house = opened(data)
    yield house
    house.close()


@pytest.fixture
def sample_data(_sample_data: Path, tmp_path: Path) -> Path:
    """A data folder with the sample cases, indexed; the test may change it."""
    shutil.copytree(_sample_data, tmp_path / "samples")
    return tmp_path / "samples"


@pytest.fixture
def sample_house(sample_data: Path) -> Iterator[House]:
    """A knowledge base with the sample cases and sessions, opened; the test may change it."""
    house = opened(sample_data)
    yield house
    house.close()


@pytest.fixture(scope="session")
def samples(_sample_data: Path) -> Iterator[House]:
    """The knowledge base with the sample cases, shared by all tests: for reading only."""
    house = opened(_sample_data)
    yield house
    house.close()


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
def town_house(_empty_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The knowledge base of `tests/town.py`, shared by all tests: for reading only."""
    data = tmp_path_factory.mktemp("town") / "data"
    shutil.copytree(_empty_data, data)
    house = opened(data)
    town.fill(house)
    yield house
    house.close()


@pytest.fixture(scope="session")
def towns(_empty_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, House]]:
    """A small town and one five times as large, shared by all tests: for reading only."""
    houses = []
    for published in (6, 30):
        data = tmp_path_factory.mktemp("towns") / "data"
        shutil.copytree(_empty_data, data)
        houses.append(opened(data))
        town.fill(houses[-1], published, hidden=1)
    yield houses[0], houses[1]
    for house in houses:
        house.close()


@pytest.fixture(scope="session")
def town_app(town_house: House) -> Flask:
    """The application of the town: for reading only."""
    return create_app(town_house)


@pytest.fixture
def visitor(town_app: Flask) -> FlaskClient:
    """A reader of the town."""
    return town_app.test_client()


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
