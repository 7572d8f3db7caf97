"""Generated practice cases and queries: the load for every figure this project publishes.

Real collections can't be had at ten thousand cases, and random text flatters an index: its words are too even, too short
and never compounds. These cases have Dutch word frequencies, compounds, places, skewed facets and texts of ordinary
length, and are the same bytes for the same seed on every supported Python, so that a figure can be measured again.
Running text is drawn word by word around a few subjects of the case; titles, lessons, causes and dates are sentences
(`benchmarks.templates`).

    python -m benchmarks.generate 10000 --seed 1 > cases.jsonl
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from benchmarks import places, templates
from benchmarks.vocabulary import Weighted, vocabulary
from benchmarks.words import ADJECTIVES, FUNCTION_WORDS, GIVEN_NAMES, OTHER_VERBS, SURNAMES, TRANSITIVE_VERBS
from benchmarks.writer import METHOD_CHOICE, Writer, below, chance, municipalities, plural, villages

MINIMUM_WORDS = 350  # what the sentences of a case take by themselves
_FIRST_YEAR, _LAST_YEAR = 1995, 2026
_TODAY = date(2026, 11, 23)  # no generated date lies after it; fixed, or the same seed would age
_THEMES = Weighted(("organising", "roles-partnership", "connecting", "inclusion"), (46, 28, 17, 9))
_PERSPECTIVES = Weighted(
    ("resident", "civil-servant", "professional", "volunteer", "executive", "entrepreneur", "researcher"),
    (38, 22, 15, 12, 6, 4, 3),
)
_STATUSES = Weighted(("overcome", "partly", "open"), (40, 38, 22))
_ORIGINS = Weighted(("stated", "derived", "session"), (70, 20, 10))
_SCALES = Weighted(("neighbourhood", "village", "municipality", "street", "region"), (50, 25, 13, 7, 5))
_PRECISIONS = Weighted(("day", "month", "year"), (50, 35, 15))
_LICENCES = Weighted(("CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0"), (80, 15, 5))
_NAMES = Weighted.zipf(GIVEN_NAMES.split(), offset=4)
_SURNAMES = Weighted.zipf(SURNAMES, offset=4)
_LINKS = Weighted(("van", "met", "voor", "in", "zonder"), (5, 4, 4, 2, 1))
_QUERY_KINDS = Weighted(("short", "compound", "apart", "where", "linked", "long"), (35, 25, 10, 10, 10, 10))


def _distinct(rng: random.Random, weighted: Weighted[str], draws: int) -> list[str]:
    return list(dict.fromkeys(weighted.many(rng, draws)))


def _challenges(writer: Writer, extra: int) -> list[dict[str, Any]]:
    rng = writer.rng
    return [
        {
            "key": f"c{number}",
            "title": writer.line(templates.CHALLENGES),
            "cause": f"{writer.line(templates.CAUSES)} {writer.running(extra)}",
            "approach": f"{writer.line(templates.APPROACHES)} {writer.running(extra)}",
            "outcome": f"{writer.line(templates.OUTCOMES)} {writer.running(extra)}",
            "status": _STATUSES.one(rng),
            "themes": _distinct(rng, _THEMES, 1),
        }
        for number in range(1, 4 + below(rng, 3))
    ]


def _lessons(writer: Writer, challenges: int, extra: int) -> list[dict[str, Any]]:
    rng, lessons = writer.rng, []
    for _ in range(3 + below(rng, 5)):
        lesson: dict[str, Any] = {
            "statement": writer.line(templates.STATEMENTS),
            "explanation": writer.running(extra),
            "themes": _distinct(rng, _THEMES, 1 + below(rng, 2)),
            "perspectives": _distinct(rng, _PERSPECTIVES, 1 + below(rng, 2)),
            "origin": _ORIGINS.one(rng),
        }
        if chance(rng, 80):
            lesson["challenge"] = f"c{1 + below(rng, challenges)}"
        lessons.append(lesson)
    return lessons


def _moment(rng: random.Random, when: date) -> dict[str, str]:
    """The date as the case format has it: the first day stands for a month or a year."""
    precision = _PRECISIONS.one(rng)
    if precision != "day":
        when = when.replace(day=1, month=1 if precision == "year" else when.month)
    return {"date": when.isoformat(), "precision": precision}


def _timeline(writer: Writer, first: int, last: int) -> list[dict[str, Any]]:
    rng = writer.rng
    begin = date(first, 1, 1)
    days = (min(date(last, 12, 31), _TODAY) - begin).days
    entries = [
        {**_moment(rng, begin + timedelta(days=below(rng, days))), "what": writer.line(templates.TIMELINE)}
        for _ in range(4 + below(rng, 5))
    ]
    return sorted(entries, key=lambda entry: entry["date"])


def _sources(writer: Writer, number: int) -> list[dict[str, Any]]:
    rng = writer.rng
    return [
        {
            "title": writer.line(templates.SOURCES),
            "url": f"https://bron{below(rng, 900)}.example/{number}/{index}",
            "publisher": writer.line(templates.PUBLISHERS),
            "accessed": (_TODAY - timedelta(days=below(rng, 900))).isoformat(),
        }
        for index in range(1, 3 + below(rng, 5))
    ]


def _case(number: int, seed: int, words: int) -> dict[str, Any]:
    rng = random.Random(seed * 2**40 + number)
    writer = Writer(rng, words)
    slots = writer.slots
    extra = max(5, (words - MINIMUM_WORDS) // 70)
    years = _LAST_YEAR - _FIRST_YEAR + 1
    first = _LAST_YEAR - min(below(rng, years), below(rng, years))  # recent years are commoner
    last = min(first + 1 + below(rng, 12), _LAST_YEAR)
    latitude, longitude, _ = places.PROVINCES[slots.province]
    themes = _distinct(rng, _THEMES, 1 + below(rng, 3))
    topics = [noun.singular for noun in slots.things[: 1 + below(rng, 3)]]
    methods = _distinct(rng, METHOD_CHOICE, 1 + below(rng, 2))
    tags = [(name, "topic") for name in dict.fromkeys(topics)] + [
        (name, "method") for name in methods if name not in topics
    ]
    title = f"{writer.line(templates.CASE_TITLES)} ({number:05d})"
    summary = f"{writer.line(templates.SUMMARIES)} {writer.running(12)}"
    challenges = _challenges(writer, extra)
    lessons = _lessons(writer, len(challenges), extra * 3)
    timeline = _timeline(writer, first, last)
    sources = _sources(writer, number)
    case: dict[str, Any] = {
        "slug": f"{slots.place.lower()}-{number:05d}",
        "title": title,
        "summary": summary,
        "story": writer.story(max(20, words - writer.written)),
        "language": "nl",
        "place": slots.place,
        "municipality": slots.municipality,
        "province": slots.province,
        "country": "NL",
        "latitude": (latitude + below(rng, 300) - 150) / 1000,
        "longitude": (longitude + below(rng, 400) - 200) / 1000,
        "scale": _SCALES.one(rng),
        "period_start": first,
        "period_end": last,
        "themes": themes,
        "tags": [{"name": name, "kind": kind} for name, kind in tags],
        "participants": _distinct(rng, _PERSPECTIVES, 2 + below(rng, 3)),
        "partners": [{"name": f"Gemeente {slots.municipality}", "url": None}],
        "challenges": challenges,
        "lessons": lessons,
        "timeline": timeline,
        "sources": sources,
        "authors": [f"{_NAMES.one(rng)} {_SURNAMES.one(rng)}"],
        "licence": _LICENCES.one(rng),
        "status": "published",
    }
    if last == _LAST_YEAR and chance(rng, 50):
        del case["period_end"]  # still going on
    return case


def cases(count: int, *, seed: int = 1, words: int = 850) -> Iterator[dict[str, Any]]:
    """`count` published Dutch cases in the case format, numbered from 1.

    `words` is the number of words of a case over all its texts, about. A case depends on its number, `seed` and `words`
    alone, so a shorter run is the beginning of a longer one. Raises ValueError at the call for a negative `count` or
    `seed`, or `words` under `MINIMUM_WORDS`.
    """
    if count < 0 or seed < 0:
        raise ValueError("count and seed can't be negative")
    if words < MINIMUM_WORDS:
        raise ValueError(f"a case has at least {MINIMUM_WORDS} words")
    return (_case(number, seed, words) for number in range(1, count + 1))


@cache
def _query_words() -> Weighted[str]:
    """The middle of the frequencies: people don't search for "de", and seldom for a word that occurs once.

    Nor for "betrok" or "nieuwer": of verbs only the infinitive, of adjectives no comparative, no function words.
    """
    verbs = (OTHER_VERBS + TRANSITIVE_VERBS).split()
    unasked = {form for entry in verbs for form in entry.split("/")[1:]}
    unasked |= {*FUNCTION_WORDS.split(), *(entry.split("/")[2] for entry in ADJECTIVES.split())}
    return Weighted.zipf([form for form in vocabulary().forms[150:12_000] if form not in unasked], offset=150)


def _query(rng: random.Random) -> str:
    vocab = vocabulary()
    match _QUERY_KINDS.one(rng):
        case "short":
            terms = _query_words().many(rng, 1 + below(rng, 2))
        case "long":
            terms = _query_words().many(rng, 3 + below(rng, 2))
        case "compound":
            compound = vocab.compounds.one(rng)
            terms = [plural(compound) if chance(rng, 33) else compound.singular]
        case "apart":  # a compound as many people type it
            terms = [*vocab.compounds.one(rng).parts]
        case "where":
            where = villages().one(rng) if chance(rng, 50) else municipalities().one(rng)[1]
            terms = [vocab.things.one(rng).singular, *where.split()[:3]]
        case _:
            terms = [vocab.things.one(rng).singular, _LINKS.one(rng), vocab.people.one(rng)]
    return " ".join(terms)


def queries(count: int, seed: int = 1) -> list[str]:
    """`count` queries of one to four words as people type them, some more than once; ValueError when negative."""
    if count < 0 or seed < 0:
        raise ValueError("count and seed can't be negative")
    rng = random.Random(seed * 2**40)
    return [_query(rng) for _ in range(count)]


def line(case: dict[str, Any]) -> str:
    """The case as one line of JSON Lines, without the line end."""
    return json.dumps(case, ensure_ascii=False, separators=(",", ":"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the cases to standard output as UTF-8, one at a time; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.generate", description="Generate practice cases."
    )
    parser.add_argument("count", type=int, metavar="COUNT", help="how many cases")
    parser.add_argument(
        "--seed", type=int, default=1, help="another seed gives other cases (default %(default)s)"
    )
    parser.add_argument("--words", type=int, default=850, help="words a case, about (default %(default)s)")
    options = parser.parse_args(arguments)
    try:
        generated = cases(options.count, seed=options.seed, words=options.words)
    except ValueError as error:
        parser.error(str(error))
    try:
        for case in generated:
            sys.stdout.buffer.write(line(case).encode() + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # the reader, `head` for one, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
