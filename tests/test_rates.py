"""What must not be done too often is counted once for all processes, exactly, and without a trace of who did it."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path

import pytest

from kb import create_app, serving
from kb.core import now
from kb.house import House
from kb.rates import Rates
from tests import town
from tests.conftest import opened

ADDRESS = "203.0.113.5"
HOUR = 3600


@pytest.fixture
def rates(house: House) -> Rates:
    return house.rates


@pytest.fixture
def other(data: Path, house: House) -> Iterator[House]:
    """Another process at the same knowledge base."""
    with closing(opened(data)) as other:
        assert other.database is not house.database
        yield other


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    moment = now() + dt.timedelta(seconds=seconds)
    monkeypatch.setattr("kb.rates.now", lambda: moment)


def rows(house: House) -> int:
    return town.count(house, "rate_count")


def test_there_is_room_until_there_is_not(rates: Rates) -> None:
    assert [rates.acquire_entry("a", 3, HOUR) for _ in range(5)] == [True] * 3 + [False] * 2
    assert rates.acquire_entry("b", 3, HOUR)
    assert rates.get_moving_window("a", 3, HOUR)[1] == 3


def test_the_window_moves(rates: Rates, monkeypatch: pytest.MonkeyPatch) -> None:
    first = now().timestamp()
    assert rates.acquire_entry("a", 2, HOUR)
    later(monkeypatch, 600)
    assert rates.acquire_entry("a", 2, HOUR)
    assert not rates.acquire_entry("a", 2, HOUR)
    start, count = rates.get_moving_window("a", 2, HOUR)
    assert count == 2
    assert 0 <= start - first < 60
    later(monkeypatch, HOUR + 1)
    assert rates.get_moving_window("a", 2, HOUR)[0] > first + 599
    assert rates.acquire_entry("a", 2, HOUR)
    assert not rates.acquire_entry("a", 2, HOUR)


def test_two_processes_that_count_at_once_let_nobody_too_many_by(house: House, other: House) -> None:
    with ThreadPoolExecutor(8) as people:
        counters = islice(cycle((house.rates, other.rates)), 32)
        let_by = list(people.map(lambda rates: rates.acquire_entry("a", 10, HOUR), counters))
    assert let_by.count(True) == 10
    assert rows(house) == 10


def test_what_was_counted_is_known_after_a_restart(data: Path) -> None:
    for _process in range(3):
        with closing(opened(data)) as house:
            assert house.rates.acquire_entry("a", 3, HOUR)
    with closing(opened(data)) as house:
        assert not house.rates.acquire_entry("a", 3, HOUR)


def test_nothing_that_is_kept_says_who_it_was(house: House) -> None:
    house.rates.acquire_entry(ADDRESS, 3, HOUR)
    ((_number, key, ends_at),) = town.ask(house, "SELECT id, key, ends_at FROM rate_count")
    assert ADDRESS not in f"{key} {ends_at}"
    # Of four thousand million addresses a plain digest is soon found again; one with our secret is not.
    assert key not in {hashlib.new(name, ADDRESS.encode()).hexdigest() for name in ("sha256", "sha1", "md5")}
    with_another_secret = Rates(house.database, "x" * 64)
    assert with_another_secret.get_moving_window(ADDRESS, 3, HOUR)[1] == 0


def test_the_caretaker_throws_away_what_no_longer_counts(
    house: House, rates: Rates, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = serving.daily(house, create_app(house))
    rates.acquire_entry("a", 3, HOUR)
    rates.acquire_entry("b", 3, 60)
    for task in tasks:
        task()
    assert rows(house) == 2
    later(monkeypatch, 61)
    for task in tasks:
        task()
    assert rows(house) == 1
    assert rates.get_moving_window("a", 3, HOUR)[1] == 1


def test_who_is_refused_waits_for_no_writer_and_keeps_none_waiting(house: House, rates: Rates) -> None:
    rates.acquire_entry("a", 1, HOUR)
    refused = threading.Thread(target=rates.acquire_entry, args=("a", 1, HOUR))
    with house.database.transaction():
        refused.start()
        refused.join(3)
        assert not refused.is_alive()


def test_nobody_is_told(house: House, rates: Rates) -> None:
    told: list[int] = []
    house.database.listeners.append(lambda: told.append(1))
    rates.acquire_entry("a", 1, HOUR)
    rates.forget_over()
    assert told == []
