"""The thread that sends mail while the pages are served.

It is woken when somebody saves something; another process may have queued mail too, and mail that was put off becomes due.
The log holds no address and no text: of a fault it tells where it was, not what it was about.
"""

from __future__ import annotations

import logging
import traceback

from kb.core import KbError
from kb.mail.sender import Mailer
from kb.worker import Worker

EVERY_S = 30.0

log = logging.getLogger(__name__)


class Postman(Worker):
    """Sends what is due, turn by turn. A mail under way when it is stopped may be sent once more at the next start."""

    name = "postman"

    def __init__(self, mailer: Mailer, every: float = EVERY_S) -> None:
        super().__init__(every)
        self._mailer = mailer

    def turn(self) -> None:
        """Send what is due."""
        self._mailer.send_due(self.is_stopping)

    def tell(self, error: Exception) -> None:
        """Log the fault without the error's own words, which may hold an address."""
        log.error("Mail could not be sent; trying again later. %s", _told(error))


def _told(error: Exception) -> str:
    """Return what may be told of an error: our own sentence, else its kind and where it came from."""
    if isinstance(error, KbError):
        return str(error)
    return f"{type(error).__name__} at\n" + "".join(traceback.format_tb(error.__traceback__))
