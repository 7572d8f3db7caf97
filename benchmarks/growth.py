"""What it takes to grow: more cases, and more processes, on SQLite and on PostgreSQL.

    python -m benchmarks.growth --cases 1000,10000 --processes 1,2,4

For each size and database: what a page costs of the processor in the application, beside a plain page (Flask, the ORM, a
template) in the same run; and how many answers a second one, two and four processes give, load and database on the same
machine, SQLite and PostgreSQL in turns. *Kept* is a page that was asked before, *made* one that was not. What the processors
allow is what one process could do with one of them, or all together with all that there are, by what each answer took of
them: of the server, of the database and of who asks. More than `IMPORTED` cases are copies of so many.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from urllib.parse import quote

from benchmarks.generate import cases, line, queries
from benchmarks.grow import grow
from benchmarks.load import Rate, Times, rate, rate_once
from benchmarks.pages import ROWS, page_costs
from benchmarks.processes import alone, free_port, machine, processor_s, serving
from benchmarks.run import numbers
from benchmarks.stages import addresses, import_cases, opened, rebuild
from benchmarks.tables import table

IMPORTED = 10_000
SEARCHES = 200
WARM_UP_S = 1.0
TURNS = 3
"""How often each is asked, one after the other; the middle one counts."""
QUIET = 0.05
QUIET_AFTER_S = 600
"""Processes that read ahead are done when all together take no more than this share of one processor; after how long at most."""


@dataclass(frozen=True)
class KnowledgeBase:
    """A knowledge base to measure: its data folder, and the process of its database's server if it has one."""

    data: Path
    database: int | None = None

    def database_s(self) -> float:
        """Return the seconds of processor that its database's server has used."""
        return processor_s(self.database) if self.database else 0.0


@dataclass(frozen=True)
class Served:
    """What some processes gave together: answers, which share of what the processors allow, and memory of each in MiB."""

    kept: Rate
    share: float
    made: Rate
    memory_mb: float


@dataclass(frozen=True)
class Grown:
    """All that was measured at one size on one database; times in seconds, `costs` of the processor by kind of page."""

    indexing_s: float
    costs: dict[str, float]
    served: dict[int, Served]


@contextmanager
def knowledge_base(database: str, size: int) -> Iterator[KnowledgeBase]:
    """Make one without an index."""
    with TemporaryDirectory(prefix="kb-bench-") as name, ExitStack() as stack:
        folder, data, pid = Path(name), Path(name) / "data", None
        data.mkdir()
        if database == "PostgreSQL":
            from benchmarks.postgres import new_server

            server = stack.enter_context(new_server())
            pid = server.pid
            (data / "settings.toml").write_text(
                f'KB_DATABASE_URL = "{server.url("postgres")}"\nKB_SEARCH = "postgres"\n', encoding="utf-8"
            )
        file = folder / "cases.jsonl"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(line(case) + "\n" for case in cases(min(size, IMPORTED)))
        alone(import_cases, data, file)
        if size > IMPORTED:
            with opened(data) as house:
                grow(house.database, size // IMPORTED)
        yield KnowledgeBase(data, pid)


class Serving:
    """Some processes that serve one knowledge base together."""

    def __init__(self, base: KnowledgeBase, processes: int, stack: ExitStack) -> None:
        self._base = base
        self._ports = [free_port() for _ in range(processes)]
        self._servers = [
            stack.enter_context(
                serving(
                    [sys.executable, "-m", "kb", "start", "--data", str(base.data), "--port", str(port)],
                    {},
                    port,
                )
            )
            for port in self._ports
        ]

    def warm_up(self, paths: Sequence[str]) -> None:
        """Let each read what it holds, one after the other, and go on until they have nothing more to do."""
        for port in self._ports:
            alone(rate, [port], paths, WARM_UP_S)
        end = monotonic() + QUIET_AFTER_S
        while self._busy(WARM_UP_S) > QUIET:
            if monotonic() > end:
                raise RuntimeError(f"they still have work to do after {QUIET_AFTER_S} s")

    def _busy(self, seconds: float) -> float:
        before = self._used()
        sleep(seconds)
        return (sum(self._used()) - sum(before)) / seconds

    def kept(self, paths: Sequence[str], seconds: float) -> tuple[Rate, float]:
        """Ask for pages over and over; return how that went, and which share it is of what the processors allow."""
        before = self._used()
        found = alone(rate, self._ports, paths, seconds)
        mine, its = (after - before for after, before in zip(self._used(), before, strict=True))
        together = (mine + its + found.processor_s) / found.answers
        allowed = min(len(self._ports) / (mine / found.answers), (os.cpu_count() or 1) / together)
        return found, found.per_s / allowed

    def made(self) -> Rate:
        """Ask for searches that nobody asked for before."""
        return alone(rate_once, self._ports, searches())

    def memory_mb(self) -> float:
        """Return what each holds, in MiB."""
        return sum(it.memory_mb() or 0.0 for it in self._servers) / len(self._servers)

    def _used(self) -> tuple[float, float]:
        """Return the seconds of processor that they, and their database, have used."""
        return sum(it.processor_s() for it in self._servers), self._base.database_s()


def serve(
    bases: Mapping[str, KnowledgeBase], processes: int, paths: Mapping[str, Sequence[str]], seconds: float
) -> dict[str, Served]:
    """Measure so many processes on each knowledge base, in turns, as the machine may be quicker at one time than at another."""
    with ExitStack() as stack:
        all_serving = {name: Serving(base, processes, stack) for name, base in bases.items()}
        for name, its in all_serving.items():
            its.warm_up(paths[name])
        turns = [
            {name: its.kept(paths[name], seconds) for name, its in all_serving.items()} for _ in range(TURNS)
        ]
        return {
            name: Served(*_middle([turn[name] for turn in turns]), its.made(), its.memory_mb())
            for name, its in all_serving.items()
        }


def _middle(measured: Sequence[tuple[Rate, float]]) -> tuple[Rate, float]:
    return sorted(measured, key=lambda it: it[0].per_s)[len(measured) // 2]


def searches() -> list[str]:
    """Return the addresses of searches, each asked once only."""
    return [f"/search?q={quote(query)}" for query in dict.fromkeys(queries(SEARCHES))]


def grown(bases: Mapping[str, KnowledgeBase], options: argparse.Namespace) -> dict[str, Grown]:
    """Measure all on knowledge bases of one size, by the name of the database that each is in."""
    indexing = {name: alone(rebuild, base.data).seconds for name, base in bases.items()}
    paths = {
        name: {kind: some[:ROWS] for kind, some in addresses(base.data).items()}
        for name, base in bases.items()
    }
    costs = {name: alone(page_costs, base.data, paths[name], options.seconds) for name, base in bases.items()}
    lists = {name: some["case list"] for name, some in paths.items()}
    served = {number: serve(bases, number, lists, options.seconds) for number in options.processes}
    return {
        name: Grown(indexing[name], costs[name], {number: its[name] for number, its in served.items()})
        for name in bases
    }


def column(found: Grown) -> dict[str, str]:
    """Return a column of the table."""
    shown: dict[str, Callable[[Served], str]] = {
        "case list, answers a second": lambda it: f"{it.kept.per_s:,.0f}",
        "of what the processors allow": lambda it: f"{it.share:.2f}",
        "case list, ms (p50 / p95)": lambda it: _times(it.kept.times),
        "searches nobody asked before, a second": lambda it: f"{it.made.per_s:,.0f}",
        "such a search, ms (p50 / p95)": lambda it: _times(it.made.times),
        "memory of a process, MB": lambda it: f"{it.memory_mb:,.0f}",
    }
    return {
        **{f"{kind}, ms of processor": f"{1000 * cost:.2f}" for kind, cost in found.costs.items()},
        "making the index, s": f"{found.indexing_s:,.0f}",
        **{
            f"{name}, {_processes(number)}": tell(it)
            for name, tell in shown.items()
            for number, it in found.served.items()
        },
    }


def _processes(number: int) -> str:
    return "1 process" if number == 1 else f"{number} processes"


def _times(times: Times) -> str:
    return f"{times.p50:,.1f} / {times.p95:,.1f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.growth",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--cases", type=numbers, default=[1000], metavar="N,N", help="sizes to measure at")
    parser.add_argument("--processes", type=numbers, default=[1, 2, 4], metavar="N,N", help="how many serve")
    parser.add_argument(
        "--databases",
        default="SQLite,PostgreSQL",
        type=lambda text: text.split(","),
        help="which (default: both)",
    )
    parser.add_argument(
        "--seconds", type=float, default=3.0, help="for each kind of page (default %(default)s)"
    )
    options = parser.parse_args(arguments)
    print(f"before: {machine()}")
    found = {}
    for size in options.cases:
        with ExitStack() as stack:
            bases = {name: stack.enter_context(knowledge_base(name, size)) for name in options.databases}
            for name, its in grown(bases, options).items():
                found[f"{size:,}, {name}"] = column(its)
    names = next(iter(found.values()))
    print(f"after: {machine()}")
    print(table(["", *found], [[name, *(its[name] for its in found.values())] for name in names]))


if __name__ == "__main__":
    main()
