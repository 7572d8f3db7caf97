"""A change that collides with another one in the database: tried again, a few times, and never done twice."""

from __future__ import annotations

import io
import threading

import psycopg
import pytest
from flask import Flask, request
from psycopg.errors import DeadlockDetected
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from kb import create_app
from kb.cases.models import Tag, TagKind
from kb.db import Database
from kb.house import House
from kb.web import part, session
from kb.web.again import TIMES
from tests import town
from tests.databases import plain


def collide() -> None:
    raise OperationalError("UPDATE", {}, DeadlockDetected("deadlock detected"))


def save(name: str) -> None:
    with part(Database).transaction() as writing:
        writing.add(Tag(name=name, kind=TagKind.TOPIC))


@pytest.fixture
def app(house: House) -> Flask:
    """An application with an address of which the test says what it does."""
    return create_app(house)


@pytest.fixture
def tries(app: Flask, house: House) -> list[str]:
    made: list[str] = []

    def change(times: int) -> str:
        session().scalar(text("SELECT 1"))
        made.append(request.files["file"].read().decode() if request.files else "")
        if request.args.get("first"):
            save("first")
        if request.args.get("counted"):
            assert house.rates.acquire_entry("a", 9, 60)
        with part(Database).transaction() as writing:
            writing.add(Tag(name="tag", kind=TagKind.TOPIC))
            writing.flush()
            if len(made) <= times:
                collide()
        return "saved"

    app.add_url_rule("/change/<int:times>", view_func=change, methods=["GET"])
    return made


def tags(house: House) -> list[str]:
    return [name for (name,) in town.ask(house, "SELECT name FROM tag ORDER BY name")]


@pytest.mark.parametrize("times", range(TIMES))
def test_the_reader_need_not_know(app: Flask, house: House, tries: list[str], times: int) -> None:
    answer = app.test_client().get(f"/change/{times}")
    assert (answer.status_code, answer.text) == (200, "saved")
    assert len(tries) == times + 1
    assert tags(house) == ["tag"]


def test_not_without_end(app: Flask, house: House, tries: list[str]) -> None:
    assert app.test_client().get("/change/9").status_code == 503
    assert len(tries) == TIMES
    assert tags(house) == []


def test_nothing_is_done_twice(app: Flask, house: House, tries: list[str]) -> None:
    assert app.test_client().get("/change/1?first=1").status_code == 503
    assert len(tries) == 1
    assert tags(house) == ["first"]


def test_what_was_only_counted_keeps_nobody_from_trying(app: Flask, house: House, tries: list[str]) -> None:
    assert app.test_client().get("/change/1?counted=1").status_code == 200
    assert len(tries) == 2
    assert tags(house) == ["tag"]


def test_a_file_is_read_again(app: Flask, tries: list[str]) -> None:
    data = {"file": (io.BytesIO(b"abc"), "a.txt")}
    assert app.test_client().get("/change/2", data=data).status_code == 200
    assert tries == ["abc"] * 3


@pytest.mark.postgres
def test_a_real_deadlock_with_somebody_elses_program(house: House, app: Flask) -> None:
    with house.database.transaction() as writing:
        writing.add_all(Tag(name=name, kind=TagKind.TOPIC) for name in ("one", "two"))
    locked, tried = threading.Event(), list[int]()

    def change() -> str:
        tried.append(1)
        with part(Database).transaction() as writing:
            # Who looks first is the one that PostgreSQL ends.
            writing.execute(text("SET LOCAL deadlock_timeout = '50ms'"))
            writing.execute(text("UPDATE tag SET kind = 'method' WHERE name = 'two'"))
            locked.set()
            writing.execute(text("UPDATE tag SET kind = 'method' WHERE name = 'one'"))
        return "saved"

    app.add_url_rule("/change", view_func=change)

    def others() -> None:
        with psycopg.connect(plain(make_url(house.settings.database_url))) as connection:
            connection.execute("SET deadlock_timeout = '10s'")
            connection.execute("UPDATE tag SET name = name WHERE name = 'one'")
            ready.set()
            assert locked.wait(10)
            connection.execute("UPDATE tag SET name = name WHERE name = 'two'")

    ready = threading.Event()
    thread = threading.Thread(target=others)
    thread.start()
    assert ready.wait(10)
    answer = app.test_client().get("/change")
    thread.join(10)
    assert (answer.status_code, len(tried)) == (200, 2)
    assert {kind for (kind,) in town.ask(house, "SELECT kind FROM tag")} == {"method"}
