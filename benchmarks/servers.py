"""WSGI servers beside each other: the case list, asked by the same client in the same run.

    python -m benchmarks.servers --cases 1000 --rounds 3

Each server gets the same application (`kb:create_app()`) and the same data. The rounds are interleaved, each with a
fresh start of every server, so that what else the machine does falls on all of them; the medians are shown, and their
ratio to the first. gunicorn needs a POSIX system; the peers are installed with `pip install '.[bench]'`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.generate import cases, line
from benchmarks.load import CLIENTS, Load, Times, measure
from benchmarks.processes import alone, free_port, machine, serving
from benchmarks.stages import addresses, import_cases, middle, rebuild
from benchmarks.tables import table

APPLICATION = "kb:create_app()"
THREADS = 4


@dataclass(frozen=True)
class Peer:
    """A server to compare: its name in the table, and its command, in which {port} is filled in."""

    name: str
    command: tuple[str, ...]

    def at(self, port: int) -> list[str]:
        """Return the command that serves at a port of this machine."""
        return [sys.executable, "-m", *(word.format(port=port, threads=THREADS) for word in self.command)]


def _gunicorn(workers: int) -> Peer:
    command = "gunicorn --worker-class gthread --threads {threads} --bind 127.0.0.1:{port} --workers"
    return Peer(f"gunicorn gthread, {_processes(workers)}", (*command.split(), str(workers), APPLICATION))


def _granian(workers: int) -> Peer:
    command = "granian --interface wsgi --blocking-threads {threads} --host 127.0.0.1 --port {port} --factory --workers"
    return Peer(f"granian, {_processes(workers)}", (*command.split(), str(workers), "kb:create_app"))


def _processes(workers: int) -> str:
    return "1 process" if workers == 1 else f"{workers} processes"


PEERS = (
    Peer(
        "waitress, 1 process",
        ("waitress", "--listen", "127.0.0.1:{port}", "--threads", "{threads}", "--call", "kb:create_app"),
    ),
    _gunicorn(1),
    _gunicorn(2),
    _granian(1),
    _granian(2),
)


@dataclass(frozen=True)
class Round:
    """What one start of a server gave; memory in MiB."""

    load: Load
    start_s: float
    memory_mb: float | None


def compare(data: Path, options: argparse.Namespace) -> dict[str, list[Round]]:
    """Measure every peer in every round."""
    paths = addresses(data)["case list"]
    rounds: dict[str, list[Round]] = {peer.name: [] for peer in PEERS}
    for number in range(options.rounds):
        turn = number % len(PEERS)
        for peer in (*PEERS[turn:], *PEERS[:turn]):
            port = options.port or free_port()
            with serving(peer.at(port), {"KB_DATA": str(data)}, port) as server:
                load = alone(measure, port, paths, options.seconds, options.seconds / 2)
                rounds[peer.name].append(Round(load, server.start_s, server.memory_mb()))
    return rounds


def rows(found: dict[str, list[Round]]) -> list[list[str]]:
    """Return the table's rows: for each server the medians, and its ratios to the first."""
    first = next(iter(found.values()))
    return [[name, *_cells(rounds, first)] for name, rounds in found.items()]


def _cells(rounds: Sequence[Round], first: Sequence[Round]) -> list[str]:
    one, rate = _middle(rounds)
    one_first, rate_first = _middle(first)
    memory = [each.memory_mb for each in rounds if each.memory_mb is not None]
    return [
        f"{one.p50:.1f}",
        f"{one.p95:.1f}",
        f"{one.p50 / one_first.p50:.2f}",
        f"{rate:.0f}",
        f"{rate / rate_first:.2f}",
        f"{median(memory):.0f}" if memory else "–",
        f"{median(each.start_s for each in rounds):.1f}",
    ]


def _middle(rounds: Sequence[Round]) -> tuple[Times, float]:
    return middle([each.load.one for each in rounds]), median(each.load.answers_per_s for each in rounds)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the data, compare the servers, print the table, and write the raw figures where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.servers", description="Compare WSGI servers.")
    parser.add_argument("--cases", type=int, default=1000, help="how many there are (default %(default)s)")
    parser.add_argument(
        "--seconds", type=float, default=5.0, help="as one client, and again as eight (default %(default)s)"
    )
    parser.add_argument(
        "--rounds", type=int, default=3, help="of which the medians count (default %(default)s)"
    )
    parser.add_argument("--port", type=int, help="where the servers listen (default: a free one each time)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the raw figures there")
    options = parser.parse_args(arguments)
    began = machine()
    with TemporaryDirectory(prefix="kb-bench-") as folder:
        file, data = Path(folder) / "cases.jsonl", Path(folder) / "data"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(line(case) + "\n" for case in cases(options.cases))
        alone(import_cases, data, file)
        alone(rebuild, data)
        found = compare(data, options)
    print(f"{began}; {options.cases:,} cases, the case list, {THREADS} threads a process")
    head = ["", "p50 ms", "p95 ms", "ratio", f"{CLIENTS} clients, answers/s", "ratio", "memory MB", "start s"]
    print(table(head, rows(found)))
    if options.json:
        raw = {name: [asdict(each) for each in rounds] for name, rounds in found.items()}
        options.json.write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
