"""The benchmark of growing runs as a whole, on a handful of cases and copies of them."""

from __future__ import annotations

import pytest

from benchmarks import growth, stages
from benchmarks.grow import grow
from benchmarks.load import Rate, Times
from kb.db import Base
from kb.house import House
from tests import town
from tests.conftest import MakeCase


@pytest.mark.sqlite
def test_all_figures_are_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(growth, "IMPORTED", 4)
    monkeypatch.setattr(growth, "SEARCHES", 10)
    monkeypatch.setattr(stages, "PATHS", 4)
    monkeypatch.setattr(growth, "WARM_UP_S", 0.05)
    growth.main(["--cases", "8", "--processes", "1", "--databases", "SQLite", "--seconds", "0.05"])
    printed = capsys.readouterr().out
    for name in (
        "a plain page, ms of processor",
        *("case list, kept, ms of processor", "case list, not changed (304), ms of processor"),
        *("case, kept, ms of processor", "case, made, ms of processor", "making the index, s"),
        *("case list, answers a second, 1 process", "of what the processors allow, 1 process"),
        *("such a search, ms (p50 / p95), 1 process", "memory of a process, MB, 1 process"),
    ):
        assert any(
            row.startswith(name + "  ") and row.split("  ")[-1].strip() for row in printed.splitlines()
        ), name


def test_what_is_copied_is_a_case_of_its_own(house: House, make_case: MakeCase) -> None:
    make_case(
        slug="boom", title="Kastanje", lessons=[{"statement": "Plant on time.", "themes": ["inclusion"]}]
    )
    make_case(slug="linde", title="Linde", challenges=[{"title": "Too dry"}])
    tables = [
        name for name in Base.metadata.tables if name.startswith(("case", "lesson", "challenge", "revision"))
    ]
    before = {name: town.count(house, name) for name in tables}
    grow(house.database, 3)
    assert {name: town.count(house, name) for name in tables} == {
        name: 3 * found for name, found in before.items()
    }
    assert before["lesson"] == before["lesson_theme"] == 2
    house.search.rebuild()
    make_case(slug="els", title="Els")
    assert not house.search.check()
    assert town.count(house, "case") == 7


def test_a_rate_is_what_came_in_the_time() -> None:
    assert Rate(30, 2.0, 0.5, Times(1, 2, 3)).per_s == 15
