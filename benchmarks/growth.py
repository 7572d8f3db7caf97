"""What it takes to grow: more cases, and more processes, on SQLite and on PostgreSQL.

    python -m benchmarks.growth --cases 1000,10000 --processes 1,2,4

For each size and database: what a page costs of the processor in the application, beside a plain page (Flask, the ORM, a
template) in the same run; and how many answers a second one, two and four processes give, load and database on the same
machine. *Kept* is a page that was asked before, *made* one that was not. What the processors allow is what one process could do
with one of them, or all together with all that there are, by what each answer took of them: of the server, of the
database and of who asks. More than `IMPORTED` cases are copies of so many.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from benchmarks.generate import cases, line, queries
from benchmarks.grow import grow
from benchmarks.load import Rate, Times, rate, rate_once
from benchmarks.pages import ROWS, page_costs, plain_page
from benchmarks.processes import alone, free_port, machine, processor_s, serving
from benchmarks.run import numbers
from benchmarks.stages import addresses, import_cases, opened, rebuild
from benchmarks.tables import table

IMPORTED = 10_000
SEARCHES = 200
WARM_UP_S = 1.0


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
def knowledge_base(database: str, size: int) -> Iterator[tuple[Path, int | None]]:
    """Make one without an index; give its data folder, and the process of its database's server if it has one."""
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
        yield data, pid


def serve(data: Path, processes: int, paths: Sequence[str], seconds: float, database: int | None) -> Served:
    """Measure some processes that serve one knowledge base together."""
    with ExitStack() as stack:
        ports = [free_port() for _ in range(processes)]
        servers = [
            stack.enter_context(
                serving(
                    [sys.executable, "-m", "kb", "start", "--data", str(data), "--port", str(port)], {}, port
                )
            )
            for port in ports
        ]

        def used() -> tuple[float, float]:
            return sum(it.processor_s() for it in servers), processor_s(database) if database else 0.0

        alone(rate, ports, paths, WARM_UP_S)
        before = used()
        kept = alone(rate, ports, paths, seconds)
        mine, its = (after - before for after, before in zip(used(), before, strict=True))
        made = alone(rate_once, ports, searches())
        memory = sum(it.memory_mb() or 0.0 for it in servers) / processes
    together = (mine + its + kept.processor_s) / kept.answers
    allowed = min(processes / (mine / kept.answers), (os.cpu_count() or 1) / together)
    return Served(kept, kept.per_s / allowed, made, memory)


def searches() -> list[str]:
    """Return the addresses of searches, each asked once only."""
    return [f"/search?q={quote(query)}" for query in dict.fromkeys(queries(SEARCHES))]


def grown(database: str, size: int, options: argparse.Namespace) -> Grown:
    """Measure all at one size."""
    with knowledge_base(database, size) as (data, pid):
        indexing = alone(rebuild, data)
        paths = {kind: some[:ROWS] for kind, some in addresses(data).items()}
        costs = alone(page_costs, data, paths, options.seconds)
        served = {
            number: serve(data, number, paths["case list"], 3 * options.seconds, pid)
            for number in options.processes
        }
    return Grown(indexing.seconds, costs, served)


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
    print(
        f"before: {machine()}\na plain page, ms of processor: {1000 * alone(plain_page, options.seconds):.2f}"
    )
    found = {
        f"{size:,}, {database}": column(grown(database, size, options))
        for size in options.cases
        for database in options.databases
    }
    names = next(iter(found.values()))
    print(f"after: {machine()}")
    print(table(["", *found], [[name, *(its[name] for its in found.values())] for name in names]))


if __name__ == "__main__":
    main()
