"""A knowledge base that the tests of boards share: each makes boards of its own in it, and boards keep to themselves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from kb import create_app
from kb.house import House
from tests.conftest import opened


@pytest.fixture(scope="package")
def hall(_empty_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A knowledge base for many boards."""
    data = tmp_path_factory.mktemp("hall") / "data"
    shutil.copytree(_empty_data, data)
    with closing(opened(data)) as house:
        yield house


@pytest.fixture(scope="package")
def hall_app(hall: House) -> Flask:
    """Its application."""
    return create_app(hall)
