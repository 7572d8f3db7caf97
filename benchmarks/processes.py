"""Processes of their own: for a stage whose memory is measured, and for a server that is asked things.

Only what was started here is ended here, by its own id.
"""

from __future__ import annotations

import http.client
import os
import platform
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, sleep
from typing import ParamSpec, TypeVar

from benchmarks.load import HOST

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 15.0

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def alone(
    work: Callable[Arguments, Result], /, *arguments: Arguments.args, **named: Arguments.kwargs
) -> Result:
    """Call a function of a module in a fresh process and return what it returns, or raise what it raises."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments, **named).result()


def peak_mb() -> float | None:
    """Return the most memory that this process has held, in MiB, or None where the system does not say.

    Linux's VmHWM and not `getrusage`: that one also counts what the parent held when it started this process.
    """
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return None


def held_mb(pid: int) -> float | None:
    """Return the memory that a process and its children hold, in MiB, or None where the system does not say.

    What several of them share is counted once (Linux's Pss).
    """
    try:
        texts = [Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii") for each in _family(pid)]
    except OSError:
        return None
    return (
        sum(int(line.split()[1]) for text in texts for line in text.splitlines() if line.startswith("Pss:"))
        / 1024
    )


def processor_s(pid: int) -> float:
    """Return the seconds of processor that a process and its children have used, also those that ended. Only on Linux."""
    found = 0
    for each in _family(pid):
        with suppress(OSError):
            text = Path(f"/proc/{each}/stat").read_text(encoding="utf-8", errors="replace")
            found += sum(map(int, text.rpartition(")")[2].split()[11:15]))
    return found / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended
            after_name = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
            parents.setdefault(int(after_name.split()[1]), []).append(int(path.parent.name))
    found = [pid]
    for each in found:
        found.extend(parents.get(each, ()))
    return found


def machine() -> str:
    """Return one line on what this runs on and how busy it is."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    python, system = platform.python_version(), platform.system()
    return f"Python {python}, {system}, {os.cpu_count()} processors, load {load}"


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


class Server:
    """A server that runs: where it listens, and how many seconds it took until it answered."""

    def __init__(self, pid: int, port: int, start_s: float) -> None:
        self.port = port
        self.start_s = start_s
        self._pid = pid

    def memory_mb(self) -> float | None:
        """Return what its processes hold now, in MiB."""
        return held_mb(self._pid)

    def processor_s(self) -> float:
        """Return the seconds of processor that its processes have used."""
        return processor_s(self._pid)


@contextmanager
def serving(command: Sequence[str], environment: dict[str, str], port: int) -> Iterator[Server]:
    """Run a server that will listen at `port`, from its first answer until the block ends.

    Raises RuntimeError when it ends early or does not answer within a minute.
    """
    began = perf_counter()
    process = subprocess.Popen(  # noqa: S603 - the commands are ours
        command,
        env={name: value for name, value in os.environ.items() if not name.startswith("KB_")}
        | {"KB_RATE_LIMITS": "off"}  # one address asks for all
        | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _answers(port):
            if process.poll() is not None:
                raise RuntimeError(f"{command} ended with status {process.returncode}")
            if perf_counter() - began > START_TIMEOUT_S:
                raise RuntimeError(f"{command} did not answer in {START_TIMEOUT_S:.0f} s")
            sleep(0.02)
        yield Server(process.pid, port, perf_counter() - began)
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
