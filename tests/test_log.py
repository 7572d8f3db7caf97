"""The log: one line for each thing that happened, and nothing of anybody in it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from kb import create_app, log
from kb.accounts.models import Person
from kb.accounts.services import links
from kb.core import DataError, Refusal
from kb.db import Database
from kb.house import House
from kb.web import session
from tests.conftest import opened
from tests.people import make_person, post, sign_in

Capture = pytest.CaptureFixture[str]
SECRET = "zonnebloem"
"""Stands for whatever people type; it may be in no line."""


@pytest.fixture(autouse=True)
def _as_json() -> None:
    log.set_up("json")


def lines(capsys: Capture) -> list[dict[str, Any]]:
    """Return the objects that stand on standard error; anything else there fails the test."""
    return [cast("dict[str, Any]", json.loads(line)) for line in capsys.readouterr().err.splitlines()]


def one(capsys: Capture) -> dict[str, Any]:
    (line,) = lines(capsys)
    return line


def failing(client: FlaskClient, view: Callable[[], object]) -> None:
    """Ask for a page whose view is this one."""
    client.application.view_functions["pages.about"] = cast("Any", view)
    client.get("/about")


class TestALine:
    def test_of_a_request(self, client: FlaskClient, capsys: Capture) -> None:
        answer = client.get(f"/search?q={SECRET}")
        line = one(capsys)
        assert line.pop("ms") > 0
        assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
        assert re.fullmatch(r"[0-9a-f]{32}", line["request"])
        assert line.pop("request") == answer.headers["X-Request-ID"]
        assert line == {
            "level": "info",
            "logger": "kb.web.access",
            "message": "GET /search 200",
            "method": "GET",
            "route": "/search",
            "status": 200,
        }

    def test_of_an_address_that_is_not_there(self, client: FlaskClient, capsys: Capture) -> None:
        client.open(f"/{SECRET}", method="BREW")
        assert one(capsys)["message"] == "other none 404"

    def test_stays_one_line(self, capsys: Capture) -> None:
        logging.getLogger("kb.test").warning("one\ntwo\u2028%s\x1b", "three\r")
        assert one(capsys)["message"] == "one\ntwo\u2028three\r\x1b"

    def test_that_can_not_be_made_is_told(self, capsys: Capture) -> None:
        record = logging.makeLogRecord({"name": "kb.test", "msg": "%d", "args": (SECRET,)})
        log._Lines(log._object).emit(record)
        assert capsys.readouterr().err == "A line of the log of kb.test could not be made: TypeError\n"

    def test_is_written_once_however_often_it_is_set_up(self, capsys: Capture) -> None:
        log.set_up("text")
        log.set_up("json")
        logging.getLogger("kb.test").warning("x")
        assert one(capsys)["message"] == "x"

    def test_beside_requests_names_none(self, client: FlaskClient, capsys: Capture) -> None:
        client.get("/about")
        logging.getLogger("kb.test").warning("x")
        assert "request" not in lines(capsys)[-1]


class TestTheNameOfARequest:
    GIVEN = "0123456789abcdef0123456789abcdef"

    def named(self, data: Path, proxies: str, given: str) -> str:
        with closing(opened(data, KB_PROXIES=proxies)) as house:
            answer = create_app(house).test_client().get("/about", headers={"X-Request-ID": given})
        return answer.headers["X-Request-ID"]

    def test_is_what_a_proxy_of_ours_made(self, data: Path) -> None:
        assert self.named(data, "1", self.GIVEN) == self.GIVEN

    def test_is_not_what_anybody_says(self, data: Path) -> None:
        assert self.named(data, "0", self.GIVEN) != self.GIVEN

    @pytest.mark.parametrize(
        "given", ["an@example.org", SECRET * 3, "", "a" * 65, "0612345678", "a" * 20 + "\t"]
    )
    def test_is_no_word_of_anybody(self, data: Path, given: str) -> None:
        assert re.fullmatch(r"[0-9a-f]{32}", self.named(data, "1", given))

    def test_is_another_one_each_time(self, client: FlaskClient) -> None:
        assert len({client.get("/about").headers["X-Request-ID"] for _ in range(5)}) == 5


class TestAFault:
    def test_tells_its_kind_and_where_it_was_but_not_its_words(
        self, client: FlaskClient, capsys: Capture
    ) -> None:
        def view() -> None:
            try:
                dict[str, str]()[SECRET]
            except KeyError as error:
                raise ValueError(SECRET) from error

        failing(client, view)
        fault, request = lines(capsys)
        assert fault["level"] == "error"
        assert fault["message"] == "A fault of ours at pages.about"
        assert fault["request"] == request["request"]
        assert request["status"] == 500
        told = fault["exception"]
        assert re.search(r"builtins\.KeyError\nwhich led to\n[\s\S]+builtins\.ValueError$", told)
        assert "test_log.py" in told
        assert "in view" in told
        assert SECRET not in str(fault)

    def test_in_a_circle_ends(self) -> None:
        one, other = ValueError(), KeyError()
        one.__cause__, other.__cause__ = other, one
        assert log.told(one).count("which led to") == 1

    def test_that_is_ours_has_its_sentence(self) -> None:
        assert log.told(DataError("There is no index.")) == "kb.core.DataError: There is no index."
        assert log.told(Refusal("No mail to %(who)s.", who=SECRET)) == "kb.core.Refusal: No mail to %(who)s."

    def test_after_answering_names_no_address(self, house: House, capsys: Capture) -> None:
        app = create_app(house)

        def fail(_response: object) -> Any:
            raise ValueError(SECRET)

        app.after_request(fail)
        assert app.test_client().get(f"/cases/{SECRET}").status_code == 500
        output = capsys.readouterr().err
        assert "A fault of ours after answering cases.show" in output
        assert SECRET not in output

    def test_of_a_library_is_told_without_what_it_filled_in(self, capsys: Capture) -> None:
        waitress = logging.getLogger("waitress")
        waitress.error("Exception while serving %s" % SECRET, exc_info=ValueError(SECRET))  # noqa: UP031 - as Waitress does it
        waitress.error("Exception while serving %s", SECRET)
        filled_in, template = lines(capsys)
        assert filled_in["message"].startswith("test_log, line ")
        assert filled_in["exception"] == "builtins.ValueError"
        assert template["message"] == "Exception while serving %s"
        assert SECRET not in str(filled_in)


class TestTheDatabase:
    """Its errors name what was to be written; the log does not."""

    def test_a_value_that_is_there_already(self, house: House, capsys: Capture) -> None:
        person = make_person(house, email=f"{SECRET}@example.org")

        def view() -> None:
            with house.database.transaction() as session:
                session.add(Person(name=SECRET, email=person.email, roles=[], password_hash=SECRET))

        failing(create_app(house).test_client(), view)
        output = capsys.readouterr().err
        assert SECRET not in output
        assert "sqlalchemy.exc.IntegrityError: " in output
        assert re.search(r"SQLITE_CONSTRAINT_UNIQUE|23505", output)
        assert "INSERT INTO person" in output

    def test_a_question_that_it_does_not_understand(self, house: House, capsys: Capture) -> None:
        def view() -> None:
            session().execute(
                text("SELECT * FROM person WHERE CAST(:word AS frobnicate(3, x)) = nothing"), {"word": SECRET}
            )

        failing(create_app(house).test_client(), view)
        output = capsys.readouterr().err
        assert SECRET not in output
        assert "SELECT * FROM person" in output

    def test_its_errors_hold_no_parameters_wherever_they_are_printed(self, house: House) -> None:
        with house.database.reading() as reading, pytest.raises(SQLAlchemyError) as caught:
            reading.execute(text("SELECT nothing WHERE :word = 1"), {"word": SECRET})
        assert SECRET not in str(caught.value)


def test_nothing_of_anybody_gets_in(house: House, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """What people type, who they are, where they are, and the links that let them in."""
    person = make_person(house, "author", name="Zonnebloem Visser", email="zonnebloem@example.org")
    app = create_app(house)
    client = app.test_client()
    with house.database.transaction() as writing:
        secret = links.first_link(writing) or ""
    assert len(secret) > 20
    from_there = {"REMOTE_ADDR": "203.0.113.77"}
    client.get(f"/search?q={SECRET}", environ_overrides=from_there)
    client.get(f"/search/suggest?q={SECRET}", environ_overrides=from_there)
    client.get(f"/api/v1/search?q={SECRET}&theme={SECRET}")
    client.get(f"/welcome/{secret}")
    client.get(f"/shared/{secret}")
    client.get(
        f"/cases/{SECRET}",
        headers={"User-Agent": f"{SECRET}/1.0", "Referer": f"http://localhost/search?q={SECRET}"},
    )
    client.get("/", base_url=f"http://{SECRET}.example")
    post(client, "/login", email=person.email, password=secret)
    post(client, "/login", email=f"{SECRET}@nowhere.example", password=SECRET)
    post(client, "/reset", email=person.email)
    signed_in = sign_in(app.test_client(), person)
    signed_in.get("/account")
    cookie = signed_in.get_cookie("session")

    def shut(_database: Database) -> None:
        raise DataError("The database can't be used: it is shutting down.")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "reading", shut)
        client.get(f"/cases/{SECRET}")
    output = capsys.readouterr().err
    routes = {json.loads(line).get("route") for line in output.splitlines()}
    assert {
        "/search",
        "/welcome/<token>",
        "/shared/<token>",
        "/login",
        "/reset",
        "/account",
        "/cases/<slug>",
    } <= routes
    assert "it is shutting down" in output
    assert cookie is not None
    for personal in (SECRET, "visser", secret.lower(), "203.0.113", "example", cookie.value.lower()):
        assert personal not in output.lower()


class TestAsText:
    @pytest.fixture(autouse=True)
    def _as_text(self, _as_json: None) -> None:
        log.set_up("text")

    def test_requests_that_go_well_are_not_told(self, client: FlaskClient, capsys: Capture) -> None:
        client.get("/about")
        client.get("/not-there")
        assert capsys.readouterr().err == ""

    def test_a_fault_is_a_line_and_where_it_was(self, client: FlaskClient, capsys: Capture) -> None:
        def view() -> None:
            raise ValueError(SECRET)

        failing(client, view)
        first, *stack = capsys.readouterr().err.splitlines()
        assert re.fullmatch(
            r"\S+Z ERROR kb\.web\.errors: A fault of ours at pages\.about \(request [0-9a-f]{32}\)", first
        )
        assert stack[-1] == "builtins.ValueError"
        assert SECRET not in "".join(stack)


def test_another_server_gets_it_by_the_setting(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("KB_DATA", str(data))
    monkeypatch.setenv("KB_LOG", "json")
    log.set_up("text")
    app = create_app()
    with closing(app.extensions["kb:Database"]):
        app.test_client().get("/about")
    assert one(capsys)["message"] == "GET /about 200"
