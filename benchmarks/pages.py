"""What a page costs of the processor in the application, without a server or a network, beside a plain page of the same kind."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import BytesIO
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from benchmarks.generate import cases
from benchmarks.stages import opened
from kb import create_app

READERS = cycle(f"10.0.{number // 256}.{number % 256}" for number in range(10_000))
"""The addresses from which pages are asked for, in turns: so none asks more often than one reader may."""
ROWS = 20
"""How many cases a plain page shows, as the case list does."""
PAGE = """<!doctype html><title>Cases</title><ol>{% for it in cases %}<li><a href="/cases/{{ it.id }}">{{ it.title }}</a>
<p>{{ it.summary }}</p>{{ it.place }}</li>{% endfor %}</ol>"""


class Base(DeclarativeBase):
    """The plain page's own."""


class Row(Base):
    """A case on the plain page."""

    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    summary: Mapped[str]
    place: Mapped[str]


def plain_page(seconds: float) -> float:
    """Return the seconds of processor that a plain page takes: twenty rows, by the ORM, in a template."""
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/plain.sqlite3")
        Base.metadata.create_all(engine)
        with Session(engine) as session, session.begin():
            for case in cases(10 * ROWS):
                session.add(Row(title=case["title"], summary=case["summary"], place=case["place"]))
        app = Flask(__name__)
        app.jinja_loader = DictLoader({"page": PAGE})

        @app.get("/")
        def show() -> str:
            with Session(engine) as session:
                some = session.scalars(select(Row).order_by(Row.id.desc()).limit(ROWS)).all()
                return render_template("page", cases=some)

        cost = processor_each(app, ["/"], seconds)
        engine.dispose()
    return cost


def page_costs(data: Path, paths: dict[str, list[str]], seconds: float) -> dict[str, float]:
    """Return the seconds of processor that each kind of page takes of the application, and a plain page in the same process."""
    with opened(data, limits=True) as house:
        app = create_app(house)
        made = {"HTTP_COOKIE": "session=of-nobody"}  # who has one gets nothing that is kept
        _, headers = answer(app, paths["case list"][0])
        known = {"HTTP_IF_NONE_MATCH": headers["ETag"]}
        return {
            "a plain page": plain_page(seconds),
            "case list, kept": processor_each(app, paths["case list"], seconds),
            "case list, not changed (304)": processor_each(app, paths["case list"][:1], seconds, known),
            "case, kept": processor_each(app, paths["case"], seconds),
            "case list, made": processor_each(app, paths["case list"], seconds, made),
            "case, made": processor_each(app, paths["case"], seconds, made),
        }


def processor_each(
    app: Any, paths: Sequence[str], seconds: float, more: dict[str, str] | None = None
) -> float:
    """Return the seconds of processor that an answer takes, once each path was asked."""
    for path in paths:
        answer(app, path, more)
    asked, end, began = 0, perf_counter() + seconds, process_time()
    while not asked or perf_counter() < end:
        answer(app, paths[asked % len(paths)], more)
        asked += 1
    return (process_time() - began) / asked


def answer(app: Any, path: str, more: dict[str, str] | None = None) -> tuple[str, dict[str, str]]:
    """Ask a WSGI application for a page as a server does; return the status and the headers."""
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": next(READERS),
        "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_ACCEPT_LANGUAGE": "nl", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": True,
        "wsgi.run_once": False, **(more or {}),
    }  # fmt: skip
    got: list[Any] = []
    body = app(environ, lambda status, headers, _error=None: got.extend((status, dict(headers))))
    for _ in body:
        pass
    if hasattr(body, "close"):
        body.close()
    if got[0][:3] not in {"200", "304"}:
        raise RuntimeError(f"{path} answered {got[0]}")
    return got[0], got[1]
