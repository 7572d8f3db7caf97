"""Runs the converter in a process of its own, with little time and memory, and takes its answer.

Whatever a hostile file does to the converter, it does there: the process has limits that the system holds, knows nothing
of this one, and is ended with all that it started when its time is over. It is started by its path, so that it loads
mammoth and nothing of ours.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from kb.core import Refusal

SECONDS = 30
"""What reading may take by the clock; a report of a hundred pages takes two."""
AT_ONCE = 2
"""Files that are read at the same time; each may take a processor and much memory."""
SECONDS_IN_LINE = 30
CONVERTER = Path(__file__).with_name("convert.py")
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")
_TIME_IS_OVER = {signal.SIGKILL, signal.SIGXCPU, signal.SIGALRM}
"""The signals by which the system ends the converter when it has used what it may."""
_line = threading.BoundedSemaphore(AT_ONCE)


def pieces_of(copy: bytes, *, seconds: float = SECONDS, converter: Path = CONVERTER) -> dict[str, Any]:
    """Return what `convert` makes of a checked copy of a Word file.

    Raises:
        Refusal: it can't be read, or not within `seconds`.

    """
    if not _line.acquire(timeout=SECONDS_IN_LINE):
        raise Refusal("Other Word files are being read at this moment. Try again in a minute.")
    try:
        status, answer = _run(copy, seconds, converter)
    finally:
        _line.release()
    if status is None or -status in _TIME_IS_OVER:
        raise Refusal("Reading this Word file takes too long. Split it, or copy its text into the form.")
    try:
        pieces: dict[str, Any] = json.loads(answer) if status == 0 else {"refused": ""}
    except ValueError:  # cut off where it grew past what may be written
        pieces = {"refused": ""}
    if "refused" in pieces:
        if pieces["refused"] == "dtd":
            raise Refusal("The file holds instructions that a Word file never has (a DTD). It was not read.")
        if pieces["refused"] == "long":
            raise Refusal(
                "This Word file is too long for one case. Split it, or copy its text into the form."
            )
        raise Refusal("This Word file can't be read. Save it again in Word and choose it once more.")
    return pieces


def _run(copy: bytes, seconds: float, converter: Path) -> tuple[int | None, bytes]:
    """Return how the converter ended (None when its time was over) and what it wrote."""
    command = [sys.executable, "-I", "-X", "utf8", str(converter)]
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as written:
        given.write(copy)
        given.seek(0)
        with subprocess.Popen(  # noqa: S603 - our own program, by its path, without a shell
            command,
            stdin=given,
            stdout=written,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=tempfile.gettempdir(),
            start_new_session=True,
        ) as process:
            try:
                status: int | None = process.wait(seconds)
            except subprocess.TimeoutExpired:
                status = None
            finally:
                if process.returncode is None:
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.killpg(process.pid, signal.SIGKILL)
        written.seek(0)
        return status, written.read()
