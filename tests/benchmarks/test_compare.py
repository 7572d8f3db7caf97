"""The benchmark of comparing runs as a whole; what it measures is not looked at."""

from __future__ import annotations

import pytest

from benchmarks import compare


def test_all_figures_are_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "LONGEST", 2000)
    compare.main(["--revisions", "3", "--words", "2000"])
    printed = capsys.readouterr().out.splitlines()
    assert "20 challenges, 60 lessons, 3 revisions" in printed[1]
    for name in ("neighbours", "at random", "the first with the last", "two texts of", "two stories of"):
        assert any(row.startswith(name) and row.split()[-1].isdigit() for row in printed), name


def test_a_case_is_as_large_as_asked() -> None:
    case = compare.large_case(8000)
    assert (len(case["challenges"]), len(case["lessons"])) == (20, 60)
    assert 7500 < compare.count(case) < 8500


def test_revisions_differ_from_one_to_the_next() -> None:
    versions = compare.revisions(compare.large_case(8000), 4)
    assert all(one != other for number, one in enumerate(versions) for other in versions[:number])
