"""The golden set: what should be found in the sample cases, judged by people, and how much of it is.

The floors are a little under what the search reaches, so that a change that costs something shows.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.cases.queries import lessons_by_place
from kb.house import House
from kb.search.judging import Judged, Summary, judge, read_judged, summary

GOLDEN = Path(__file__).with_name("golden.tsv")
QUERIES = 60
FLOORS = {
    "lesson": Summary(0, ndcg=0.945, mrr=0.955, recall=0.97, empty=()),
    "case": Summary(0, ndcg=0.98, mrr=0.99, recall=0.99, empty=()),
}


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    with GOLDEN.open(encoding="utf-8") as lines:
        return read_judged(lines)


def told(house: House, judged: list[Judged], kind: str) -> Summary:
    with house.database.reading() as session:
        places = lessons_by_place(session)
        mine = (one.with_ids(places) for one in judged if one.kind == kind)
        return summary(judge(house.search, session, mine))


def test_there_are_enough_and_all_name_something_that_is_there(samples: House, judged: list[Judged]) -> None:
    assert len(judged) >= QUERIES
    with samples.database.reading() as session:
        known = {
            *lessons_by_place(session),
            *(place.partition("#")[0] for place in lessons_by_place(session)),
        }
    assert {key for one in judged for key in one.grades} <= known


@pytest.mark.parametrize("kind", FLOORS)
def test_what_should_be_found_is_found(samples: House, judged: list[Judged], kind: str) -> None:
    found = told(samples, judged, kind)
    floor = FLOORS[kind]
    assert found.empty == ()
    assert found.ndcg >= floor.ndcg
    assert found.mrr >= floor.mrr
    assert found.recall >= floor.recall
