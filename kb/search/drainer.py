"""The thread that keeps the index up to date while the pages are served.

It waits until somebody saves something (`wake`) or a while has passed: another process, such as an import that was
killed before it indexed, leaves rows in the outbox too. Whatever goes wrong is logged and tried again at the next turn;
a save never waits for it and never fails because of it.
"""

from __future__ import annotations

import logging
import threading

from kb.search.services import Search

EVERY_S = 5.0
STOP_S = 5.0
"""How long stopping waits for the turn under way. One that is cut off is done again at the next start."""

log = logging.getLogger(__name__)


class Drainer:
    """Runs `search.sync()` in a thread of its own between `start` and `stop`."""

    def __init__(self, search: Search, every: float = EVERY_S) -> None:
        self._search = search
        self._every = every
        self._awake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="search-drainer", daemon=True)

    def start(self) -> None:
        """Begin; the first look at the outbox comes at once."""
        self._awake.set()
        self._thread.start()

    def wake(self) -> None:
        """Look at the outbox now."""
        self._awake.set()

    def stop(self) -> None:
        """End after the turn that is under way, or without it when that takes too long."""
        self._stopping.set()
        self._awake.set()
        self._thread.join(STOP_S)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._awake.wait(self._every)
            self._awake.clear()
            try:
                self._search.sync()
            except Exception:
                log.exception("The search index could not be brought up to date; trying again later")
                self._stopping.wait(self._every)
