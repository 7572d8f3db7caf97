"""Running `kb` inside the test's own process: as fast as a function, with both outputs kept apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from kb.cli import main


@dataclass(frozen=True)
class Answer:
    """What a command did: its exit status, its standard output and its standard error."""

    code: int
    out: str
    err: str

    def failed(self, data: Path) -> str:
        """Return the one line that says why the command on this data folder failed."""
        assert self.code == 1, self
        first, *lines = self.err.splitlines()
        assert first == f"Data folder: {data}"
        assert len(lines) == 1, self.err
        assert lines[0].startswith("kb: ")
        assert lines[0].isprintable()
        return lines[0].removeprefix("kb: ")


Run = Callable[..., Answer]


def run(*arguments: str | Path, stdin: bytes = b"") -> Answer:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin, prog_name="kb")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.stderr
    return Answer(result.exit_code, result.stdout_bytes.decode(), result.stderr)


@pytest.fixture
def kb() -> Run:
    """Run the command with these arguments; an error that is not one clear line fails the test."""
    return run
