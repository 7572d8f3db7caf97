"""What goes into a search and what comes out: documents, the one query object, and what was found.

The search room knows no subject. A room that has something to find (cases, sessions) hands it `Document`s through a
`Source`, and gets the keys of what was found back. The page, the API, the command line and every export read the same
`Query` from the same parameters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

from sqlalchemy.orm import Session

from kb.core import QueryError

KINDS = ("lesson", "case", "event")
FACETS = ("theme", "perspective", "municipality", "province", "year", "status", "tag", "event", "language")
SORTS = ("relevance", "newest", "recognised")

PER_PAGE = 20
MOST_PER_PAGE = 100
LAST_PAGE = 10_000
MOST_VALUES = 50
LONGEST_VALUE = 200

SYNONYMS = {"lang": "language"}
"""The API's name for a facet whose name means something else on a page, where `lang` is the language of the page."""


@dataclass(frozen=True)
class Text:
    """A document's words in one language: what counts most (a title, a statement) and the rest."""

    language: str
    title: str
    body: str


@dataclass(frozen=True)
class Document:
    """One thing that can be found. `key` is its id within its kind, `facets` its values per name in `FACETS`.

    `moment` (seconds since 1970) and `recognised` (a count) are what it is sorted by besides relevance.
    """

    kind: str
    key: str
    texts: tuple[Text, ...]
    facets: Mapping[str, tuple[str, ...]]
    moment: float = 0.0
    recognised: int = 0

    @cached_property
    def fingerprint(self) -> str:
        """A checksum of all that the index holds of the document: equal when nothing has to be written."""
        told = [part for text in self.texts for part in (text.language, text.title, text.body)]
        told += [part for name, values in sorted(self.facets.items()) for part in (name, "", *values, "")]
        told += [str(self.moment), str(self.recognised)]
        lengths = ",".join(str(len(part)) for part in told)  # so that no two ways to cut a text are the same
        said = "\0".join((lengths, *told)).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(said, digest_size=16).hexdigest()


class Source(Protocol):
    """A room's side of the search, one for each kind of thing it has to find."""

    kind: str

    def keys(self, session: Session) -> Sequence[str]:
        """Return the keys of everything that any reader may find."""

    def documents(self, session: Session, keys: Sequence[str]) -> Iterator[Document]:
        """Yield the documents of those `keys` that exist and may be found; the others are left out."""

    def load(self, session: Session, keys: Sequence[str]) -> Mapping[str, Any]:
        """Return what those `keys` stand for, as far as this reader may see it: the last check on every hit."""


@dataclass(frozen=True)
class Query:
    """What somebody looks for. Values of one facet are joined by OR, facets by AND."""

    q: str = ""
    kind: str = "lesson"
    selected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    per_page: int = PER_PAGE

    @classmethod
    def read(cls, arguments: Iterable[tuple[str, str]]) -> Query:
        """Make a query from the parameters of a web address; names it doesn't know are left alone.

        Raises:
            QueryError: a value that can't be searched with, in one sentence.

        """
        given: dict[str, list[str]] = {}
        for name, value in arguments:
            given.setdefault(SYNONYMS.get(name, name), []).append(value.strip())
        selected = {}
        for name in FACETS:
            values = tuple(dict.fromkeys(value for value in given.get(name, []) if value))
            if len(values) > MOST_VALUES or any(len(value) > LONGEST_VALUE for value in values):
                raise QueryError(
                    "Too much is asked of “%(name)s”: at most %(values)s values of %(characters)s characters.",
                    name=name,
                    values=MOST_VALUES,
                    characters=LONGEST_VALUE,
                )
            if values:
                selected[name] = values
        return cls(
            q=" ".join(given.get("q", [""])[0].split()),
            kind=_choice(given, "kind", KINDS),
            selected=selected,
            sort=_choice(given, "sort", SORTS),
            page=_number(given, "page", 1, LAST_PAGE),
            per_page=_number(given, "per_page", PER_PAGE, MOST_PER_PAGE),
        )

    def parameters(self) -> list[tuple[str, str]]:
        """Return the query as parameters, without those that say what is meant anyway; `read` gives it back."""
        pairs = [("q", self.q)] if self.q else []
        pairs += [("kind", self.kind)] if self.kind != KINDS[0] else []
        pairs += [(name, value) for name in FACETS for value in self.selected.get(name, ())]
        pairs += [("sort", self.sort)] if self.sort != SORTS[0] else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        pairs += [("per_page", str(self.per_page))] if self.per_page != PER_PAGE else []
        return pairs

    def but(self, **changes: Any) -> Query:
        """Return this query with other values, on its first page unless a page is named."""
        return replace(self, **{"page": 1, **changes})

    def without(self, name: str, value: str) -> Query:
        """Return this query without one chosen value of a facet."""
        rest = tuple(other for other in self.selected.get(name, ()) if other != value)
        others = {key: values for key, values in self.selected.items() if key != name}
        return self.but(selected={**others, name: rest} if rest else others)


def _choice(given: Mapping[str, list[str]], name: str, allowed: Sequence[str]) -> str:
    value = given.get(name, [""])[0] or allowed[0]
    if value not in allowed:
        raise QueryError(
            "“%(name)s” may be %(some)s or %(last)s.",
            name=name,
            some=", ".join(allowed[:-1]),
            last=allowed[-1],
        )
    return value


def _number(given: Mapping[str, list[str]], name: str, usual: int, most: int) -> int:
    text = given.get(name, [""])[0]
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise QueryError("“%(name)s” must be a whole number from 1 to %(most)s.", name=name, most=most)
    return int(text)
