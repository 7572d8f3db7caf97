"""The thread that does the daily work while the pages are served: reminders, and throwing away what has expired.

Each task decides itself, in the transaction in which it is done, whether there is something to do. So it may be done at any
time, twice, or by all processes at once (docs/decisions/0010-postgresql.md).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from kb.worker import Worker

EVERY_S = 3600.0

log = logging.getLogger(__name__)


class Caretaker(Worker):
    """Does each task in turn; one that fails does not keep the others from being done."""

    name = "caretaker"

    def __init__(self, tasks: Sequence[Callable[[], object]], every: float = EVERY_S) -> None:
        super().__init__(every)
        self._tasks = tasks

    def turn(self) -> None:
        """Do all tasks."""
        for task in self._tasks:
            if self.is_stopping():
                return
            try:
                task()
            except Exception as error:  # noqa: BLE001 - the other tasks go on
                self.tell(error)

    def tell(self, error: Exception) -> None:
        """Log the fault."""
        log.error("Daily work could not be done; trying again later", exc_info=error)
