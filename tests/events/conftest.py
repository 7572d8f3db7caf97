"""A knowledge base that the tests of boards share: each makes boards of its own in it, and boards keep to themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from kb import create_app
from kb.house import House
from tests.conftest import opened
from tests.databases import Databases


@pytest.fixture(scope="package")
def hall(
    databases: Databases, _empty_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A knowledge base for many boards."""
    folder = tmp_path_factory.mktemp("hall") / "data"
    with databases.copied(_empty_data, folder) as data, closing(opened(data)) as house:
        yield house


@pytest.fixture(scope="package")
def hall_app(hall: House) -> Flask:
    """Its application."""
    return create_app(hall)
