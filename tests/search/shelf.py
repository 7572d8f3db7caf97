"""Small made-up collections for the tests of the index, and what a search of them must answer, counted by hand."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kb.db import Base, Database, Shown
from kb.search.asked import Asked
from kb.search.documents import FACETS, SORTS, Document, Text
from kb.search.engine import Engine, Match, Matches, Request, Term
from kb.search.languages import Languages
from kb.search.snippets import MatcherOf
from tests.databases import Databases

LANGUAGE = "fr"
"""A language without stemmer: a word is its own stem, so that a test says what it looks for."""

LANGUAGES = Languages()

VOCABULARY = ["appel", "peer", "pruim", "kers", "braam", "vijg", "kweepeer", "mispel"]
VALUES = {
    "theme": ["samen", "rollen", "ruimte"],
    "year": ["2015", "2016", "2017"],
    "municipality": ["Duiven", "Den Haag"],
    "tag": ["wijkschouw", "buurt & straat"],
    "language": ["nl", "en"],
}


def looking_for(*words: str) -> MatcherOf:
    """Return what marks these words in texts of any language."""
    reading = LANGUAGES.reading(Asked(words))
    return lambda language: LANGUAGES.matcher(reading, language)


def chance(seed: int) -> random.Random:
    """Return chance that is the same at every run."""
    return random.Random(seed)  # noqa: S311 - nothing secret is made of it


def document(key: str, body: str = "", *, title: str = "", kind: str = "lesson", **more: object) -> Document:
    """Return a document with one text; facets are given by name, as are `moment` and `recognised`."""
    fields = {name: more.pop(name) for name in ("moment", "recognised") if name in more}
    facets: Mapping[str, tuple[str, ...]] = more  # type: ignore[assignment]  # what is left are facets
    return Document(kind, key, (Text(LANGUAGE, title, body),), facets, **fields)  # type: ignore[arg-type]  # names and values are the test's


def terms(*words: str) -> tuple[Term, ...]:
    """Return the terms that look for these words."""
    return tuple(Term("xx", word) for word in words)


def keys(matches: Matches) -> list[str]:
    """Return the keys that were found, in order."""
    return [match.key for match in matches.hits]


def assert_same(found: Matches, expected: Matches) -> None:
    """Check that two answers say the same, their scores but for rounding."""
    assert keys(found) == keys(expected)
    assert [match.score for match in found.hits] == pytest.approx([match.score for match in expected.hits])
    assert found.total == expected.total
    assert found.facets == expected.facets
    assert {kind: count for kind, count in found.kinds.items() if count} == expected.kinds


@contextmanager
def empty_database(databases: Databases, folder: Path) -> Iterator[Database]:
    """Give a database with nothing in it but what an index in it needs."""
    with databases.fresh(folder) as url, closing(Database(url)) as database:
        with database.transaction() as session:
            Base.metadata.create_all(session.connection(), [Base.metadata.tables["shown"]])
            session.add(Shown(version=1))
        yield database


def update(engine: Engine, documents: Iterable[Document], gone: Iterable[tuple[str, str]] = ()) -> None:
    """Bring an index up to date with documents that are new or changed, and those that went."""
    documents = list(documents)
    changed = [*gone, *((document.kind, document.key) for document in documents)]
    with engine.writing():
        engine.update(changed, map(LANGUAGES.entry, documents))


def rebuild(engine: Engine, documents: Iterable[Document] = ()) -> None:
    """Make an index of these documents."""
    with engine.writing():
        engine.rebuild(map(LANGUAGES.entry, documents))


def random_document(rng: random.Random, key: str) -> Document:
    """Return a document of a few words, a kind and facets by chance."""
    words = rng.choices(VOCABULARY, [8, 7, 6, 5, 4, 3, 2, 1], k=rng.choice([0, 1, 5, 20, 60]))
    return document(
        key,
        " ".join(words),
        title=" ".join(rng.choices(VOCABULARY, k=rng.randint(0, 3))),
        kind=rng.choice(["lesson", "lesson", "case"]),
        moment=float(rng.randint(1, 5)),
        recognised=rng.randint(0, 2),
        **{name: tuple(rng.sample(values, rng.randint(0, 2))) for name, values in VALUES.items()},
    )


def random_request(rng: random.Random) -> Request:
    """Return a request for the best hundred by chance."""
    words = rng.sample([*VOCABULARY, "nergens"], rng.randint(0, 3))
    return Request(
        kind=rng.choice(["lesson", "case"]),
        terms=rng.choice([None, terms(*words)]),
        selected={
            name: tuple(rng.sample([*VALUES[name], "onbekend"], rng.randint(1, 2)))
            for name in rng.sample(list(VALUES), rng.choice([0, 1, 1, 2, 3]))
        },
        sort=rng.choice(SORTS),
        limit=100,
    )


def scores(documents: Sequence[Document], words: Sequence[Term]) -> dict[tuple[str, str], float]:
    """Return the BM25 score of every document that holds one of the words: the formula, written out."""
    found: dict[tuple[str, str], float] = {}
    for weight, texts in (
        (2.0, {(it.kind, it.key): it.texts[0].title.split() for it in documents}),
        (1.0, {(it.kind, it.key): it.texts[0].body.split() for it in documents}),
    ):
        lengths = {name: len(text) for name, text in texts.items() if text}
        for word in words:
            frequencies = {name: text.count(word.stem) for name, text in texts.items() if word.stem in text}
            for name, often in frequencies.items():
                rarity = math.log(1 + (len(lengths) - len(frequencies) + 0.5) / (len(frequencies) + 0.5))
                average = sum(lengths.values()) / len(lengths)
                saturated = often * 2.2 / (often + 1.2 * (1 - 0.75 + 0.75 * lengths[name] / average))
                found[name] = found.get(name, 0.0) + word.weight * weight * rarity * saturated
    return found


def answer(documents: Sequence[Document], request: Request) -> Matches:
    """Return what a request must find among the documents, looked at one by one."""
    worth = {} if request.terms is None else scores(documents, request.terms)

    def chosen(it: Document, but: str = "") -> bool:
        return (request.terms is None or (it.kind, it.key) in worth) and all(
            set(values) & set(it.facets.get(name, ()))
            for name, values in request.selected.items()
            if name != but
        )

    def order(it: Document) -> tuple[float, float, tuple[bool, int, str]]:
        first = {"relevance": round(worth.get((it.kind, it.key), 0.0), 9), "recognised": it.recognised}
        is_word = not it.key.isdigit()
        return -first.get(request.sort, 0), -it.moment, (is_word, 0 if is_word else int(it.key), it.key)

    found = sorted((it for it in documents if it.kind == request.kind and chosen(it)), key=order)
    facets = {
        name: [
            value
            for it in documents
            if it.kind == request.kind and chosen(it, but=name)
            for value in set(it.facets.get(name, ()))
        ]
        for name in FACETS
    }
    kinds = [it.kind for it in documents if chosen(it)]
    return Matches(
        total=len(found),
        hits=tuple(
            Match(it.key, worth.get((it.kind, it.key), 0.0))
            for it in found[request.offset : request.offset + request.limit]
        ),
        facets={name: {value: values.count(value) for value in values} for name, values in facets.items()},
        kinds={kind: kinds.count(kind) for kind in kinds},
    )
