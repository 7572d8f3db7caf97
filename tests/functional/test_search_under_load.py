"""Searching while others write, and being killed in the middle of writing: no reader may ever see it.

The writing and the dying happen in processes of their own; this module is their program too.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kb.cases.format import check
from kb.cases.services import store
from kb.house import House
from kb.search.documents import Document, Query
from kb.search.engine import Request
from kb.search.whoosh_engine import WhooshEngine
from tests.conftest import opened
from tests.databases import Databases
from tests.search.shelf import chance, document, rebuild, terms, update

ROOT = Path(__file__).parents[2]
THREADS, THREADS_S, TURNS = 4, 2.0, 30
KILLS, CASES = 10, 5


class Reader(threading.Thread):
    """Searches until it is told to stop, and keeps what it saw that may not be.

    Each document's key says what word it holds. `eik` stands in forty, `appel` and `peer` in five in turn.
    """

    def __init__(self, engine: WhooshEngine, seed: int) -> None:
        super().__init__(daemon=True)
        self._engine, self._chance = engine, chance(seed)
        self.stopping = threading.Event()
        self.faults: list[object] = []
        self.seen: set[tuple[str, int]] = set()
        self.searches = 0

    def run(self) -> None:
        """Search; one fault is enough."""
        try:
            while not self.faults and not self.stopping.is_set():
                self._look()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test must see it
            self.faults.append(error)

    def _look(self) -> None:
        word = self._chance.choice(["appel", "peer", "eik"])
        found = self._engine.search(Request("lesson", terms(word), limit=self._chance.choice([3, 100])))
        keys = {match.key for match in found.hits}
        right = (
            found.total in ({40} if word == "eik" else {0, 5})
            and all(key.startswith(word) for key in keys)
            and len(keys) == len(found.hits) <= found.total
            and found.facets["tag"] == ({word: found.total} if found.total else {})
        )
        if not right:
            self.faults.append((word, found))
        self.seen.add((word, found.total))
        self.searches += 1


def _documents(word: str, count: int, turn: int = 0) -> list[Document]:
    return [document(f"{word}-{turn}-{at}", f"{word} " * 3, tag=(word,)) for at in range(count)]


def test_threads_search_while_the_index_is_written(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    rebuild(engine, _documents("eik", 40))
    readers = [Reader(engine, seed) for seed in range(THREADS)]
    for reader in readers:
        reader.start()
    end, turn, gone = time.monotonic() + THREADS_S, 0, list[Document]()
    while time.monotonic() < end or turn < TURNS:
        coming = _documents(("appel", "peer")[turn % 2], 5, turn)
        if turn % 15:
            update(engine, coming, [("lesson", it.key) for it in gone])
        else:
            rebuild(engine, [*coming, *_documents("eik", 40)])
        gone, turn = coming, turn + 1
        time.sleep(0.002)
    for reader in readers:
        reader.stopping.set()
        reader.join(60)
    engine.close()
    assert [reader.faults for reader in readers] == [[]] * THREADS
    assert all(reader.searches for reader in readers)
    seen = set().union(*(reader.seen for reader in readers))
    assert seen == {("eik", 40), ("appel", 0), ("appel", 5), ("peer", 0), ("peer", 5)}


@contextmanager
def process(task: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run this module with a task in a process of its own, which is gone when the block ends."""
    command = [sys.executable, "-m", __name__, task, *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        try:
            yield child
        finally:
            child.kill()


def test_one_process_searches_while_another_writes(data: Path) -> None:
    """Three cases hold the word for good, one more is published and withdrawn in turn."""
    house = opened(data)
    for number in range(3):
        _store(house, f"altijd-{number}", "published")
    house.search.sync()
    seen = set()
    with process("write", data, TURNS) as child:
        assert child.stdout
        assert child.stdout.readline() == "writing\n"
        while child.poll() is None:
            with house.database.reading() as session:
                found = house.search.find(session, Query(q="kastanje", kind="case"))
            seen.add(found.total)
            assert found.total in {3, 4}
            assert {hit.key for hit in found.hits} - {"soms"} == {"altijd-0", "altijd-1", "altijd-2"}
            assert all("kastanje" in hit.item.title.lower() for hit in found.hits)
            assert found.kinds["lesson"] == found.total
            time.sleep(0.001)  # the other one must come to write
        assert child.returncode == 0
    assert seen == {3, 4}
    assert not house.search.check()
    house.close()


@pytest.mark.whoosh
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be made quickly and killed")
def test_a_kill_in_the_middle_of_a_sync_loses_nothing(
    databases: Databases, data: Path, tmp_path: Path
) -> None:
    with databases.copied(data, tmp_path / "killed") as copy, process("die", copy, KILLS) as child:
        output, _ = child.communicate(timeout=300)
    assert child.returncode == 0
    rounds = json.loads(output)
    assert len(rounds) == KILLS
    assert all(it["killed"] for it in rounds), "each was killed, none ended by itself"
    assert all(it["mended"] for it in rounds), "a sync in a new process went well and no difference was left"
    assert any(it["halfway"] for it in rounds), "some were killed while they wrote the index"


# What the other processes do


def _store(house: House, slug: str, status: str, title: str = "Kastanje") -> None:
    given = {
        "slug": slug,
        "title": title,
        "summary": "Over bomen in de wijk. " * 20,
        "status": status,
        "lessons": [{"statement": f"Plant een boom: {title}."}],
    }
    record, slips = check(given, themes=frozenset())
    assert not slips
    with house.database.transaction() as session:
        store(session, record)


def _write(data: Path, times: int) -> None:
    """Publish and withdraw a case as fast as it goes."""
    house = opened(data)
    sys.stdout.write("writing\n")
    sys.stdout.flush()
    for turn in range(times):
        _store(house, "soms", ("published", "withdrawn")[turn % 2])
        house.search.sync()
        time.sleep(0.002)
    house.close()


def _die(data: Path, times: int) -> None:
    """Let processes be killed while they sync, each a little later than the one before; print what became of it.

    Each process is a fork of this one, which has loaded all and keeps nothing open, so a round costs little.
    """
    house = opened(data)
    _change(house, 0)
    house.search.warm_up()
    began = time.monotonic()
    house.search.sync()
    usual = time.monotonic() - began
    house.close()
    json.dump([_round(data, number, usual * number / times) for number in range(times)], sys.stdout)


def _round(data: Path, number: int, delay: float) -> dict[str, bool]:
    hears, says = os.pipe()
    child = os.fork()
    if not child:
        house = opened(data)
        _change(house, number + 1)
        os.write(says, b".")
        for _ in range(1000):
            house.search.sync()
            _change(house, number + 1)
        os._exit(0)
    os.read(hears, 1)  # it begins to sync now
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(hears)
    os.close(says)
    halfway = any(opened(data).settings.index_folder.glob("g-*/MAIN.tmp"))
    return {"killed": os.WIFSIGNALED(status), "halfway": halfway, "mended": _mended(data)}


def _mended(data: Path) -> bool:
    """Tell whether a new process can sync, and finds no difference then."""
    child = os.fork()
    if not child:
        try:
            house = opened(data)
            house.search.sync()
            with house.database.reading() as session:
                found = house.search.find(session, Query(q="kastanje", kind="case"))
            os._exit(bool(house.search.check()) or found.total != CASES)
        finally:
            traceback.print_exc()
            os._exit(2)
    _, status = os.waitpid(child, 0)
    return status == 0


def _change(house: House, number: int) -> None:
    """Change all cases."""
    for case in range(CASES):
        _store(house, f"boom-{case}", "published", f"Kastanje {number} {random.random()}")  # noqa: S311 - a new title


if __name__ == "__main__":
    {"write": _write, "die": _die}[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
