"""Judging the search from the terminal."""

from __future__ import annotations

from pathlib import Path

from kb.house import House
from tests.cli.conftest import Run
from tests.conftest import MakeCase


def test_it_prints_the_means_and_what_found_nothing(
    kb: Run, house: House, make_case: MakeCase, tmp_path: Path
) -> None:
    make_case(slug="duiven-west", lessons=[{"statement": "Spreek rollen af.", "themes": ["inclusion"]}])
    file = tmp_path / "judged.tsv"
    file.write_text("rollen\tlesson\tduiven-west#0\t2\nzeppelin\tcase\tduiven-west\t1\n", encoding="utf-8")
    house.close()
    answer = kb("search", "judge", str(file), "--each", "--data", house.settings.data)
    lines = answer.out.splitlines()
    assert lines[:2] == ["1.000\tlesson\trollen", "0.000\tcase\tzeppelin"]
    assert lines[2:] == [
        "queries     2",
        "nDCG@10     0.500",
        "MRR@10      0.500",
        "recall@20   0.500",
        "empty       1",
        "  zeppelin",
    ]


def test_a_faulty_file_is_named_by_its_line(kb: Run, house: House, tmp_path: Path) -> None:
    file = tmp_path / "judged.tsv"
    file.write_text("rollen\n", encoding="utf-8")
    answer = kb("search", "judge", str(file), "--data", house.settings.data)
    assert answer.code == 1
    assert "Line 1" in answer.err
