"""The benchmark runs as a whole, on a handful of cases: what it measures is not looked at, only that it is there."""

import json
from pathlib import Path

import pytest

from benchmarks import run, stages
from benchmarks.load import Load, Times
from benchmarks.servers import PEERS, Round, rows
from benchmarks.tables import table

PAGES = (
    "home",
    "case list",
    "case",
    "lesson",
    "theme",
    "search",
    "search, one theme",
    "search, cases",
    "API search",
)


def test_all_figures_are_printed_and_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "PATHS", 5)
    file = tmp_path / "figures.json"
    run.main(["--cases", "20", "--seconds", "0.02", "--rounds", "1", "--json", str(file)])
    printed = capsys.readouterr().out.splitlines()
    assert "20 cases" in printed[2]
    for name in (
        *("importing, cases a second", "importing, peak memory in MB", "indexing, documents a second"),
        *("indexing, cases a second", "indexing, peak memory in MB", "index on disk, MB"),
        *("opening the index, ms", "first search of a process, ms"),
        *(f"{page}, ms (p50 / p95 / slowest)" for page in PAGES),
        *(f"{page} over HTTP, ms (p50 / p95 / slowest)" for page in run.SERVED),
        "from saving a case until it is found, others saving too, ms (p50 / p95 / slowest)",
        *(f"{page}, 8 clients, answers a second" for page in run.SERVED),
        *("server's start, s", "server's memory after this, MB"),
    ):
        assert any(row.startswith(name + "  ") and row.split("  ")[-1].strip() for row in printed), name
    (size,) = json.loads(file.read_text(encoding="utf-8"))["sizes"]
    assert size["importing"][0]["count"] == size["cases"] == 20
    assert size["documents"] == size["indexing"][0]["count"] > 20 * 3
    assert set(size["pages"]) == set(PAGES)


@pytest.mark.parametrize("sizes", ["0", "", "10,many", "-5"])
def test_sizes_that_can_not_be_are_refused(sizes: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run.main(["--cases", sizes])
    assert stopped.value.code == 2
    assert "--cases" in capsys.readouterr().err


def test_times_are_in_milliseconds() -> None:
    assert Times.of([number / 1000 for number in range(101)]) == pytest.approx(Times(50, 95, 100))
    assert Times.of([0.002]) == Times(2, 2, 2)


def test_servers_are_compared_with_the_first() -> None:
    def rounds(*p50: float) -> list[Round]:
        return [Round(Load(Times(9, 9, 9), Times(each, 2 * each, 9), 1000 / each), 0.5, None) for each in p50]

    shown = rows({PEERS[0].name: rounds(9, 10, 30), "another": rounds(5, 1, 6)})
    assert shown == [
        ["waitress, 1 process", "10.0", "20.0", "1.00", "100", "1.00", "–", "0.5"],
        ["another", "5.0", "10.0", "0.50", "200", "2.00", "–", "0.5"],
    ]


def test_a_table_has_its_figures_below_each_other() -> None:
    assert table(["", "1,000"], [["fast", "9"], ["slower", "12345"]]).splitlines() == [
        "        1,000",
        "------  -----",
        "fast        9",
        "slower  12345",
    ]
