"""The search engines that are compared, each asked for the same answer: hits, all facet counts and ten snippets.

Ours, plain (words and their stems alone) and as it is; tantivy, by its Python library; and SQLite's FTS5. All hold the same
documents, find any of a query's words (OR), rank by BM25 with the title twice, filter by theme, and count each facet over
all hits, the theme's own counts without its filter.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from kb.search.asked import read
from kb.search.documents import FACETS, Document
from kb.search.engine import Engine, Request
from kb.search.languages import Languages, Reading
from kb.search.snippets import fragments, mark
from kb.search.whoosh_engine import WhooshEngine

SNIPPETS = 10
COUNTED = tuple(name for name in FACETS if name not in {"status", "event"})
"""The facets that generated documents have."""


@dataclass(frozen=True)
class Answer:
    """What an engine says to a query: how many, the best keys, counts, and snippets."""

    total: int
    keys: Sequence[str]
    facets: dict[str, dict[str, int]]
    snippets: Sequence[str]


class Peer(ABC):
    """A search engine over a collection."""

    name: str

    @abstractmethod
    def build(self, folder: Path, documents: Sequence[Document]) -> None:
        """Index the documents."""

    @abstractmethod
    def answer(self, query: str, kind: str, theme: str | None) -> Answer:
        """Answer a query in full."""

    @abstractmethod
    def forget(self) -> None:
        """Drop what was kept in memory of earlier queries."""


class Ours(Peer):
    """The search of this program, on the texts in memory where the program takes them from the database."""

    def __init__(self, name: str, *, plain: bool) -> None:
        self.name = name
        self._plain = plain
        self.languages = Languages(synonyms="" if plain else None)
        self._texts: dict[tuple[str, str], Any] = {}

    def build(self, folder: Path, documents: Sequence[Document]) -> None:
        """Index the documents."""
        self._texts = {(it.kind, it.key): it.texts[0] for it in documents}
        self._folder = folder
        self.engine = self._opened()
        with self.engine.writing():
            self.engine.rebuild(map(self.languages.entry, documents))

    def share(self, other: Ours) -> None:
        """Search the index of another."""
        self.engine, self._texts, self._folder = other.engine, other._texts, other._folder

    def reading(self, query: str) -> Reading:
        """Return how a query is understood."""
        reading = self.languages.reading(read(query), None if self._plain else self.engine.vocabulary())
        return (
            replace(reading, terms=tuple(it for it in reading.terms if it.how == "word"))
            if self._plain
            else reading
        )

    def answer(self, query: str, kind: str, theme: str | None) -> Answer:
        """Answer a query in full."""
        with self.engine.looking():
            return self._answer(query, kind, theme)

    def _answer(self, query: str, kind: str, theme: str | None) -> Answer:
        reading = self.reading(query)
        found = self.engine.search(
            Request(
                kind,
                reading.terms,
                {"theme": (theme,)} if theme else {},
                limit=SNIPPETS,
                letters=() if self._plain else reading.asked.words,
            )
        )
        vocabulary = self.engine.vocabulary()
        matcher_of = cache(lambda language: self.languages.matcher(reading, language, vocabulary))
        snippets = []
        for hit in found.hits:
            text = self._texts[kind, hit.key]
            matcher = matcher_of(text.language)
            if matcher:
                snippets.append(mark(text.title, matcher) + (fragments(text.body, matcher) or ""))
        return Answer(
            found.total,
            [hit.key for hit in found.hits],
            {name: dict(found.facets[name]) for name in COUNTED},
            snippets,
        )

    def forget(self) -> None:
        """Open the index anew, with nothing decoded."""
        self.engine.close()
        self.engine = self._opened()
        self.engine.ready()

    def _opened(self) -> Engine:
        return WhooshEngine(self._folder / "ours")


class Fts5(Peer):
    """SQLite's full-text search, with its Porter stemmer left out: it knows no Dutch."""

    name = "SQLite FTS5"

    def build(self, folder: Path, documents: Sequence[Document]) -> None:
        """Index the documents."""
        self._file = folder / "fts5.sqlite"
        self._line = line = sqlite3.connect(self._file)
        line.executescript(
            "CREATE VIRTUAL TABLE texts USING fts5(title, body, tokenize='unicode61 remove_diacritics 2');"
            "CREATE TABLE documents (id INTEGER PRIMARY KEY, kind TEXT, key TEXT);"
            "CREATE TABLE facets (id INTEGER, name TEXT, value TEXT, PRIMARY KEY (name, value, id)) WITHOUT ROWID;"
            "CREATE INDEX of_document ON facets (id, name, value);"
        )
        for number, it in enumerate(documents):
            line.execute("INSERT INTO documents VALUES (?, ?, ?)", (number, it.kind, it.key))
            line.execute(
                "INSERT INTO texts (rowid, title, body) VALUES (?, ?, ?)",
                (number, it.texts[0].title, it.texts[0].body),
            )
            rows = {(number, name, value) for name, values in it.facets.items() for value in values}
            line.executemany("INSERT INTO facets VALUES (?, ?, ?)", rows)
        line.execute("INSERT INTO texts (texts) VALUES ('optimize')")
        line.commit()

    def answer(self, query: str, kind: str, theme: str | None) -> Answer:
        """Answer a query in full."""
        words = " OR ".join(f'"{word}"' for word in read(query).words) or '""'
        line = self._line
        line.execute("CREATE TEMP TABLE IF NOT EXISTS found (id INTEGER PRIMARY KEY)")
        line.execute("DELETE FROM found")
        line.execute(
            "INSERT INTO found SELECT texts.rowid FROM texts JOIN documents ON documents.id = texts.rowid "
            "WHERE texts MATCH ? AND kind = ?",
            (words, kind),
        )
        themed = (
            ""
            if theme is None
            else "AND id IN (SELECT id FROM facets WHERE name = 'theme' AND value = :theme)"
        )
        facets: dict[str, dict[str, int]] = {name: {} for name in COUNTED}
        for name, value, count in line.execute(
            f"SELECT name, value, count(*) FROM facets WHERE id IN (SELECT id FROM found) AND (name = 'theme' OR 1 {themed}) "  # noqa: S608 - of our own words
            "GROUP BY name, value",
            {"theme": theme},
        ):
            if name in facets:
                facets[name][value] = count
        total = line.execute(f"SELECT count(*) FROM found WHERE 1 {themed}", {"theme": theme}).fetchone()[0]  # noqa: S608 - as above
        hits = line.execute(
            "SELECT key, snippet(texts, 1, '<mark>', '</mark>', '…', 32) FROM texts JOIN documents ON documents.id = texts.rowid "  # noqa: S608 - as above
            f"WHERE texts MATCH :words AND kind = :kind {themed} ORDER BY bm25(texts, 2.0, 1.0) LIMIT {SNIPPETS}",
            {"words": words, "kind": kind, "theme": theme},
        ).fetchall()
        return Answer(total, [key for key, _ in hits], facets, [snippet for _, snippet in hits])

    def forget(self) -> None:
        """Open the database anew."""
        self._line.close()
        self._line = sqlite3.connect(self._file)


class Tantivy(Peer):
    """tantivy, a search engine in Rust, with its Dutch stemmer."""

    name = "tantivy-py"

    def build(self, folder: Path, documents: Sequence[Document]) -> None:
        """Index the documents."""
        import tantivy

        self._tantivy = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("kind", tokenizer_name="raw")
        builder.add_text_field("key", stored=True, tokenizer_name="raw")
        for name in ("title", "body"):
            builder.add_text_field(name, stored=True, tokenizer_name="dutch")
        for name in COUNTED:
            builder.add_text_field(name, fast=True, tokenizer_name="raw")
        self._schema = builder.build()
        place = folder / "tantivy"
        place.mkdir()
        self._index = tantivy.Index(self._schema, str(place))
        chain = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        for step in (
            tantivy.Filter.lowercase(),
            tantivy.Filter.ascii_fold(),
            tantivy.Filter.stemmer("dutch"),
        ):
            chain = chain.filter(step)
        self._index.register_tokenizer("dutch", chain.build())
        writer = self._index.writer()
        for it in documents:
            values: dict[str, Any] = {
                "kind": it.kind,
                "key": it.key,
                "title": it.texts[0].title,
                "body": it.texts[0].body,
            }
            writer.add_document(
                tantivy.Document(**values, **{name: list(it.facets.get(name, ())) for name in COUNTED})
            )
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def answer(self, query: str, kind: str, theme: str | None) -> Answer:
        """Answer a query in full."""
        tantivy, schema = self._tantivy, self._schema
        must, query_class = tantivy.Occur.Must, tantivy.Query
        quoted = " ".join(f'"{word}"' for word in read(query).words) or "niets"
        words = self._index.parse_query(quoted, ["title", "body"], {"title": 2.0, "body": 1.0})
        of_kind = [(must, words), (must, query_class.term_query(schema, "kind", kind))]
        wide = query_class.boolean_query(of_kind)
        narrow = (
            wide
            if theme is None
            else query_class.boolean_query([*of_kind, (must, query_class.term_query(schema, "theme", theme))])
        )
        searcher = self._index.searcher()
        found = searcher.search(narrow, SNIPPETS, count=True)
        counts = searcher.aggregate(narrow, {name: _terms(name) for name in COUNTED})
        if theme is not None:
            counts |= searcher.aggregate(wide, {"theme": _terms("theme")})
        generator = tantivy.SnippetGenerator.create(searcher, words, schema, "body")
        documents = [searcher.doc(address) for _, address in found.hits]
        return Answer(
            found.count,  # type: ignore[attr-defined]  # its stubs do not know it
            [it["key"][0] for it in documents],
            {name: {row["key"]: row["doc_count"] for row in counts[name]["buckets"]} for name in COUNTED},
            [generator.snippet_from_doc(it).to_html() for it in documents],
        )

    def forget(self) -> None:
        """Open the index anew."""
        self._index.reload()


def _terms(name: str) -> dict[str, Any]:
    return {"terms": {"field": name, "size": 1000}}
