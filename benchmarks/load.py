"""A client for a server on this machine: how long answers take for one reader, and how many there are for several.

Run it in a process of its own (`benchmarks.alone`), or the client's work counts as the server's. Every client is a
thread with one connection that stays open, and asks the same paths in the same order from a place of its own. An answer
other than 200 ends the measurement: an error page is quick and proves nothing.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from statistics import quantiles
from time import perf_counter, process_time
from typing import Any

HOST = "127.0.0.1"
MOST_ANSWERS = 20_000
A_LONG_TIME_S = 600.0
TIMEOUT_S = 120.0
CLIENTS = 8


@dataclass(frozen=True)
class Times:
    """How long answers took, in milliseconds."""

    p50: float
    p95: float
    slowest: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Times:
        """Return the times of these answers, of which there is at least one."""
        cuts = quantiles(seconds, n=20, method="inclusive") if len(seconds) > 1 else [seconds[0]] * 19
        return cls(p50=1000 * cuts[9], p95=1000 * cuts[18], slowest=1000 * max(seconds))


@dataclass(frozen=True)
class Load:
    """What one measurement gave: the times for one client, and answers per second for all `CLIENTS` together.

    `first`: the times for one client that asks for each path once, before anybody else does.
    """

    first: Times
    one: Times
    answers_per_s: float


@dataclass(frozen=True)
class Rate:
    """How many answers `CLIENTS` got in how many seconds, and what of the processor they took themselves for that."""

    answers: int
    seconds: float
    processor_s: float
    times: Times

    @property
    def per_s(self) -> float:
        """Return how many answers a second."""
        return self.answers / self.seconds


def measure_all(
    port: int, paths: Mapping[str, Sequence[str]], seconds: float, warm_up: float = 0.0
) -> dict[str, Load]:
    """Measure each kind of path after the other; see `measure`."""
    return {kind: measure(port, some, seconds, warm_up) for kind, some in paths.items()}


def measure(port: int, paths: Sequence[str], seconds: float, warm_up: float = 0.0) -> Load:
    """Ask the server for each path once, then over and over: `warm_up` seconds unmeasured, `seconds` as one and as all.

    Raises RuntimeError when an answer is not 200, OSError when the server does not answer.
    """
    first = _ask(port, paths, 0, A_LONG_TIME_S, len(paths))
    if warm_up:
        _together([port], paths, warm_up)
    one = _ask(port, paths, 0, seconds)
    began = perf_counter()
    answers = sum(len(times) for times in _together([port], paths, seconds))
    return Load(Times.of(first), Times.of(one), answers / (perf_counter() - began))


def rate(ports: Sequence[int], paths: Sequence[str], seconds: float) -> Rate:
    """Ask servers that share the work for the same paths, over and over. Raises as `measure` does."""
    return _rate(lambda: _together(ports, paths, seconds))


def rate_once(ports: Sequence[int], paths: Sequence[str]) -> Rate:
    """Ask servers that share the work for each of these paths once. Raises as `measure` does."""
    parts = [paths[number::CLIENTS] for number in range(CLIENTS)]
    return _rate(
        lambda: _clients(
            (ports[number % len(ports)], part, 0, A_LONG_TIME_S, len(part))
            for number, part in enumerate(parts)
            if part
        )
    )


def _rate(work: Callable[[], list[list[float]]]) -> Rate:
    began, processor = perf_counter(), process_time()
    times = list(chain.from_iterable(work()))
    return Rate(len(times), perf_counter() - began, process_time() - processor, Times.of(times))


def _together(ports: Sequence[int], paths: Sequence[str], seconds: float) -> list[list[float]]:
    step = max(1, len(paths) // CLIENTS)
    return _clients((ports[number % len(ports)], paths, number * step, seconds) for number in range(CLIENTS))


def _clients(asks: Iterable[tuple[Any, ...]]) -> list[list[float]]:
    """Let each client ask at the same time; `asks` are what `_ask` is given."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        return [each.result() for each in [clients.submit(_ask, *one) for one in asks]]


def _ask(
    port: int, paths: Sequence[str], start: int, seconds: float, most: int = MOST_ANSWERS
) -> list[float]:
    """Return how many seconds each answer took, of at least one and at most `most`."""
    connection = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT_S)
    times: list[float] = []
    end = perf_counter() + seconds
    try:
        while not times or (perf_counter() < end and len(times) < most):
            path = paths[(start + len(times)) % len(paths)]
            began = perf_counter()
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
            times.append(perf_counter() - began)
            if response.status != http.client.OK:
                raise RuntimeError(f"{path} answered {response.status}")
    finally:
        connection.close()
    return times
