"""The thread that sends mail while the pages are served.

It waits until somebody saves something (`wake`) or a while has passed: another process may have queued mail too, and
mail that was put off becomes due. Whatever goes wrong is logged and tried again at the next turn. The log holds no
address and no text: of a fault it tells where it was, not what it was about.
"""

from __future__ import annotations

import logging
import threading
import traceback

from kb.core import KbError
from kb.mail.sender import Mailer

EVERY_S = 30.0
STOP_S = 5.0
"""How long stopping waits for the mail under way. One that is cut off may be sent once more at the next start."""

log = logging.getLogger(__name__)


class Postman:
    """Runs `mailer.send_due()` in a thread of its own between `start` and `stop`."""

    def __init__(self, mailer: Mailer, every: float = EVERY_S) -> None:
        self._mailer = mailer
        self._every = every
        self._awake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="postman", daemon=True)

    def start(self) -> None:
        """Begin; the first look at the outbox comes at once."""
        self._awake.set()
        self._thread.start()

    def wake(self) -> None:
        """Look at the outbox now."""
        self._awake.set()

    def stop(self) -> None:
        """End after the mail that is under way, or without it when that takes too long."""
        self._stopping.set()
        self._awake.set()
        self._thread.join(STOP_S)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._awake.wait(self._every)
            self._awake.clear()
            try:
                self._mailer.send_due(self._stopping.is_set)
            except Exception as error:  # noqa: BLE001 - the thread must outlive any fault
                log.error("Mail could not be sent; trying again later. %s", _told(error))  # noqa: TRY400 - the error's own words may hold an address
                self._stopping.wait(self._every)


def _told(error: Exception) -> str:
    """Return what may be told of an error: our own sentence, else its kind and where it came from."""
    if isinstance(error, KbError):
        return str(error)
    return f"{type(error).__name__} at\n" + "".join(traceback.format_tb(error.__traceback__))
