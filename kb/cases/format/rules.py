"""What a JSON Schema can't say about one case: values that must fit each other or exist outside it.

Each rule takes the data as it is and looks only at what has the right type, so that it works on a case with other
faults too: people want all faults of a case at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from kb.cases.format.faults import Path, Slip, shown
from kb.cases.format.shape import challenge_keys

_MANY = 8


def rule_slips(case: dict[str, Any], themes: frozenset[str]) -> Iterator[Slip]:
    """Yield what is wrong between the values of a case; `themes` are the slugs that exist."""
    yield from _period(case)
    yield from _themes(case, themes)
    yield from _tags(case)
    yield from _challenges(case)
    yield from _addresses(case)
    yield from _translations(case)


def _entries(case: dict[str, Any], name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the mappings in a list of the case, each with its path."""
    for index, entry in enumerate(_list(case, name)):
        if isinstance(entry, dict):
            yield (name, index), entry


def _list(holder: dict[str, Any], name: str) -> list[Any]:
    value = holder.get(name)
    return value if isinstance(value, list) else []


def _period(case: dict[str, Any]) -> Iterator[Slip]:
    start, end = case.get("period_start"), case.get("period_end")
    if isinstance(start, int | float) and isinstance(end, int | float) and end < start:
        yield Slip(("period_end",), f"{shown(end)} is before period_start {shown(start)}")


def _themes(case: dict[str, Any], themes: frozenset[str]) -> Iterator[Slip]:
    holders: list[tuple[Path, dict[str, Any]]] = [((), case)]
    holders += [*_entries(case, "challenges"), *_entries(case, "lessons")]
    for path, holder in holders:
        for index, slug in enumerate(_list(holder, "themes")):
            if isinstance(slug, str) and slug not in themes:
                yield Slip(
                    (*path, "themes", index), f"{shown(slug)} is not a theme here{_hint(slug, themes)}"
                )


def _hint(word: str, known: frozenset[str] | list[str]) -> str:
    """Return what could be meant: the known word that resembles it, or all when they are few."""
    if near := difflib.get_close_matches(word[:80], known, n=1):
        return f"; did you mean {near[0]}?"
    return f"; known are {', '.join(sorted(known))}" if 0 < len(known) <= _MANY else ""


def _tags(case: dict[str, Any]) -> Iterator[Slip]:
    seen = set()
    for path, tag in _entries(case, "tags"):
        mark = (str(tag.get("name")), str(tag.get("kind") or "topic"))
        if mark in seen:
            yield Slip((*path, "name"), f"{shown(mark[0])} stands in the list twice as {shown(mark[1])}")
        seen.add(mark)


def _challenges(case: dict[str, Any]) -> Iterator[Slip]:
    """Check that keys of challenges are unique and that lessons name one of them."""
    first: dict[str, Path] = {}
    for path, challenge in _entries(case, "challenges"):
        key = challenge.get("key")
        if isinstance(key, str) and key in first:
            yield Slip((*path, "key"), f"{shown(key)} is the key of challenges[{first[key][1]}] already")
        elif isinstance(key, str):
            first[key] = path
    keys = challenge_keys(_list(case, "challenges"))
    known = set(keys)
    for path, lesson in _entries(case, "lessons"):
        key = lesson.get("challenge")
        if isinstance(key, str) and key not in known:
            why = f"{shown(key)} is not the key of a challenge of this case{_hint(key, keys)}"
            yield Slip((*path, "challenge"), why)


def _addresses(case: dict[str, Any]) -> Iterator[Slip]:
    """Check that web addresses hold a host: a link that leads nowhere or can't be parsed breaks pages."""
    for name in ("partners", "sources"):
        for path, entry in _entries(case, name):
            url = entry.get("url")
            if isinstance(url, str) and url.startswith(("http://", "https://")) and not _is_address(url):
                yield Slip((*path, "url"), f"{shown(url)} is not a web address")


def _is_address(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname) and not any(character.isspace() for character in url)
    except ValueError:
        return False


def _translations(case: dict[str, Any]) -> Iterator[Slip]:
    translations = case.get("translations")
    own = case.get("language") or "nl"
    lessons = len(_list(case, "lessons"))
    for language, translation in translations.items() if isinstance(translations, dict) else ():
        if language == own:
            yield Slip(("translations", language), f"the case itself is in {shown(own)}")
        entries = translation.get("lessons") if isinstance(translation, dict) else None
        for key in entries if isinstance(entries, dict) else ():
            if key.isascii() and key.isdecimal() and len(key) <= _MANY and int(key) >= lessons:
                path = ("translations", language, "lessons", key)
                yield Slip(path, f"there is no lesson {key}: the case has {lessons}, counted from 0")
