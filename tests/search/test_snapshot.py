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

from kb.search.engine import Request
from kb.search.segments import POSTINGS_BYTES, PostingCache, WhooshSegment
from kb.search.snapshot import Postings, _contenders
from kb.search.whoosh_engine import WhooshEngine
from tests.search.shelf import (
    answer,
    assert_same,
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
    assert sum(before.search(ALL).kinds.values()) == 60
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
