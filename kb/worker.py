"""Threads that do what has to be done beside answering: they look when woken and every so often, and outlive any fault."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod

STOP_S = 5.0
"""How long stopping waits for the turn under way. One that is cut off is done again at the next start."""


class Worker(ABC):
    """Takes a turn whenever it is woken, and after every `every` seconds, between `start` and `stop`.

    Waking matters because other processes leave work too, which nobody here is told of; so does looking by itself.
    """

    name = "worker"

    def __init__(self, every: float) -> None:
        self._every = every
        self._awake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    def start(self) -> None:
        """Begin; the first turn comes at once."""
        self._awake.set()
        self._thread.start()

    def wake(self) -> None:
        """Take a turn now."""
        self._awake.set()

    def stop(self) -> None:
        """End after the turn that is under way, or without it when that takes too long."""
        self._stopping.set()
        self._awake.set()
        self._thread.join(STOP_S)

    def is_stopping(self) -> bool:
        """Tell whether the turn under way should come to an end."""
        return self._stopping.is_set()

    @abstractmethod
    def turn(self) -> None:
        """Do what there is to do."""

    @abstractmethod
    def tell(self, error: Exception) -> None:
        """Log that a turn went wrong; it is called while the error is handled."""

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._awake.wait(self._every)
            self._awake.clear()
            try:
                self.turn()
            except Exception as error:  # noqa: BLE001 - the thread must outlive any fault
                self.tell(error)
                self._stopping.wait(self._every)
