"""A small knowledge base whose cases overlap in every facet, and the truth about it, asked of the tables themselves.

Beside the published cases stand unpublished ones with the same values, so that a count that takes them in is wrong. The
truth is plain SQL on the file: it shares nothing with the queries that it judges.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections import Counter
from contextlib import closing
from typing import Any

from kb.cases.format import check
from kb.cases.services import store
from kb.house import House
from tests.cases.examples import THEMES

HIDDEN = ("draft", "submitted", "returned", "withdrawn", "archived")
THEME_ORDER = ("roles-partnership", "inclusion", "connecting", "organising")
PEOPLE = ("resident", "volunteer", "professional", "civil-servant", "executive", "entrepreneur", "researcher")
PLACES = (("Duiven", "Gelderland"), ("Stein", "Limburg"), ("Wijchen", "Gelderland"), ("", ""))
TAGS = ("wijkschouw", "buurtbudget", "speelplek", "moestuin")
STATES = ("overcome", "partly", "open", None)


def case(number: int, status: str = "published", **fields: Any) -> dict[str, Any]:
    """Return a case as somebody would write it; its values follow from its number."""
    municipality, province = PLACES[number % 4]
    return {
        "slug": f"{status}-{number}",
        "title": f"Titel {status} {number}",
        "summary": f"Samenvatting {number} over de moestuin.",
        "story": f"Een verhaal over plein nummer {number}.",
        "place": f"Dorp {number % 5}",
        "municipality": municipality,
        "province": province,
        "period_start": (2015 + number % 4) if number % 3 else None,
        "period_end": (2017 + number % 4) if number % 2 else None,
        "themes": [THEME_ORDER[number % 4]],
        "tags": [
            {"name": TAGS[number % 4]},
            {"name": TAGS[(number + 1) % 4], "kind": "method"},
        ],
        "challenges": [
            {"key": "c1", "title": f"Lastig {number}", "status": STATES[number % 4]},
            {"key": "c2", "title": f"Moeilijk {number}", "status": STATES[(number + 1) % 4]},
        ],
        "lessons": [
            {
                "statement": f"Begin klein, zeker in plan {number}-{at}.",
                "explanation": f"Uitleg {number}-{at} met bewoners.",
                "challenge": (None, "c1", "c2")[at],
                "themes": sorted({THEME_ORDER[(number + at) % 4], THEME_ORDER[at]}),
                "perspectives": [PEOPLE[(number + at) % 7]],
                "origin": ("stated", "derived", "session")[at],
            }
            for at in range(3)
        ],
        "translations": {"en": {"title": f"Title {status} {number}"}} if number % 4 == 1 else {},
        "status": status,
        **fields,
    }


def fill(house: House, published: int = 9, hidden: int = 2) -> None:
    """Store the town's cases: so many published ones, so many of each other status, and index them."""
    wanted = [case(number) for number in range(published)]
    wanted += [case(number, status) for status in HIDDEN for number in range(hidden)]
    with house.database.transaction() as session:
        for one in wanted:
            record, slips = check(one, themes=THEMES)
            assert not slips, slips
            store(session, record)
    house.search.sync()


def ask(house: House, sql: str, *values: Any) -> list[Any]:
    """Return what the database answers to plain SQL."""
    path = house.database.engine.url.database
    assert path is not None
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql, values).fetchall()


def number(house: House, sql: str, *values: Any) -> int:
    """Return the one number that the database answers."""
    return int(ask(house, sql, *values)[0][0])


def count(house: House, table: str, where: str = "true") -> int:
    """Return how many rows of a table there are."""
    return number(house, f'SELECT count(*) FROM "{table}" WHERE {where}')  # noqa: S608 - the words are the tests' own


def lessons(house: House) -> dict[str, dict[str, set[str]]]:
    """Return the facet values of every published lesson, by id."""
    rows = ask(
        house,
        """SELECT l.id, l.perspectives, c.municipality, c.province, c.period_start, c.period_end, k.status, c.id,
        c.language FROM lesson l JOIN "case" c ON c.id = l.case_id LEFT JOIN challenge k ON k.id = l.challenge_id
        WHERE c.status = 'published'""",
    )
    found = {}
    for key, people, municipality, province, start, end, status, case_id, language in rows:
        themes = ask(
            house,
            "SELECT slug FROM theme JOIN lesson_theme ON theme_id = theme.id WHERE lesson_id = ?",
            key,
        )
        told = ask(house, "SELECT language FROM lesson_translation WHERE lesson_id = ?", key)
        found[str(key)] = {
            "theme": {slug for (slug,) in themes},
            "perspective": set(json.loads(people)),
            "municipality": {municipality} - {""},
            "province": {province} - {""},
            "year": _years(start, end),
            "status": {status} - {None},
            "tag": _tags(house, case_id),
            "language": {language, *(code for (code,) in told)},
        }
    return found


def cases(house: House) -> dict[str, dict[str, set[str]]]:
    """Return the facet values of every published case, by slug."""
    rows = ask(
        house,
        """SELECT id, slug, municipality, province, period_start, period_end, language
        FROM "case" WHERE status = 'published'""",
    )
    found = {}
    for key, slug, municipality, province, start, end, language in rows:
        themes = ask(
            house, "SELECT slug FROM theme JOIN case_theme ON theme_id = theme.id WHERE case_id = ?", key
        )
        people = ask(house, "SELECT perspectives FROM lesson WHERE case_id = ?", key)
        states = ask(house, "SELECT status FROM challenge WHERE case_id = ? AND status IS NOT NULL", key)
        told = ask(house, "SELECT language FROM case_translation WHERE case_id = ?", key)
        found[slug] = {
            "theme": {theme for (theme,) in themes},
            "perspective": {word for (words,) in people for word in json.loads(words)},
            "municipality": {municipality} - {""},
            "province": {province} - {""},
            "year": _years(start, end),
            "status": {status for (status,) in states},
            "tag": _tags(house, key),
            "language": {language, *(code for (code,) in told)},
        }
    return found


def counted(
    things: dict[str, dict[str, set[str]]], facet: str, selected: dict[str, set[str]]
) -> dict[str, int]:
    """Return a facet's counts: what all other facets' selection leaves, its own left aside."""
    others = {name: values for name, values in selected.items() if name != facet}
    return dict(Counter(value for key in chosen(things, others) for value in things[key][facet]))


def chosen(things: dict[str, dict[str, set[str]]], selected: dict[str, set[str]]) -> set[str]:
    """Return the keys of what a selection leaves: one of the values of each facet."""
    return {key for key, facets in things.items() if all(facets[name] & selected[name] for name in selected)}


def _tags(house: House, case_id: int) -> set[str]:
    sql = "SELECT name FROM tag JOIN case_tag ON tag_id = tag.id WHERE case_id = ?"
    return {name for (name,) in ask(house, sql, case_id)}


def _years(start: int | None, end: int | None) -> set[str]:
    first = start or end
    if first is None:
        return set()
    last = end or max(first, dt.datetime.now(dt.UTC).year)
    return {str(year) for year in range(first, last + 1)}
