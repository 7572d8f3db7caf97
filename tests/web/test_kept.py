"""Pages that are kept: the same as those made now, never another reader's, and never older than the database and the index."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from flask.testing import FlaskClient

from kb import create_app
from kb.cases.models import Case, CaseStatus
from kb.core import DataError
from kb.house import House
from kb.web.kept import Kept, Page
from tests.conftest import MakeCase
from tests.people import make_person, sign_in
from tests.statements import statements

PATHS = (
    "/cases/case-1",
    "/lessons/1",
    "/themes/inclusion",
    "/search?q=statement",
    "/cases/",
    "/cases/?q=case&sort=newest",
)


def wipe_out(house: House, slug: str) -> None:
    with house.database.transaction() as session:
        session.query(Case).filter_by(slug=slug).one().status = CaseStatus.WITHDRAWN


@pytest.mark.parametrize("path", PATHS)
def test_the_second_reader_gets_the_same_page_without_it_being_made(
    house: House, make_case: MakeCase, path: str
) -> None:
    make_case()
    app = create_app(house)
    first = app.test_client().get(path)
    with statements(house.database) as sent:
        second = app.test_client().get(path)
    assert first.status_code == second.status_code == 200
    assert second.text == first.text
    assert sent == []  # the version is asked by the driver itself


@pytest.mark.parametrize("path", PATHS)
def test_who_has_the_page_is_told_that_it_is_the_same(
    client: FlaskClient, make_case: MakeCase, path: str
) -> None:
    make_case()
    first = client.get(path)
    etag = first.headers["ETag"]
    again = client.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Vary"] == first.headers["Vary"] == "Cookie"
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "private, no-cache"
    make_case(
        slug="case-1",
        title="Something else",
        lessons=[{"statement": "Another statement.", "themes": ["inclusion"]}],
    )
    changed = client.get("/cases/case-1", headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert "Something else" in changed.text


def test_a_change_is_seen_at_once_in_every_process(house: House, make_case: MakeCase) -> None:
    make_case(title="The first title")
    here, there = create_app(house).test_client(), create_app(house).test_client()
    for client in (here, there):
        assert "The first title" in client.get("/cases/case-1").text
        assert "The first title" in client.get("/cases/").text
    make_case(slug="case-1", title="The second title")
    for client in (here, there):
        assert "The second title" in client.get("/cases/case-1").text
        assert "The second title" in client.get("/cases/").text


def test_after_a_change_a_page_is_made_once(house: House, make_case: MakeCase) -> None:
    app = create_app(house)
    told: list[str] = []
    app.extensions["kb:Kept"].listeners.append(told.append)
    for title in ("One", "Another"):
        make_case(slug="case-1", title=title)
        for _ in range(2):
            assert title in app.test_client().get("/cases/").text
    assert told == ["made", "kept", "made", "kept"]


def test_what_is_withdrawn_is_gone_at_once_before_the_index_knows(house: House, make_case: MakeCase) -> None:
    make_case(title="A secret by now")
    client = create_app(house).test_client()
    assert "A secret by now" in client.get("/cases/").text
    assert client.get("/cases/case-1").status_code == 200
    wipe_out(house, "case-1")
    assert client.get("/cases/case-1").status_code != 200
    assert "A secret by now" not in client.get("/cases/").text


@pytest.mark.whoosh
def test_what_the_index_learns_is_found_at_once(house: House, make_case: MakeCase) -> None:
    client = create_app(house).test_client()
    make_case(title="Dorpstuin", index=False)
    assert "Dorpstuin" not in client.get("/cases/?q=dorpstuin").text.partition("<main")[2].partition("<ol")[2]
    house.search.sync()
    assert "Dorpstuin</mark>" in client.get("/cases/?q=dorpstuin").text


def test_nobody_gets_the_page_of_who_signed_in(house: House, make_case: MakeCase) -> None:
    make_case()
    app = create_app(house)
    nobody = app.test_client()
    before = nobody.get("/cases/case-1").text
    person = make_person(house, "administrator", name="Marieke Visser")
    mine = sign_in(app.test_client(), person).get("/cases/case-1")
    assert "Marieke Visser" in mine.text
    assert mine.headers["Cache-Control"] == "no-store"
    assert nobody.get("/cases/case-1").text == before
    assert "Marieke Visser" in sign_in(app.test_client(), person).get("/cases/case-1").text


def test_each_language_and_each_address_has_its_own(house: House, make_case: MakeCase) -> None:
    make_case()
    app = create_app(house)
    dutch, english = app.test_client(), app.test_client()
    english.set_cookie("lang", "en")
    for _ in range(2):
        assert '<html lang="nl">' in dutch.get("/cases/case-1").text
        assert '<html lang="en">' in english.get("/cases/case-1").text
        for host in ("http://localhost", "http://127.0.0.1:8000"):
            assert f'href="{host}/cases/case-1"' in dutch.get("/cases/case-1", base_url=host).text


def test_a_question_counts_each_time_it_is_asked(house: House, make_case: MakeCase) -> None:
    make_case(title="Dorpstuin")
    client = create_app(house).test_client()
    for _ in range(3):
        client.get("/cases/?q=dorpstuin", headers={"User-Agent": "Mozilla/5.0"})
    with house.database.transaction() as session:
        house.teller.write(session)
        asked = session.connection().exec_driver_sql("SELECT asked, empty FROM search_tally").all()
    assert asked == [(3, 0)]


class TestKept:
    def test_no_more_than_its_room(self) -> None:
        index, made = object(), count()
        kept = Kept(lambda _: index, most_bytes=250)

        def page() -> Page:
            next(made)
            return Page("x" * 100)

        for key in ("a", "b", "a", "c", "a", "b"):
            kept.page(key, 1, page)
        assert next(made) == 4  # a, b, c, and b again: it was read longest ago when c came

    def test_one_that_is_larger_than_the_room_is_not_kept(self) -> None:
        index = object()
        kept = Kept(lambda _: index, most_bytes=50)
        assert kept.page("a", 1, lambda: Page("x" * 100)).text == b"x" * 100
        assert kept.page("a", 1, lambda: Page("y")).text == b"y"

    def test_without_an_index_nothing_is_kept(self) -> None:
        def none(_: int) -> object:
            raise DataError("There is no index.")

        kept = Kept(none)
        assert kept.page("a", 1, lambda: Page("x")).text == b"x"
        assert kept.page("a", 1, lambda: Page("y")).text == b"y"

    def test_what_was_made_of_an_older_state_is_not_shown_for_a_newer(self) -> None:
        states = [object(), object()]
        kept = Kept(lambda _: states[0])

        def slow() -> Page:
            kept.page("other", 2, lambda: Page("of another"))  # somebody saves while it is made
            return Page("old")

        kept.page("a", 1, slow)
        assert kept.page("a", 2, lambda: Page("new")).text == b"new"
        states.pop(0)
        assert kept.page("a", 2, lambda: Page("newest")).text == b"newest"

    def test_what_failed_is_tried_again(self) -> None:
        kept = Kept(lambda _: self)

        def fails() -> Page:
            raise RuntimeError

        with pytest.raises(RuntimeError):
            kept.page("a", 1, fails)
        assert kept.page("a", 1, lambda: Page("x")).text == b"x"

    def test_threads_get_what_they_asked_for(self) -> None:
        index = object()
        kept = Kept(lambda _: index, most_bytes=300)

        def ask(number: int) -> bool:
            key, version = number % 7, number // 100
            return (
                kept.page(key, version, lambda: Page(f"{key} {version}")).text == f"{key} {version}".encode()
            )

        with ThreadPoolExecutor(4) as threads:
            assert all(threads.map(ask, range(4000)))
