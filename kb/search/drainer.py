"""The thread that keeps the index up to date while the pages are served.

It is woken when somebody saves something; another process, such as an import that was killed before it indexed, leaves
rows in the outbox too. A save never waits for it and never fails because of it.
"""

from __future__ import annotations

import logging
import time

from kb.search.services import Search
from kb.worker import Worker

EVERY_S = 5.0
QUIET_S = 2.0
"""How long nobody must have saved anything before the index is put in order: who saves then would wait for that."""

log = logging.getLogger(__name__)


class Drainer(Worker):
    """Brings the index up to date, turn by turn."""

    name = "search-drainer"

    def __init__(self, search: Search, every: float = EVERY_S) -> None:
        super().__init__(every)
        self._search = search
        self._quiet_from = 0.0

    def turn(self) -> None:
        """Bring the index up to date; when there has been nothing to do for a while, put it in order."""
        if self._search.sync():
            self._quiet_from = time.monotonic() + QUIET_S
        elif time.monotonic() >= self._quiet_from:
            self._search.tidy()

    def tell(self, error: Exception) -> None:
        """Log the fault."""
        log.error("The search index could not be brought up to date; trying again later", exc_info=error)
