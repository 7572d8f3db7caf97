"""Searching, and keeping the index true to the database.

`Search` joins the four parts: the database, an engine, the sources (what can be found) and the outbox (what changed).
The order in `sync` matters: lock first, then read the database, then write the index, then delete the outbox rows. Had
the database been read before the lock, a slower drainer could put an older text over a newer one and leave no row that
says so. Killed halfway, the rows are still there and the same work is done again, with the same result.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from sqlalchemy.orm import Session

from kb.core import DataError
from kb.db import Database
from kb.search import outbox
from kb.search.analysis import query_words
from kb.search.documents import FACETS, Document, Found, Hit, Query, Source
from kb.search.engine import Engine, Request
from kb.search.terms import query_terms

BATCH = 200
"""How many things are read from the database at a time."""

Progress = Callable[[int], None]
"""Is told how many more things were handled."""


@dataclass(frozen=True)
class Differences:
    """What the index has otherwise than the database, as (kind, key) pairs."""

    missing: tuple[tuple[str, str], ...]
    stale: tuple[tuple[str, str], ...]
    ghosts: tuple[tuple[str, str], ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.ghosts)


class Search:
    """The search of one knowledge base."""

    def __init__(self, database: Database, engine: Engine, sources: Sequence[Source]) -> None:
        self._database = database
        self.engine = engine
        self._sources = {source.kind: source for source in sources}

    def find(self, session: Session, query: Query) -> Found:
        """Answer a query. A hit that the database no longer shows to this reader is left out.

        Raises:
            DataError: there is no index.

        """
        began = time.perf_counter()
        words = query_words(query.q)
        matches = self.engine.search(
            Request(
                kind=query.kind,
                terms=query_terms(words) if query.q else None,
                selected=query.selected,
                sort=query.sort if query.q or query.sort != "relevance" else "newest",
                offset=(query.page - 1) * query.per_page,
                limit=query.per_page,
            )
        )
        items = self._sources[query.kind].load(session, [key for key, _ in matches.hits])
        return Found(
            query=query,
            total=matches.total,
            hits=tuple(
                Hit(query.kind, key, score, items[key]) for key, score in matches.hits if key in items
            ),
            facets={name: _by_count(matches.facets[name]) for name in FACETS},
            kinds={kind: matches.kinds.get(kind, 0) for kind in self._sources},
            took_ms=(time.perf_counter() - began) * 1000,
            words=words.words,
            only_stop_words=words.only_stop_words,
            cut=words.cut,
        )

    def warm_up(self) -> None:
        """Load what the first search would otherwise wait for: the dictionaries and the index."""
        self.engine.search(Request(kind="", terms=query_terms(query_words("wijk")), limit=0))

    def sync(self, progress: Progress | None = None) -> int:
        """Bring the index up to date with what changed, and return how many things that were.

        Raises:
            DataError: there is no index, or another process holds its lock for too long.

        """
        with self._database.reading() as session:
            if not outbox.last(session):
                return 0
        with self.engine.writing():
            self.engine.ready()
            with self._database.reading() as session:
                until = outbox.last(session)
                changed = outbox.waiting(session, until)
                pairs = [(kind, key) for kind, keys in changed.items() for key in keys]
                self.engine.update(pairs, self._documents(session, changed, progress))
            with self._database.transaction() as session:
                outbox.done(session, until)
        return len(pairs)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Make the index anew aside and switch to it. What changes meanwhile stays in the outbox."""
        with self.engine.writing():
            with self._database.reading() as session:
                until = outbox.last(session)
                self.engine.rebuild(self._documents(session, self._everything(session), progress))
            with self._database.transaction() as session:
                outbox.done(session, until)

    def make_ready(self, progress: Progress | None = None) -> None:
        """Make the index where it is missing or of another format, else bring it up to date."""
        try:
            self.engine.ready()
        except DataError:
            self.rebuild(progress)
        else:
            self.sync(progress)

    def size(self, session: Session) -> int:
        """Return how many documents an index of the whole database holds."""
        return sum(len(keys) for keys in self._everything(session).values())

    def waiting(self, session: Session) -> int:
        """Return how many things changed since the index last looked."""
        return sum(len(keys) for keys in outbox.waiting(session, outbox.last(session)).values())

    def check(self, progress: Progress | None = None) -> Differences:
        """Compare the whole index with the database, word for word by fingerprint."""
        indexed = self.engine.fingerprints()
        missing, stale = [], []
        with self._database.reading() as session:
            for document in self._documents(session, self._everything(session), progress):
                fingerprint = indexed.pop((document.kind, document.key), None)
                if fingerprint is None:
                    missing.append((document.kind, document.key))
                elif fingerprint != document.fingerprint:
                    stale.append((document.kind, document.key))
        return Differences(tuple(missing), tuple(stale), tuple(sorted(indexed)))

    def _everything(self, session: Session) -> dict[str, Sequence[str]]:
        return {kind: source.keys(session) for kind, source in self._sources.items()}

    def _documents(
        self, session: Session, keys: Mapping[str, Sequence[str]], progress: Progress | None
    ) -> Iterator[Document]:
        """Yield the documents of these keys by kind, a batch in memory at a time; none of a kind without a source."""
        for kind, source in self._sources.items():
            all_keys = keys.get(kind, ())
            for at in range(0, len(all_keys), BATCH):
                some = all_keys[at : at + BATCH]
                yield from source.documents(session, some)
                session.expunge_all()
                if progress:
                    progress(len(some))


def _by_count(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return values with their counts: most first, of equals by name. Two sorts, as each then runs in C."""
    return tuple(sorted(sorted(counts.items()), key=itemgetter(1), reverse=True))
