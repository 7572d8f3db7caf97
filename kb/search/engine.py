"""What a search engine must be able to do here. A second engine is a second file that does the same.

An engine gets documents and ready-made terms: all that is known of language happens before it
(`kb.search.analysis`, `kb.search.terms`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from kb.search.documents import Document


@dataclass(frozen=True)
class Term:
    """One word to look for, as the index of a language holds it, and what a match is worth."""

    language: str
    stem: str
    weight: float = 1.0


@dataclass(frozen=True)
class Request:
    """A search as an engine understands it. `terms` None means everything; an empty tuple means nothing."""

    kind: str
    terms: tuple[Term, ...] | None = None
    selected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True)
class Matches:
    """What an engine found: the keys of one page with their scores, and counts over all that matches.

    A facet's counts leave its own selection aside; `kinds` leaves the request's kind aside.
    """

    total: int
    hits: tuple[tuple[str, float], ...]
    facets: Mapping[str, Mapping[str, int]]
    kinds: Mapping[str, int]


class Engine(Protocol):
    """A search index that many may read while one writes."""

    def ready(self) -> None:
        """Do nothing when there is an index that this program can read; else raise DataError with one sentence."""

    def search(self, request: Request) -> Matches:
        """Answer a request from the newest state of the index. Raises DataError without an index."""

    def writing(self) -> AbstractContextManager[None]:
        """Hold the one lock for writing, among threads and processes; take it before reading what to write.

        Raises DataError when another holds it for too long.
        """

    def update(self, changed: Iterable[tuple[str, str]], documents: Iterable[Document]) -> None:
        """Drop what the index has under the `changed` (kind, key) pairs and add `documents`; all or nothing."""

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Make a new index of these documents aside, then switch to it at once; the old one answers until then."""

    def fingerprints(self) -> dict[tuple[str, str], str]:
        """Return the fingerprint of every document in the index, by (kind, key)."""

    def close(self) -> None:
        """Let go of all files."""
