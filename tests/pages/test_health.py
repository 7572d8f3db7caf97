"""What a host asks: does the process answer, and can it work."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb import create_app
from kb.house import House
from tests.conftest import opened
from tests.databases import Databases


def said(answer: TestResponse) -> tuple[int, str | None, str]:
    return answer.status_code, answer.mimetype, answer.text.strip()


def asked(data: Path, path: str) -> TestResponse:
    """Return what a newly started knowledge base of this data folder answers."""
    house = opened(data)
    answer = create_app(house).test_client().get(path)
    house.close()
    return answer


def test_all_is_well(client: FlaskClient) -> None:
    assert said(client.get("/healthz")) == (200, "text/plain", "ok")
    assert said(client.get("/readyz")) == (200, "text/plain", "ok")


@pytest.mark.whoosh
def test_without_index_it_is_alive_but_not_ready(data: Path) -> None:
    shutil.rmtree(data / "index")
    assert said(asked(data, "/healthz")) == (200, "text/plain", "ok")
    assert said(asked(data, "/readyz")) == (503, "text/plain", "index not ready")


@pytest.mark.whoosh
def test_an_index_of_another_version_is_not_ready(data: Path) -> None:
    (format_file,) = data.glob("index/g-*/format")
    format_file.write_text("0", encoding="ascii")
    assert said(asked(data, "/readyz")) == (503, "text/plain", "index not ready")


def test_without_database_it_is_alive_but_not_ready(databases: Databases, data: Path) -> None:
    databases.lose(data)
    assert said(asked(data, "/healthz")) == (200, "text/plain", "ok")
    assert said(asked(data, "/readyz")) == (503, "text/plain", "database not ready")


def test_a_database_of_another_version_is_not_ready(house: House) -> None:
    with house.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert said(create_app(house).test_client().get("/readyz")) == (503, "text/plain", "database not ready")


@pytest.mark.whoosh
def test_an_index_that_went_while_running_is_noticed(house: House) -> None:
    client = create_app(house).test_client()
    assert client.get("/search").status_code == 200
    shutil.rmtree(house.settings.index_folder)
    assert said(client.get("/readyz")) == (503, "text/plain", "index not ready")
    house.search.rebuild()
    assert said(client.get("/readyz")) == (200, "text/plain", "ok")
