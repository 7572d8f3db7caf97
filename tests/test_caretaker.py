"""Daily work is done at once and again, and one task that fails keeps no other from being done."""

from __future__ import annotations

import logging
import threading

import pytest

from kb.caretaker import Caretaker

PATIENCE_S = 10.0


def test_one_that_fails_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    done = threading.Semaphore(0)

    def fail() -> None:
        raise ZeroDivisionError

    caretaker = Caretaker([fail, done.release], every=0.01)
    with caplog.at_level(logging.ERROR):
        caretaker.start()
        assert all(done.acquire(timeout=PATIENCE_S) for _ in range(3))
        caretaker.stop()
    assert "ZeroDivisionError" in caplog.text


def test_it_stops_between_two_tasks() -> None:
    begun, go_on, after = threading.Event(), threading.Event(), []

    def slow() -> None:
        begun.set()
        go_on.wait(PATIENCE_S)

    caretaker = Caretaker([slow, lambda: after.append(1)], every=3600)
    caretaker.start()
    assert begun.wait(PATIENCE_S)
    stopper = threading.Thread(target=caretaker.stop)
    stopper.start()
    while not caretaker.is_stopping():
        pass
    go_on.set()
    stopper.join()
    assert after == []
