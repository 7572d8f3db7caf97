"""The benchmark of the search on PostgreSQL: that both engines are asked and the table is there."""

from __future__ import annotations

import pytest

from benchmarks import postgres

pytestmark = pytest.mark.postgres


def test_a_few_cases_give_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    postgres.main(["--cases=3", "--queries=2"])
    out = capsys.readouterr().out
    for line in (
        "ours on PostgreSQL  ",
        "PostgreSQL dutch, ts_rank  ",
        "p95, the first to the second",
        "from saving until",
    ):
        assert line in out
