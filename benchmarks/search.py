"""How quick the search is beside others, on the same documents in the same run: `python -m benchmarks.search --cases 10000`.

The full answer is timed: a query with a theme chosen, all facet counts and ten snippets, for lessons and for cases. Cold is
the first time that a query is asked of an index with nothing in memory, warm the third. Times are milliseconds, p50 / p95;
ratios are those of the p95. Every engine's totals are compared with ours, so that none is quick by doing less.
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.collection import generated
from benchmarks.engines import Fts5, Ours, Peer, Tantivy
from benchmarks.generate import queries
from benchmarks.processes import machine
from benchmarks.tables import table

THEME = "organising"
RUNS = 3


def timed(peer: Peer, asked: Sequence[str], kind: str) -> list[float]:
    """Return how many milliseconds each query takes."""
    gc.collect()
    times = []
    for query in asked:
        began = perf_counter()
        peer.answer(query, kind, THEME)
        times.append(1000 * (perf_counter() - began))
    return sorted(times)


def p95(times: Sequence[float]) -> float:
    """Return what one in twenty takes longer than."""
    return times[int(0.95 * (len(times) - 1))]


def told(times: Sequence[float]) -> str:
    """Return times as the table shows them."""
    return f"{times[len(times) // 2]:.1f} / {p95(times):.1f}"


def measure(peers: Sequence[Peer], asked: Sequence[str]) -> list[list[str]]:
    """Return a row for each engine: lessons and cases, cold and warm, with how many times tantivy's and FTS5's p95 that is."""
    rows, found = [], {}
    for peer in peers:
        cells = [peer.name]
        for kind in ("lesson", "case"):
            peer.forget()
            peer.answer("onzinwoord", kind, THEME)  # what opening alone takes is told elsewhere
            cold, *_, warm = [timed(peer, asked, kind) for _ in range(RUNS)]
            found[peer.name, kind] = p95(cold), p95(warm)
            cells += [told(cold), told(warm)]
        rows.append(cells)
    for row in rows:
        for other in ("tantivy-py", "SQLite FTS5"):
            ratios = [
                f"{mine / theirs:.2f}"
                for kind in ("lesson", "case")
                for mine, theirs in zip(found[row[0], kind], found[other, kind], strict=True)
            ]
            row.append(" ".join(ratios))
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=1000, help="how many generated cases (default: 1000)")
    parser.add_argument("--queries", type=int, default=100, help="how many queries (default: 100)")
    options = parser.parse_args(arguments)
    documents = list(generated(options.cases))
    print(f"{machine()}\n{options.cases} cases, {len(documents)} documents, {options.queries} queries")
    whole, plain = Ours("ours, whole", plain=False), Ours("ours, plain", plain=True)
    peers: list[Peer] = [Tantivy(), Fts5()]
    with TemporaryDirectory() as folder:
        for peer in (whole, *peers):
            began = perf_counter()
            peer.build(Path(folder), documents)
            print(f"indexing, {peer.name}: {perf_counter() - began:.1f} s")
        plain.share(whole)
        asked = queries(options.queries)
        head = [
            "",
            "lessons cold",
            "warm",
            "cases cold",
            "warm",
            "to tantivy (l c, l w, c c, c w)",
            "to FTS5",
        ]
        print(table(head, measure([plain, whole, *peers], asked)))


if __name__ == "__main__":
    main()
