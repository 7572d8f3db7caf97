"""Our own files: each address carries a version, so that a browser may keep what it leads to."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.web.assets import asset
from tests.tree import parse

STATIC = Path(__file__).parents[2] / "kb" / "static"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


def loaded(reader: FlaskClient, path: str) -> list[str]:
    """Return the addresses of the files that a page loads."""
    head = parse(reader.get(path).text).one("head")
    links = [link["href"] for link in head.all("link") if link["rel"] != "canonical"]
    return links + [script["src"] for script in head.all("script", src=None)]


@pytest.mark.parametrize("path", ["/", "/search", "/cases/duiven-west"])
def test_every_file_of_a_page_is_there_and_carries_its_version(reader: FlaskClient, path: str) -> None:
    files = loaded(reader, path)
    assert len(files) > 5
    for link in files:
        parts = urlsplit(link)
        with reader.get(link) as answer:
            assert answer.status_code == 200
            assert answer.mimetype == TYPES[Path(parts.path).suffix]
            assert "immutable" in answer.headers["Cache-Control"]
        assert "v" in parse_qs(parts.query) or re.search(r"/vendor/[a-z-]+-[0-9.]+/", parts.path)


def test_what_a_style_sheet_loads_is_there(reader: FlaskClient) -> None:
    asked = []
    for link in loaded(reader, "/search"):
        if urlsplit(link).path.endswith(".css"):
            with reader.get(link) as answer:
                css = answer.get_data(as_text=True)
            assert "@import" not in css
            found = re.findall(r"url\(\s*[\"']?([^\"')]+)", css)
            asked += [urljoin(link, url) for url in found if not url.startswith(("data:", "#"))]
    assert any(link.endswith(".woff2") for link in asked)
    for link in asked:
        assert link.startswith("/static/")
        with reader.get(link) as answer:
            assert answer.status_code == 200
            assert answer.mimetype == TYPES[Path(urlsplit(link).path).suffix]
            assert "immutable" in answer.headers["Cache-Control"]


def test_another_content_gives_another_address(app: Flask, tmp_path: Path) -> None:
    app.static_folder = str(tmp_path)
    with app.test_request_context():
        (tmp_path / "a.css").write_text("a {}")
        first = asset("a.css")
        assert asset("a.css") == first
        (tmp_path / "a.css").write_text("b { color: red }")
        assert asset("a.css") != first
        (tmp_path / "b.css").write_text("a {}")
        assert asset("b.css").partition("?")[2] == first.partition("?")[2], "the version is of the content"


def test_a_vendored_file_needs_no_version(app: Flask) -> None:
    with app.test_request_context():
        assert asset("vendor/htmx-4.0.1/htmx.min.js") == "/static/vendor/htmx-4.0.1/htmx.min.js"


def test_a_file_that_is_not_there_is_noticed_when_the_page_is_made(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(FileNotFoundError):
        asset("css/nowhere.css")


def test_a_changed_file_is_sent_again_and_the_same_one_is_not(reader: FlaskClient) -> None:
    with reader.get("/static/js/site.js") as first:
        tag, body = first.headers["ETag"], first.data
    with reader.get("/static/js/site.js", headers={"If-None-Match": tag}) as same:
        assert same.status_code == 304
        assert same.data == b""
    with reader.get("/static/js/site.js", headers={"If-None-Match": '"other"'}) as again:
        assert again.data == body


@pytest.mark.parametrize(
    "path", ["../config.py", "%2e%2e/config.py", "..%5cconfig.py", "/etc/passwd", "css", "css/"]
)
def test_nothing_beside_the_folder_is_served(reader: FlaskClient, path: str) -> None:
    assert reader.get(f"/static/{path}", follow_redirects=True).status_code == 404


def test_every_script_is_loaded_from_a_file(reader: FlaskClient) -> None:
    scripts = parse(reader.get("/search").text).one("head").all("script", src=None)
    assert scripts
    for script in scripts:
        assert (STATIC / urlsplit(script["src"]).path.removeprefix("/static/")).is_file()
        assert "defer" in script.attributes
        assert not script.raw.strip()
