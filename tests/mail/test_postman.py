import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import pytest

from kb import worker
from kb.core import DataError
from kb.mail.postman import Postman
from kb.mail.sender import Mailer
from kb.mail_url import MailServer
from tests.mail.office import Desk, Office

NEVER = 3600.0
PATIENCE_S = 10.0
"""How long a test waits for what must come, on the slowest machine."""


class Rounds:
    """A mailer that only counts how often it was sent out."""

    def __init__(self, act: Callable[[], object] = lambda: None) -> None:
        self._act = act
        self._made = threading.Semaphore(0)
        self.count = 0

    def send_due(self, stopping: Callable[[], bool]) -> None:
        assert callable(stopping)
        self.count += 1
        try:
            self._act()
        finally:
            self._made.release()

    def wait(self, times: int = 1) -> bool:
        """Wait until it was sent out so many times more."""
        return all(self._made.acquire(timeout=PATIENCE_S) for _ in range(times))


@contextmanager
def running(mailer: Mailer | Rounds, every: float) -> Iterator[Postman]:
    postman = Postman(cast("Mailer", mailer), every)
    postman.start()
    try:
        yield postman
    finally:
        postman.stop()


def test_what_is_saved_is_sent_at_once_and_then_it_rests(
    desk: Desk, office: Office, server: MailServer
) -> None:
    with running(desk.mailer(server), NEVER) as postman:
        desk.database.listeners.append(postman.wake)
        for number in range(1, 4):
            desk.queue(to=f"{number}@example.org")
            end = time.monotonic() + PATIENCE_S
            while (len(office.received) < number or desk.rows()) and time.monotonic() < end:
                time.sleep(0.005)
    assert office.readers == ["1@example.org", "2@example.org", "3@example.org"]
    assert desk.rows() == []
    assert not postman._thread.is_alive()


def test_its_own_saving_does_not_keep_it_awake(desk: Desk, server: MailServer) -> None:
    rounds = Rounds(desk.mailer(server).send_due)
    with running(rounds, NEVER) as postman:
        assert rounds.wait()
        desk.database.listeners.append(postman.wake)
        desk.queue()
        while rounds._made.acquire(timeout=0.2):
            assert rounds.count < 10
    assert desk.rows() == []


def test_it_looks_at_once_and_when_it_is_woken() -> None:
    rounds = Rounds()
    with running(rounds, NEVER) as postman:
        assert rounds.wait()
        assert not rounds._made.acquire(timeout=0.1)
        postman.wake()
        assert rounds.wait()


def test_it_looks_by_itself_after_a_while() -> None:
    rounds = Rounds()
    with running(rounds, 0.001):
        assert rounds.wait(5)


def test_trust_59_it_survives_a_fault_and_tells_where_but_not_about_whom(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail() -> None:
        address = "jan@" + "example.org"
        raise ZeroDivisionError(address)

    rounds = Rounds(fail)
    with caplog.at_level(logging.ERROR, "kb.mail.postman"), running(rounds, 0.001):
        assert rounds.wait(3)
    assert len(caplog.records) >= 2
    assert "could not be sent" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "in fail" in caplog.text
    assert "jan@example.org" not in caplog.text


def test_a_busy_database_is_told_in_our_own_words(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise DataError("The database can't be used: database is locked.")

    rounds = Rounds(fail)
    with running(rounds, NEVER):
        assert rounds.wait()
    (record,) = caplog.records
    assert record.getMessage().endswith("trying again later. The database can't be used: database is locked.")


def test_a_fault_does_not_make_it_run_without_a_pause() -> None:
    rounds = Rounds(lambda: 1 / 0)
    with running(rounds, NEVER) as postman:
        assert rounds.wait()
        postman.wake()
        assert not rounds._made.acquire(timeout=0.1)


def test_stopping_waits_for_the_mail_under_way_and_leaves_the_rest(
    desk: Desk, office: Office, server: MailServer
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def take() -> None:
        begun.set()
        go_on.wait(PATIENCE_S)

    office.taking = take
    desk.queue()
    desk.queue(to="els@example.org")
    postman = Postman(desk.mailer(server), NEVER)
    postman.start()
    assert begun.wait(PATIENCE_S)
    stopping = threading.Thread(target=postman.stop, daemon=True)
    stopping.start()
    assert postman._stopping.wait(PATIENCE_S)
    go_on.set()
    stopping.join(PATIENCE_S)
    assert not postman._thread.is_alive()
    assert office.readers == ["jan@example.org"]
    assert [letter.to_address for letter in desk.waiting] == ["els@example.org"]


def test_stopping_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    rounds = Rounds(lambda: go_on.wait(PATIENCE_S))
    monkeypatch.setattr(worker, "STOP_S", 0.05)
    with running(rounds, NEVER) as postman:
        pass
    assert postman._thread.is_alive()
    go_on.set()
    postman._thread.join(PATIENCE_S)
    assert not postman._thread.is_alive()
    assert rounds.count == 1
