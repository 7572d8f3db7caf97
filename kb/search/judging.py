"""How good a search is, on queries that people judged: nDCG@10, MRR@10, recall@20, and the queries that find nothing.

A judged file has a line for each judgement: query, kind, id and grade, separated by tabs. A grade is a whole number from 0 (of
no use) upwards; what is not in the file counts as 0. Lines that begin with # are remarks. The measures are those of
information retrieval as TREC has them: the gain of a grade is the grade itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from kb.core import DataError
from kb.search.documents import KINDS, Query
from kb.search.services import Search

NDCG_AT, MRR_AT, RECALL_AT = 10, 10, 20
FIELDS = 4


@dataclass(frozen=True)
class Judged:
    """One query of one kind, with the grades of what people judged for it, by id."""

    query: str
    kind: str
    grades: Mapping[str, int]

    def with_ids(self, places: Mapping[str, str]) -> Judged:
        """Return it with the ids of what is named by its place in something else, such as a lesson by its case."""
        return replace(self, grades={places.get(key, key): grade for key, grade in self.grades.items()})

    @property
    def good(self) -> int:
        """How many things are of any use."""
        return sum(grade > 0 for grade in self.grades.values())


@dataclass(frozen=True)
class Verdict:
    """What a search is worth on one query."""

    judged: Judged
    ndcg: float
    reciprocal_rank: float
    recall: float
    empty: bool


@dataclass(frozen=True)
class Summary:
    """What a search is worth on all queries: means, and those that found nothing at all."""

    queries: int
    ndcg: float
    mrr: float
    recall: float
    empty: tuple[str, ...]


def read_judged(lines: Iterable[str]) -> list[Judged]:
    """Return the queries of a judged file in order.

    Raises:
        DataError: a line is none, naming it; or there is no query of which anything is good.

    """
    found: dict[tuple[str, str], dict[str, int]] = {}
    for number, line in enumerate(lines, start=1):
        text = line.rstrip("\r\n")
        if not text.strip() or text.startswith("#"):
            continue
        fields = text.split("\t")
        if len(fields) != FIELDS or fields[1] not in KINDS or not fields[3].strip().isdecimal():
            raise DataError(
                f"Line {number} is not: query, kind ({', '.join(KINDS)}), id, grade, with tabs between."
            )
        query, kind, key, grade = (field.strip() for field in fields)
        found.setdefault((query, kind), {})[key] = int(grade)
    judged = [Judged(query, kind, grades) for (query, kind), grades in found.items()]
    judged = [one for one in judged if one.good]
    if not judged:
        raise DataError("There is no query in this file for which anything has a grade above 0.")
    return judged


def verdict(judged: Judged, found: Sequence[str]) -> Verdict:
    """Return what an answer is worth: `found` are the ids that a search gave, the best first."""
    gains = [judged.grades.get(key, 0) for key in found]
    best = sorted(judged.grades.values(), reverse=True)
    first = next((rank for rank, gain in enumerate(gains[:MRR_AT], start=1) if gain), 0)
    return Verdict(
        judged,
        ndcg=_gain(gains[:NDCG_AT]) / _gain(best[:NDCG_AT]),
        reciprocal_rank=1 / first if first else 0.0,
        recall=sum(gain > 0 for gain in gains[:RECALL_AT]) / judged.good,
        empty=not found,
    )


def judge(search: Search, session: Session, judged: Iterable[Judged]) -> list[Verdict]:
    """Return what a search is worth on each of these queries, as readers get its answers."""
    verdicts = []
    for one in judged:
        asked = Query(q=one.query, kind=one.kind, per_page=RECALL_AT)
        verdicts.append(verdict(one, [hit.key for hit in search.find(session, asked).hits]))
    return verdicts


def summary(verdicts: Sequence[Verdict]) -> Summary:
    """Return the means over all queries, each counting once."""
    count = len(verdicts)
    return Summary(
        queries=count,
        ndcg=sum(one.ndcg for one in verdicts) / count,
        mrr=sum(one.reciprocal_rank for one in verdicts) / count,
        recall=sum(one.recall for one in verdicts) / count,
        empty=tuple(one.judged.query for one in verdicts if one.empty),
    )


def _gain(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
