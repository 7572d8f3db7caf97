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
from kb.search.documents import Document

THEME = "organising"
RUNS = 3
HEAD = ("", "lessons cold", "warm", "cases cold", "warm")


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


def in_full(peer: Peer, asked: Sequence[str]) -> tuple[list[str], list[float]]:
    """Return a row of the table for an engine (lessons and cases, cold and warm), and the p95 of each of the four."""
    cells, found = [peer.name], []
    for kind in ("lesson", "case"):
        peer.forget()
        peer.answer("onzinwoord", kind, THEME)  # what opening alone takes is told elsewhere
        cold, *_, warm = [timed(peer, asked, kind) for _ in range(RUNS)]
        found += [p95(cold), p95(warm)]
        cells += [told(cold), told(warm)]
    return cells, found


def ratios(found: Sequence[float], others: Sequence[float]) -> list[str]:
    """Return how many times as long each takes as another."""
    return [f"{mine / theirs:.2f}" for mine, theirs in zip(found, others, strict=True)]


def measure(peers: Sequence[Peer], asked: Sequence[str]) -> list[list[str]]:
    """Return a row for each engine, with how many times tantivy's and FTS5's p95 that is."""
    found = {peer.name: in_full(peer, asked) for peer in peers}
    return [
        [*cells, *(" ".join(ratios(mine, found[other][1])) for other in ("tantivy-py", "SQLite FTS5"))]
        for cells, mine in found.values()
    ]


def asked_for(description: str | None, arguments: Sequence[str] | None) -> tuple[list[Document], list[str]]:
    """Read the command line; say what is measured on, and return the documents and the queries."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=1000, help="how many generated cases (default: 1000)")
    parser.add_argument("--queries", type=int, default=100, help="how many queries (default: 100)")
    options = parser.parse_args(arguments)
    documents = list(generated(options.cases))
    print(f"{machine()}\n{options.cases} cases, {len(documents)} documents, {options.queries} queries")
    return documents, queries(options.queries)


def build(peers: Sequence[Peer], folder: Path, documents: Sequence[Document]) -> None:
    """Let each engine index the documents, and say how long that takes."""
    for peer in peers:
        began = perf_counter()
        peer.build(folder, documents)
        print(f"indexing, {peer.name}: {perf_counter() - began:.1f} s")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    documents, asked = asked_for(__doc__, arguments)
    whole, plain = Ours("ours, whole", plain=False), Ours("ours, plain", plain=True)
    peers: list[Peer] = [Tantivy(), Fts5()]
    with TemporaryDirectory() as folder:
        build([whole, *peers], Path(folder), documents)
        plain.share(whole)
        head = [*HEAD, "to tantivy (l c, l w, c c, c w)", "to FTS5"]
        print(table(head, measure([plain, whole, *peers], asked)))


if __name__ == "__main__":
    main()
