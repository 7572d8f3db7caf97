"""Ground floor: the errors that people get to see, and the clock.

Every error a user can cause is a `KbError` with one clear sentence. The command line prints that sentence and exits
with 1; the web turns it into a page with the error's status. Anything else that is raised is a fault of ours.
"""

from __future__ import annotations

from datetime import UTC, datetime


class KbError(Exception):
    """Something went wrong in a way that the person at the screen can understand.

    `str(error)` is one line for people; `status` is the HTTP status a page answers with.
    """

    status = 400


class SettingError(KbError):
    """A setting has a value that the program can't work with."""

    status = 500


class DataError(KbError):
    """The data folder, the database or the index is not in a state to work with."""

    status = 503


class Collision(DataError):  # noqa: N818 - it says what happened
    """The database undid a change because of another one at the same moment; the same again will most likely go well."""


class Refusal(KbError):  # noqa: N818 - it reads as what happened
    """What was asked can't be done, and the person at the screen can read why.

    `sentence` is English with named places (`%(name)s`) that `values` fill. `str(error)` is the whole sentence; the web
    has it translated, and `make translations` finds it because it stands where the error is raised.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values


class QueryError(Refusal):
    """A search asks for something that does not exist; nothing was searched."""


class Forbidden(Refusal):
    """Who acts may not do this, and may know that it exists."""

    status = 403


class Conflict(Refusal):
    """Somebody else changed the same thing meanwhile; nothing was saved."""

    status = 409


class NotFound(KbError):  # noqa: N818 - it reads as what happened, as werkzeug's own does
    """What was asked for does not exist, or not for this reader. The two are never told apart."""

    status = 404


def now() -> datetime:
    """Return the present moment, in UTC with its zone."""
    return datetime.now(UTC)
