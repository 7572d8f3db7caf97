"""The measures, on answers that can be reckoned by hand, and what a judged file may look like."""

from __future__ import annotations

import math

import pytest

from kb.core import DataError
from kb.search.judging import Judged, read_judged, summary, verdict

JUDGED = Judged("rollen", "lesson", {"1": 2, "2": 1, "3": 0})


def test_a_file_is_read_by_query_and_kind() -> None:
    lines = [
        "# wie beslist\n",
        "rollen\tlesson\t1\t2\n",
        "\n",
        "rollen\tlesson\t2\t1\r\n",
        "rollen\tcase\tduiven-west\t1\n",
    ]
    assert read_judged(lines) == [
        Judged("rollen", "lesson", {"1": 2, "2": 1}),
        Judged("rollen", "case", {"duiven-west": 1}),
    ]


@pytest.mark.parametrize(
    "line", ["rollen\tlesson\t1", "rollen\thoax\t1\t1", "rollen\tlesson\t1\tgoed", "rollen lesson 1 1"]
)
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(DataError, match="Line 2"):
        read_judged(["a\tcase\tb\t1", line])


def test_a_file_in_which_nothing_is_good_is_refused() -> None:
    with pytest.raises(DataError, match="no query"):
        read_judged(["rollen\tlesson\t1\t0"])


@pytest.mark.parametrize(
    ("found", "ndcg", "rank", "recall"),
    [
        (["1", "2"], 1.0, 1.0, 1.0),
        (["2", "1"], (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)), 1.0, 1.0),
        (["9", "3", "1"], (2 / 2) / (2 + 1 / math.log2(3)), 1 / 3, 0.5),
        (["9"] * 10 + ["1"], 0.0, 0.0, 0.5),
        ([], 0.0, 0.0, 0.0),
    ],
)
def test_an_answer(found: list[str], ndcg: float, rank: float, recall: float) -> None:
    one = verdict(JUDGED, found)
    assert one.ndcg == pytest.approx(ndcg)
    assert one.reciprocal_rank == pytest.approx(rank)
    assert (one.recall, one.empty) == (recall, not found)


def test_all_queries_count_alike() -> None:
    told = summary([verdict(JUDGED, ["1", "2"]), verdict(Judged("niets", "lesson", {"1": 1}), [])])
    assert (told.queries, told.ndcg, told.mrr, told.recall, told.empty) == (2, 0.5, 0.5, 0.5, ("niets",))
