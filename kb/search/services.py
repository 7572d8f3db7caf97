"""Searching, and keeping the index true to the database.

`Search` joins the four parts: the database, an engine, the sources (what can be found) and the outbox (what changed).
The order in `sync` matters: lock first, then read the database, then write the index, then delete the outbox rows. Had
the database been read before the lock, a slower drainer could put an older text over a newer one and leave no row that
says so. Killed halfway, the rows are still there and the same work is done again, with the same result.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from operator import itemgetter
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from kb.core import DataError
from kb.db import Database
from kb.search import lists, outbox
from kb.search.asked import read
from kb.search.documents import FACETS, Document, Query, Source
from kb.search.engine import Engine, Entry, Matches, Request, Vocabulary
from kb.search.languages import Languages, Reading
from kb.search.results import Found, Hit
from kb.search.stemming import in_bulk

LETTING_GO = (
    "tag",
    "event",
    "year",
    "status",
    "perspective",
    "language",
    "municipality",
    "province",
    "theme",
)
"""The facets in the order in which they are let go of when nothing is found: what says least first."""
MOST_ALIKE = 2_000
"""Of how many things what is like them is kept."""
BATCH = 400
"""How many things are read from the database at a time."""

log = logging.getLogger(__name__)

Progress = Callable[[int], None]
"""Is told how many more things were handled."""
Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Differences:
    """What the index has otherwise than the database, as (kind, key) pairs."""

    missing: tuple[tuple[str, str], ...]
    stale: tuple[tuple[str, str], ...]
    ghosts: tuple[tuple[str, str], ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.ghosts)


def _timed(
    method: Callable[Concatenate[Search, Arguments], Answer],
) -> Callable[Concatenate[Search, Arguments], Answer]:
    """Tell the search's `timers` how long a method of it took."""

    @wraps(method)
    def timed(self: Search, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        began = time.perf_counter()
        try:
            return method(self, *args, **kwargs)
        finally:
            for note in self.timers:
                note(method.__name__, time.perf_counter() - began)

    return timed


class Search:
    """The search of one knowledge base. `timers` are told what was asked, by the method's name, and how many seconds it took."""

    def __init__(self, database: Database, engine: Engine, sources: Sequence[Source]) -> None:
        self._database = database
        self.engine = engine
        self.timers: list[Callable[[str, float], None]] = []
        self._sources = {source.kind: source for source in sources}
        self._languages: tuple[Mapping[str, int], Languages] = ({}, Languages())
        self._alike: tuple[Vocabulary | None, dict[tuple[str, str, int], Matches]] = (None, {})
        if engine.joins:
            database.joiners.append(self._join)

    def languages(self, session: Session) -> Languages:
        """Return how texts and queries are read now, with the lists of words as they were last saved."""
        versions, languages = self._languages
        newest = lists.versions(session)
        if newest != versions:
            languages = Languages(**lists.texts(session))
            self._languages = newest, languages
        return languages

    @_timed
    def find(self, session: Session, query: Query, languages: Languages | None = None) -> Found:
        """Answer a query. A hit that the database no longer shows to this reader is left out.

        Where nothing is found with its words, what was asked is loosened step by step; `Found.dropped` says how. Filters
        alone are taken as they are. `languages` are other lists of words to try.

        Raises:
            DataError: there is no index.

        """
        with self.engine.looking():
            return self._find(session, query, languages or self.languages(session))

    def _find(self, session: Session, query: Query, languages: Languages) -> Found:
        began = time.perf_counter()
        vocabulary = self.engine.vocabulary()
        reading = languages.reading(read(query.q), vocabulary)
        matches = self.engine.search(_request(query, reading))
        dropped: tuple[str, ...] = ()
        if not matches.total and reading.asked.words:
            for names, query_then, reading_then in _looser(query, reading, matches, languages, vocabulary):
                matches_then = self.engine.search(_request(query_then, reading_then))
                if matches_then.total:
                    matches, reading, dropped = matches_then, reading_then, names
                    break
        return Found(
            query=query,
            total=matches.total,
            hits=tuple(self._loaded(session, query.kind, matches)),
            facets={name: _by_count(matches.facets[name]) for name in FACETS},
            kinds={kind: matches.kinds.get(kind, 0) for kind in self._sources},
            took_ms=(time.perf_counter() - began) * 1000,
            reading=reading,
            languages=languages,
            vocabulary=vocabulary,
            dropped=dropped,
        )

    @_timed
    def suggest(self, session: Session, typed: str, limits: Mapping[str, int]) -> dict[str, list[Hit]]:
        """Return the best of each kind for a query that is still being typed, at most so many."""
        with self.engine.looking():
            reading = self.languages(session).completing(read(typed), self.engine.vocabulary())
            return {
                kind: self._loaded(
                    session, kind, self.engine.search(Request(kind, reading.terms, limit=limit))
                )
                for kind, limit in limits.items()
            }

    @_timed
    def like(
        self, session: Session, kind: str, key: str, document: Callable[[], Document], limit: int
    ) -> list[Hit]:
        """Return what is most like one thing of a kind, by the words that say most of it; itself is not among them.

        Who reads a page asks the same as everybody who reads it, so answers are kept until the index changes; `document`
        is only asked for when there is none.
        """
        vocabulary = self.engine.vocabulary()
        held, kept = self._alike
        if held is not vocabulary:
            kept = {}
            self._alike = vocabulary, kept
        matches = kept.get((kind, key, limit))
        if matches is None:
            with self.engine.looking():
                terms = self.languages(session).telling(document(), vocabulary)
                matches = self.engine.search(Request(kind, terms, limit=limit + 1))
            if len(kept) < MOST_ALIKE:
                kept[kind, key, limit] = matches
        return [hit for hit in self._loaded(session, kind, matches) if hit.key != key][:limit]

    def _loaded(self, session: Session, kind: str, matches: Matches) -> list[Hit]:
        """Return what was found as far as the database agrees."""
        items = self._sources[kind].load(session, [match.key for match in matches.hits])
        return [
            Hit(kind, key, score, items[key], reasons) for key, score, reasons in matches.hits if key in items
        ]

    def warm_up(self) -> None:
        """Load what the first search would otherwise wait for: the dictionaries and the index."""
        with self._database.reading() as session:
            languages = self.languages(session)
        reading = languages.reading(read("wijk"), self.engine.vocabulary())
        self.engine.search(_request(Query(kind="lesson", per_page=1), reading))

    def sync(self, progress: Progress | None = None) -> int:
        """Bring the index up to date with what changed, and return how many things that were.

        Raises:
            DataError: there is no index, or another process holds its lock for too long.

        """
        if self._is_outdated():
            return self.rebuild(progress, needed=self._is_outdated)
        with self._database.reading() as session:
            if not outbox.last(session):
                return 0
        with self.engine.writing():
            self.engine.ready()
            if self.engine.joins:
                with self._database.transaction() as session:
                    until, count = self._take_over(session, progress)
                    outbox.done(session, until)
                return count
            with self._database.reading() as session:
                until, count = self._take_over(session, progress)
            with self._database.transaction() as session:
                outbox.done(session, until)
        return count

    def _take_over(self, session: Session, progress: Progress | None = None) -> tuple[int, int]:
        """Write what changed into the index; return up to which row of the outbox that was, and how many things."""
        until = outbox.last(session)
        changed = outbox.waiting(session, until)
        pairs = [(kind, key) for kind, keys in changed.items() for key in keys]
        self.engine.update(pairs, self._entries(session, changed, progress), session)
        return until, len(pairs)

    def _join(self, session: Session) -> None:
        """Write what a transaction changes into an index that is part of the database, before it is saved.

        Where that fails the change itself is saved all the same, and the outbox remembers it. So it does while somebody makes
        the index anew, which may have read the database before this.
        """
        if not outbox.has_recorded(session):
            return
        try:
            self.engine.label()
        except DataError:
            return  # there is no index; who makes one reads all there is
        session.flush()
        alone = self.engine.is_alone(session)
        try:
            # A session of its own, within a savepoint: what the other one holds stays as it is.
            with Session(session.connection(), join_transaction_mode="create_savepoint") as own, own.begin():
                until, _count = self._take_over(own)
                if alone:
                    outbox.done(own, until)
        except Exception:  # whatever it is, what people wrote comes first
            log.exception("What was saved could not be written into the search index; trying again later")

    def rebuild(self, progress: Progress | None = None, *, needed: Callable[[], bool] = lambda: True) -> int:
        """Make the index anew aside, switch to it and return how many things it holds.

        What changes meanwhile stays in the outbox. `needed` is asked once nobody else writes: another process may have
        made it while this one waited.
        """
        with self.engine.writing():
            if not needed():
                return 0
            with self._database.reading() as session, in_bulk():
                until = outbox.last(session)
                everything = self._everything(session)
                label = self.languages(session).label
                self.engine.rebuild(self._entries(session, everything, progress), label)
            with self._database.transaction() as session:
                outbox.done(session, until)
        return sum(map(len, everything.values()))

    def tidy(self) -> bool:
        """Do what keeps the index quick and can wait until nobody saves; return whether there was anything to do."""
        if not self.engine.untidy():
            return False
        with self.engine.writing():
            self.engine.tidy()
        return True

    def make_ready(self, progress: Progress | None = None) -> None:
        """Make the index where it is missing or of another format, else bring it up to date."""
        if self._is_missing():
            self.rebuild(progress, needed=self._is_missing)
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

    def _is_missing(self) -> bool:
        """Tell whether there is no index, or one of another format."""
        try:
            self.engine.ready()
        except DataError:
            return True
        return False

    def _is_outdated(self) -> bool:
        """Tell whether the index was made with other lists of words than those of now. Raises DataError without an index."""
        label = self.engine.label()
        with self._database.reading() as session:
            return label != self.languages(session).label

    def _everything(self, session: Session) -> dict[str, Sequence[str]]:
        return {kind: source.keys(session) for kind, source in self._sources.items()}

    def _entries(
        self, session: Session, keys: Mapping[str, Sequence[str]], progress: Progress | None
    ) -> Iterator[Entry]:
        languages = self.languages(session)
        return map(languages.entry, self._documents(session, keys, progress))

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


def _request(query: Query, reading: Reading) -> Request:
    asked = reading.asked
    return Request(
        kind=query.kind,
        terms=None if not query.q or (asked.without and not asked.words) else reading.terms,
        selected=query.selected,
        sort=query.sort if query.q or query.sort != "relevance" else "newest",
        offset=(query.page - 1) * query.per_page,
        limit=query.per_page,
        must=reading.must,
        without=reading.without,
        letters=tuple(reading.corrected.get(word, word) for word in asked.words),
    )


def _looser(
    query: Query, reading: Reading, matches: Matches, languages: Languages, vocabulary: Vocabulary
) -> Iterator[tuple[tuple[str, ...], Query, Reading]]:
    """Yield what to try when nothing is found, and the names of what it lets go of: as little as possible first."""
    chosen = tuple(name for name in LETTING_GO if name in query.selected)
    loose = replace(reading, must=())
    if reading.must:
        yield ("quotes",), query, loose
    for name in chosen:
        if matches.facets[name]:
            rest = {other: values for other, values in query.selected.items() if other != name}
            yield (name,), replace(query, selected=rest), reading
    everywhere = replace(query, selected={})
    if chosen:
        yield chosen, everywhere, reading
        if reading.must:
            yield ("quotes", *chosen), everywhere, loose
    alike = languages.alike(reading, vocabulary)
    yield ("letters",), query, alike
    if chosen:
        yield ("letters", *chosen), everywhere, alike


def _by_count(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return values with their counts: most first, of equals by name. Two sorts, as each then runs in C."""
    return tuple(sorted(sorted(counts.items()), key=itemgetter(1), reverse=True))
