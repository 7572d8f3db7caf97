"""The format of sessions: what `kb import --kind events` reads and `kb export --kind events` writes, and the API answers.

The steps are those of the case format (`kb.cases.format`); here stand the schema of a session and the rules that a schema
can't express. docs/event-format.md describes the fields for people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

from kb.cases.format import Kind, Path, Slip, filled, flattened, shipped_schema, slug_from
from kb.core import Refusal
from kb.events.local_time import HOME, moment


def schema() -> dict[str, Any]:
    """Return the JSON Schema of one session (draft 2020-12) as it ships with the package; shared, so don't change it."""
    return shipped_schema("kb.events", "event.schema.json")


def events(cases: Collection[str] | None = None) -> Kind:
    """Return the sort of record that a session is; `cases` are the slugs that exist, which only reading needs."""
    return Kind("session", _flat_schema, partial(_slips, cases=cases), _complete)


@cache
def _flat_schema() -> dict[str, Any]:
    return flattened(schema())


def _complete(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a valid session with every field; one without a slug gets that of its title and day."""
    data = filled(record, _flat_schema())
    data["slug"] = data["slug"] or slug_from(f"{data['title'][:60]} {data['start'][:10]}")
    if data["series"] and not data["series"]["slug"]:
        data["series"]["slug"] = slug_from(data["series"]["title"])
    for name, letter in (("rooms", "r"), ("questions", "q")):
        taken = {row["key"] for row in data[name]}
        free = (key for number in range(1, 1000) if (key := f"{letter}{number}") not in taken)
        for row in data[name]:
            row["key"] = row["key"] or next(free)
    return data


def _slips(record: dict[str, Any], cases: Collection[str] | None) -> Iterator[Slip]:
    """Yield what is wrong between the values of a session; it looks only at what has the right type."""
    yield from _times(record)
    yield from _parts(record)
    yield from _keys(record)
    yield from _addresses(record)
    for path, row in _rows(record, "cases"):
        slug = row.get("case")
        if cases is not None and isinstance(slug, str) and slug not in cases:
            yield Slip((*path, "case"), f"'{slug[:80]}' is not the slug of a case here")


def _times(record: dict[str, Any]) -> Iterator[Slip]:
    zone = record.get("timezone") or HOME
    moments = []
    for name in ("start", "end"):
        try:
            shown = dt.datetime.fromisoformat(str(record.get(name))).replace(tzinfo=None)
        except ValueError:
            if isinstance(record.get(name), str):
                yield Slip((name,), f"'{record[name][:40]}' is not a day and time that there is")
            continue
        try:
            moments.append(moment(shown, str(zone)))
        except Refusal as refusal:
            at = "timezone" if "time zone" in refusal.sentence else name
            yield Slip((at,), str(refusal))
    if len(moments) == len(("start", "end")) and moments[1] <= moments[0]:
        yield Slip(("end",), "the session ends before it begins")


def _parts(record: dict[str, Any]) -> Iterator[Slip]:
    for path, row in _rows(record, "programme"):
        start, end = row.get("start"), row.get("end")
        if isinstance(start, str) and isinstance(end, str) and end and end <= start:
            yield Slip((*path, "end"), "this part ends before it begins")


def _keys(record: dict[str, Any]) -> Iterator[Slip]:
    for name in ("rooms", "questions"):
        seen: set[str] = set()
        for path, row in _rows(record, name):
            key = row.get("key")
            if isinstance(key, str) and key and key in seen:
                yield Slip((*path, "key"), f"'{key[:40]}' is the key of another row already")
            elif isinstance(key, str):
                seen.add(key)


def _addresses(record: dict[str, Any]) -> Iterator[Slip]:
    """Check that web addresses hold a host: a link that leads nowhere or can't be parsed breaks pages."""
    told: list[tuple[Path, Any]] = [
        ((name,), record.get(name)) for name in ("online_url", "registration_url")
    ]
    for name in ("organisers", "rooms", "materials"):
        told += [((*path, "url"), row.get("url")) for path, row in _rows(record, name)]
    for path, address in told:
        if (
            isinstance(address, str)
            and address.startswith(("http://", "https://"))
            and not _has_host(address)
        ):
            yield Slip(path, "this web address names no host, or can't be read")


def _has_host(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname) and not any(sign.isspace() for sign in address)
    except ValueError:
        return False


def _rows(record: dict[str, Any], name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the mappings in a list of the session, each with its path."""
    rows = record.get(name)
    for at, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict):
            yield (name, at), row
