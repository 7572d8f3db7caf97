"""Errors: a plain page or plain JSON with one clear sentence, and nothing of what is behind it."""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import flask
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import InterfaceError
from werkzeug.test import TestResponse

from kb import create_app
from kb.cases import queries
from kb.core import DataError
from kb.house import House
from kb.version import VERSION
from tests.conftest import opened
from tests.databases import Databases
from tests.statements import statements
from tests.tree import Element, parse

SECRET = "/srv/secret/kb.sqlite3 SELECT password"


def assert_plain_page(answer: TestResponse, status: int) -> Element:
    """Check that an answer is an error page that shows a way on and nothing else; return the page."""
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    page = parse(answer.text)
    assert page.one("html")["lang"] in {"nl", "en"}
    assert page.one("h1").text
    assert str(status) in page.one("main").text
    assert page.one("form", role="search")
    assert page.one("head").one("link", rel="canonical")
    assert json.loads(page.one("script", type="application/ld+json").raw)["@type"] == "WebPage"
    assert_tells_nothing(answer)
    return page


def assert_plain_json(answer: TestResponse, status: int) -> str:
    """Check that an answer is an error of the API; return its sentence."""
    assert answer.status_code == status
    assert answer.mimetype == "application/json"
    assert answer.json is not None
    assert set(answer.json) == {"error"}
    assert set(answer.json["error"]) == {"status", "title", "detail"}
    assert answer.json["error"]["status"] == status
    assert answer.json["error"]["title"]
    assert_tells_nothing(answer)
    return str(answer.json["error"]["detail"])


def assert_tells_nothing(answer: TestResponse) -> None:
    text = answer.text
    for word in (SECRET, "secret", "Traceback", "Error:", "sqlite", "werkzeug", "flask", "python", ".py"):
        assert word.lower() not in text.lower()
    for place in (Path(flask.__file__).parent, Path.cwd(), Path(__file__).parents[2]):
        assert str(place) not in text
    # "Error 404" may be said; a number with dots is a version, unless it is of a vendored file in its address
    shown = re.sub(r'(?:href|src)="[^"]*"|viewBox="[^"]*"|\sd="[^"]*"|c[xy]="[^"]*"|r="[^"]*"', "", text)
    assert not re.search(r"\d+\.\d+\.\d+", shown)
    assert VERSION not in shown


@pytest.fixture
def broken(house: House, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Give a reader of a knowledge base in which a query raises something of ours."""

    def fail(*_arguments: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(queries, "themes", fail)
    return create_app(house).test_client()


@pytest.fixture
def without_index(data: Path) -> Iterator[FlaskClient]:
    shutil.rmtree(data / "index")
    house = opened(data)
    yield create_app(house).test_client()
    house.close()


@pytest.fixture
def without_database(databases: Databases, data: Path) -> Iterator[FlaskClient]:
    databases.lose(data)
    house = opened(data)
    yield create_app(house).test_client()
    house.close()


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/cases/nowhere",
        "/cases/Duiven-West",
        "/cases/duiven-west/",
        "/cases/%00",
        "/cases/%ff%fe",
        "/cases/" + "x" * 5000,
        "/lessons/0",
        "/lessons/-1",
        "/lessons/1.0",
        "/lessons/x",
        "/lessons/999999",
        "/lessons/9223372036854775807",
        "/lessons/9223372036854775808",
        "/lessons/" + "9" * 400,
        "/lessons/" + "9" * 5000,
        "/themes/nowhere",
        "/themes/%F0%9F%8F%98",
        "/static/",
        "/static/../../setup.cfg",
        "/static/%2e%2e/version",
        "/static/%00",
        "/apis",
        "/search/",
        "/.git/config",
    ],
)
def test_what_is_not_there_is_a_page_with_the_theme_doors(reader: FlaskClient, path: str) -> None:
    page = assert_plain_page(reader.get(path), 404)
    doors = {link["href"] for link in page.one("main").all("a")}
    assert {"/themes/inclusion", "/themes/organising", "/", "/search", "/cases/"} <= doors


def test_the_api_says_it_in_json(reader: FlaskClient) -> None:
    assert_plain_json(reader.get("/api/v1/nowhere"), 404)
    assert_plain_json(reader.get("/api/"), 404)
    assert_plain_json(reader.post("/api/v1/search"), 405)
    assert "1 " in assert_plain_json(reader.get("/api/v1/search?page=0"), 400)


@pytest.mark.parametrize(
    "path", ["/", "/search", "/cases/", "/cases/duiven-west", "/api/v1/search", "/healthz"]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_nothing_but_reading_is_done(reader: FlaskClient, path: str, method: str) -> None:
    answer = reader.open(path, method=method)
    assert answer.status_code == 405
    assert {"GET", "HEAD", "OPTIONS"} == set(answer.headers["Allow"].split(", "))
    assert_tells_nothing(answer)


def test_method_override_is_not_believed(reader: FlaskClient) -> None:
    answer = reader.get("/search?_method=DELETE", headers={"X-HTTP-Method-Override": "DELETE"})
    assert answer.status_code == 200


def test_trust_58_a_fault_of_ours_tells_nothing(
    broken: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    page = assert_plain_page(broken.get("/"), 500)
    assert not page.all("a", class_="door"), "no theme is asked for after a fault"
    assert SECRET in caplog.text, "whoever runs it must be able to see what it was"
    assert_plain_json(broken.get("/api/v1/search"), 500)


def test_a_fault_while_saying_where_to_go_next_is_not_a_second_fault(broken: FlaskClient) -> None:
    answer = broken.get("/nowhere")
    assert answer.status_code in {404, 500}
    assert_tells_nothing(answer)


def test_after_a_fault_the_database_is_left_alone(
    house: House, monkeypatch: pytest.MonkeyPatch, client: FlaskClient
) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(queries, "newest_cases", fail)
    with statements(house.database) as sent:
        assert client.get("/").status_code == 500
    assert sent == []


def test_a_broken_database_is_unavailable_not_a_fault(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise InterfaceError(SECRET, {}, Exception(SECRET))

    monkeypatch.setattr(queries, "newest_cases", fail)
    answer = client.get("/")
    assert_plain_page(answer, 503)
    assert answer.headers["Retry-After"].isdigit()


def test_why_the_data_is_not_there_is_not_told(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise DataError(f"The database {SECRET} can't be used.")

    monkeypatch.setattr(queries, "newest_cases", fail)
    assert_plain_page(client.get("/"), 503)


@pytest.mark.whoosh
def test_without_index_searching_is_unavailable_and_the_rest_works(without_index: FlaskClient) -> None:
    for path in ("/search?q=wijk", "/cases/"):
        answer = without_index.get(path)
        assert_plain_page(answer, 503)
        assert answer.headers["Retry-After"]
    assert_plain_json(without_index.get("/api/v1/search"), 503)
    for path in ("/", "/themes/inclusion", "/about", "/healthz"):
        assert without_index.get(path).status_code == 200


def test_without_database_every_page_is_unavailable(without_database: FlaskClient) -> None:
    for path in ("/", "/search", "/cases/", "/cases/x", "/lessons/1", "/themes/inclusion"):
        assert_plain_page(without_database.get(path), 503)
    assert_plain_json(without_database.get("/api/v1/search"), 503)
    answer = without_database.get("/nowhere")
    page = assert_plain_page(answer, 404)
    assert not page.all("a", class_="door")


@pytest.mark.sqlite
def test_a_damaged_database_is_unavailable(data: Path) -> None:
    (data / "kb.sqlite3").write_bytes(b"no database " * 1000)
    house = opened(data)
    client = create_app(house).test_client()
    assert_plain_page(client.get("/"), 503)
    assert client.get("/readyz").status_code == 503
    house.close()


def test_an_error_page_is_in_the_readers_language(sample_app: Flask) -> None:
    client = sample_app.test_client()
    client.set_cookie("lang", "en")
    for path in ("/nowhere", "/search?page=0"):
        assert parse(client.get(path).text).one("html")["lang"] == "en"


def test_a_wrong_question_says_what_is_wrong(reader: FlaskClient) -> None:
    for path, word in (
        ("/search?page=0", "page"),
        ("/search?kind=book", "kind"),
        ("/search?sort=x", "sort"),
    ):
        page = assert_plain_page(reader.get(path), 400)
        assert word in page.one("p", class_="lead").text


def test_what_was_asked_is_not_repeated_as_markup(reader: FlaskClient) -> None:
    for path in ("/<script>alert(1)</script>", "/search?kind=<script>alert(1)</script>", '/"onload="x'):
        answer = reader.get(path)
        assert answer.status_code in {400, 404}
        assert "<script>alert" not in answer.text
        parse(answer.text)


@pytest.mark.parametrize(
    "path", ["/%5cevil.example", "//evil.example/%5cx", "/%2fevil.example", "/%09/evil.example"]
)
def test_trust_51_no_link_of_an_error_page_leads_to_a_host_in_the_address(
    reader: FlaskClient, path: str
) -> None:
    answer = reader.get(f"http://localhost{path}")
    page = assert_plain_page(answer, 404)
    for link in page.all(href=None):
        assert not re.match(r"[\t\n\r ]*[/\\][\t\n\r]*[/\\]", link["href"])
        assert "evil" not in link["href"] or link["href"].startswith(("/", "http://localhost/"))


@pytest.mark.parametrize("path", ["//evil.example", "/cases", "//cases", "///evil.example///x"])
def test_no_redirect_leaves_the_site(reader: FlaskClient, path: str) -> None:
    answer = reader.get(f"http://localhost{path}")
    assert answer.status_code in {200, 308, 404}
    assert answer.headers.get("Location", "http://localhost/").startswith("http://localhost/")
