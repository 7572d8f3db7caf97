"""Whether the search stays right while it is written to and killed: `python -m benchmarks.trials --seconds 120 --kills 50`.

First threads of this process search an index while another process commits a change every second; then other processes do. Every answer
must be of one state of the index: the marks of a round are all there or none is. At the end the index is compared with
a fresh one of the same documents. Then a process that writes without pause is killed with SIGKILL, time after time, and after each time
the index must open by itself, hold one state, and take the next write.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kb.search.documents import Document, Text
from kb.search.engine import Request, Term
from kb.search.languages import Languages
from kb.search.whoosh_engine import WhooshEngine

SHELF, MARKED = 400, 20
"""How many documents there are, and how many of them are changed in each round."""
LANGUAGES = Languages(synonyms="")
ALWAYS, ROUND = "altijd", "ronde"
SPAWN = multiprocessing.get_context("spawn")


def document(number: int, round_: int) -> Document:
    """Return a document; the first MARKED carry the number of a round."""
    words = f"{ALWAYS} woord{number % 7} {ROUND}{round_ if number < MARKED else 'geen'}"
    facets = {"tag": (f"{round_}" if number < MARKED else "geen",)}
    return Document("lesson", str(number), (Text("xx", "", words),), facets, float(number))


def shelf(round_: int) -> Iterator[Document]:
    """Yield all documents as they are after a round."""
    return (document(number, round_) for number in range(SHELF))


def write(engine: WhooshEngine, round_: int) -> None:
    """Write a round, and put the index in order now and then, as the drainer does."""
    changed = [document(number, round_) for number in range(MARKED)]
    with engine.writing():
        engine.update([(it.kind, it.key) for it in changed], map(LANGUAGES.entry, changed))
        if engine.untidy():
            engine.tidy()


def _must(right: bool, what: str) -> None:
    if not right:
        raise AssertionError(what)


def state(engine: WhooshEngine) -> int:
    """Return the round that the index is at. Raises AssertionError when it is at none."""
    found = engine.search(Request("lesson", (Term("xx", ALWAYS),), limit=SHELF))
    rounds = {value: count for value, count in found.facets["tag"].items() if value != "geen"}
    keys = [match.key for match in found.hits]
    keys_right = found.total == len(set(keys)) == len(keys) == SHELF
    _must(keys_right, f"{found.total} found, {len(set(keys))} different")
    _must(list(rounds.values()) == [MARKED], f"two states at once: {rounds}")
    return int(next(iter(rounds)))


def watched(engine: WhooshEngine, until: float) -> tuple[int, str]:
    """Search until the time is up; return how often, and what went wrong."""
    last, count = -1, 0
    try:
        while time.monotonic() < until:
            now = state(engine)
            _must(now >= last, f"round {now} after {last}")
            last, count = now, count + 1
    except BaseException as error:  # noqa: BLE001 - whatever it is, it must be told
        return count, f"{type(error).__name__}: {error}"
    return count, ""


def read(folder: Path, seconds: float, told: Any) -> None:
    """Watch an index from a process of its own."""
    told.put(watched(WhooshEngine(folder), time.monotonic() + seconds))


def write_rounds(folder: Path, seconds: float, pause: float) -> None:
    """Commit round after round until the time is up; the first is one more than what is there."""
    engine, until = WhooshEngine(folder), time.monotonic() + seconds
    round_ = state(engine)
    while time.monotonic() < until:
        round_ += 1
        write(engine, round_)
        time.sleep(pause)


def compared(folder: Path) -> str:
    """Return what an index says otherwise than a fresh one of the same documents; empty when nothing."""
    engine = WhooshEngine(folder)
    round_ = state(engine)
    fresh = WhooshEngine(folder.with_name("fresh"))
    with fresh.writing():
        fresh.rebuild(map(LANGUAGES.entry, shelf(round_)))
    for word in (
        ALWAYS,
        *(f"woord{number}" for number in range(7)),
        f"{ROUND}{round_}",
        f"{ROUND}{round_ - 1}",
    ):
        request = Request("lesson", (Term("xx", word),), limit=SHELF, letters=(word,))
        if engine.search(request) != fresh.search(request):
            return f"“{word}” is answered otherwise than by a fresh index"
    return "" if engine.fingerprints() == fresh.fingerprints() else "other documents than a fresh index"


def searching(folder: Path, seconds: float, readers: int, *, threads: bool) -> str:
    """Return in a line how readers fared while another process wrote."""
    writer = SPAWN.Process(target=write_rounds, args=(folder, seconds, 1.0))
    writer.start()
    told: list[tuple[int, str]] = []
    if threads:
        engine, until = WhooshEngine(folder), time.monotonic() + seconds
        several: Sequence[Any] = [
            threading.Thread(target=lambda: told.append(watched(engine, until))) for _ in range(readers)
        ]
        for one in several:
            one.start()
        for one in several:
            one.join()
    else:
        queue = SPAWN.Queue()
        several = [SPAWN.Process(target=read, args=(folder, seconds, queue)) for _ in range(readers)]
        for one in several:
            one.start()
        told = [queue.get() for _ in several]
        for one in several:
            one.join()
    writer.join()
    faults = [fault for _, fault in told if fault] + ([] if writer.exitcode == 0 else ["the writer failed"])
    faults += [fault for fault in [compared(folder)] if fault]
    return f"{sum(count for count, _ in told)} answers, {'; '.join(faults) or 'none wrong'}"


def killing(folder: Path, kills: int) -> str:
    """Return in a line how often the index was right after its writer was killed in the middle."""
    chance, right, faults = random.Random(5), 0, list[str]()
    for _ in range(kills):
        writer = SPAWN.Process(target=write_rounds, args=(folder, 60.0, 0.0))
        writer.start()
        before = state(WhooshEngine(folder))
        while state(WhooshEngine(folder)) == before and writer.is_alive():
            time.sleep(0.01)  # until it writes
        time.sleep(chance.random() / 5)
        os.kill(writer.pid or 0, signal.SIGKILL)
        writer.join()
        try:
            engine = WhooshEngine(folder)
            write(engine, state(engine) + 1)
            fault = compared(folder)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it must be told
            fault = f"{type(error).__name__}: {error}"
        right += not fault
        faults += [fault] if fault else []
    return f"{right} of {kills} right{''.join(f'; {fault}' for fault in faults)}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Try, and print what happened."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=120, help="how long readers search (default: 120)")
    parser.add_argument("--kills", type=int, default=50, help="how often a writer is killed (default: 50)")
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as place:
        folder = Path(place) / "index"
        engine = WhooshEngine(folder)
        with engine.writing():
            engine.rebuild(map(LANGUAGES.entry, shelf(0)))
        trials: list[tuple[str, Callable[[], str]]] = [
            ("four threads", lambda: searching(folder, options.seconds, 4, threads=True)),
            ("two processes", lambda: searching(folder, options.seconds, 2, threads=False)),
            ("killed while writing", lambda: killing(folder, options.kills)),
        ]
        for name, trial in trials:
            print(f"{name}: {trial()}", flush=True)


if __name__ == "__main__":
    main()
