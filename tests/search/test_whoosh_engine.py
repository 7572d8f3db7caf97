import ast
import gc
import os
import shutil
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from unittest import mock

import pytest
import whoosh.codec.whoosh3
import whoosh.filedb.filestore
import whoosh.index
import whoosh.searching
import whoosh.writing
from whoosh.codec.whoosh3 import W3Segment

import kb.search
from kb.core import DataError
from kb.search import analysis, whoosh_engine
from kb.search import segments as search_segments
from kb.search.codec import Documents, Writer
from kb.search.documents import Document
from kb.search.engine import Request
from kb.search.segments import WhooshSegment
from kb.search.snapshot import Snapshot
from kb.search.whoosh_engine import NO_INDEX, SEGMENTS, WhooshEngine
from tests.search.shelf import (
    LANGUAGES,
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
APPLES = Request("lesson", terms("appel"), limit=1000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(folder: Path) -> Iterator[WhooshEngine]:
    """An index of three documents."""
    engine = WhooshEngine(folder)
    rebuild(engine, [document("1", "appel"), document("2", "appel peer"), document("3", "peer")])
    yield engine
    engine.close()


def generations(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("g-*")}


def current(folder: Path) -> Path:
    return folder / (folder / "current").read_text(encoding="ascii").strip()


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


# Making, updating, making anew


def test_another_engine_on_the_folder_sees_every_change(engine: WhooshEngine, folder: Path) -> None:
    other = WhooshEngine(folder)
    assert sorted(keys(other.search(APPLES))) == ["1", "2"]
    update(engine, [document("4", "appel")], [("lesson", "1")])
    assert sorted(keys(other.search(APPLES))) == ["2", "4"]
    rebuild(engine, [document("5", "appel")])
    assert sorted(keys(other.search(APPLES))) == ["5"]
    rebuild(engine, [document("6", "appel")])
    rebuild(engine, [document("7", "appel")])
    assert sorted(keys(other.search(APPLES))) == ["7"]
    other.close()


AN_HOUR_NS = 3600 * 10**9


def written_at(folder: Path, when_ns: int) -> None:
    """Let both folders have been written at a moment, in nanoseconds since 1970."""
    for path in (folder, current(folder)):
        os.utime(path, ns=(when_ns, when_ns))


def test_a_state_that_is_not_new_is_known_at_a_glance(engine: WhooshEngine, folder: Path) -> None:
    written_at(folder, time.time_ns() - AN_HOUR_NS)
    engine.search(ALL)
    state = engine.state(0)
    with mock.patch.object(Path, "read_text", side_effect=AssertionError("no file is read")):
        assert engine.state(0) is state


@pytest.mark.parametrize("write", [update, rebuild])
@pytest.mark.parametrize("ago_ns", [AN_HOUR_NS, 0, -AN_HOUR_NS])
def test_each_write_makes_another_state(
    engine: WhooshEngine, folder: Path, write: Callable[..., None], ago_ns: int
) -> None:
    written_at(folder, time.time_ns() - ago_ns)
    other = WhooshEngine(folder)
    before = engine.state(0), other.state(0)
    assert (engine.state(0), other.state(0)) == before
    write(engine, [document("9", "appel")])
    assert engine.state(0) is not before[0]
    assert other.state(0) is not before[1]
    assert "9" in keys(other.search(APPLES))
    other.close()


def test_two_writes_at_the_same_time_by_the_clock(engine: WhooshEngine, folder: Path) -> None:
    """A time of a file can be a whole second old when it is made, so of a young one nothing is concluded."""
    now = time.time_ns()
    with mock.patch.object(time, "time_ns", return_value=now):  # however long the test takes
        for word in ("peer", "appel", "pruim"):
            before = engine.state(0)
            update(engine, [document("1", word)])
            written_at(folder, now)
            assert engine.state(0) is not before


def test_a_state_that_is_still_being_opened_is_looked_up_again(engine: WhooshEngine, folder: Path) -> None:
    before = engine.state(0)
    update(engine, [document("4", "appel")])
    written_at(folder, time.time_ns() - AN_HOUR_NS)
    with engine._opening:  # as another thread has it that opens the new one
        assert engine.state(0) is before
    assert engine.state(0) is not before
    assert engine.state(0) is engine.state(0)


def test_an_index_that_is_gone_has_no_state(engine: WhooshEngine, folder: Path) -> None:
    written_at(folder, time.time_ns() - AN_HOUR_NS)
    engine.state(0)
    shutil.rmtree(folder)
    with pytest.raises(DataError):
        engine.state(0)


def test_a_new_reader_sees_an_updated_document(engine: WhooshEngine) -> None:
    """Whoosh's `refresh()` would go on showing the old version, so nothing here may come to call it."""
    with mock.patch.object(whoosh.searching.Searcher, "refresh", side_effect=AssertionError("never call it")):
        for word in ("pruim", "kers", "braam"):
            update(engine, [document("1", word)])
            assert keys(engine.search(Request("lesson", terms(word)))) == ["1"]
            assert keys(engine.search(APPLES)) == ["2"]
            assert sorted(keys(engine.search(ALL))) == ["1", "2", "3"]


def test_the_search_room_never_calls_refresh() -> None:
    calls = [
        node
        for path in Path(kb.search.__path__[0]).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"refresh", "searcher"}
    ]
    assert calls == []


def test_an_index_can_be_searched_again_after_closing(engine: WhooshEngine) -> None:
    engine.close()
    assert sorted(keys(engine.search(APPLES))) == ["1", "2"]


def test_a_rebuild_is_not_seen_until_it_is_done(engine: WhooshEngine, folder: Path) -> None:
    before = current(folder)

    def documents() -> Iterator[Document]:
        for key in ("7", "8"):
            yield document(key, "appel")
            assert current(folder) == before
            assert sorted(keys(engine.search(APPLES))) == ["1", "2"]

    rebuild(engine, documents())
    assert current(folder) != before
    assert sorted(keys(engine.search(APPLES))) == ["7", "8"]
    assert engine.fingerprints().keys() == {("lesson", "7"), ("lesson", "8")}


def test_the_generation_before_is_kept_and_older_ones_go(engine: WhooshEngine, folder: Path) -> None:
    seen = [current(folder).name]
    (folder / "g-left-by-a-killed-rebuild").mkdir()
    (folder / "g-left-by-a-killed-rebuild" / "MAIN_x.trm").write_bytes(b"x")
    (folder / "current.new").write_text("g-left-by-a-killed-rebuild\n", encoding="ascii")
    for _ in range(3):
        rebuild(engine, [document("7", "appel")])
        seen.append(current(folder).name)
        assert generations(folder) == set(seen[-2:])
    assert len(set(seen)) == 4
    assert {path.name for path in folder.iterdir()} == {"current", "lock", *seen[-2:]}


@contextmanager
def whoosh_leaves_files_open() -> Iterator[None]:
    """When Whoosh fails, it leaves its files for Python to close, which then warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


def _full(*_args: object, **_kwargs: object) -> None:
    raise OSError(28, "No space left on device")


def _stop() -> Iterator[Document]:
    yield document("7", "appel")
    raise KeyboardInterrupt


def _fault() -> Iterator[Document]:
    yield document("7", "appel")
    raise ZeroDivisionError


@pytest.mark.parametrize(("documents", "error"), [(_stop, KeyboardInterrupt), (_fault, ZeroDivisionError)])
def test_a_failed_rebuild_leaves_all_as_it_was(
    engine: WhooshEngine,
    folder: Path,
    documents: Callable[[], Iterator[Document]],
    error: type[BaseException],
) -> None:
    before = files(folder)
    with pytest.raises(error):
        rebuild(engine, documents())
    assert files(folder) == before
    assert sorted(keys(engine.search(APPLES))) == ["1", "2"]
    rebuild(engine, [document("7", "appel")])
    assert keys(engine.search(APPLES)) == ["7"]


@pytest.mark.parametrize("step", ["write_text", "replace"])
def test_a_full_disk_at_the_end_of_a_rebuild(engine: WhooshEngine, folder: Path, step: str) -> None:
    before = generations(folder)
    with mock.patch.object(Path, step, _full), pytest.raises(OSError, match="No space"):
        rebuild(engine, [document("7", "appel")])
    assert generations(folder) == before
    assert sorted(keys(engine.search(APPLES))) == ["1", "2"]


def test_a_failed_first_rebuild_leaves_no_index(folder: Path) -> None:
    engine = WhooshEngine(folder)
    with pytest.raises(ZeroDivisionError):
        rebuild(engine, _fault())
    assert files(folder) == {"lock"}
    with pytest.raises(DataError):
        engine.ready()


WRITER, STORAGE = whoosh.writing.SegmentWriter, whoosh.filedb.filestore.FileStorage


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (WRITER, "__init__"),
        (Writer, "drop"),
        (Writer, "add"),
        (WRITER, "_flush_segment"),
        (WRITER, "_close_segment"),
        (STORAGE, "create_file"),
        (STORAGE, "rename_file"),
        (whoosh.index.TOC, "write"),
        (Documents, "arrays"),
        (whoosh.codec.whoosh3.W3FieldWriter, "close"),
    ],
)
def test_a_full_disk_leaves_the_index_as_it_was_and_the_lock_free(
    engine: WhooshEngine, folder: Path, owner: type, name: str
) -> None:
    """Wherever it strikes, also where Whoosh can't clear up after itself."""

    def strike() -> None:
        before = files(folder)
        with mock.patch.object(owner, name, _full), pytest.raises(OSError, match="No space") as caught:
            update(engine, [document("4", "appel")], [("lesson", "1")])
        assert sorted(keys(engine.search(APPLES))) == ["1", "2"]
        assert len(engine.fingerprints()) == 3
        update(engine, [document("5", "appel")], [("lesson", "1")])
        assert sorted(keys(engine.search(APPLES))) == ["2", "5"]
        left = {name for name in files(folder) - before if Path(name).suffix in {".trm", ".pst", ".tmp"}}
        assert len(left) == 2, "the files of the failed update go with the next one"
        assert caught.value.errno == 28, "all of the failed writer is still held by its exception"

    with whoosh_leaves_files_open():
        strike()


def test_a_fault_in_the_documents_leaves_the_index_as_it_was_and_the_lock_free(engine: WhooshEngine) -> None:
    for documents, error in ((_fault, ZeroDivisionError), (_stop, KeyboardInterrupt)):
        with pytest.raises(error), engine.writing():
            engine.update([("lesson", "1")], map(LANGUAGES.entry, documents()))
        assert sorted(keys(engine.search(ALL))) == ["1", "2", "3"]
    update(engine, [document("7", "appel")])
    assert sorted(keys(engine.search(APPLES))) == ["1", "2", "7"]


def test_a_thing_named_twice_is_dropped_once(engine: WhooshEngine) -> None:
    update(engine, [], [("lesson", "1"), ("lesson", "1")])
    assert sorted(keys(engine.search(ALL))) == ["2", "3"]


# Merging


def segments(engine: WhooshEngine) -> list[WhooshSegment]:
    return [cast("WhooshSegment", part.segment) for part in engine._newest().parts]


def documents_held(engine: WhooshEngine) -> int:
    return sum(segment.size for segment in segments(engine))


def tidy(engine: WhooshEngine) -> bool:
    found = engine.untidy()
    with engine.writing():
        engine.tidy()
    return found


def test_an_update_merges_nothing_until_there_are_far_too_many(engine: WhooshEngine) -> None:
    for number in range(100):
        update(engine, [document(str(number), "appel")])
        assert len(segments(engine)) <= 2 * SEGMENTS + 1
    assert engine.search(APPLES).total == 100


def test_a_document_is_seldom_merged_again(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not each time that something was saved: who saves all day waits for no merge of all that was saved that day."""
    merged, take = [0], Writer.take

    def counted(writer: Writer, segment: W3Segment) -> None:
        merged[0] += segment.doc_count()
        take(writer, segment)

    monkeypatch.setattr(Writer, "take", counted)
    for number in range(128):
        update(engine, [document(str(number), "appel")])
        tidy(engine)
    assert merged[0] <= 3 * 128
    assert len(segments(engine)) <= SEGMENTS


def test_tidying_leaves_few_segments_and_all_that_is_in_them(engine: WhooshEngine) -> None:
    rng = chance(1)
    shelf = {str(number): random_document(rng, str(number)) for number in range(60)}
    for number, it in enumerate(shelf.values()):
        update(engine, [it] if number % 7 else [it, document("gone", "appel", kind="event")])
        if number % 5 == 0:
            update(engine, [], [("event", "gone")])
            tidy(engine)
    update(engine, [], [("event", "gone"), *((it.kind, it.key) for it in random_documents(engine))])
    update(engine, shelf.values())
    tidy(engine)
    assert not tidy(engine)
    assert len(segments(engine)) <= SEGMENTS
    for _ in range(30):
        request = random_request(rng)
        found, expected = engine.search(request), answer(list(shelf.values()), request)
        assert keys(found) == keys(expected)
        assert (found.total, found.facets) == (expected.total, expected.facets)


def random_documents(engine: WhooshEngine) -> list[Document]:
    """Return something with the name of everything in the index."""
    return [document(key, kind=kind) for kind, key in engine.fingerprints()]


def test_deleted_documents_do_not_pile_up(engine: WhooshEngine) -> None:
    for _ in range(5):
        update(engine, [document(str(number), "appel") for number in range(200)])
        tidy(engine)
        assert engine.search(APPLES).total == 200
        assert documents_held(engine) <= 200 + 3
    for at in range(0, 200, 20):
        update(engine, [document(str(number), "appel") for number in range(at, at + 20)])
        tidy(engine)
        assert engine.search(APPLES).total == 200
        assert documents_held(engine) <= 2 * 200


def test_words_letters_and_phrases_survive_tidying(engine: WhooshEngine) -> None:
    for number in range(12):
        update(engine, [document(str(number), f"dorp{number} plein markt {number}")])
    before = engine.search(
        Request("lesson", terms("markt"), letters=("dorp7",), must=({"xx": ("plein", "markt")},))
    )
    spellings = engine.vocabulary().spellings("xx")
    assert tidy(engine)
    after = engine.search(
        Request("lesson", terms("markt"), letters=("dorp7",), must=({"xx": ("plein", "markt")},))
    )
    assert before.hits == after.hits
    assert keys(after)[0] == "7"
    assert engine.vocabulary().spellings("xx") == spellings


# No index, or none to read


def nothing(folder: Path) -> None:
    (folder / "current").unlink()


def empty_folder(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def points_nowhere(folder: Path) -> None:
    (folder / "current").write_text("g-0123456789abcdef\n", encoding="ascii")


def points_elsewhere(folder: Path) -> None:
    shutil.copytree(current(folder), folder.parent / "elsewhere")
    (folder / "current").write_text("../elsewhere\n", encoding="ascii")


def pointer_is_empty(folder: Path) -> None:
    (folder / "current").write_bytes(b"")


def pointer_is_rubbish(folder: Path) -> None:
    (folder / "current").write_bytes(b"\xff\x00g-\xfe" * 1000)


def pointer_is_too_long(folder: Path) -> None:
    (folder / "current").write_text("g" * 5000, encoding="ascii")


def another_format(folder: Path) -> None:
    (current(folder) / "format").write_text("0.older", encoding="ascii")


def no_format(folder: Path) -> None:
    (current(folder) / "format").unlink()


def format_is_rubbish(folder: Path) -> None:
    (current(folder) / "format").write_bytes(b"\xff\xfe")


def no_contents(folder: Path) -> None:
    for path in current(folder).glob("*.toc"):
        path.unlink()


def contents_are_rubbish(folder: Path) -> None:
    for path in current(folder).glob("*.toc"):
        path.write_bytes(b"rubbish" * 100)


def contents_are_cut(folder: Path) -> None:
    for path in current(folder).glob("*.toc"):
        path.write_bytes(path.read_bytes()[:100])


def terms_are_empty(folder: Path) -> None:
    for path in current(folder).glob("*.trm"):
        path.write_bytes(b"")


def a_file_is_missing(folder: Path) -> None:
    for path in current(folder).glob("*.kbc"):
        path.unlink()


def columns_are_cut(folder: Path) -> None:
    for path in current(folder).glob("*.kbc"):
        path.write_bytes(path.read_bytes()[:-16])


def columns_are_rubbish(folder: Path) -> None:
    for path in current(folder).glob("*.kbc"):
        path.write_bytes(b"rubbish" * 100)


WAYS_TO_BREAK = [
    nothing,
    empty_folder,
    points_nowhere,
    points_elsewhere,
    pointer_is_empty,
    pointer_is_rubbish,
    pointer_is_too_long,
    another_format,
    no_format,
    format_is_rubbish,
    no_contents,
    contents_are_rubbish,
    contents_are_cut,
    terms_are_empty,
    a_file_is_missing,
    columns_are_cut,
    columns_are_rubbish,
]


@pytest.mark.parametrize("break_it", WAYS_TO_BREAK)
def test_an_index_that_can_not_be_read(
    engine: WhooshEngine, folder: Path, break_it: Callable[[Path], None]
) -> None:
    engine.close()
    break_it(folder)

    def refused(ask: Callable[[], object]) -> None:
        with pytest.raises(DataError) as caught:
            ask()
        assert str(caught.value) == NO_INDEX
        assert caught.value.status == 503

    with whoosh_leaves_files_open():
        refused(engine.ready)
        refused(engine.fingerprints)
        refused(lambda: engine.search(ALL))


def test_a_format_that_changes_under_an_open_index_is_heeded(engine: WhooshEngine, folder: Path) -> None:
    engine.search(ALL)
    another_format(folder)
    with pytest.raises(DataError):
        engine.search(ALL)


def test_nothing_is_made_by_reading(folder: Path) -> None:
    engine = WhooshEngine(folder)
    for ask in (engine.ready, lambda: engine.search(ALL), engine.fingerprints):
        with pytest.raises(DataError):
            ask()
    assert not folder.exists()


def test_only_a_rebuild_makes_an_index(folder: Path) -> None:
    engine = WhooshEngine(folder)
    with pytest.raises(DataError):
        update(engine, [document("1", "appel")])
    with pytest.raises(DataError):
        engine.ready()


def test_another_analysis_is_another_format() -> None:
    assert analysis.VERSION in whoosh_engine.FORMAT


def test_an_index_that_is_replaced_while_it_is_opened(engine: WhooshEngine, folder: Path) -> None:
    """Two rebuilds between reading the pointer and opening the files: the reader looks again."""
    engine.close()
    first = current(folder)
    true_version = engine._version

    def slow() -> tuple[str, int]:
        version = true_version()
        if version[0] == first.name:
            rebuild(WhooshEngine(folder), [document("7", "appel")])
            rebuild(WhooshEngine(folder), [document("8", "appel")])
        return version

    with mock.patch.object(engine, "_version", slow):
        assert keys(engine.search(APPLES)) == ["8"]
    assert not first.exists()


@pytest.mark.parametrize("writes", [1, 7])
@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (whoosh.index.FileIndex, "__init__"),
        (whoosh_engine, "_segments"),
        (search_segments, "columns_of"),
    ],
)
def test_an_index_that_is_updated_while_it_is_opened(
    engine: WhooshEngine, owner: object, name: str, writes: int
) -> None:
    """The files that the reader was about to open are gone, merged into others: the reader looks again."""
    for number in range(4, 9):
        update(engine, [document(str(number), "appel")])
    engine.close()
    true_method, done = getattr(owner, name), list[bool]()

    def slow(*arguments: Any, **more: Any) -> Any:
        found = true_method(*arguments, **more)
        if not done:
            done.append(True)
            for number in range(9, 9 + writes):
                update(engine, [document(str(number), "appel")], [("lesson", "1"), ("lesson", "3")])
        return found

    with whoosh_leaves_files_open(), mock.patch.object(owner, name, slow):
        found = engine.search(APPLES)
    assert found.total == len(found.hits) >= 6
    assert sorted(map(int, keys(engine.search(APPLES)))) == [2, *range(4, 9 + writes)]


# The lock


def assert_locked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whoosh_engine, "LOCK_TIMEOUT_S", 0.05)
    with pytest.raises(DataError, match="Another process") as caught, WhooshEngine(folder).writing():
        pytest.fail("two writers at once")
    assert "\n" not in str(caught.value)


def test_only_one_writes(engine: WhooshEngine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with engine.writing():
        assert_locked(folder, monkeypatch)
        assert keys(engine.search(APPLES)), "reading never waits"
    with WhooshEngine(folder).writing():
        pass


def test_only_one_thread_writes(engine: WhooshEngine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with engine.writing():
            held.set()
            go_on.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    assert_locked(folder, monkeypatch)
    go_on.set()
    thread.join()
    update(engine, [document("4", "appel")])
    assert engine.search(APPLES).total == 3


def test_a_writer_waits_for_the_other(engine: WhooshEngine) -> None:
    held, done = threading.Event(), threading.Event()

    def second() -> None:
        held.wait(10)
        update(engine, [document("4", "appel")])
        done.set()

    thread = threading.Thread(target=second)
    thread.start()
    with engine.writing():
        held.set()
        engine.update(
            [("lesson", "4")], map(LANGUAGES.entry, [document("4", "kers"), document("5", "appel")])
        )
        assert not done.wait(0.1)
    thread.join(10)
    assert done.is_set()
    assert sorted(keys(engine.search(APPLES))) == ["1", "2", "4", "5"]


def test_the_lock_is_free_after_a_fault(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whoosh_engine, "LOCK_TIMEOUT_S", 0.05)
    with pytest.raises(ZeroDivisionError), engine.writing():
        raise ZeroDivisionError
    with engine.writing():
        pass


def test_a_folder_that_can_not_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="ascii")
    for folder in (tmp_path / "file", tmp_path / "file" / "index"):
        with pytest.raises(DataError, match="can't be written") as caught:
            rebuild(WhooshEngine(folder))
        assert "\n" not in str(caught.value)


def test_a_search_does_not_wait_while_a_new_state_is_opened(engine: WhooshEngine) -> None:
    """It gets the state before; who compares the index with the database waits."""
    assert sorted(keys(engine.search(APPLES))) == ["1", "2"]
    update(engine, [document("4", "appel")])
    opening, go_on = threading.Event(), threading.Event()
    found: list[list[str]] = []

    class Slow(Snapshot):
        def __init__(self, *arguments: Any) -> None:
            opening.set()
            go_on.wait(10)
            super().__init__(*arguments)

    def compare() -> None:
        found.append(sorted(key for _, key in engine.fingerprints()))

    with mock.patch.object(whoosh_engine, "Snapshot", Slow):
        first, second = (threading.Thread(target=compare) for _ in range(2))
        first.start()
        assert opening.wait(10)
        assert sorted(keys(engine.search(APPLES))) == ["1", "2"]
        second.start()
        second.join(0.1)
        assert second.is_alive()
        go_on.set()
        first.join()
        second.join()
    assert found == [["1", "2", "3", "4"]] * 2
    assert sorted(keys(engine.search(APPLES))) == ["1", "2", "4"]
