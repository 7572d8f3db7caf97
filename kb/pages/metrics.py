"""`/metrics`: what this process counted and timed since it started, in the OpenMetrics format, for a monitor.

Whoever has not the token of `KB_METRICS` gets the page that says there is nothing here. Figures are told apart by route,
method and the like, of which there are few; never by address, words or person. Each process has figures of its own.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Final

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CollectorRegistry, Counter, Histogram, Info, ProcessCollector
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from kb.config import Settings
from kb.core import DataError, now
from kb.house import House
from kb.mail import outbox as mail
from kb.search import outbox as changes
from kb.version import VERSION
from kb.web import part
from kb.web.access import Answered, Listener
from kb.web.kept import Kept

QUICK: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Up to how many seconds each bucket reaches: a kept page takes one thousandth, a writer waits five at most."""

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def show() -> Response:
    """Show the figures to who has the token."""
    metrics = current_app.extensions.get("kb:Metrics")
    given = request.authorization
    token = (given.token if given and given.type == "bearer" else "") or ""
    if metrics is None or not hmac.compare_digest(token.encode(), part(Settings).metrics.encode()):
        abort(404)
    return Response(
        metrics.text(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "private, no-store"}
    )


class Metrics:
    """The figures of one application, in a registry of its own."""

    def __init__(self, house: House) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "kb_requests",
            "Requests that were answered, by route, method and first digit of the status.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._request_seconds = self._histogram(
            "kb_request_seconds", "How long making the answer took.", "route", "method"
        )
        self._search_seconds = self._histogram(
            "kb_search_seconds", "How long searches took: find, suggest, and like what is read.", "kind"
        )
        self._pages = Counter(
            "kb_pages",
            "Pages that may be kept, by how they were come by: kept, made, or made for one who signed in (own).",
            ("how",),
            registry=self._registry,
        )
        self._transaction_seconds = self._histogram(
            "kb_transaction_seconds",
            "How long writing transactions took, waiting included, by whether they were saved or undone.",
            "outcome",
        )
        self._wait_seconds = self._histogram(
            "kb_writer_wait_seconds", "How long each waited until it was the only writer, or gave up."
        )
        Info("kb_build", "The version of the program.", registry=self._registry).info({"version": VERSION})
        ProcessCollector(registry=self._registry)
        self._registry.register(_State(house))

    def watch(self, house: House, pages: Kept, requests: list[Listener]) -> None:
        """Count and time what happens there from now on."""
        requests.append(self._answered)
        pages.listeners.append(lambda how: self._pages.labels(how).inc())
        house.search.timers.append(lambda kind, took: self._search_seconds.labels(kind).observe(took))
        house.database.waits.append(self._wait_seconds.observe)
        house.database.turns.append(self._transaction)

    def text(self) -> bytes:
        """Return all figures as they are now."""
        text: bytes = generate_latest(self._registry)  # type: ignore[no-untyped-call]  # the library has types, but not here
        return text

    def _histogram(self, name: str, says: str, *labels: str) -> Histogram:
        return Histogram(name, says, labels, registry=self._registry, buckets=QUICK)

    def _answered(self, it: Answered) -> None:
        self._requests.labels(it.route, it.method, f"{it.status // 100}xx").inc()
        self._request_seconds.labels(it.route, it.method).observe(it.seconds)

    def _transaction(self, took: float, saved: bool) -> None:
        self._transaction_seconds.labels("saved" if saved else "undone").observe(took)


class _State(Collector):
    """What is looked up when somebody asks for the figures."""

    def __init__(self, house: House) -> None:
        self._house = house

    def collect(self) -> Iterable[Metric]:
        """Yield the figures; those of the database only when it answers."""
        try:
            with self._house.database.reading() as session:
                waiting, letters = changes.length(session), mail.load(session)
            size = self._house.search.engine.bytes_on_disk()
        except (DataError, SQLAlchemyError):
            yield _gauge("kb_database_up", "Whether the database can be read.", 0)
            return
        yield _gauge("kb_index_bytes", "The size of the search index on disk.", size)
        age = (now() - letters.oldest).total_seconds() if letters.oldest else 0
        yield _gauge("kb_database_up", "Whether the database can be read.", 1)
        yield _gauge("kb_search_outbox", "Changes that the search index has yet to take in.", waiting)
        yield _gauge("kb_mail_waiting", "Mails that are still to be sent.", letters.waiting)
        yield _gauge("kb_mail_oldest_seconds", "How long the oldest of them has waited.", age)
        yield _gauge("kb_mail_given_up", "Mails that could not be sent, of the last 30 days.", letters.failed)


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, value)
