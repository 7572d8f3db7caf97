"""Two processes at one knowledge base do the work beside answering at the same moment: it is done once, and none fails."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import text, update

from kb import create_app, serving
from kb.accounts import models as accounts
from kb.accounts import sessions
from kb.cases.models import Case
from kb.core import now
from kb.events.models import Board, Event, EventStatus, Signup, SignupState
from kb.house import House
from kb.search import lists, outbox
from kb.search.lists import EXCEPTIONS, Kept
from kb.search.tally import TallyWriter
from tests import town
from tests.cases import reviewing
from tests.conftest import MakeCase, opened
from tests.databases import Databases
from tests.events.board_desk import open_board
from tests.events.sessions import leading, prepared
from tests.mail.office import Office
from tests.mail.office import serving as mail_server
from tests.people import Person, make_person

Given = TypeVar("Given")
DAY = dt.timedelta(days=1)
PEOPLE = 12


def at_once(*deeds: Callable[[], Given]) -> list[Given]:
    """Do all of these at the same moment, and return what each gave; a fault in one is a fault here."""
    together = threading.Barrier(len(deeds))

    def do(deed: Callable[[], Given]) -> Given:
        together.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(do, deeds))


def all_work(house: House) -> Callable[[], None]:
    """Return the turn of a process: all daily work, and sending the mail that is due."""
    tasks, mailer = serving.daily(house, create_app(house)), house.mailer
    assert mailer

    def turn() -> None:
        for task in tasks:
            task()
        mailer.send_due()

    return turn


@pytest.fixture
def office() -> Office:
    """Where mail arrives."""
    return Office()


@pytest.fixture
def two(data: Path, office: Office) -> Iterator[tuple[House, House]]:
    """Two processes, each with connections and memory of its own."""
    with ExitStack() as stack:
        post = stack.enter_context(mail_server(office))
        settings = {
            "KB_MAIL_URL": f"smtp://{post.host}:{post.port}?from=kb@example.org",
            "KB_BASE_URL": "https://kb.example",
        }
        one, other = (stack.enter_context(closing(opened(data, **settings))) for _ in range(2))
        yield one, other


@pytest.fixture
def house(two: tuple[House, House]) -> House:
    """The first of them, for what the test prepares."""
    return two[0]


class TestDaily:
    """The caretaker of each does all that is due."""

    def test_everybody_gets_one_mail(self, two: tuple[House, House], house: House, office: Office) -> None:
        writer, editor = make_person(house, "author"), make_person(house, "editor", "session-lead")
        reviewing.publish(house, writer, editor, title="Het plein")
        self.full_session(house, editor)
        with house.database.transaction() as session:
            session.execute(update(Case).values(check_on=(now() - DAY).date()))
            session.execute(update(Event).values(starts_at=now() + DAY / 2, ends_at=now() + DAY))
            session.execute(update(Signup).values(made_at=now() - 9 * DAY))

        at_once(*map(all_work, two))
        assert sorted(office.readers) == sorted(
            [writer.email, *(f"mens{at}@voorbeeld.example" for at in range(PEOPLE))]
        )
        assert town.count(house, "mail_outbox") == 0

    def test_what_is_over_is_thrown_away(self, two: tuple[House, House], house: House) -> None:
        lead = make_person(house, "session-lead")
        board = open_board(house, create_app(house))
        browser = board.joined()
        for said in ("Een briefje", "Nog een"):
            assert board.write(browser, said).status_code == 200
        self.full_session(house, lead)
        with house.database.transaction() as session:
            sessions.begin(session, session.get_one(accounts.Person, lead.id), device="")
            session.execute(update(accounts.LoginSession).values(expires_at=now() - DAY))
            session.execute(
                update(Event).values(
                    starts_at=now() - 100 * DAY, ends_at=now() - 99 * DAY, status=EventStatus.ARCHIVED
                )
            )
        house.rates.acquire_entry("a", 9, -1)  # it counts no longer
        version = town.number(house, "SELECT version FROM board")

        at_once(*map(all_work, two))
        for table in ("login_session", "note", "participant", "rate_count"):
            assert town.count(house, table) == 0, table
        assert town.count(house, "signup", "email = '' AND emptied_at IS NOT NULL") == PEOPLE
        with house.database.reading() as session:
            emptied = session.query(Board).one()
            assert (emptied.version, emptied.emptied_at is None) == (version + 1, False)

    def full_session(self, house: House, lead: Person) -> None:
        slug = prepared(house, lead, "announced", registration="here")
        with leading(house, lead, slug) as (session, event):
            session.add_all(
                Signup(
                    event_id=event.id,
                    state=SignupState.IN,
                    name=f"Mens {at}",
                    email=f"mens{at}@voorbeeld.example",
                    language="nl",
                    nonce=f"nonce-{at}",
                )
                for at in range(PEOPLE)
            )


class TestSearch:
    """Whichever of the engines it is."""

    def test_what_changed_is_in_the_index_whoever_was_first(
        self, two: tuple[House, House], house: House, make_case: MakeCase
    ) -> None:
        for _each in range(8):
            make_case(index=False)
        at_once(*(one.search.sync for one in two))
        assert not any(one.search.check() for one in two)
        with house.database.reading() as session:
            assert house.search.size(session) == 16  # each with its lesson
            assert outbox.last(session) == 0

    def test_one_makes_the_index_anew_when_a_list_of_words_was_saved(
        self, two: tuple[House, House], make_case: MakeCase, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = two
        make_case()
        with first.database.transaction() as session:
            assert lists.save(session, {EXCEPTIONS: Kept("dorps+tuin", 0)})
        made = self.while_waiting(second, first, first.search.sync, monkeypatch)
        assert second.search.sync() == 0
        assert made == [first]
        assert not second.search.check()

    def test_one_makes_the_index_where_there_is_none(
        self, two: tuple[House, House], make_case: MakeCase, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = two
        make_case()
        if first.search.engine.joins:
            with first.database.transaction() as session:
                session.execute(text("DROP TABLE search_index"))
        else:
            shutil.rmtree(first.settings.index_folder)
        made = self.while_waiting(second, first, first.search.make_ready, monkeypatch)
        second.search.make_ready()
        assert made == [first]
        assert not second.search.check()

    def while_waiting(
        self, house: House, other: House, deed: Callable[[], object], monkeypatch: pytest.MonkeyPatch
    ) -> list[House]:
        """Let another process do something just when this one is about to take the index's lock; give who makes it anew."""
        take, made = house.search.engine.writing, list[House]()

        def writing() -> object:
            deed()
            return take()

        def noting(who: House) -> Callable[..., None]:
            rebuild = who.search.engine.rebuild

            def make(*given: Any) -> None:
                made.append(who)
                rebuild(*given)

            return make

        monkeypatch.setattr(house.search.engine, "writing", writing)
        for one in (house, other):
            monkeypatch.setattr(one.search.engine, "rebuild", noting(one))
        return made


def test_what_was_searched_for_adds_up(two: tuple[House, House], house: House) -> None:
    for one in two:
        for at in range(20):
            one.teller.asked(f"vraag {at % 10}", found=True, line=f"192.0.2.{at}", browser="Firefox")
    at_once(*(TallyWriter(one.teller, one.database).turn for one in two))
    rows = town.ask(house, "SELECT query, asked FROM search_tally ORDER BY query")
    assert [tuple(row) for row in rows] == [(f"vraag {at}", 4) for at in range(10)]


def test_two_that_are_started_at_once_on_a_new_database(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh(tmp_path / "new"), ExitStack() as stack:
        houses = [stack.enter_context(closing(opened(tmp_path / "new"))) for _ in range(2)]

        def begin(house: House) -> Callable[[], None]:
            return lambda: serving.prepare(house, samples=True, say=lambda _line: None)

        at_once(*map(begin, houses))
        house = houses[0]
        house.database.check()
        assert (town.count(house, "case"), town.count(house, "event")) == (15, 1)
        assert town.number(house, "SELECT count(*) - count(DISTINCT text) FROM note") == 0
        assert not (tmp_path / "new" / serving.SAMPLES_TO_COME).exists()
        house.search.sync()
        assert not house.search.check()
