"""Attachments when they are kept in a bucket: what of the pages depends on it, and what does not when it is away."""

from __future__ import annotations

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
from tests.cases.writing_desk import begun, opened_form, send
from tests.conftest import opened
from tests.people import Person, make_person, sign_in
from tests.storage import Emptied
from tests.tree import parse

NONE = "there is no such bucket"


@pytest.fixture
def house(data: Path, bucket: Emptied, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(module, "ATTEMPTS", 1)
    monkeypatch.setattr(module, "REST_S", 0)
    with closing(opened(data, KB_UPLOADS=bucket.url)) as house:
        yield house


@pytest.fixture
def anna(house: House) -> Person:
    return make_person(house, "author", name="Anna Bakker")


@pytest.fixture
def author(app: Flask, anna: Person) -> FlaskClient:
    return sign_in(app.test_client(), anna)


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
