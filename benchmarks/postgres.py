"""How quick the search is on PostgreSQL, beside PostgreSQL's own: `python -m benchmarks.postgres --cases 10000`.

The full answer is timed, as in `benchmarks.search`: a query with a theme chosen, all facet counts and ten snippets. The peer is
PostgreSQL as it comes, with its `dutch` configuration: every match ranked by `ts_rank`, the title twice, and its `ts_headline`. Both are
on a server that is made for it, with its data on disk and safe from a power cut. From saving until found is timed too: a document is
written in a transaction, and asked for by another process's engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import psycopg

from benchmarks.engines import COUNTED, SNIPPETS, Answer, Ours, Peer
from benchmarks.search import HEAD, asked_for, build, in_full, ratios, told
from benchmarks.tables import table
from kb.db import Database
from kb.search.asked import read
from kb.search.documents import Document
from kb.search.engine import Engine, Request, Term
from kb.search.postgres_engine import PostgresEngine
from tests.postgres import Server

SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "2GB",
    "work_mem": "64MB",
    "max_wal_size": "8GB",
    "jit": "off",
}
SAVES = 50


class OursOnPostgres(Ours):
    """The search of this program with its index in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        super().__init__("ours on PostgreSQL", plain=False)
        self._database = database

    def _opened(self) -> Engine:
        return PostgresEngine(self._database)


class Dutch(Peer):
    """PostgreSQL's own full-text search, with its Dutch configuration."""

    name = "PostgreSQL dutch, ts_rank"

    def __init__(self, address: str) -> None:
        self._line = psycopg.connect(address, autocommit=True)

    def build(self, folder: Path, documents: Sequence[Document]) -> None:  # noqa: ARG002 - it is on the server
        """Index the documents."""
        line = self._line
        line.execute(
            "CREATE TABLE its (id serial PRIMARY KEY, kind text, key text, title text, body text, words tsvector)"
        )
        line.execute("CREATE TABLE its_facets (id integer, name text, value text)")
        with line.cursor() as cursor:
            with cursor.copy("COPY its (id, kind, key, title, body) FROM STDIN") as copy:
                for number, it in enumerate(documents):
                    copy.write_row((number, it.kind, it.key, it.texts[0].title, it.texts[0].body))
            with cursor.copy("COPY its_facets FROM STDIN") as copy:
                for number, it in enumerate(documents):
                    for name, values in it.facets.items():
                        for value in set(values):
                            copy.write_row((number, name, value))
        line.execute(
            "UPDATE its SET words = setweight(to_tsvector('dutch', title), 'A') || to_tsvector('dutch', body)"
        )
        line.execute("CREATE INDEX ON its USING gin (words)")
        line.execute("CREATE INDEX ON its_facets (id)")
        line.execute("CREATE INDEX ON its_facets (name, value, id)")
        line.execute("VACUUM ANALYZE its, its_facets")

    def answer(self, query: str, kind: str, theme: str | None) -> Answer:
        """Answer a query in full."""
        words = " or ".join(f'"{word}"' for word in read(query).words)
        rows = self._line.execute(
            """
            WITH asked AS (SELECT websearch_to_tsquery('dutch', %(words)s) AS q),
            found AS MATERIALIZED (
                SELECT id, key, body, ts_rank('{0.1, 0.2, 0.5, 1.0}', words, q) AS rank,
                    %(theme)s::text IS NULL OR EXISTS (SELECT 1 FROM its_facets f
                        WHERE f.id = its.id AND name = 'theme' AND value = %(theme)s) AS chosen
                FROM its, asked WHERE words @@ q AND kind = %(kind)s),
            best AS (SELECT key, body, rank FROM found WHERE chosen ORDER BY rank DESC LIMIT %(most)s)
            SELECT '', '', count(*) FROM found WHERE chosen
            UNION ALL SELECT name, value, count(*) FROM found JOIN its_facets USING (id)
                WHERE chosen OR name = 'theme' GROUP BY name, value
            UNION ALL (SELECT key, ts_headline('dutch', body, q, 'MaxFragments=2'), NULL FROM best, asked ORDER BY rank DESC)
            """,
            {"words": words, "theme": theme, "kind": kind, "most": SNIPPETS},
        ).fetchall()
        facets: dict[str, dict[str, int]] = {name: {} for name in COUNTED}
        for name, value, count in rows[1:]:
            if count is not None and name in facets:
                facets[name][value] = count
        hits: list[Any] = [row for row in rows if row[2] is None]
        return Answer(rows[0][2], [key for key, _, _ in hits], facets, [text for _, text, _ in hits])

    def forget(self) -> None:
        """Keep nothing."""

    def close(self) -> None:
        """Let go of the connection."""
        self._line.close()


@contextmanager
def new_server() -> Iterator[Server]:
    """Give a server with nothing in it, with its data on disk."""
    server = Server(on_disk=True, **SETTINGS)
    try:
        yield server
    finally:
        server.remove()


@contextmanager
def both() -> Iterator[tuple[Database, OursOnPostgres, Dutch]]:
    """Give the two engines on one new server, and the database that ours is in."""
    with (
        new_server() as server,
        closing(Database(server.url("postgres"))) as database,
        closing(Dutch(server.plain("postgres"))) as dutch,
    ):
        database.upgrade()
        yield database, OursOnPostgres(database), dutch


def saving(database: Database, documents: Sequence[Document], ours: Ours) -> list[float]:
    """Return how many milliseconds pass from beginning to save a document until another process's engine finds it."""
    writer, reader = PostgresEngine(database), PostgresEngine(database)
    reader.search(Request("lesson"))  # it has been answering for a while
    times = []
    for number, document in enumerate(documents[:SAVES]):
        text = replace(document.texts[0], title=f"{document.texts[0].title} kenwoord{number}")
        changed = replace(document, texts=(text,))
        began = perf_counter()
        with database.transaction() as session:
            writer.update([(changed.kind, changed.key)], [ours.languages.entry(changed)], session)
        term = Term("nl", ours.languages.analysis("nl").stem(f"kenwoord{number}"))
        others = Term("en", ours.languages.analysis("en").stem(f"kenwoord{number}"))
        if reader.search(Request(changed.kind, (term, others))).total != 1:
            raise RuntimeError(changed.key)
        times.append(1000 * (perf_counter() - began))
    return sorted(times)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    documents, asked = asked_for(__doc__, arguments)
    with both() as (database, ours, dutch), TemporaryDirectory() as folder:
        build([ours, dutch], Path(folder), documents)
        began = perf_counter()
        ours.forget()
        print(f"reading all that is held: {1000 * (perf_counter() - began):.0f} ms")
        (mine, times), (theirs, other_times) = (in_full(peer, asked) for peer in (ours, dutch))
        last = ["p95, the first to the second", *ratios(times, other_times)]
        print(table(HEAD, [mine, theirs, last]))
        print(f"from saving until another process finds it: {told(saving(database, documents, ours))} ms")


if __name__ == "__main__":
    main()
