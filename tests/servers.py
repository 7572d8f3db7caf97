"""`kb start` for tests: real processes on real ports."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

import pytest

PATIENCE_S = 30
"""How long a machine that is busy with other things may take over anything here."""


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def until(happens: Callable[[], Any], what: str) -> Any:
    """Return what `happens` returns once that is something; fail when it takes too long."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = happens()
        if found:
            return found
        time.sleep(0.02)
    pytest.fail(f"{what} did not happen")


class Server:
    """`kb start` on a data folder."""

    def __init__(self, data: Path, *options: str, port: int | None = None) -> None:
        self.port = port or free_port()
        self.said = data.parent / f"said-{self.port}.txt"
        # Whoever runs the tests in the background ignores Ctrl+C, and so would the process started here.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        with self.said.open("w") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kb", "start", "--data", data, "--port", str(self.port), *options],
                stdout=subprocess.PIPE,
                stderr=err,
                env=os.environ | {"KB_RATE_LIMITS": "off"},  # a test looks again and again
            )
        signal.signal(signal.SIGINT, before)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.kill()
        self.process.communicate()

    @property
    def err(self) -> list[str]:
        return self.said.read_text().splitlines()

    def get(self, path: str) -> tuple[int, str]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def found(self, word: str) -> list[str]:
        """Return the cases that a search for lessons finds."""
        status, text = self.get(f"/api/v1/search?q={word}")
        assert status == 200
        return [hit["case"] for hit in json.loads(text)["hits"]]

    def is_up(self) -> Server:
        """Wait until it answers."""

        def answers() -> bool:
            assert self.process.poll() is None, self.err
            try:
                return self.get("/readyz") == (200, "ok\n")
            except OSError:
                return False

        until(answers, "an answer")
        return self

    def stops(self, with_signal: signal.Signals) -> None:
        """Send the signal, and see it end well."""
        self.process.send_signal(with_signal)
        out, _ = self.process.communicate(timeout=PATIENCE_S)
        assert self.process.returncode == 0, self.err
        assert out == b""
        assert "Traceback" not in self.said.read_text()
