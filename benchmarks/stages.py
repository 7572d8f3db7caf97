"""What is measured inside a process: importing, indexing, opening the index, and answering without a network between.

Each function is called in a fresh process (`benchmarks.processes.alone`), so that one stage's memory and warm caches
are not another's. Settings from the environment don't count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time, sleep
from typing import TYPE_CHECKING, Any

from benchmarks.generate import cases, line, queries
from benchmarks.load import Times
from benchmarks.processes import peak_mb

if TYPE_CHECKING:
    from kb.house import House
    from kb.search.documents import Query

PATHS = 100
"""How many different addresses of a kind there are at most, and how many of them are asked in a round."""
OTHERS_S = 0.5
"""How long others wait between saving one case and the next, while it is measured how soon a case is found."""
LOADING_S, STEP_S, LATEST_S = 3.0, 0.05, 60.0
SPAWN = get_context("spawn")


@dataclass(frozen=True)
class Work:
    """What a stage took: seconds on the clock, seconds of processor, how many things, and the process's memory."""

    seconds: float
    processor_s: float
    count: int
    peak_mb: float | None

    @property
    def rate(self) -> float:
        """Return how many things a second."""
        return self.count / self.seconds


@contextmanager
def opened(data: Path, *, limits: bool = False) -> Iterator[House]:
    """Open the knowledge base of a data folder with the settings as they come; `limits` is whether readers may be too many."""
    from kb import config
    from kb.house import House

    with closing(House.open(config.read(data, {"KB_RATE_LIMITS": "on" if limits else "off"}))) as house:
        yield house


def import_cases(data: Path, file: Path) -> Work:
    """Make a knowledge base in `data` and import the cases of a file as `kb import` does, without the index."""
    from kb import config
    from kb.cases.transfer import import_file

    config.make_data_folder(data)
    with opened(data) as house:
        house.database.upgrade()
        return _worked(lambda: sum(import_file(house.database, file).counts.values()))


def rebuild(data: Path) -> Work:
    """Index all documents (cases and lessons) as `kb search rebuild` does; with the dictionaries still to load."""
    with opened(data) as house, house.database.reading() as session:
        size = house.search.size(session)

        def work() -> int:
            house.search.rebuild()
            return size

        return _worked(work)


def _worked(work: Callable[[], int]) -> Work:
    began, processor = perf_counter(), process_time()
    count = work()
    return Work(perf_counter() - began, process_time() - processor, count, peak_mb())


def first_search(data: Path) -> tuple[float, float]:
    """Return how many seconds opening the index takes, and then the first search: both of a process that just began."""
    from kb.search.documents import Query

    with opened(data) as house, house.database.reading() as session:
        began = perf_counter()
        house.search.engine.ready()
        ready = perf_counter()
        house.search.find(session, Query(q="wijk"))
        return ready - began, perf_counter() - ready


def findable(data: Path, seconds: float) -> Times:
    """Return how long it takes from when a case was saved until a search finds it, while others save case after case.

    It is measured where the index is brought up to date, as in the server; the others are a process that saves a case every
    `OTHERS_S`. Each saved case has a word in its title that no other has. Raises RuntimeError when one is not found in time.
    """
    from kb.search.documents import Query
    from kb.search.drainer import Drainer

    some = cases(2 * PATHS)
    mine, theirs = list(islice(some, PATHS)), list(some)
    others = SPAWN.Process(target=save_over_and_over, args=(data, theirs, seconds + LOADING_S))
    with opened(data) as house, TemporaryDirectory() as folder:
        house.search.warm_up()
        drainer = Drainer(house.search)
        house.database.listeners.append(drainer.wake)
        drainer.start()
        others.start()
        try:
            sleep(LOADING_S)  # until the others save
            times, end = [], perf_counter() + seconds
            for number, case in enumerate(cycle(mine)):
                word = f"woord{number}zo"
                _save(house, Path(folder), {**case, "title": f"{case['title']} {word}"})
                began = perf_counter()
                while not _finds(house, Query(q=f'"{word}"', kind="case")):
                    if perf_counter() - began > LATEST_S:
                        raise RuntimeError(f"{word} is not found")
                    sleep(STEP_S)
                times.append(perf_counter() - began)
                if perf_counter() > end:
                    break
        finally:
            drainer.stop()
            others.join()
    return Times.of(times)


def _finds(house: House, query: Query) -> bool:
    with house.database.reading() as session:
        found = house.search.find(session, query)
        return not found.dropped and found.total == 1


def save_over_and_over(data: Path, records: Sequence[dict[str, Any]], seconds: float) -> None:
    """Save one case after another, each time with another title, until the time is up."""
    with opened(data) as house, TemporaryDirectory() as folder:
        end = perf_counter() + seconds
        for number, case in enumerate(cycle(records)):
            _save(house, Path(folder), {**case, "title": f"{case['title']} {number}"})
            if perf_counter() > end:
                return
            sleep(OTHERS_S)


def _save(house: House, folder: Path, case: dict[str, Any]) -> None:
    from kb.cases.transfer import import_file

    file = folder / "case.jsonl"
    file.write_text(line(case) + "\n", encoding="utf-8")
    import_file(house.database, file)


def addresses(data: Path) -> dict[str, list[str]]:
    """Return the paths to ask, by what they show; always the same for the same data."""
    from urllib.parse import quote

    from kb.cases import queries as cases

    with opened(data) as house, house.database.reading() as session:
        slugs = _spread(cases.slugs(session, public=True))
        lessons = _spread([str(lesson) for lesson in cases.lesson_ids(session)])
        themes = [theme.slug for theme in cases.themes(session)]
    words = [quote(query) for query in queries(PATHS)]
    filtered = [f"{query}&theme={themes[number % len(themes)]}" for number, query in enumerate(words)]
    return {
        "home": ["/"],
        "case list": ["/cases/", "/cases/?page=2", "/cases/?theme=inclusion", "/cases/?sort=newest&page=3"],
        "case": [f"/cases/{slug}" for slug in slugs],
        "lesson": [f"/lessons/{lesson}" for lesson in lessons],
        "theme": [f"/themes/{slug}" for slug in themes],
        "search": [f"/search?q={query}" for query in words],
        "search, one theme": [f"/search?q={query}" for query in filtered],
        "search, cases": [f"/cases/?q={query}" for query in words],
        "API search": [f"/api/v1/search?q={query}" for query in words],
    }


def _spread(keys: Sequence[str]) -> list[str]:
    """Return at most `PATHS` of the keys, from all over."""
    return list(keys[:: max(1, len(keys) // PATHS)])[:PATHS]


def answer(data: Path, paths: dict[str, list[str]], seconds: float, rounds: int) -> dict[str, Times]:
    """Return how long the application takes to make each kind of page, without a network: medians of the rounds.

    A round asks for `PATHS` answers of each kind, or as many as fit in `seconds`. One round goes before, unmeasured.
    Raises RuntimeError when an answer is not 200.
    """
    from kb import create_app

    with opened(data) as house:
        client = create_app(house).test_client()
        client.set_cookie("session", "of nobody")  # or it would get the pages that are kept

        def ask(path: str) -> float:
            began = perf_counter()
            with client.get(path) as response:
                taken = perf_counter() - began
                if response.status_code != 200:  # noqa: PLR2004 - as people say it
                    raise RuntimeError(f"{path} answered {response.status_code}")
            return taken

        measured: dict[str, list[Times]] = {kind: [] for kind in paths}
        for number in range(rounds + 1):
            for kind, some in paths.items():
                times = Times.of(list(_within(seconds, ask, some)))
                if number:
                    measured[kind].append(times)
    return {kind: middle(times) for kind, times in measured.items()}


def _within(seconds: float, ask: Callable[[str], float], paths: Sequence[str]) -> Iterator[float]:
    """Yield what each answer took, of at least one, until the time is up."""
    end = perf_counter() + seconds
    for path in islice(cycle(paths), PATHS):
        yield ask(path)
        if perf_counter() > end:
            return


def middle(times: Sequence[Times]) -> Times:
    """Return the medians of several rounds."""
    return Times(
        p50=median(each.p50 for each in times),
        p95=median(each.p95 for each in times),
        slowest=median(each.slowest for each in times),
    )
