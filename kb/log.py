"""The program's log: lines on standard error, for people to read or for what gathers logs, with nothing of anybody in them.

Our own messages are written so that they hold nobody's words. What else could bring them in is left out here: of an error
stand its kind and where it came from, not what it says, but for errors whose sentences are ours; and what a library says is
taken as it stands in its code, since it may fill in the address of a page, with what somebody searched for in it.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy.exc import StatementError

from kb.core import DataError, Refusal, SettingError

FORMATS: Final = ("text", "json")
FIELDS: Final = "fields"
"""Under this name a message brings what stands beside it in JSON: `extra={FIELDS: {…}}`."""
OURS: Final = "kb."
LONGEST_STATEMENT: Final = 500

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""What the request that is answered now is called in the log; empty beside requests."""


def set_up(kind: str) -> None:
    """Write what is logged to standard error from now on, in one of `FORMATS`.

    `text` has warnings and faults, a line each and below it where a fault came from. `json` has one object a line, and what
    is told besides: every request, and that the program starts.
    """
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, _Lines)]:
        root.removeHandler(handler)
    root.addHandler(_Lines(_object if kind == "json" else _line))
    logging.getLogger(OURS.rstrip(".")).setLevel(logging.INFO if kind == "json" else logging.WARNING)


def told(error: BaseException) -> str:
    """Return of what kind an error is and where it came from, after what led to it; its words only where they are ours."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause and cause not in chain:
        chain.insert(0, cause)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\nwhich led to\n".join(
        "".join(traceback.format_tb(one.__traceback__)) + _kind(one) for one in chain
    )


class _Lines(logging.Handler):
    """Writes to what is standard error at that moment. A record that can't be written is no fault of who logged it."""

    def __init__(self, line: Callable[[logging.LogRecord], str]) -> None:
        super().__init__()
        self._line = line

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self._line(record)
        except Exception as error:  # noqa: BLE001 - whatever a record brings along
            text = f"A line of the log of {record.name} could not be made: {type(error).__name__}"
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - this is where the log goes


def _line(record: logging.LogRecord) -> str:
    name = request_id.get()
    asked = f" (request {name})" if name else ""
    error = _error(record)
    stack = f"\n{told(error)}" if error else ""
    return f"{_moment(record)} {record.levelname} {record.name}: {_said(record)}{asked}{stack}"


def _object(record: logging.LogRecord) -> str:
    about: dict[str, Any] = {
        "time": _moment(record),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": _said(record),
        **getattr(record, FIELDS, {}),
    }
    if request_id.get():
        about["request"] = request_id.get()
    error = _error(record)
    if error:
        about["exception"] = told(error)
    return json.dumps(about)


def _said(record: logging.LogRecord) -> str:
    if record.name.startswith(OURS):
        return record.getMessage()
    if record.exc_info:  # a library that fills in its message by itself does so to say what it was busy with
        return f"{record.module}, line {record.lineno}"
    return str(record.msg)


def _error(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None


def _moment(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _kind(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, Refusal):
        return f"{kind}: {error.sentence}"
    if isinstance(error, DataError | SettingError):
        return f"{kind}: {error}"
    if isinstance(error, StatementError):
        code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None) or ""
        statement = " ".join((error.statement or "").split())[:LONGEST_STATEMENT]
        return f"{kind}: {code} {statement}"
    return kind
