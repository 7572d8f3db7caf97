import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import pytest

from kb import worker
from kb.house import House
from kb.search import drainer as drainer_module
from kb.search.documents import Query
from kb.search.drainer import Drainer
from kb.search.services import Search
from tests.conftest import MakeCase

NEVER = 3600.0
PATIENCE_S = 10.0
"""How long a test waits for what must come, on the slowest machine."""


class Turns:
    """A search that only counts how often it was told to sync."""

    def __init__(self, sync: Callable[[], object] = lambda: None) -> None:
        self._sync = sync
        self._turned = threading.Semaphore(0)
        self.count = 0

    def sync(self) -> None:
        self.count += 1
        try:
            self._sync()
        finally:
            self._turned.release()

    def tidy(self) -> None:
        """Do nothing: it is always tidy."""

    def wait(self, times: int = 1) -> bool:
        """Wait until it was told so many times more."""
        return all(self._turned.acquire(timeout=PATIENCE_S) for _ in range(times))


@contextmanager
def running(search: Search | Turns, every: float) -> Iterator[Drainer]:
    drainer = Drainer(cast("Search", search), every)
    drainer.start()
    try:
        yield drainer
    finally:
        drainer.stop()


def fail() -> None:
    raise ZeroDivisionError


def test_it_looks_at_once_and_then_when_it_is_woken() -> None:
    turns = Turns()
    with running(turns, NEVER) as drainer:
        for _ in range(3):
            assert turns.wait()
            drainer.wake()
        assert turns.wait()


def test_it_does_not_look_without_reason() -> None:
    turns = Turns()
    with running(turns, NEVER):
        assert turns.wait()
        assert not turns._turned.acquire(timeout=0.1)


def test_the_index_is_put_in_order_when_nobody_has_saved_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who saves meanwhile would wait for it before what he saved is found."""
    done, saved, now = list[str](), [1, 0, 0, 1, 0], 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)

    class Saved:
        def sync(self) -> int:
            done.append("sync")
            return saved.pop(0)

        def tidy(self) -> None:
            done.append("tidy")

    drainer = Drainer(cast("Search", Saved()))
    drainer.turn()
    drainer.turn()
    assert done == ["sync", "sync"]
    now += drainer_module.QUIET_S
    drainer.turn()
    assert done == ["sync", "sync", "sync", "tidy"]
    drainer.turn()
    drainer.turn()
    assert done[4:] == ["sync", "sync"]


def test_it_looks_by_itself_after_a_while() -> None:
    turns = Turns()
    with running(turns, 0.001):
        assert turns.wait(5)


def test_a_wake_during_a_turn_gives_another_turn() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        begun.set()
        go_on.wait(PATIENCE_S)

    turns = Turns(slowly)
    with running(turns, NEVER) as drainer:
        assert begun.wait(PATIENCE_S)
        drainer.wake()
        go_on.set()
        assert turns.wait(2)


def test_it_survives_a_fault_and_tries_again(caplog: pytest.LogCaptureFixture) -> None:
    turns = Turns(fail)
    with caplog.at_level(logging.ERROR, "kb.search.drainer"), running(turns, 0.001):
        assert turns.wait(3)
    assert len(caplog.records) >= 2
    assert all("could not be brought up to date" in record.message for record in caplog.records)
    assert all(record.exc_info for record in caplog.records)


def test_a_fault_does_not_make_it_turn_without_a_pause() -> None:
    turns = Turns(fail)
    with running(turns, NEVER) as drainer:
        assert turns.wait()
        drainer.wake()
        assert not turns._turned.acquire(timeout=0.1)


@pytest.mark.parametrize("sync", [lambda: None, fail])
def test_stopping_ends_it_soon(sync: Callable[[], object]) -> None:
    turns = Turns(sync)
    drainer = Drainer(cast("Search", turns), NEVER)
    drainer.start()
    assert turns.wait()
    stopping = threading.Thread(target=drainer.stop, daemon=True)
    stopping.start()
    stopping.join(PATIENCE_S)
    assert not stopping.is_alive()
    assert not drainer._thread.is_alive()
    count = turns.count
    drainer.wake()
    assert turns.count == count


def test_stopping_waits_for_the_turn_under_way() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def slowly() -> None:
        begun.set()
        go_on.wait(PATIENCE_S)
        time.sleep(0.02)
        done.set()

    turns = Turns(slowly)
    with running(turns, NEVER):
        assert begun.wait(PATIENCE_S)
        go_on.set()
    assert done.is_set()


def test_stopping_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def endlessly() -> None:
        begun.set()
        go_on.wait(PATIENCE_S)

    monkeypatch.setattr(worker, "STOP_S", 0.05)
    turns = Turns(endlessly)
    with running(turns, NEVER) as drainer:
        assert begun.wait(PATIENCE_S)
    assert drainer._thread.is_alive()
    go_on.set()
    drainer._thread.join(PATIENCE_S)
    assert not drainer._thread.is_alive()
    assert turns.count == 1


@pytest.mark.whoosh
def test_what_is_saved_is_found_within_a_second(house: House, make_case: MakeCase) -> None:
    house.search.warm_up()
    indexed = threading.Event()

    class Telling(Search):
        def sync(self, progress: Callable[[int], None] | None = None) -> int:
            count = house.search.sync(progress)
            if count:
                indexed.set()
            return count

    took = []
    with running(Telling(house.database, house.search.engine, []), NEVER) as drainer:
        house.database.listeners.append(drainer.wake)
        for slug in ("wilg", "berk", "linde"):
            indexed.clear()
            began = time.perf_counter()
            make_case(slug=slug, title=f"Kastanje {slug}", index=False)
            assert indexed.wait(PATIENCE_S)
            with house.database.reading() as session:
                found = house.search.find(session, Query(q=slug, kind="case"))
            took.append(time.perf_counter() - began)
            assert [hit.key for hit in found.hits] == [slug]
    assert min(took) < 1
