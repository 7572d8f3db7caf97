"""The headers that every answer has, whatever went wrong, and what may be kept for how long."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from kb import create_app
from kb.cases import queries
from kb.web.assets import asset
from tests.conftest import opened

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "frame-src": "'none'",
    "object-src": "'none'",
}
TELLING = ("Server", "X-Powered-By", "Access-Control-Allow-Origin", "Set-Cookie")
SCRIPT = "/static/vendor/htmx-4.0.1/htmx.min.js"

Ask = Callable[[FlaskClient], TestResponse]
ANSWERS: dict[str, tuple[int, Ask]] = {
    "home": (200, lambda client: client.get("/")),
    "a search": (200, lambda client: client.get("/search?q=wijk")),
    "the cases": (200, lambda client: client.get("/cases/")),
    "a case": (200, lambda client: client.get("/cases/duiven-west")),
    "a lesson": (200, lambda client: client.get("/lessons/1")),
    "a theme": (200, lambda client: client.get("/themes/inclusion")),
    "about": (200, lambda client: client.get("/about")),
    "the API": (200, lambda client: client.get("/api/v1/search")),
    "health": (200, lambda client: client.get("/healthz")),
    "readiness": (200, lambda client: client.get("/readyz")),
    "head only": (200, lambda client: client.head("/cases/duiven-west")),
    "head of a file": (200, lambda client: client.head(SCRIPT)),
    "options": (200, lambda client: client.options("/search")),
    "a file": (200, lambda client: client.get(SCRIPT)),
    "a part of a file": (206, lambda client: client.get(SCRIPT, headers={"Range": "bytes=0-9"})),
    "a part that is not there": (
        416,
        lambda client: client.get(SCRIPT, headers={"Range": "bytes=99999999-"}),
    ),
    "not modified": (
        304,
        lambda client: client.get(SCRIPT, headers={"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}),
    ),
    "a redirect": (308, lambda client: client.get("/cases")),
    "a wrong question": (400, lambda client: client.get("/search?page=-1")),
    "a wrong question to the API": (400, lambda client: client.get("/api/v1/search?page=-1")),
    "another host": (400, lambda client: client.get("/", headers={"Host": "elsewhere.example"})),
    "no such page": (404, lambda client: client.get("/nowhere")),
    "no such case": (404, lambda client: client.get("/cases/nowhere")),
    "no such file": (404, lambda client: client.get("/static/nowhere.css")),
    "no such answer": (404, lambda client: client.get("/api/v1/nowhere")),
    "patterns": (404, lambda client: client.get("/patterns")),
    "a post": (405, lambda client: client.post("/search")),
    "a trace": (405, lambda client: client.open("/", method="TRACE")),
}


def assert_whole_set(answer: Response) -> None:
    headers = answer.headers
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(headers["Permissions-Policy"].split(", "))
    lasts = re.match(r"max-age=(\d+)", headers["Strict-Transport-Security"])
    assert lasts is not None
    assert int(lasts[1]) >= 31_536_000
    assert not [name for name in TELLING if name in headers]
    assert len(set(headers.keys())) == len(headers), "a header stands there twice"
    assert headers["Cache-Control"]


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_has_the_whole_set(reader: FlaskClient, name: str) -> None:
    status, ask = ANSWERS[name]
    with ask(reader) as answer:
        assert answer.status_code == status
        assert_whole_set(answer)


def test_a_fault_of_ours_has_the_whole_set(reader: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(queries, "themes", fail)
    for path in ("/", "/api/v1/search"):
        answer = reader.get(path)
        assert answer.status_code == 500
        assert_whole_set(answer)


@pytest.mark.whoosh
def test_an_answer_without_index_has_the_whole_set(data: Path) -> None:
    shutil.rmtree(data / "index")
    house = opened(data)
    client = create_app(house).test_client()
    for path in ("/search", "/api/v1/search", "/readyz"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert_whole_set(answer)
    house.close()


def test_what_depends_on_the_reader_says_so(reader: FlaskClient) -> None:
    for path in ("/", "/search", "/cases/duiven-west", "/nowhere", "/api/v1/search"):
        answer = reader.get(path)
        assert "Cookie" in answer.vary
        assert "private" in answer.headers["Cache-Control"]
        assert "public" not in answer.headers["Cache-Control"]


def test_a_file_with_its_version_in_the_address_may_be_kept_for_good(reader: FlaskClient) -> None:
    with reader.application.test_request_context():
        own = asset("js/site.js")
    for path in (SCRIPT, own):
        with reader.get(path) as answer:
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert "Cookie" not in answer.vary
        with reader.get(path, headers={"If-None-Match": answer.headers["ETag"]}) as again:
            assert again.status_code == 304
            assert again.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_file_without_version_and_a_missing_one_may_not_be_kept(reader: FlaskClient) -> None:
    # The third is asked of a process of another version, while they are restarted one after the other.
    for path in (
        "/static/js/site.js",
        "/static/js/site.js?v=",
        "/static/js/site.js?v=0",
        "/static/vendor/nowhere.js",
        "/static/js/nowhere.js?v=1",
    ):
        with reader.get(path) as answer:
            assert "immutable" not in answer.headers["Cache-Control"]
            assert "public" not in answer.headers["Cache-Control"]


def test_health_answers_are_not_kept(reader: FlaskClient) -> None:
    for path in ("/healthz", "/readyz"):
        assert reader.get(path).headers["Cache-Control"] == "no-store"


def test_head_says_what_get_says(sample_app: Flask) -> None:
    client = sample_app.test_client()
    for path in ("/", "/search?q=wijk", "/cases/duiven-west", "/nowhere"):
        got, headed = client.get(path), client.head(path)
        assert headed.status_code == got.status_code
        assert headed.data == b""
        assert set(headed.headers.keys()) == set(got.headers.keys())
