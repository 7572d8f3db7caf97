"""The benchmark of the board runs as a whole, with a handful of people: that nothing was lost is looked at, no time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks import board


def test_what_was_acknowledged_by_a_server_that_is_killed_is_there_once_and_seen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # In a thread of its own: where browser tests ran before, an event loop runs in this one already.
    options = ["--participants", "3", "--seconds", "1", "--notes", "4", "--kill"]
    with ThreadPoolExecutor(1) as alone, pytest.raises(SystemExit) as ended:
        alone.submit(board.main, options).result()
    printed = capsys.readouterr().out
    assert ended.value.code == 0, printed
    assert "3 participants, 4 notes in 1 s" in printed
    assert "acknowledged and lost: 0; there twice: 0" in printed
    assert "did not see every note: 0" in printed
