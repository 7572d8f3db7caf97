"""The figures of the product: import, index, pages and search, at one and at ten thousand cases.

    python -m benchmarks.run --cases 1000,10000 --seconds 3 --json figures.json

Everything is made in a temporary folder, from the same generated cases each time. What is asked many times is measured
in rounds, of which the medians are shown. On a machine that does other work too, compare only figures of the same run;
the machine's load stands above the table.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.generate import cases, line
from benchmarks.load import CLIENTS, Load, Times, measure_all
from benchmarks.processes import alone, free_port, machine, serving
from benchmarks.stages import (
    Work,
    addresses,
    answer,
    findable,
    first_search,
    import_cases,
    middle,
    rebuild,
)
from benchmarks.tables import table

LONG_S = 60.0
"""Importing and indexing are repeated until they took this long, or as many rounds as there are."""
SERVED = ("case list", "case", "search")


@dataclass(frozen=True)
class Figures:
    """All that was measured at one size: times in seconds or, in `Times`, in milliseconds; memory in MiB."""

    cases: int
    importing: list[Work]
    indexing: list[Work]
    documents: int
    index_mb: float
    open_s: float
    first_search_s: float
    pages: dict[str, Times]
    served: dict[str, Load]
    findable: Times
    server_start_s: float
    server_mb: float | None


def at_size(size: int, folder: Path, options: argparse.Namespace) -> Figures:
    """Measure everything with `size` cases, in an empty folder."""
    file = folder / "cases.jsonl"
    with file.open("w", encoding="utf-8") as out:
        out.writelines(line(case) + "\n" for case in cases(size))
    fresh = iter(range(options.rounds))
    importing = _repeated(lambda: alone(import_cases, folder / f"data-{next(fresh)}", file), options.rounds)
    data = folder / "data-0"
    indexing = _repeated(lambda: alone(rebuild, data), options.rounds)
    opening = [alone(first_search, data) for _ in range(options.rounds)]
    paths = addresses(data)
    pages = alone(answer, data, paths, options.seconds, options.rounds)
    port = options.port or free_port()
    command = [sys.executable, "-m", "kb", "start", "--data", str(data), "--port", str(port)]
    with serving(command, {}, port) as server:
        asked = {kind: paths[kind] for kind in SERVED}
        served = _served(port, asked, options)
        memory = server.memory_mb()
    return Figures(
        cases=size,
        importing=importing,
        indexing=indexing,
        documents=indexing[0].count,
        index_mb=_size_mb(data / "index" / (data / "index" / "current").read_text(encoding="ascii").strip()),
        open_s=median(opened for opened, _ in opening),
        first_search_s=median(searched for _, searched in opening),
        pages=pages,
        served=served,
        findable=alone(findable, data, 10 * options.seconds),
        server_start_s=server.start_s,
        server_mb=memory,
    )


def _repeated(stage: Callable[[], Work], rounds: int) -> list[Work]:
    found = [stage()]
    while len(found) < rounds and sum(work.seconds for work in found) < LONG_S:
        found.append(stage())
    return found


def _served(port: int, paths: dict[str, list[str]], options: argparse.Namespace) -> dict[str, Load]:
    """Return the medians of the rounds, each in a client of its own."""
    warm_up = options.seconds / 3
    rounds = [alone(measure_all, port, paths, options.seconds, warm_up) for _ in range(options.rounds)]
    return {
        kind: Load(
            rounds[0][kind].first,
            middle([each[kind].one for each in rounds]),
            median(each[kind].answers_per_s for each in rounds),
        )
        for kind in paths
    }


def _size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.iterdir()) / 2**20


def rows(found: Sequence[Figures]) -> list[list[str]]:
    """Return the table's rows: what it is, then its figure at each size."""
    columns = [_column(figures) for figures in found]
    return [[name, *(column[name] for column in columns)] for name in columns[0]]


def _column(found: Figures) -> dict[str, str]:
    documents = median(work.rate for work in found.indexing)
    return {
        "importing, cases a second": f"{median(work.rate for work in found.importing):,.0f}",
        "importing, peak memory in MB": _peak(found.importing),
        "indexing, documents a second": f"{documents:,.0f}",
        "indexing, cases a second": f"{documents * found.cases / found.documents:,.0f}",
        "indexing, peak memory in MB": _peak(found.indexing),
        "index on disk, MB": f"{found.index_mb:,.1f}",
        "opening the index, ms": f"{1000 * found.open_s:,.0f}",
        "first search of a process, ms": f"{1000 * found.first_search_s:,.0f}",
        **{f"{kind}, ms (p50 / p95 / slowest)": _times(times) for kind, times in found.pages.items()},
        **{
            f"{kind} over HTTP, {which}ms (p50 / p95 / slowest)": _times(times)
            for kind, load in found.served.items()
            for which, times in (("first time, ", load.first), ("", load.one))
        },
        **{
            f"{kind}, {CLIENTS} clients, answers a second": f"{load.answers_per_s:,.0f}"
            for kind, load in found.served.items()
        },
        "from saving a case until it is found, others saving too, ms (p50 / p95 / slowest)": _times(
            found.findable
        ),
        "server's start, s": f"{found.server_start_s:.1f}",
        "server's memory after this, MB": _memory(found.server_mb),
    }


def _times(times: Times) -> str:
    return f"{times.p50:,.1f} / {times.p95:,.1f} / {times.slowest:,.0f}"


def _peak(works: Sequence[Work]) -> str:
    known = [work.peak_mb for work in works if work.peak_mb is not None]
    return _memory(max(known, default=None))


def _memory(megabytes: float | None) -> str:
    return "–" if megabytes is None else f"{megabytes:,.0f}"


def numbers(text: str) -> list[int]:
    """Read numbers of at least 1 with commas between, as the command line gives them. Raises ValueError for what is none."""
    found = [int(each) for each in text.split(",")]
    if min(found) < 1:
        raise ValueError
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description="Measure the product.")
    parser.add_argument(
        "--cases", type=numbers, default=[1000, 10_000], metavar="N,N", help="sizes to measure at"
    )
    parser.add_argument(
        "--seconds", type=float, default=3.0, help="for each kind of page, each round (default %(default)s)"
    )
    parser.add_argument(
        "--rounds", type=int, default=3, help="of which the medians count (default %(default)s)"
    )
    parser.add_argument("--port", type=int, help="where the server listens (default: a free one)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the raw figures there")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table, and write the raw figures where that is asked for."""
    options = _parser().parse_args(arguments)
    before, began = machine(), perf_counter()
    found = []
    for size in options.cases:
        with TemporaryDirectory(prefix="kb-bench-") as folder:
            found.append(at_size(size, Path(folder), options))
    after, taken = machine(), perf_counter() - began
    print(f"before: {before}\nafter {taken:.0f} s: {after}")
    print(table(["", *(f"{size:,} cases" for size in options.cases)], rows(found)))
    if options.json:
        raw = {"before": before, "after": after, "sizes": [asdict(figures) for figures in found]}
        options.json.write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
