"""`/metrics`: figures for who has the token, that say how much happens and nothing of anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client import REGISTRY
from prometheus_client.openmetrics.parser import text_string_to_metric_families as families
from werkzeug.test import TestResponse

from kb import create_app
from kb.accounts.services import links
from kb.cases.models import Theme
from kb.core import DataError, now
from kb.db import Database
from kb.house import House
from kb.mail import outbox as mail
from kb.mail.models import MailRow
from kb.search import outbox
from kb.version import VERSION
from tests.conftest import opened
from tests.house.project import ROOT
from tests.people import make_person, post, sign_in

TOKEN = "een-kort-verhaal-over-een-lange-sleutel-42"
DEPLOY = ROOT / "deploy"
Figures = dict[tuple[str, tuple[str, ...]], float]


@pytest.fixture
def house(data: Path) -> Iterator[House]:
    with closing(opened(data, KB_METRICS=TOKEN)) as house:
        yield house


def ask(client: FlaskClient, token: str = TOKEN, scheme: str = "Bearer") -> TestResponse:
    return client.get("/metrics", headers={"Authorization": f"{scheme} {token}"})


def figures(client: FlaskClient) -> Figures:
    """Return each figure by its name and the values of its labels, as a monitor reads them."""
    found = {}
    for family in families(ask(client).text):  # type: ignore[no-untyped-call]  # the library has types, but not here
        for sample in family.samples:
            found[sample.name, tuple(value for _, value in sorted(sample.labels.items()))] = sample.value
    return found


class TestWhoMaySeeThem:
    def test_nobody_unless_it_is_set(self, data: Path) -> None:
        with closing(opened(data)) as house:
            client = create_app(house).test_client()
            answers = [client.get("/metrics"), ask(client), ask(client, "")]
        assert [answer.status_code for answer in answers] == [404, 404, 404]

    def test_who_has_the_token(self, client: FlaskClient) -> None:
        answer = ask(client)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
        assert answer.headers["Cache-Control"] == "private, no-store"

    @pytest.mark.parametrize(
        ("scheme", "token"),
        [
            ("Bearer", TOKEN[:-1]),
            ("Bearer", TOKEN + "0"),
            ("Bearer", ""),
            ("Bearer", "é" * 40),
            ("Basic", TOKEN),
            ("Token", TOKEN),
        ],
    )
    def test_nobody_else(self, client: FlaskClient, scheme: str, token: str) -> None:
        refused = ask(client, token, scheme)
        assert refused.status_code == 404
        assert refused.text == client.get("/metrics").text

    def test_not_an_administrator_without_it(self, house: House) -> None:
        client = sign_in(create_app(house).test_client(), make_person(house, "administrator"))
        assert client.get("/metrics").status_code == 404

    def test_it_is_no_page_like_others(self, client: FlaskClient) -> None:
        assert client.get("/metrics").text.replace("/metrics", "/x") == client.get("/x").text


class TestRequests:
    def test_they_are_counted_by_route_method_and_status(self, client: FlaskClient) -> None:
        for path in ("/", "/", "/cases/not-there", "/not-there/either", "/search?q=buurt"):
            client.get(path)
        client.open("/", method="BREW")
        found = figures(client)
        counted = {labels: n for (name, labels), n in found.items() if name == "kb_requests_total"}
        assert counted == {
            ("GET", "/", "2xx"): 2,
            ("GET", "/cases/<slug>", "4xx"): 1,
            ("GET", "none", "4xx"): 1,
            ("GET", "/search", "2xx"): 1,
            ("other", "none", "4xx"): 1,
        }
        assert found["kb_request_seconds_count", ("GET", "/")] == 2
        assert 0 < found["kb_request_seconds_sum", ("GET", "/")] < 60

    def test_faults_and_refusals_are_counted_too(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        app = create_app(house)
        monkeypatch.setitem(app.view_functions, "pages.about", lambda: 1 / 0)
        client = app.test_client()
        client.get("/about")
        client.get("/", base_url="http://elsewhere.example")
        found = figures(client)
        assert found["kb_requests_total", ("GET", "/about", "5xx")] == 1
        assert found["kb_requests_total", ("GET", "/", "4xx")] == 1

    def test_each_application_has_its_own(self, house: House) -> None:
        one, other = create_app(house).test_client(), create_app(house).test_client()
        one.get("/about")
        assert ("kb_requests_total", ("GET", "/about", "2xx")) in figures(one)
        assert ("kb_requests_total", ("GET", "/about", "2xx")) not in figures(other)
        assert not [family for family in REGISTRY.collect() if family.name.startswith("kb_")]


class TestSearchesAndPages:
    def test_a_page_is_made_kept_or_ones_own(self, house: House) -> None:
        app = create_app(house)
        client = app.test_client()
        for _time in range(3):
            client.get("/cases/?q=buurt")
        sign_in(app.test_client(), make_person(house)).get("/cases/?q=buurt")
        found = figures(client)
        pages = {labels: n for (name, labels), n in found.items() if name == "kb_pages_total"}
        assert pages == {("made",): 1, ("kept",): 2, ("own",): 1}
        assert found["kb_search_seconds_count", ("find",)] == 2

    def test_suggestions_are_searches_of_their_own(self, client: FlaskClient) -> None:
        client.get("/search/suggest?q=buu")
        found = figures(client)
        assert found["kb_search_seconds_count", ("suggest",)] == 1
        assert ("kb_search_seconds_count", ("find",)) not in found

    def test_a_page_without_an_index_is_made_too(
        self, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def none(_shown: int) -> None:
            raise DataError("There is no index.")

        app = client.application
        monkeypatch.setattr(app.extensions["kb:Kept"], "_index", none)
        client.get("/themes/inclusion")
        assert figures(client)["kb_pages_total", ("made",)] == 1


class TestTransactions:
    def test_what_was_saved_and_what_was_undone(self, house: House, client: FlaskClient) -> None:
        before = figures(client)
        with house.database.transaction() as session:
            session.add(Theme(slug="x", position=9))
        with suppress(ZeroDivisionError), house.database.transaction() as session:
            session.add(Theme(slug="y", position=10))
            session.flush()
            raise ZeroDivisionError
        after = figures(client)
        for outcome in ("saved", "undone"):
            name = "kb_transaction_seconds_count", (outcome,)
            assert after[name] == before.get(name, 0) + 1
        waits = "kb_writer_wait_seconds_count", ()
        assert after[waits] == before[waits] + 2

    def test_reading_is_none(self, house: House, client: FlaskClient) -> None:
        with house.database.reading() as session:
            session.query(Theme).all()
        assert figures(client)["kb_writer_wait_seconds_count", ()] == 0

    def test_who_gave_up_waiting_is_counted(
        self, house: House, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def busy(_connection: object) -> None:
            raise DataError("The database can't be used: others kept it busy for too long.")

        with monkeypatch.context() as patch:
            patch.setattr(house.database._backend, "begin", busy)
            with pytest.raises(DataError, match="busy"), house.database.transaction() as session:
                session.query(Theme).all()
        found = figures(client)
        assert found["kb_writer_wait_seconds_count", ()] == 1
        assert found["kb_transaction_seconds_count", ("undone",)] == 1


class TestState:
    @pytest.mark.whoosh
    def test_what_waits(self, house: House, client: FlaskClient) -> None:
        before = figures(client)
        assert before["kb_search_outbox", ()] == before["kb_mail_waiting", ()] == 0
        assert before["kb_mail_oldest_seconds", ()] == before["kb_mail_given_up", ()] == 0
        with house.database.transaction() as session:
            outbox.record(session, [("case", "a"), ("case", "b"), ("case", "a")])
            for _ in range(2):
                mail.queue(session, "an@example.org", "x", "y")
            session.add(
                MailRow(
                    to_address="an@example.org",
                    subject="",
                    text="",
                    created_at=now(),
                    next_try_at=now(),
                    failed_at=now(),
                )
            )
        after = figures(client)
        assert after["kb_search_outbox", ()] == 3
        assert after["kb_mail_waiting", ()] == 2
        assert after["kb_mail_given_up", ()] == 1
        assert 0 < after["kb_mail_oldest_seconds", ()] < 60

    def test_the_process_the_program_and_the_index(self, house: House, client: FlaskClient) -> None:
        found = figures(client)
        assert found["kb_index_bytes", ()] == house.search.engine.bytes_on_disk() > 0
        assert found["kb_build_info", (VERSION,)] == 1
        assert found["kb_database_up", ()] == 1
        assert found["process_resident_memory_bytes", ()] > 10_000_000
        assert found["process_cpu_seconds_total", ()] > 0

    def test_without_a_database_the_rest_is_still_told(
        self, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def closed(_database: Database) -> None:
            raise DataError("The database can't be used: it is shutting down.")

        monkeypatch.setattr(Database, "reading", closed)
        found = figures(client)
        assert found["kb_database_up", ()] == 0
        assert ("kb_mail_waiting", ()) not in found
        assert found["kb_build_info", (VERSION,)] == 1


def test_alarms_are_about_figures_that_there_are(client: FlaskClient) -> None:
    there = set(re.findall(r"^# TYPE (\S+)", ask(client).text, re.MULTILINE))
    for file in (DEPLOY / "prometheus-alerts.yaml", ROOT / "docs" / "operations.md"):
        named = set(re.findall(r"\b(?:kb|process)_[a-z]+_[a-z_]+\b", file.read_text(encoding="utf-8")))
        assert len(named) > 7
        assert {re.sub("_(total|bucket)$", "", name) for name in named} <= there


def test_nothing_in_them_is_about_anybody(house: House) -> None:
    """Words, addresses, names, links that let somebody in: none of it is found again."""
    app = create_app(house)
    client = app.test_client()
    person = make_person(house, "author", name="Zonnebloem Visser", email="zonnebloem@example.org")
    with house.database.transaction() as session:
        secret = links.first_link(session)
    assert secret
    client.get("/search?q=zonnebloem", environ_overrides={"REMOTE_ADDR": "203.0.113.77"})
    client.get("/cases/zonnebloem?lang=en", headers={"User-Agent": "Zonnebloem/1.0"})
    client.get(f"/welcome/{secret}")
    post(client, "/login", email=person.email, password=secret)
    client.open("/zonnebloem", method="ZONNEBLOEM")
    sign_in(app.test_client(), person).get("/account")
    text = ask(client).text
    routes = set(re.findall(r'route="([^"]+)"', text))
    assert {"/search", "/login", "/account", "/cases/<slug>"} < routes
    assert "zonnebloem" not in text.lower()
    assert secret not in text
    assert "203.0.113" not in text
    assert TOKEN not in text
