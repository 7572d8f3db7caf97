"""What comparing two versions of a large case takes: one of 8,000 words, 20 challenges and 60 lessons, 200 times revised.

    python -m benchmarks.compare --revisions 200 --words 8000

Each revision is the one before with some changes as people make them: words replaced, sentences put in or taken out, a
paragraph moved, a lesson added or moved. Each is compared with its neighbour and with one taken at random. Below that,
the worst cases: texts of the greatest length that have nothing in common.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from itertools import pairwise
from time import perf_counter
from typing import Any

from benchmarks.generate import MINIMUM_WORDS, cases
from benchmarks.load import Times
from benchmarks.processes import machine
from benchmarks.tables import table
from benchmarks.writer import below, chance, pick
from kb.cases.compare import compare, text_pieces
from kb.cases.format.shape import normalised

CHALLENGES, LESSONS = 20, 60
LONGEST = 500_000
"""Characters of the longest story that the case format takes."""


def large_case(words: int) -> dict[str, Any]:
    """Return a case of about so many words, half of them its story, with the challenges and lessons of several cases."""
    case: dict[str, Any]
    case, *others = (
        normalised(each) for each in cases(LESSONS, seed=3, words=max(MINIMUM_WORDS, words // 7))
    )
    case["challenges"] = [row for each in [case, *others] for row in each["challenges"]][:CHALLENGES]
    case["lessons"] = [row for each in [case, *others] for row in each["lessons"]][:LESSONS]
    for number, row in enumerate(case["challenges"], start=1):
        row["key"] = f"c{number}"
    for number, row in enumerate(case["lessons"]):
        row["challenge"] = f"c{1 + number % CHALLENGES}"
    stories = " ".join(each["story"] for each in others).split(" ")
    missing = words - count(case)
    case["story"] += "\n\n" + " ".join(stories[: max(0, missing)])
    return case


def count(value: Any) -> int:
    """Return the words of all texts in a value."""
    if isinstance(value, str):
        return len(value.split())
    if isinstance(value, dict):
        return sum(map(count, value.values()))
    return sum(map(count, value)) if isinstance(value, list) else 0


def revisions(case: dict[str, Any], count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Return the case and so many revisions of it less one, each made from the one before."""
    rng, found = random.Random(seed), [case]
    while len(found) < count:
        found.append(_revised(rng, deepcopy(found[-1])))
    return found


def _revised(rng: random.Random, case: dict[str, Any]) -> dict[str, Any]:
    case["story"] = _edited(rng, case["story"], 6)
    paragraphs = case["story"].split("\n\n")
    if chance(rng, 40):
        paragraphs.insert(below(rng, len(paragraphs)), paragraphs.pop(below(rng, len(paragraphs))))
    case["story"] = "\n\n".join(paragraphs)
    for _ in range(3):
        field = pick(rng, ("cause", "approach", "outcome"))
        row = pick(rng, case["challenges"])
        row[field] = _edited(rng, row[field], 2)
        lesson = pick(rng, case["lessons"])
        lesson["explanation"] = _edited(rng, lesson["explanation"], 2)
    if chance(rng, 30):
        case["lessons"].insert(below(rng, LESSONS), case["lessons"].pop(below(rng, LESSONS)))
    if chance(rng, 30):
        case["lessons"].pop(below(rng, LESSONS))
        new = deepcopy(pick(rng, case["lessons"]))
        case["lessons"].append({**new, "statement": _edited(rng, new["statement"], 4)})
    return case


def _edited(rng: random.Random, text: str, times: int) -> str:
    words = text.split(" ")
    for _ in range(times):
        at, to = below(rng, len(words)), below(rng, len(words))
        match below(rng, 3):
            case 0:
                words[at] = words[to]
            case 1:
                words[at:at] = words[to : to + 8]
            case _:
                del words[at : min(at + 5, len(words) - 1)]
    return " ".join(words)


def _unlike(seed: int, pattern: str) -> str:
    """Return a text of the greatest length; `pattern` says of what: words, one line, few words, marks, letters."""
    rng = random.Random(seed)
    made: dict[str, Callable[[], str]] = {
        "words": lambda: "".join(chr(97 + below(rng, 26)) for _ in range(3 + below(rng, 8))),
        "few words": lambda: pick(rng, ("de", "het", "een", "wijk", "dorp", "plan", "samen", "van")),
        "letters": lambda: pick(rng, "ab"),
        "paragraphs": lambda: f"alinea{below(rng, 10**6)}",
    }
    between = "\n\n" if pattern == "paragraphs" else " "
    size, parts = 0, []
    while size < LONGEST:
        parts.append(made[pattern]())
        size += len(parts[-1]) + len(between)
    return between.join(parts)[:LONGEST]


def _story(seed: int) -> str:
    texts = [case["story"] for case in cases(70, seed=seed, words=1500)]
    return "\n\n".join(texts)[:LONGEST]


def _timed(work: Callable[[Any, Any], object], one: Any, other: Any) -> float:
    began = perf_counter()
    work(one, other)
    return perf_counter() - began


def rows(options: argparse.Namespace) -> Iterator[list[str]]:
    """Measure, and yield the rows of the table."""
    versions = revisions(large_case(options.words), options.revisions)
    rng = random.Random(2)
    pairs = {
        "neighbours": list(pairwise(versions)),
        "at random": [(pick(rng, versions), pick(rng, versions)) for _ in versions],
        "the first with the last": [(versions[0], versions[-1])],
    }
    for name, some in pairs.items():
        yield _row(name, [_timed(compare, one, other) for one, other in some])
    for pattern in ("words", "few words", "letters", "paragraphs"):
        one, other = _unlike(1, pattern), _unlike(2, pattern)
        yield _row(f"two texts of {len(one):,} characters, {pattern}", [_timed(text_pieces, one, other)])
    one, other = _story(5), _story(6)
    yield _row(f"two stories of {len(one):,} characters", [_timed(text_pieces, one, other)])


def _row(name: str, seconds: Sequence[float]) -> list[str]:
    times = Times.of(seconds)
    return [name, str(len(seconds)), *(f"{each:,.0f}" for each in (times.p50, times.p95, times.slowest))]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.compare", description="Measure how long comparing versions takes."
    )
    parser.add_argument("--revisions", type=int, default=200, help="of the case (default %(default)s)")
    parser.add_argument("--words", type=int, default=8000, help="of the case (default %(default)s)")
    options = parser.parse_args(arguments)
    case = large_case(options.words)
    print(machine())
    print(
        f"{count(case):,} words, {len(case['challenges'])} challenges, {len(case['lessons'])} lessons, "
        f"{options.revisions} revisions"
    )
    print(table(["compared", "times", "p50, ms", "p95, ms", "slowest, ms"], list(rows(options))))


if __name__ == "__main__":
    main()
