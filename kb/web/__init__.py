"""The only Flask helpers: the parts of the house in a request, headers, language, errors to pages, assets."""

from __future__ import annotations

from typing import TypeVar, cast

from flask import current_app, g
from sqlalchemy.orm import Session

from kb.db import Database

Part = TypeVar("Part")


def part(kind: type[Part]) -> Part:
    """Return the application's one object of a type (`Settings`, `Database`, `Search`), as `create_app` put it there."""
    return cast("Part", current_app.extensions[f"kb:{kind.__name__}"])


def session() -> Session:
    """Return this request's session for reading; it is closed when the request ends."""
    if "session" not in g:
        g.reading = part(Database).reading()
        g.session = g.reading.__enter__()
    return cast("Session", g.session)


def close_session(_error: BaseException | None = None) -> None:
    """Close this request's session, if it has one."""
    if "reading" in g:
        g.pop("reading").__exit__(None, None, None)
        g.pop("session")
