"""Attachments: added in the editor, as closed as the text that names them, and never a page of ours."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from kb import create_app
from kb.accounts.actor import OPERATOR
from kb.cases import queries
from kb.cases.services import review
from kb.house import House
from kb.web import limits
from tests.cases.writing_desk import JSON, begun, content_of_draft, opened_form, send
from tests.conftest import opened
from tests.people import Person, make_person, sign_in
from tests.town import count
from tests.tree import parse

WHEREVER = pytest.mark.parametrize("house", ["folder", "bucket"], indirect=True)
"""For tests that must go the same wherever the files are kept."""

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

ASKED: list[tuple[dict[str, str], int, bytes]] = [
    ({}, 200, PDF),
    ({"If-None-Match": "ETAG"}, 304, b""),
    ({"If-None-Match": "*"}, 304, b""),
    ({"If-None-Match": '"x"'}, 200, PDF),
    ({"If-Modified-Since": "LAST"}, 304, b""),
    ({"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}, 200, PDF),
    ({"If-Match": '"x"'}, 412, b""),
    ({"Range": "bytes=1-3"}, 206, b"PDF"),
    ({"Range": "bytes=-4"}, 206, b"EOF\n"),
    ({"Range": "bytes=1-3", "If-None-Match": "ETAG"}, 206, b"PDF"),
    ({"Range": "bytes=1-3", "If-Range": '"x"'}, 200, PDF),
    ({"Range": "bytes=1-3", "If-Range": '"x"', "If-None-Match": "ETAG"}, 304, b""),
    ({"Range": "bytes=999-"}, 416, b""),
]
"""What is asked about `PDF`, with the ETAG and LAST of its first answer, and the status and body of the answer."""


def picture(kind: str = "PNG", **more: Any) -> bytes:
    """Return the bytes of a small picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, kind, **more)
    return out.getvalue()


def upload(client: FlaskClient, slug: str, data: bytes, name: str, **more: Any) -> TestResponse:
    """Add a file in the editor, as the button does."""
    return send(
        client, slug, opened_form(client, slug), "add:attachments", file=(io.BytesIO(data), name), **more
    )


def get(client: FlaskClient, url: str, **more: Any) -> TestResponse:
    """Ask for a file and read all of it, so that it is closed."""
    return client.get(url, buffered=True, **more)


def without_date(answer: TestResponse) -> list[tuple[str, str]]:
    """Return the headers of an answer but those that the clock makes, or that are of one request."""
    return sorted(
        (name, value) for name, value in answer.headers.items() if name not in {"Date", "X-Request-ID"}
    )


@pytest.fixture
def house(request: pytest.FixtureRequest, data: Path) -> Iterator[House]:
    in_bucket = getattr(request, "param", "folder") == "bucket"
    settings = {"KB_UPLOADS": request.getfixturevalue("bucket").url} if in_bucket else {}
    with closing(opened(data, **settings)) as house:
        yield house


@pytest.fixture
def slug(house: House, anna: Person) -> str:
    source = {"title": "Plan", "url": "", "publisher": "", "accessed": ""}
    return begun(house, anna, summary="Kort.", sources=[source])


def rows(house: House, anna: Person, slug: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = content_of_draft(house, anna, slug)["attachments"]
    return found


def publish(house: House, anna: Person, slug: str) -> None:
    with house.database.transaction() as session:
        case = queries.case_to_write(session, anna.actor, slug)
        case.nobody_named = True
        review.submit(session, anna.actor, case)
        review.publish(session, OPERATOR, case)


class TestAdding:
    def test_a_picture_with_its_texts(
        self, house: House, app: Flask, author: FlaskClient, anna: Person, slug: str
    ) -> None:
        answer = upload(author, slug, picture(), "Het plein_in mei.png", summary="Meegetypt")
        assert (answer.status_code, answer.location) == (303, f"/cases/{slug}/edit#attachments-0")
        (row,) = rows(house, anna, slug)
        assert row["title"] == "Het plein in mei"
        assert content_of_draft(house, anna, slug)["summary"] == "Meegetypt"
        page = parse(author.get(f"/cases/{slug}/edit?lang=en").text)
        assert (
            page.one("img", class_="attached__image").get("src") == f"/cases/{slug}/attachments/{row['key']}"
        )
        assert "1 without alt text" in page.one(id="editor-panel").text
        send(
            author,
            slug,
            opened_form(author, slug),
            attachments__0__alt='Een "groen" plein',
            attachments__0__maker="A. de Vries",
            attachments__0__licence="CC-BY-4.0",
        )
        publish(house, anna, slug)
        figure = parse(app.test_client().get(f"/cases/{slug}").text).one("figure", class_="attachment")
        assert figure.one("img").get("alt") == 'Een "groen" plein'
        assert "A. de Vries · CC-BY-4.0" in figure.text

    def test_so_many_an_hour(
        self, data: Path, anna: Person, slug: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(limits.LIMITS, "upload", "2 per hour")
        with closing(opened(data, KB_RATE_LIMITS="on")) as limited:
            author = sign_in(create_app(limited).test_client(), anna)
            form = opened_form(author, slug)
            answers = [
                send(author, slug, form, "add:attachments", file=(io.BytesIO(b"x"), name)).status_code
                for name in ("", "a.txt", "a.txt", "a.txt")
            ]
        assert answers == [400, 400, 400, 429]

    def test_nothing_chosen(self, author: FlaskClient, slug: str) -> None:
        answer = send(author, slug, opened_form(author, slug), "add:attachments")
        assert answer.status_code == 400
        assert parse(answer.text).one(id="error-summary").all("a", href="#file")

    @pytest.mark.parametrize(
        ("name", "sent"),
        [
            ("kaart.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
            ("pagina.html", b"<!doctype html><script>alert(1)</script>"),
            ("foto.png", b"<html><script>alert(1)</script>"),
            ("foto.pdf", picture()),
            ("leeg.pdf", b""),
            ("data.xml", b"<?xml version='1.0'?><a/>"),
        ],
    )
    def test_trust_15_16_what_may_not_be_attached(
        self, app: Flask, house: House, anna: Person, name: str, sent: bytes
    ) -> None:
        """The refusal keeps every word typed, and the name of the file."""
        author, slug = sign_in(app.test_client(), anna), begun(house, anna)
        answer = upload(author, slug, sent, name, summary="Meegetypt")
        assert answer.status_code == 400
        page = parse(answer.text)
        assert name in page.text
        assert page.one("input", id="file").get("aria-invalid") == "true"
        assert page.one("textarea", id="summary").raw == "\nMeegetypt"
        assert content_of_draft(house, anna, slug)["summary"] == "Meegetypt"
        assert count(house, "attachment") == 0

    def test_in_the_background(self, author: FlaskClient, slug: str) -> None:
        told = upload(author, slug, PDF, "Plan.pdf", headers=JSON).get_json()
        assert told["focus"] == "attachments-0"
        told = upload(author, slug, b"MZ", "x.exe", headers=JSON).get_json()
        assert told["wrong_file"]
        assert parse(told["page"]).one(id="file-error")

    def test_too_large(self, house: House, author: FlaskClient, slug: str) -> None:
        answer = upload(author, slug, PDF + b"x" * 20_000_000, "groot.pdf")
        assert answer.status_code == 400
        assert "groot.pdf" in answer.text
        assert count(house, "attachment") == 0

    def test_trust_26_far_too_large_is_not_even_read(self, author: FlaskClient, slug: str) -> None:
        answer = upload(author, slug, b"x" * 33_000_000, "groot.pdf")
        assert answer.status_code == 413

    def test_trust_26_thousands_of_parts(
        self, house: House, author: FlaskClient, anna: Person, slug: str
    ) -> None:
        form = opened_form(author, slug)
        for at in range(10_000):
            form.add(f"x{at}", "y")
        assert send(author, slug, form).status_code == 413
        assert content_of_draft(house, anna, slug)["summary"] == "Kort."

    def test_trust_26_one_field_of_many_megabytes(self, author: FlaskClient, slug: str) -> None:
        assert send(author, slug, opened_form(author, slug), story="x" * 13_000_000).status_code == 413
        assert send(author, slug, opened_form(author, slug), story="x" * 1_600_000).status_code == 400

    def test_trust_29_where_a_photo_was_taken_is_gone(self, author: FlaskClient, slug: str) -> None:
        exif = Image.Exif()
        exif[0x8825] = {1: "N", 2: (51.0, 57.0, 0.0)}
        exif[0x010F] = "Telefoon van Anna"
        data = picture("JPEG", exif=exif)
        assert b"Telefoon van Anna" in data
        upload(author, slug, data, "foto.jpg")
        page = parse(author.get(f"/cases/{slug}/edit").text)
        kept = get(author, page.one("img", class_="attached__image").get("src"))
        assert b"Telefoon" not in kept.data
        assert not Image.open(io.BytesIO(kept.data)).getexif()

    @pytest.mark.parametrize(
        "name",
        [
            "../../etc/passwd.pdf",
            "/etc/passwd.pdf",
            "a\x00b.pdf",
            "x" * 300 + ".pdf",
            "fdp.exe\u202e.pdf",
            'a"\r\nX: y.pdf',
        ],
        ids=range(6),
    )
    def test_trust_17_18_names_of_files(
        self, house: House, author: FlaskClient, slug: str, name: str
    ) -> None:
        assert upload(author, slug, PDF, name).status_code == 303
        page = parse(author.get(f"/cases/{slug}/edit").text)
        answer = get(author, page.one(class_="attached").one("a").get("href"))
        said = answer.headers["Content-Disposition"]
        assert said.startswith("attachment; filename=")
        assert len(said) < 400
        assert not any(sign in said for sign in ("/", "\r", "\n", "\x00", "\u202e", ".."))
        assert "X" not in answer.headers
        stored = [path for path in (Path(house.settings.uploads_folder)).rglob("*") if path.is_file()]
        assert len(stored) == 1
        assert stored[0].name.isalnum()


@WHEREVER
class TestServing:
    @pytest.fixture
    def url(self, author: FlaskClient, slug: str, house: House, anna: Person) -> str:
        upload(author, slug, PDF, "Verslag één.pdf")
        return f"/cases/{slug}/attachments/{rows(house, anna, slug)[0]['key']}"

    def test_trust_15_it_is_for_keeping_and_runs_nothing(self, author: FlaskClient, url: str) -> None:
        answer = get(author, url)
        assert answer.data == PDF
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert "filename*=UTF-8''Verslag%20%C3%A9%C3%A9n.pdf" in answer.headers["Content-Disposition"]
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert author.head(url, buffered=True).headers["Content-Length"] == str(len(PDF))

    def test_what_a_browser_has_or_wants_half_of(self, author: FlaskClient, url: str) -> None:
        first = get(author, url)
        known = {"ETAG": first.headers["ETag"], "LAST": first.headers["Last-Modified"]}
        assert known["ETAG"] == f'"{hashlib.sha256(PDF).hexdigest()}"'
        for asked, status, body in ASKED:
            headers = {name: known.get(value, value) for name, value in asked.items()}
            answer = get(author, url, headers=headers)
            assert answer.status_code == status, asked
            if status not in {200, 206, 304}:
                continue
            assert answer.data == body, asked
            assert answer.headers["ETag"] == known["ETAG"]
            assert answer.headers["Accept-Ranges"] == "bytes"
            assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers.get("Content-Length") == (str(len(body)) if body else None)
            told = author.head(url, headers=headers, buffered=True)
            assert (told.status_code, told.data) == (status, b"")
            assert without_date(told) == without_date(answer), asked

    def test_bytes_that_are_gone_are_not_there(self, house: House, author: FlaskClient, url: str) -> None:
        etag = get(author, url).headers["ETag"]
        house.shelf.remove(hashlib.sha256(PDF).hexdigest())
        for headers in ({}, {"If-None-Match": etag}, {"Range": "bytes=1-3"}):
            assert get(author, url, headers=headers).status_code == 404
        assert author.head(url).status_code == 404

    def test_trust_27_a_drafts_file_is_as_closed_as_the_draft(
        self, app: Flask, house: House, author: FlaskClient, url: str
    ) -> None:
        assert get(author, url).status_code == 200
        assert get(app.test_client(), url).status_code == 404
        for role in ("author", "session-lead"):
            assert get(sign_in(app.test_client(), make_person(house, role)), url).status_code == 404
        assert get(sign_in(app.test_client(), make_person(house, "editor")), url).status_code == 200

    def test_trust_27_published_and_withdrawn_again(
        self, app: Flask, house: House, anna: Person, slug: str, url: str
    ) -> None:
        author = sign_in(app.test_client(), anna)
        reader = app.test_client()
        publish(house, anna, slug)
        answer = get(reader, url)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-cache"
        again = get(reader, url, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
        assert again.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        with house.database.transaction() as session:
            case = queries.case_to_write(session, OPERATOR, slug)
            review.withdraw(session, OPERATOR, case, reason="Niet goed")
        assert get(reader, url).status_code == 404
        assert get(reader, url, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 404
        assert get(author, url).status_code == 200

    def test_a_file_added_to_a_published_case_waits_for_the_next_version(
        self, app: Flask, house: House, anna: Person, slug: str, url: str
    ) -> None:
        author = sign_in(app.test_client(), anna)
        publish(house, anna, slug)
        upload(author, slug, picture(), "nieuw.png")
        key = rows(house, anna, slug)[1]["key"]
        assert get(app.test_client(), f"/cases/{slug}/attachments/{key}").status_code == 404
        assert get(app.test_client(), url).status_code == 200

    def test_of_another_case_or_of_none(
        self, house: House, author: FlaskClient, anna: Person, url: str
    ) -> None:
        other = begun(house, anna, "Ander")
        key = url.rpartition("/")[2]
        assert get(author, f"/cases/{other}/attachments/{key}").status_code == 404
        for odd in ("x", "..", "%2e%2e%2fsecret-key", "0" * 200):
            assert get(author, f"/cases/{other}/attachments/{odd}").status_code in {404, 308}


@WHEREVER
class TestTakingAway:
    def test_it_can_be_put_back_until_the_case_is_saved(
        self, house: House, author: FlaskClient, anna: Person, slug: str
    ) -> None:
        upload(author, slug, PDF, "Plan.pdf")
        send(author, slug, opened_form(author, slug), "remove:attachments:0")
        assert rows(house, anna, slug) == []
        send(author, slug, opened_form(author, slug), "restore:attachments")
        (row,) = rows(house, anna, slug)
        assert get(author, f"/cases/{slug}/attachments/{row['key']}").status_code == 200

    def test_after_that_nothing_of_it_is_left(self, house: House, author: FlaskClient, slug: str) -> None:
        upload(author, slug, PDF, "Plan.pdf")
        send(author, slug, opened_form(author, slug), "remove:attachments:0")
        send(author, slug, opened_form(author, slug))
        assert count(house, "attachment") == 0
        assert house.shelf.size_used == 0

    def test_the_same_file_of_another_case_stays(
        self, house: House, author: FlaskClient, anna: Person, slug: str
    ) -> None:
        other = begun(house, anna, "Ander")
        for each in (slug, other):
            upload(author, each, PDF, "Plan.pdf")
        send(author, slug, opened_form(author, slug), "remove:attachments:0")
        send(author, slug, opened_form(author, slug))
        (row,) = rows(house, anna, other)
        assert get(author, f"/cases/{other}/attachments/{row['key']}").data == PDF

    def test_what_readers_see_stays_until_the_next_version(
        self, app: Flask, house: House, author: FlaskClient, anna: Person, slug: str
    ) -> None:
        upload(author, slug, PDF, "Plan.pdf")
        url = f"/cases/{slug}/attachments/{rows(house, anna, slug)[0]['key']}"
        publish(house, anna, slug)
        send(author, slug, opened_form(author, slug), "remove:attachments:0")
        send(author, slug, opened_form(author, slug))
        assert get(app.test_client(), url).status_code == 200
