"""Attachments when they are kept in a bucket: what of the pages depends on it, and what does not when it is away."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb import create_app
from kb.cases import queries
from kb.cases.files import Shelf
from kb.cases.files import bucket as module
from kb.cases.services import sharing
from kb.core import DataError
from kb.house import House
from tests import storage
from tests.cases.test_attachments import PDF, get, picture, publish, rows, upload
from tests.cases.writing_desk import JSON, begun, content_of_draft, opened_form, send
from tests.conftest import opened
from tests.people import Person, make_person, sign_in
from tests.storage import Emptied
from tests.town import count
from tests.tree import parse

NONE = "there is no such bucket"


@pytest.fixture
def house(data: Path, bucket: Emptied, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(module, "ATTEMPTS", 1)
    monkeypatch.setattr(module, "REST_S", 0)
    with closing(opened(data, KB_UPLOADS=bucket.url)) as house:
        yield house


@pytest.fixture
def slug(house: House, anna: Person) -> str:
    source = {"title": "Plan", "url": "", "publisher": "", "accessed": ""}
    return begun(house, anna, summary="Kort.", sources=[source])


@pytest.fixture
def url(house: House, author: FlaskClient, anna: Person, slug: str) -> str:
    upload(author, slug, PDF, "Plan.pdf")
    return f"/cases/{slug}/attachments/{rows(house, anna, slug)[0]['key']}"


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what our own modules logged."""
    return [record.getMessage() for record in caplog.records if record.name.startswith("kb.")]


class Refusing:
    """A shelf on which nothing can be reached any more."""

    def __getattr__(self, name: str) -> Any:
        if name == "close":
            return lambda: None

        def refuse(*_given: object) -> None:
            raise DataError("The storage is away.")

        return refuse


@pytest.fixture
def away(app: Flask, url: str) -> Shelf:
    """Let the bucket be away from now on."""
    assert url
    shelf: Shelf = app.extensions["kb:Shelf"]
    app.extensions["kb:Shelf"] = Refusing()
    return shelf


def test_a_picture_from_upload_to_reader(
    house: House, app: Flask, author: FlaskClient, anna: Person, slug: str
) -> None:
    upload(author, slug, picture(), "plein.png")
    send(author, slug, opened_form(author, slug), attachments__0__alt="Een plein")
    publish(house, anna, slug)
    reader = app.test_client()
    image = parse(reader.get(f"/cases/{slug}").text).one("figure", class_="attachment").one("img")
    answer = get(reader, image.get("src"))
    assert (answer.status_code, answer.mimetype, answer.data[:4]) == (200, "image/png", b"\x89PNG")
    assert house.shelf.size_used == len(answer.data)
    assert not house.settings.uploads_folder.exists()


def test_no_address_of_the_bucket_reaches_a_reader(
    author: FlaskClient, slug: str, url: str, bucket: Emptied
) -> None:
    """Who has such an address could go on reading after the case was withdrawn."""
    answer = get(author, url)
    assert answer.status_code == 200
    assert "Location" not in answer.headers
    page = author.get(f"/cases/{slug}/edit").text
    for secret in (bucket.name, bucket.endpoint, storage.SECRET):
        assert secret not in page + str(answer.headers)


def test_a_large_file_whole_and_in_parts(author: FlaskClient, slug: str, house: House, anna: Person) -> None:
    data = PDF + bytes(range(256)) * 12_000
    upload(author, slug, data, "groot.pdf")
    url = f"/cases/{slug}/attachments/{rows(house, anna, slug)[0]['key']}"
    assert get(author, url).data == data
    assert get(author, url, headers={"Range": "bytes=2000000-2000099"}).data == data[2_000_000:2_000_100]


def test_another_bucket_than_the_files_are_in(
    house: House, anna: Person, url: str, bucket: Emptied, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = storage.address(bucket.endpoint, "geen-emmer")
    with closing(opened(house.settings.data, KB_UPLOADS=wrong)) as elsewhere:
        client = sign_in(create_app(elsewhere).test_client(), anna)
        for headers in ({}, {"If-None-Match": "*"}):
            answer = get(client, url, headers=headers)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert logged(caplog) == [f"The storage of uploads, bucket geen-emmer, can't be used: {NONE}."] * 2


class TestAway:
    def test_a_file_is_a_page_that_says_so(
        self, author: FlaskClient, url: str, away: Shelf, app: Flask
    ) -> None:
        for headers in ({}, {"If-None-Match": "*"}, {"Range": "bytes=1-3"}):
            answer = get(author, url, headers=headers)
            assert answer.status_code == 503
            assert "Content-Disposition" not in answer.headers
            assert parse(answer.text).one("h1")
        assert get(app.test_client(), url).status_code == 404  # who may not see it is told nothing
        app.extensions["kb:Shelf"] = away
        assert get(author, url).data == PDF

    def test_so_is_a_picture_of_a_shared_draft(
        self, house: House, app: Flask, author: FlaskClient, anna: Person, slug: str
    ) -> None:
        upload(author, slug, picture(), "plein.png")
        with house.database.transaction() as session:
            case = queries.case_to_write(session, anna.actor, slug)
            token = sharing.make(session, anna.actor, case, meant_for="Mevrouw De Wit", days=7)
        url = f"/shared/{token}/attachments/{rows(house, anna, slug)[0]['key']}"
        outsider = app.test_client()
        answer = get(outsider, url)
        assert (answer.status_code, answer.mimetype, answer.data[:4]) == (200, "image/png", b"\x89PNG")
        app.extensions["kb:Shelf"] = Refusing()
        assert get(outsider, url).status_code == 503
        assert outsider.get(f"/shared/{token}").status_code == 200

    @pytest.mark.usefixtures("away")
    def test_all_other_pages_work(self, app: Flask, author: FlaskClient, slug: str) -> None:
        for page in (
            "/",
            "/search?q=plan",
            f"/cases/{slug}/edit",
            f"/cases/{slug}/preview",
            "/healthz",
            "/readyz",
        ):
            assert author.get(page).status_code == 200, page
        assert app.test_client().get("/").status_code == 200

    @pytest.mark.usefixtures("away")
    def test_a_new_file_is_not_kept_but_the_text_is(
        self, house: House, author: FlaskClient, anna: Person, slug: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        answer = upload(author, slug, PDF + b"x", "Nieuw.pdf", summary="Meegetypt")
        assert answer.status_code == 503
        page = parse(answer.text)
        assert page.one("input", id="file").get("aria-invalid") == "true"
        assert "Nieuw.pdf" in page.text
        assert page.one("textarea", id="summary").raw == "\nMeegetypt"
        assert content_of_draft(house, anna, slug)["summary"] == "Meegetypt"
        assert len(rows(house, anna, slug)) == count(house, "attachment") == 1
        assert logged(caplog) == ["A file was not kept: The storage is away."]
        told = upload(author, slug, PDF + b"x", "Nieuw.pdf", headers=JSON).get_json()
        assert told["wrong_file"]

    @pytest.mark.usefixtures("away")
    def test_what_was_taken_away_is_gone_from_the_pages_all_the_same(
        self, house: House, author: FlaskClient, slug: str, url: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        send(author, slug, opened_form(author, slug), "remove:attachments:0")
        assert send(author, slug, opened_form(author, slug)).status_code == 303
        assert count(house, "attachment") == 0
        assert get(author, url).status_code == 404
        (told,) = logged(caplog)
        assert told.endswith(" stays among the uploads: The storage is away.")


class TestTransaction:
    """The bytes are brought before anybody writes in the database, and looked for once more in the transaction."""

    def test_others_can_write_while_a_file_is_brought(
        self, house: House, author: FlaskClient, anna: Person, slug: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put = house.shelf.put
        written: list[bool] = []

        def slow(data: bytes) -> str:
            if not written:
                with house.database.transaction() as session:
                    written.append(session.connection().closed)
            return put(data)

        monkeypatch.setattr(house.shelf, "put", slow)
        assert upload(author, slug, PDF, "Plan.pdf").status_code == 303
        assert written == [False]
        assert len(rows(house, anna, slug)) == 1

    def test_bytes_that_another_took_away_meanwhile_are_brought_again(
        self, house: House, author: FlaskClient, anna: Person, slug: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put = house.shelf.put
        times: list[str] = []

        def taken_away(data: bytes) -> str:
            times.append(sha256 := put(data))
            if len(times) == 1:
                house.shelf.remove(sha256)
            return sha256

        monkeypatch.setattr(house.shelf, "put", taken_away)
        upload(author, slug, PDF, "Plan.pdf")
        (row,) = rows(house, anna, slug)
        assert get(author, f"/cases/{slug}/attachments/{row['key']}").data == PDF

    @pytest.mark.parametrize("name", ["x.exe", "leeg.pdf"])
    def test_what_is_refused_is_not_brought(
        self, author: FlaskClient, slug: str, bucket: Emptied, name: str
    ) -> None:
        assert upload(author, slug, b"MZ" if name == "x.exe" else b"", name).status_code == 400
        assert bucket.names() == []

    def test_nor_what_comes_from_somebody_who_may_not_write_here(
        self, house: House, app: Flask, author: FlaskClient, slug: str, bucket: Emptied
    ) -> None:
        other = sign_in(app.test_client(), make_person(house, "author"))
        form = opened_form(author, slug)
        sent = send(other, slug, form, "add:attachments", file=(io.BytesIO(PDF), "Plan.pdf"))
        assert sent.status_code == 404
        assert bucket.names() == []
