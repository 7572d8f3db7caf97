import gc
import sys
import weakref
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from kb.search.documents import FACETS, SORTS, Document, Text
from kb.search.engine import Matches, Request, Term
from kb.search.segments import POSTINGS_BYTES, PostingCache, WhooshSegment
from kb.search.snapshot import Postings, _contenders
from kb.search.whoosh_engine import WhooshEngine
from tests.search.shelf import (
    answer,
    chance,
    document,
    keys,
    random_document,
    random_request,
    rebuild,
    terms,
    update,
)

ALL = Request("lesson", limit=1000)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    """An index without documents."""
    engine = WhooshEngine(tmp_path / "index")
    rebuild(engine)
    yield engine
    engine.close()


def segments(engine: WhooshEngine) -> list[object]:
    return [part.segment for part in engine._newest().parts]


def scores(found: Matches) -> dict[str, float]:
    return {match.key: match.score for match in found.hits}


def assert_same(found: Matches, expected: Matches) -> None:
    assert keys(found) == keys(expected)
    assert [match.score for match in found.hits] == pytest.approx([match.score for match in expected.hits])
    assert found.total == expected.total
    assert found.facets == expected.facets
    assert {kind: count for kind, count in found.kinds.items() if count} == expected.kinds


# Against a count by hand


@pytest.mark.parametrize("seed", range(12))
def test_every_answer_is_what_counting_by_hand_gives(engine: WhooshEngine, seed: int) -> None:
    """Scores, order, totals, facets and kinds; over several segments, with documents changed and deleted."""
    rng = chance(seed)
    shelf: dict[tuple[str, str], Document] = {}
    most = 0
    for _ in range(6):
        changed = [random_document(rng, str(rng.randint(1, 40))) for _ in range(rng.randint(1, 20))]
        changed = list({(it.kind, it.key): it for it in changed}.values())
        kept = [name for name in shelf if name not in {(it.kind, it.key) for it in changed}]
        gone = rng.sample(kept, min(len(kept), rng.randint(0, 4)))
        update(engine, changed, gone)
        shelf = {name: it for name, it in shelf.items() if name not in gone}
        shelf |= {(it.kind, it.key): it for it in changed}
        most = max(most, len(segments(engine)))
        for _ in range(12):
            request = random_request(rng)
            assert_same(engine.search(request), answer(list(shelf.values()), request))
    assert most > 1


@pytest.mark.parametrize("seed", range(3))
def test_an_updated_index_answers_as_one_just_made(engine: WhooshEngine, seed: int, tmp_path: Path) -> None:
    rng = chance(seed)
    shelf: dict[str, Document] = {}
    for _ in range(15):
        changed = {str(number): random_document(rng, str(number)) for number in rng.sample(range(60), 12)}
        changed = {key: replace(it, kind="lesson") for key, it in changed.items()}
        update(engine, changed.values())
        engine.search(random_request(rng))  # so that postings are held from before later deletions
        shelf |= changed
    fresh = WhooshEngine(tmp_path / "fresh")
    rebuild(fresh, shelf.values())
    for _ in range(30):
        request = random_request(rng)
        assert_same(engine.search(request), answer(list(shelf.values()), request))
        assert_same(fresh.search(request), answer(list(shelf.values()), request))
    assert engine.fingerprints() == fresh.fingerprints()
    fresh.close()


def test_a_weight_and_a_title_count(engine: WhooshEngine) -> None:
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


def test_more_words_rank_above_one_word_often(engine: WhooshEngine) -> None:
    update(
        engine,
        [
            document("often", "appel appel appel appel"),
            document("both", "appel peer vijg vijg"),
            document("none", "kers kers kers kers"),
        ],
    )
    assert keys(engine.search(Request("lesson", terms("appel", "peer")))) == ["both", "often"]


def test_a_language_has_fields_of_its_own(engine: WhooshEngine) -> None:
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


def test_texts_in_two_languages_without_fields_of_their_own_are_both_found(engine: WhooshEngine) -> None:
    texts = (Text("fr", "pomme", "verger"), Text("de", "Apfel", "Garten"))
    update(engine, [replace(document("1"), texts=texts), document("2", "kers")])
    for word in ("pomme", "verger", "apfel", "garten"):
        assert keys(engine.search(Request("lesson", terms(word)))) == ["1"], word


# Order and pages


def test_relevance_ties_go_newest_first_then_by_key(engine: WhooshEngine) -> None:
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
def test_sorting_without_words(engine: WhooshEngine, sort: str, expected: list[str]) -> None:
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
def test_pages_have_no_overlap_and_no_gap(engine: WhooshEngine, sort: str) -> None:
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
def test_a_page_without_hits_still_counts(engine: WhooshEngine, offset: int, limit: int) -> None:
    update(engine, [document(str(number), "appel", theme=("samen",)) for number in range(3)])
    found = engine.search(Request("lesson", terms("appel"), offset=offset, limit=limit))
    assert found.hits == ()
    assert found.total == 3
    assert found.facets["theme"] == {"samen": 3}


@pytest.mark.parametrize("seed", range(50))
def test_the_contenders_are_all_who_may_be_among_the_best(seed: int) -> None:
    rng = chance(seed)
    first, second = ([rng.randint(0, 3) for _ in range(40)] for _ in range(2))
    numbers = rng.sample(range(40), rng.randint(0, 40))
    wanted = rng.choice([0, 1, 5, 39, 40, 100])
    best = sorted(numbers, key=lambda number: (-first[number], -second[number]))[:wanted]
    measures = [np.array(first, float), np.array(second, float)]
    found = _contenders(np.array(numbers, np.int64), wanted, measures).tolist()
    assert set(best) <= set(found) <= set(numbers)
    assert len(found) == len(set(found))
    if best:
        last = (first[best[-1]], second[best[-1]])
        assert all((first[number], second[number]) >= last for number in found)


# Facets


def test_a_facet_leaves_its_own_selection_aside(engine: WhooshEngine) -> None:
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


def test_a_value_that_nothing_has_finds_nothing_but_the_facet_still_counts(engine: WhooshEngine) -> None:
    update(engine, [document("1", theme=("a",), year=("2015",))])
    found = engine.search(replace(ALL, selected={"theme": ("nergens",)}))
    assert found.total == 0
    assert found.facets["theme"] == {"a": 1}
    assert found.facets["year"] == {}


def test_a_value_of_deleted_documents_is_not_counted(engine: WhooshEngine) -> None:
    update(engine, [document("1", theme=("a",)), document("2", theme=("b",))])
    assert engine.search(ALL).facets["theme"] == {"a": 1, "b": 1}
    update(engine, [], [("lesson", "1")])
    found = engine.search(ALL)
    assert found.facets["theme"] == {"b": 1}


# Changes


def test_an_update_replaces_and_drops(engine: WhooshEngine) -> None:
    update(engine, [document("1", "appel"), document("2", "appel"), document("3", "appel")])
    update(engine, [document("1", "peer"), document("4", "peer")], [("lesson", "2"), ("lesson", "99")])
    assert keys(engine.search(Request("lesson", terms("appel")))) == ["3"]
    assert sorted(keys(engine.search(Request("lesson", terms("peer"))))) == ["1", "4"]
    assert sorted(keys(engine.search(ALL))) == ["1", "3", "4"]


def test_a_deleted_document_is_never_found_and_comes_back_when_added_again(engine: WhooshEngine) -> None:
    first = document("1", "appel", theme=("a",))
    for _ in range(3):
        update(engine, [first, document("2", "appel peer pruim")])
        assert engine.search(Request("lesson", terms("appel"))).total == 2
        update(engine, [], [("lesson", "1")])
        found = engine.search(Request("lesson", terms("appel")))
        assert (keys(found), found.total, found.facets["theme"]) == (["2"], 1, {})
        assert engine.fingerprints().keys() == {("lesson", "2")}


NAMES = ["1", "11", "1:1", "lesson:1", "a b", "'s-graveland", "é", "x" * 200, "(*)", "1 OR 2", " ", "😀"]


def test_any_key_can_be_found_and_dropped(engine: WhooshEngine) -> None:
    kinds = ("lesson", "case")
    update(engine, [document(key, "appel", kind=kind) for key in NAMES for kind in kinds])
    for at, key in enumerate(NAMES):
        update(engine, [], [("lesson", key)])
        assert set(keys(engine.search(Request("lesson", terms("appel"), limit=99)))) == set(NAMES[at + 1 :])
    assert set(keys(engine.search(Request("case", terms("appel"), limit=99)))) == set(NAMES)


def test_an_index_without_documents(engine: WhooshEngine) -> None:
    nothing = Matches(total=0, hits=(), facets={name: {} for name in FACETS}, kinds={})
    assert engine.search(ALL) == nothing
    assert engine.search(Request("lesson", terms("appel"))) == nothing
    assert engine.fingerprints() == {}
    update(engine, [document("1", "appel", theme=("a",))])
    update(engine, [], [("lesson", "1")])
    assert engine.search(ALL) == nothing
    assert engine.search(Request("lesson", terms("appel"), selected={"theme": ("a",)})) == nothing
    assert engine.fingerprints() == {}


def test_a_document_without_any_word_is_found_by_its_facets_alone(engine: WhooshEngine) -> None:
    empty = [replace(document("none", theme=("a",)), texts=()), document("blank", " … ", theme=("a",))]
    update(engine, empty)
    assert engine.search(Request("lesson", terms("appel"))).total == 0
    assert sorted(keys(engine.search(replace(ALL, selected={"theme": ("a",)})))) == ["blank", "none"]
    update(engine, [document("word", "appel")])
    assert keys(engine.search(Request("lesson", terms("appel")))) == ["word"]
    assert engine.search(ALL).total == 3


def test_no_terms_find_nothing(engine: WhooshEngine) -> None:
    update(engine, [document("1", "appel")])
    assert engine.search(Request("lesson", ())).total == 0
    assert engine.search(Request("lesson", None)).total == 1


def test_a_long_text_and_a_word_used_often(engine: WhooshEngine) -> None:
    many = [document(str(number), "appel " * (number + 1)) for number in range(600)]  # more than one block
    update(engine, [*many, document("long", "peer " * 200_000)])
    found = engine.search(Request("lesson", terms("appel"), limit=1000))
    assert sorted(map(int, keys(found))) == list(range(600))
    assert keys(engine.search(Request("lesson", terms("peer")))) == ["long"]


# What is kept in memory


def test_a_snapshot_is_kept_while_nothing_changes(engine: WhooshEngine) -> None:
    update(engine, [document("1", "appel")])
    before = engine._newest()
    engine.search(ALL)
    engine.fingerprints()
    assert engine._newest() is before
    update(engine, [document("2", "appel")])
    assert engine._newest() is not before


def test_a_segment_is_kept_from_one_snapshot_to_the_next(engine: WhooshEngine) -> None:
    update(engine, [document(str(number), "appel") for number in range(5)])
    before = segments(engine)
    update(engine, [document("0", "peer")])  # one document of the segment is deleted
    after = segments(engine)
    assert len(before) == 1
    assert len(after) == 2
    assert before[0] in after
    assert keys(engine.search(Request("lesson", terms("peer")))) == ["0"]
    assert engine.search(Request("lesson", terms("appel"))).total == 4


def postings(size: int) -> Postings:
    return np.arange(size, dtype=np.int64), np.ones(size, np.float32)


def test_the_cache_respects_its_limit_and_drops_the_longest_unused() -> None:
    one = POSTINGS_BYTES + 12 * 100
    cache = PostingCache(limit=3 * one)
    for stem in ("a", "b", "c"):
        cache.put(("s", "body_nl", stem), postings(100))
    assert cache.bytes == 3 * one
    assert cache.get(("s", "body_nl", "a"))
    cache.put(("s", "body_nl", "a"), postings(100))  # two threads may decode the same word
    assert cache.bytes == 3 * one
    cache.put(("s", "body_nl", "d"), postings(100))
    assert cache.bytes == 3 * one
    assert [stem for stem in "abcd" if cache.get(("s", "body_nl", stem))] == ["a", "c", "d"]
    assert cache.get(("other", "body_nl", "a")) is None
    assert cache.get(("s", "title_nl", "a")) is None


def test_the_cache_says_what_it_takes() -> None:
    held = postings(10_000)
    name = ("MAIN_0123456789abcdef", "body_nl", "bewonersparticipatie")
    parts = (held, held[0], held[1], name, name[2])
    assert sum(map(sys.getsizeof, parts)) < POSTINGS_BYTES + 12 * 10_000


@pytest.mark.parametrize("seed", range(5))
def test_the_cache_never_passes_its_limit(seed: int) -> None:
    rng = chance(seed)
    cache = PostingCache(limit=20_000)
    for _ in range(300):
        cache.put(("s", "body_nl", str(rng.randint(0, 60))), postings(rng.choice([0, 10, 500, 5_000])))
        assert 0 <= cache.bytes <= 20_000
        assert cache.bytes == sum(12 * len(held[0]) + POSTINGS_BYTES for held in cache._held.values())


@pytest.mark.parametrize("limit", [0, 2_000])
def test_answers_are_the_same_when_hardly_anything_can_be_kept(engine: WhooshEngine, limit: int) -> None:
    rng = chance(limit)
    engine._cache._limit = limit
    shelf = [replace(random_document(rng, str(number)), kind="lesson") for number in range(80)]
    update(engine, shelf[:40])
    update(engine, shelf[40:])
    for _ in range(30):
        request = random_request(rng)
        assert_same(engine.search(request), answer(shelf, request))
        assert engine._cache.bytes <= limit


def test_the_segments_share_one_limit(engine: WhooshEngine) -> None:
    engine._cache._limit = 4 * POSTINGS_BYTES
    for number in range(4):
        update(engine, [document(str(number), "appel peer pruim kers")])
    assert len(segments(engine)) == 4
    engine.search(Request("lesson", terms("appel", "peer", "pruim", "kers")))
    assert 0 < engine._cache.bytes <= 4 * POSTINGS_BYTES


def test_a_snapshot_answers_as_before_when_its_files_are_gone(engine: WhooshEngine) -> None:
    """A slow thread may still search a snapshot whose segments were merged away or whose index was replaced."""
    rng = chance(3)
    shelf = [replace(random_document(rng, str(number)), kind="lesson") for number in range(60)]
    update(engine, shelf[:30])
    update(engine, shelf[30:])
    before = engine._newest()
    rebuild(engine)
    rebuild(engine)
    files = {path.name for path in engine._folder.rglob("*")}
    names = [cast("WhooshSegment", part.segment).name for part in before.parts]
    assert not any(name in file for name in names for file in files)
    for _ in range(30):
        request = random_request(rng)
        assert_same(before.search(request), answer(shelf, request))
    assert len(before.fingerprints()) == 60
    assert engine.search(ALL).total == 0


def opened_files(folder: Path) -> list[str]:
    gc.collect()
    found = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the folder itself was open while it was listed
            found.append(str(link.readlink()))
    return [path for path in found if path.startswith(str(folder))]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc to see which files are open")
def test_files_of_segments_that_are_gone_are_closed(engine: WhooshEngine) -> None:
    for number in range(30):
        update(engine, [document(str(number % 3), "appel")])
        assert engine.search(Request("lesson", terms("appel"))).total == min(3, number + 1)
    assert opened_files(engine._folder)
    assert not [path for path in opened_files(engine._folder) if path.endswith("(deleted)")]
    engine.close()
    assert not opened_files(engine._folder)


def test_an_old_snapshot_is_let_go(engine: WhooshEngine) -> None:
    update(engine, [document("1", "appel")])
    before = weakref.ref(engine._newest())
    update(engine, [document("2", "appel")])
    assert engine.search(ALL).total == 2
    gc.collect()
    assert before() is None
