"""The index in PostgreSQL: part of the transactions that change it, made anew aside, and the same for every process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from kb import create_app
from kb.cases.models import Case, CaseStatus
from kb.core import DataError
from kb.db import Database
from kb.house import House
from kb.search import outbox, postgres_engine, postgres_segments, postgres_tables, postgres_writer
from kb.search.documents import Document, Query, Text
from kb.search.engine import Request, Term
from kb.search.postgres_engine import PostgresEngine
from kb.search.services import Search
from tests import town
from tests.conftest import MakeCase, opened
from tests.databases import Databases
from tests.search.shelf import (
    LANGUAGES,
    VOCABULARY,
    answer,
    assert_same,
    chance,
    document,
    empty_database,
    keys,
    random_document,
    random_request,
    rebuild,
    terms,
    update,
)

pytestmark = pytest.mark.postgres

ALL = Request("lesson", limit=1000)


@pytest.fixture
def database(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("index") / "data"
    with empty_database(databases, folder) as database:
        yield database


@pytest.fixture
def engine(database: Database) -> PostgresEngine:
    engine = PostgresEngine(database)
    rebuild(engine)
    return engine


def found(house: House, q: str) -> list[str]:
    with house.database.reading() as session:
        return [hit.key for hit in house.search.find(session, Query(q=q, kind="case")).hits]


def generations(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE tablename LIKE 'search_words%' ORDER BY 1")
        )
        return list(rows.scalars())


class TestJoining:
    """What is saved is found: no moment in between, and not without the other."""

    def test_a_case_is_found_as_soon_as_it_is_saved(self, house: House, make_case: MakeCase) -> None:
        make_case(slug="boom", title="Kastanje", index=False)
        assert found(house, "kastanje") == ["boom"]
        assert town.count(house, "search_outbox") == 0
        assert not house.search.check()

    def test_another_process_finds_it_at_once(self, house: House, make_case: MakeCase) -> None:
        with closing(opened(house.settings.data)) as other:
            assert found(other, "kastanje") == []
            make_case(slug="boom", title="Kastanje", index=False)
            assert found(other, "kastanje") == ["boom"]
            with other.database.transaction() as session:
                session.query(Case).one().status = CaseStatus.WITHDRAWN
                outbox.record(session, [("case", "boom")])
            assert found(house, "kastanje") == []

    @pytest.mark.parametrize("by_a_rebuild", [False, True])
    def test_a_page_that_was_kept_before_it_changed_is_made_anew(
        self, house: House, make_case: MakeCase, monkeypatch: pytest.MonkeyPatch, *, by_a_rebuild: bool
    ) -> None:
        client = create_app(house).test_client()
        with closing(opened(house.settings.data)) as other:
            monkeypatch.setattr(other.database, "joiners", [])
            make_case(slug="linde", title="Linde")
            with other.database.transaction() as session:
                session.query(Case).one().title = "Kastanje"
                outbox.record(session, [("case", "linde")])
            for _ in range(3):
                assert "Kastanje</mark>" not in client.get("/cases/?q=kastanje").text
            if by_a_rebuild:
                other.search.rebuild()
            else:
                other.search.sync()
        assert "Kastanje</mark>" in client.get("/cases/?q=kastanje").text

    def test_what_is_not_saved_is_not_found(self, house: House, make_case: MakeCase) -> None:
        make_case(slug="boom", title="Kastanje", index=False)
        with pytest.raises(KeyError), house.database.transaction() as session:  # noqa: PT012 - the block is the subject
            session.query(Case).one().title = "Linde"
            outbox.record(session, [("case", "boom")])
            raise KeyError
        assert found(house, "linde") == []
        assert found(house, "kastanje") == ["boom"]

    def test_a_fault_in_the_index_loses_nothing_and_is_mended(
        self,
        house: House,
        make_case: MakeCase,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def fail(*_given: object) -> None:
            raise ZeroDivisionError

        with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
            patch.setattr(postgres_writer.Writer, "finish", fail)
            make_case(slug="boom", title="Kastanje", index=False)
        assert "could not be written into the search index" in caplog.text
        assert town.count(house, "case") == 1
        assert found(house, "kastanje") == []
        assert house.search.sync() == 2
        assert found(house, "kastanje") == ["boom"]
        assert not house.search.check()

    def test_a_fault_of_the_database_in_it_does_not_undo_what_is_saved(
        self, house: House, make_case: MakeCase, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(postgres_tables, "vector", lambda _entry: "'unclosed")
        make_case(slug="boom", title="Kastanje", index=False)
        monkeypatch.undo()
        assert town.count(house, "case") == 1
        house.search.sync()
        assert found(house, "kastanje") == ["boom"]

    def test_what_is_saved_while_the_index_is_made_anew_is_in_the_new_one_too(
        self, house: House, make_case: MakeCase, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_case(slug="oud", title="Kastanje", index=False)
        real = Search._entries
        saved = threading.Event()

        def slow(search: Search, *given: object) -> object:
            entries = list(real(search, *given))  # type: ignore[arg-type]  # passed on as they came
            if not saved.is_set():
                saved.set()
                make_case(slug="nieuw", title="Kastanje", index=False)
                assert sorted(found(house, "kastanje")) == ["nieuw", "oud"]
            return iter(entries)

        monkeypatch.setattr(Search, "_entries", slow)
        house.search.rebuild()
        assert town.count(house, "search_outbox") > 0
        house.search.sync()
        assert sorted(found(house, "kastanje")) == ["nieuw", "oud"]
        assert town.count(house, "search_outbox") == 0
        assert not house.search.check()


class TestNoIndex:
    def test_it_says_so_and_a_rebuild_mends_it(
        self, house: House, make_case: MakeCase, caplog: pytest.LogCaptureFixture
    ) -> None:
        make_case(slug="boom", title="Kastanje", index=False)
        with house.database.transaction() as session:
            session.execute(text("DROP TABLE search_index"))
        client = create_app(house).test_client()
        assert (client.get("/readyz").status_code, client.get("/search?q=boom").status_code) == (503, 503)
        with pytest.raises(DataError, match="There is no search index that this program can read"):
            house.search.sync()
        assert house.search.engine.bytes_on_disk() == 0
        make_case(slug="linde", title="Linde", index=False)  # saving goes on
        assert "could not be written" not in caplog.text
        house.search.make_ready()
        assert found(house, "linde") == ["linde"]
        assert client.get("/readyz").status_code == 200

    def test_one_of_another_format_is_made_anew(self, house: House, make_case: MakeCase) -> None:
        make_case(slug="boom", title="Kastanje", index=False)
        with house.database.transaction() as session:
            session.execute(text("UPDATE search_index SET format = '0'"))
        with pytest.raises(DataError, match="There is no search index"):
            house.search.engine.ready()
        house.search.make_ready()
        assert found(house, "kastanje") == ["boom"]


class TestGenerations:
    def test_the_one_before_is_kept_and_older_ones_go(
        self, database: Database, engine: PostgresEngine
    ) -> None:
        first = generations(database)
        rebuild(engine, [document("1", "appel")])
        second = generations(database)
        assert len(first) == 1
        assert len(second) == 2
        rebuild(engine, [document("2", "appel")])
        assert len(generations(database)) == 2
        assert not set(first) & set(generations(database))
        assert keys(engine.search(ALL)) == ["2"]

    def test_the_one_before_goes_too_once_nobody_reads_it(
        self, database: Database, engine: PostgresEngine
    ) -> None:
        rebuild(engine, [document("1", "appel")])
        assert not engine.untidy()
        with database.transaction() as session:
            session.execute(text("UPDATE search_index SET made = made - interval '2 minutes'"))
        assert engine.untidy()
        engine.tidy()
        assert not engine.untidy()
        assert len(generations(database)) == 1
        assert keys(engine.search(ALL)) == ["1"]

    def test_a_failed_rebuild_leaves_all_as_it_was(self, database: Database, engine: PostgresEngine) -> None:
        update(engine, [document("1", "appel")])
        before = generations(database)

        def stop() -> Iterator[object]:
            yield document("2")
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rebuild(engine, stop())  # type: ignore[arg-type]  # it stops before anybody looks
        assert generations(database) == before
        assert keys(engine.search(ALL)) == ["1"]

    def test_who_reads_the_old_one_goes_over_to_the_new(
        self, database: Database, engine: PostgresEngine
    ) -> None:
        other = PostgresEngine(database)
        for number in range(4):
            assert len(keys(other.search(ALL))) == (number > 0)
            rebuild(engine, [document(str(number), "appel")])
            assert keys(other.search(ALL)) == [str(number)]

    def test_only_one_makes_it_anew(
        self, database: Database, engine: PostgresEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(postgres_engine, "LOCK_TIMEOUT", "10ms")
        other = PostgresEngine(database)
        busy = pytest.raises(DataError, match="Another process has been writing the search index")
        with engine.writing(), busy, other.writing():
            pass
        with other.writing():
            pass


class TestTakenOut:
    """What no document has any more is nowhere in the index."""

    def everything(self, database: Database) -> str:
        with database.engine.connect() as connection:
            tables = connection.execute(
                text("SELECT tablename FROM pg_tables WHERE tablename LIKE 'search%'")
            ).scalars()
            return str([connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in tables])  # noqa: S608 - names of tables

    def test_a_word_a_compound_and_a_value_go_with_the_last_document(
        self, database: Database, engine: PostgresEngine
    ) -> None:
        dutch = replace(
            document("1", municipality=("Zonderland",), tag=("samen",)),
            texts=(Text("nl", "Zonderlandbuurt", "Over Zonderlandplein en bewonersparticipatie."),),
        )
        other = replace(document("2", tag=("samen",)), texts=(Text("nl", "", "Bewonersparticipatie."),))
        update(engine, [dutch, other])
        assert "onderland" in self.everything(database)
        update(engine, [replace(dutch, facets={"tag": ("samen",)}, texts=(Text("nl", "", "Niets."),))])
        everything = self.everything(database)
        assert "onderland" not in everything
        assert "bewonersparticipatie" in everything
        assert "bewonersparticipatie" in PostgresEngine(database).vocabulary().spellings("nl")
        found = engine.search(ALL)
        assert (found.facets["municipality"], found.facets["tag"]) == ({}, {"samen": 2})
        update(engine, [], [("lesson", "1"), ("lesson", "2")])
        assert "participatie" not in self.everything(database)

    def test_it_goes_after_a_rebuild_as_well(self, database: Database, engine: PostgresEngine) -> None:
        rebuild(engine, [document("1", "zonderland", tag=("weg",)), document("2", "appel", tag=("blijft",))])
        update(engine, [], [("lesson", "1")])
        everything = self.everything(database)
        assert "zonderland" not in everything
        assert "weg" not in everything
        assert "blijft" in everything


class TestTails:
    """What came since a process read all: the same answers, whatever it holds."""

    @pytest.mark.parametrize("seed", range(3))
    def test_many_changes_are_as_if_just_made(
        self, database: Database, engine: PostgresEngine, seed: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(postgres_engine, "TAILS", 3)
        monkeypatch.setattr(postgres_segments, "CHUNK", 4)
        rng = chance(seed)
        shelf: dict[str, Document] = {}
        most = 0
        for turn in range(12):
            if turn == 4:
                rebuild(engine, list(shelf.values()))
            changed = {str(number): random_document(rng, str(number)) for number in rng.sample(range(40), 5)}
            changed = {key: replace(it, kind="lesson") for key, it in changed.items()}
            gone = rng.sample([key for key in shelf if key not in changed], min(2, len(shelf) // 4))
            update(engine, changed.values(), [("lesson", key) for key in gone])
            shelf = {key: it for key, it in {**shelf, **changed}.items() if key not in gone}
            for _ in range(4):
                request = random_request(rng)
                assert_same(engine.search(request), answer(list(shelf.values()), request))
            assert engine._held is not None
            most = max(most, len(engine._held.tails))
        assert most == 3
        fresh = PostgresEngine(database)
        words = replace(ALL, terms=terms(*VOCABULARY), letters=tuple(VOCABULARY))
        found = fresh.search(words)
        assert engine.search(words) == found
        rebuild(engine, list(shelf.values()))
        assert_same(PostgresEngine(database).search(words), found)

    def test_tidying_reads_all_as_one(self, engine: PostgresEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(postgres_engine, "MOST_IN_TAILS", 3)
        for number in range(5):
            update(engine, [document(str(number), "appel")])
            engine.search(ALL)
        assert engine.untidy()
        engine.tidy()
        assert not engine.untidy()
        assert engine._held is not None
        assert engine._held.tails == ()
        assert len(keys(engine.search(ALL))) == 5

    def test_common_words_are_read_before_anybody_asks(
        self, engine: PostgresEngine, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shelf = [document(str(number), "appel" if number else "appel peer") for number in range(4)]
        rebuild(engine, shelf)
        monkeypatch.setattr(postgres_segments, "COMMON", 3)
        fresh = PostgresEngine(database)
        fresh.ready()
        assert fresh.untidy()
        fresh.tidy()
        assert not fresh.untidy()
        asked: list[str] = []
        assert fresh._held is not None
        base = fresh._held.base
        real = base._ask

        def ask(sql: str, *given: object) -> list[Any]:
            asked.append(sql)
            return real(sql, *given)

        monkeypatch.setattr(base, "_ask", ask)
        assert fresh.search(replace(ALL, terms=terms("appel"))).total == 4
        assert asked == []
        assert fresh.search(replace(ALL, terms=terms("peer"))).total == 1
        assert asked != []

    def test_no_more_of_them_than_there_is_room_for(
        self, engine: PostgresEngine, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        words = [f"woord{number}" for number in range(30)]
        shelf = [document(str(number), " ".join(words)) for number in range(4)]
        rebuild(engine, shelf)
        monkeypatch.setattr(postgres_segments, "COMMON", 3)
        monkeypatch.setattr(postgres_segments, "LEAST_ROOM", 10 * postgres_segments.HOLDING_BYTES)
        fresh = PostgresEngine(database)
        fresh.tidy()
        assert not fresh.untidy()
        assert fresh._held is not None
        assert 0 < fresh._held.base._held.bytes <= 10 * postgres_segments.HOLDING_BYTES
        for word in words:
            request = replace(ALL, terms=terms(word))
            assert_same(fresh.search(request), answer(shelf, request))


def test_odd_words_are_written_and_found(engine: PostgresEngine) -> None:
    odd = ["o'neil", "back\\slash", "x" * 3000, "a:b", "*", "&", "nul\0nul", "50%", "één", "🌳"]
    update(engine, [document(str(at), word) for at, word in enumerate(odd)])
    stems = {at: engine_stems(word) for at, word in enumerate(odd)}
    for at, some in stems.items():
        for stem in some:
            assert str(at) in keys(engine.search(Request("lesson", (Term("xx", stem),), limit=100)))


def engine_stems(word: str) -> list[str]:
    return [stem for stems in LANGUAGES.entry(document("x", word)).words.values() for stem in stems]
