"""A small knowledge base whose cases overlap in every facet, and the truth about it, asked of the tables themselves.

Beside the published cases stand unpublished ones with the same values, so that a count that takes them in is wrong. The
truth is plain SQL: it shares nothing with the queries that it judges.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from typing import Any

import psycopg
from psycopg.types.string import TextLoader
from sqlalchemy import inspect, make_url

from kb.cases.format import check
from kb.cases.services import store
from kb.house import House
from kb.values import SQLITE
from tests.cases.examples import THEMES
from tests.databases import plain

HIDDEN = ("draft", "submitted", "returned", "withdrawn", "archived")
THEME_ORDER = ("roles-partnership", "inclusion", "connecting", "organising")
PEOPLE = ("resident", "volunteer", "professional", "civil-servant", "executive", "entrepreneur", "researcher")
PLACES = (("Duiven", "Gelderland"), ("Stein", "Limburg"), ("Wijchen", "Gelderland"), ("", ""))
TAGS = ("wijkschouw", "buurtbudget", "speelplek", "moestuin")
Things = dict[str, dict[str, set[str]]]
"""The values of each facet, for each thing that can be found."""

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
    url = make_url(house.settings.database_url)
    if url.drivername == "sqlite":
        with closing(sqlite3.connect(str(url.database))) as connection:
            return connection.execute(sql, values).fetchall()
    with psycopg.connect(plain(url)) as connection:
        for kind in ("json", "date", "timestamp"):
            connection.adapters.register_loader(kind, TextLoader)  # as SQLite keeps them
        return connection.execute(sql.replace("?", "%s").encode(), values or None).fetchall()


def number(house: House, sql: str, *values: Any) -> int:
    """Return the one number that the database answers."""
    return int(ask(house, sql, *values)[0][0])


def count(house: House, table: str, where: str = "true") -> int:
    """Return how many rows of a table there are."""
    return number(house, f'SELECT count(*) FROM "{table}" WHERE {where}')  # noqa: S608 - the words are the tests' own


def lessons(house: House) -> Things:
    """Return the facet values of every published lesson, by id."""
    rows = ask(
        house,
        """SELECT l.id, l.perspectives, c.municipality, c.province, c.period_start, c.period_end, k.status, c.id,
        c.language FROM lesson l JOIN "case" c ON c.id = l.case_id LEFT JOIN challenge k ON k.id = l.challenge_id
        WHERE c.status = 'published'""",
    )
    themes = _sets(house, "SELECT lesson_id, slug FROM lesson_theme JOIN theme ON theme.id = theme_id")
    told = _sets(house, "SELECT lesson_id, language FROM lesson_translation")
    tags = _sets(house, "SELECT case_id, name FROM case_tag JOIN tag ON tag.id = tag_id")
    return {
        str(key): {
            "theme": themes[key],
            "perspective": set(json.loads(people)),
            "municipality": {municipality} - {""},
            "province": {province} - {""},
            "year": _years(start, end),
            "status": {status} - {None},
            "tag": tags[case_id],
            "event": set(),
            "language": {language} | told[key],
        }
        for key, people, municipality, province, start, end, status, case_id, language in rows
    }


def cases(house: House) -> Things:
    """Return the facet values of every published case, by slug."""
    rows = ask(
        house,
        """SELECT id, slug, municipality, province, period_start, period_end, language
        FROM "case" WHERE status = 'published'""",
    )
    themes = _sets(house, "SELECT case_id, slug FROM case_theme JOIN theme ON theme.id = theme_id")
    people = _sets(house, "SELECT case_id, perspectives FROM lesson")
    states = _sets(house, "SELECT case_id, status FROM challenge WHERE status IS NOT NULL")
    told = _sets(house, "SELECT case_id, language FROM case_translation")
    tags = _sets(house, "SELECT case_id, name FROM case_tag JOIN tag ON tag.id = tag_id")
    return {
        slug: {
            "theme": themes[key],
            "perspective": {word for words in people[key] for word in json.loads(words)},
            "municipality": {municipality} - {""},
            "province": {province} - {""},
            "year": _years(start, end),
            "status": states[key],
            "tag": tags[key],
            "event": set(),
            "language": {language} | told[key],
        }
        for key, slug, municipality, province, start, end, language in rows
    }


def counted(things: Things, facet: str, selected: dict[str, set[str]]) -> dict[str, int]:
    """Return a facet's counts: what all other facets' selection leaves, its own left aside."""
    others = {name: values for name, values in selected.items() if name != facet}
    return dict(Counter(value for key in chosen(things, others) for value in things[key][facet]))


def chosen(things: Things, selected: dict[str, set[str]]) -> set[str]:
    """Return the keys of what a selection leaves: one of the values of each facet."""
    return {key for key, facets in things.items() if all(facets[name] & selected[name] for name in selected)}


def _sets(house: House, sql: str) -> defaultdict[int, set[str]]:
    """Return the values of each thing: the second column by the first."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for key, value in ask(house, sql):
        found[key].add(value)
    return found


def dangling(house: House) -> list[Any]:
    """Return the rows that point to none; PostgreSQL lets no such row be."""
    sqlite = house.settings.database_url.startswith(SQLITE)
    return ask(house, "PRAGMA foreign_key_check") if sqlite else []


def everything(house: House) -> list[tuple[str, list[Any]]]:
    """Return every row of every table, by the table's name."""
    with house.database.engine.connect() as connection:
        tables = sorted(inspect(connection).get_table_names())
    return [(name, sorted(ask(house, f'SELECT * FROM "{name}"'), key=str)) for name in tables]  # noqa: S608 - names of tables


def _years(start: int | None, end: int | None) -> set[str]:
    first = start or end
    if first is None:
        return set()
    last = end or max(first, dt.datetime.now(dt.UTC).year)
    return {str(year) for year in range(first, last + 1)}
