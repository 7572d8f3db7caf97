"""What every engine must do, on small collections: each answer is what counting by hand gives.

In the run on PostgreSQL it is the engine there that is tested, else the one on Whoosh.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kb.search.documents import FACETS, SORTS, Document, Text
from kb.search.engine import Engine, Matches, Request, Term
from kb.search.postgres_engine import PostgresEngine
from kb.search.whoosh_engine import WhooshEngine
from tests.databases import Databases, on_server
from tests.search.shelf import (
    answer,
    assert_same,
    chance,
    document,
    empty_database,
    keys,
    random_document,
    random_request,
    rebuild,
    terms,
    update,
)

ALL = Request("lesson", limit=1000)


@contextmanager
def new_engine(config: pytest.Config, databases: Databases, folder: Path) -> Iterator[Engine]:
    """Give an engine of the kind that this run is about, with an index without documents."""
    with empty_database(databases, folder) as database:
        engine: Engine = PostgresEngine(database) if on_server(config) else WhooshEngine(folder / "index")
        rebuild(engine)
        yield engine
        engine.close()


@pytest.fixture
def engine(pytestconfig: pytest.Config, databases: Databases, tmp_path: Path) -> Iterator[Engine]:
    with new_engine(pytestconfig, databases, tmp_path / "one") as engine:
        yield engine


@pytest.fixture
def another(pytestconfig: pytest.Config, databases: Databases, tmp_path: Path) -> Iterator[Engine]:
    with new_engine(pytestconfig, databases, tmp_path / "another") as engine:
        yield engine


def scores(found: Matches) -> dict[str, float]:
    return {match.key: match.score for match in found.hits}


def test_it_takes_room_and_more_with_more_in_it(engine: Engine) -> None:
    before = engine.bytes_on_disk()
    update(engine, [document(str(number), f"woord{number} " * 50) for number in range(100)])
    assert 0 < before < engine.bytes_on_disk()


# Against a count by hand


@pytest.mark.parametrize("seed", range(12))
def test_every_answer_is_what_counting_by_hand_gives(engine: Engine, seed: int) -> None:
    """Scores, order, totals, facets and kinds; over several segments, with documents changed and deleted."""
    rng = chance(seed)
    shelf: dict[tuple[str, str], Document] = {}
    for _ in range(6):
        changed = [random_document(rng, str(rng.randint(1, 40))) for _ in range(rng.randint(1, 20))]
        changed = list({(it.kind, it.key): it for it in changed}.values())
        kept = [name for name in shelf if name not in {(it.kind, it.key) for it in changed}]
        gone = rng.sample(kept, min(len(kept), rng.randint(0, 4)))
        update(engine, changed, gone)
        shelf = {name: it for name, it in shelf.items() if name not in gone}
        shelf |= {(it.kind, it.key): it for it in changed}
        for _ in range(12):
            request = random_request(rng)
            assert_same(engine.search(request), answer(list(shelf.values()), request))


@pytest.mark.parametrize("seed", range(3))
def test_an_updated_index_answers_as_one_just_made(engine: Engine, another: Engine, seed: int) -> None:
    rng = chance(seed)
    shelf: dict[str, Document] = {}
    for _ in range(15):
        changed = {str(number): random_document(rng, str(number)) for number in rng.sample(range(60), 12)}
        changed = {key: replace(it, kind="lesson") for key, it in changed.items()}
        update(engine, changed.values())
        engine.search(random_request(rng))  # so that postings are held from before later deletions
        shelf |= changed
    rebuild(another, shelf.values())
    for _ in range(30):
        request = random_request(rng)
        assert_same(engine.search(request), answer(list(shelf.values()), request))
        assert_same(another.search(request), answer(list(shelf.values()), request))
    assert engine.fingerprints() == another.fingerprints()


def test_a_weight_and_a_title_count(engine: Engine) -> None:
    update(
        engine,
        [
            document("title", "peer pruim", title="appel kers"),
            document("body", "appel pruim", title="peer kers"),
            document("other", "braam vijg", title="braam vijg"),
        ],
    )
    found = scores(engine.search(Request("lesson", terms("appel"))))
    assert found["title"] == pytest.approx(2 * found["body"])
    half = scores(engine.search(Request("lesson", (Term("xx", "appel", 0.5),))))
    assert half == pytest.approx({key: score / 2 for key, score in found.items()})


def test_more_words_rank_above_one_word_often(engine: Engine) -> None:
    update(
        engine,
        [
            document("often", "appel appel appel appel"),
            document("both", "appel peer vijg vijg"),
            document("none", "kers kers kers kers"),
        ],
    )
    assert keys(engine.search(Request("lesson", terms("appel", "peer")))) == ["both", "often"]


def test_a_language_has_fields_of_its_own(engine: Engine) -> None:
    texts = (
        Text("nl", "Rollen", "in het dorp"),
        Text("en", "Roles", "in the village"),
        Text("fr", "", "rôle"),
    )
    update(engine, [replace(document("1"), texts=texts), document("2", "dorp")])
    for term, expected in [
        (Term("nl", "dorp"), ["1"]),
        (Term("en", "dorp"), []),
        (Term("xx", "dorp"), ["2"]),
        (Term("en", "villag"), ["1"]),
        (Term("xx", "role"), ["1"]),
        (Term("nl", "in"), []),
    ]:
        assert keys(engine.search(Request("lesson", (term,)))) == expected, term


def test_texts_in_two_languages_without_fields_of_their_own_are_both_found(engine: Engine) -> None:
    texts = (Text("fr", "pomme", "verger"), Text("de", "Apfel", "Garten"))
    update(engine, [replace(document("1"), texts=texts), document("2", "kers")])
    for word in ("pomme", "verger", "apfel", "garten"):
        assert keys(engine.search(Request("lesson", terms(word)))) == ["1"], word


# Order and pages


def test_relevance_ties_go_newest_first_then_by_key(engine: Engine) -> None:
    update(engine, [document(key, "appel", moment=1.0) for key in ("10", "9", "b", "a", "7", "007")])
    update(engine, [document("new", "appel", moment=2.0), document("more", "appel appel", moment=0.0)])
    expected = ["more", "new", "007", "7", "9", "10", "a", "b"]
    assert keys(engine.search(Request("lesson", terms("appel")))) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", ["c", "a", "b", "d"]),
        ("recognised", ["d", "c", "a", "b"]),
        ("relevance", ["c", "a", "b", "d"]),
    ],
)
def test_sorting_without_words(engine: Engine, sort: str, expected: list[str]) -> None:
    update(
        engine,
        [
            document("b", moment=2.0),
            document("a", moment=2.0),
            document("d", moment=1.0, recognised=1),
            document("c", moment=3.0),
        ],
    )
    assert keys(engine.search(replace(ALL, sort=sort))) == expected


@pytest.mark.parametrize("sort", SORTS)
def test_pages_have_no_overlap_and_no_gap(engine: Engine, sort: str) -> None:
    """Nearly everything ties, over several segments: any order that is not total would show."""
    rng = chance(5)
    numbers = list(range(90))
    rng.shuffle(numbers)
    for at in range(0, 90, 30):
        update(
            engine,
            [
                document(str(number), "appel", moment=number % 2, recognised=number % 3)
                for number in numbers[at : at + 30]
            ],
        )
    whole = keys(engine.search(Request("lesson", terms("appel"), sort=sort, limit=1000)))
    assert sorted(map(int, whole)) == list(range(90))
    for size in (1, 7, 45, 90, 100):
        pages = [
            keys(engine.search(Request("lesson", terms("appel"), sort=sort, offset=offset, limit=size)))
            for offset in range(0, 100, size)
        ]
        assert [key for page in pages for key in page] == whole
        assert all(len(page) <= size for page in pages)


@pytest.mark.parametrize(("offset", "limit"), [(0, 0), (5, 0), (3, 10), (10**6, 100)])
def test_a_page_without_hits_still_counts(engine: Engine, offset: int, limit: int) -> None:
    update(engine, [document(str(number), "appel", theme=("samen",)) for number in range(3)])
    found = engine.search(Request("lesson", terms("appel"), offset=offset, limit=limit))
    assert found.hits == ()
    assert found.total == 3
    assert found.facets["theme"] == {"samen": 3}


def test_a_facet_leaves_its_own_selection_aside(engine: Engine) -> None:
    update(
        engine,
        [
            document("1", theme=("a",), year=("2015",)),
            document("2", theme=("a", "b"), year=("2016",)),
            document("3", theme=("b",), year=("2016",)),
            document("4", theme=("c",), year=("2017",)),
            document("5", kind="case", theme=("a",), year=("2016",)),
        ],
    )
    found = engine.search(replace(ALL, selected={"theme": ("a", "c"), "year": ("2016", "2017")}))
    assert set(keys(found)) == {"2", "4"}
    assert found.facets["theme"] == {"a": 1, "b": 2, "c": 1}
    assert found.facets["year"] == {"2015": 1, "2016": 1, "2017": 1}
    assert found.kinds == {"lesson": 2, "case": 1}


def test_a_value_that_nothing_has_finds_nothing_but_the_facet_still_counts(engine: Engine) -> None:
    update(engine, [document("1", theme=("a",), year=("2015",))])
    found = engine.search(replace(ALL, selected={"theme": ("nergens",)}))
    assert found.total == 0
    assert found.facets["theme"] == {"a": 1}
    assert found.facets["year"] == {}


def test_a_value_of_deleted_documents_is_not_counted(engine: Engine) -> None:
    update(engine, [document("1", theme=("a",)), document("2", theme=("b",))])
    assert engine.search(ALL).facets["theme"] == {"a": 1, "b": 1}
    update(engine, [], [("lesson", "1")])
    found = engine.search(ALL)
    assert found.facets["theme"] == {"b": 1}


# Changes


def test_an_update_replaces_and_drops(engine: Engine) -> None:
    update(engine, [document("1", "appel"), document("2", "appel"), document("3", "appel")])
    update(engine, [document("1", "peer"), document("4", "peer")], [("lesson", "2"), ("lesson", "99")])
    assert keys(engine.search(Request("lesson", terms("appel")))) == ["3"]
    assert sorted(keys(engine.search(Request("lesson", terms("peer"))))) == ["1", "4"]
    assert sorted(keys(engine.search(ALL))) == ["1", "3", "4"]


def test_a_deleted_document_is_never_found_and_comes_back_when_added_again(engine: Engine) -> None:
    first = document("1", "appel", theme=("a",))
    for _ in range(3):
        update(engine, [first, document("2", "appel peer pruim")])
        assert engine.search(Request("lesson", terms("appel"))).total == 2
        update(engine, [], [("lesson", "1")])
        found = engine.search(Request("lesson", terms("appel")))
        assert (keys(found), found.total, found.facets["theme"]) == (["2"], 1, {})
        assert engine.fingerprints().keys() == {("lesson", "2")}


NAMES = ["1", "11", "1:1", "lesson:1", "a b", "'s-graveland", "é", "x" * 200, "(*)", "1 OR 2", " ", "😀"]


def test_any_key_can_be_found_and_dropped(engine: Engine) -> None:
    kinds = ("lesson", "case")
    update(engine, [document(key, "appel", kind=kind) for key in NAMES for kind in kinds])
    for at, key in enumerate(NAMES):
        update(engine, [], [("lesson", key)])
        assert set(keys(engine.search(Request("lesson", terms("appel"), limit=99)))) == set(NAMES[at + 1 :])
    assert set(keys(engine.search(Request("case", terms("appel"), limit=99)))) == set(NAMES)


def test_an_index_without_documents(engine: Engine) -> None:
    nothing = Matches(total=0, hits=(), facets={name: {} for name in FACETS}, kinds={})
    assert engine.search(ALL) == nothing
    assert engine.search(Request("lesson", terms("appel"))) == nothing
    assert engine.fingerprints() == {}
    update(engine, [document("1", "appel", theme=("a",))])
    update(engine, [], [("lesson", "1")])
    assert engine.search(ALL) == nothing
    assert engine.search(Request("lesson", terms("appel"), selected={"theme": ("a",)})) == nothing
    assert engine.fingerprints() == {}


def test_a_document_without_any_word_is_found_by_its_facets_alone(engine: Engine) -> None:
    empty = [replace(document("none", theme=("a",)), texts=()), document("blank", " … ", theme=("a",))]
    update(engine, empty)
    assert engine.search(Request("lesson", terms("appel"))).total == 0
    assert sorted(keys(engine.search(replace(ALL, selected={"theme": ("a",)})))) == ["blank", "none"]
    update(engine, [document("word", "appel")])
    assert keys(engine.search(Request("lesson", terms("appel")))) == ["word"]
    assert engine.search(ALL).total == 3


def test_no_terms_find_nothing(engine: Engine) -> None:
    update(engine, [document("1", "appel")])
    assert engine.search(Request("lesson", ())).total == 0
    assert engine.search(Request("lesson", None)).total == 1


def test_a_long_text_and_a_word_used_often(engine: Engine) -> None:
    many = [document(str(number), "appel " * (number + 1)) for number in range(600)]  # more than one block
    update(engine, [*many, document("long", "peer " * 200_000)])
    found = engine.search(Request("lesson", terms("appel"), limit=1000))
    assert sorted(map(int, keys(found))) == list(range(600))
    assert keys(engine.search(Request("lesson", terms("peer")))) == ["long"]


# What is kept in memory
