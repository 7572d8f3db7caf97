"""The Dutch municipalities and provinces, so that an author picks a place instead of spelling it.

The list (`places.json`) holds for one year, `YEAR`, and says where it comes from and how it was made. A case keeps the
name as it was typed, because stories are also told of municipalities that are gone; this list only helps to spell it.

CBS writes a province behind a name where two municipalities share it: "Bergen (L.)" and "Bergen (NH.)". Such a name
without more is nobody's, unless the province says whose.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

YEAR = 2026
"""The year for which the list holds, on 1 January."""

_TITLE = re.compile(r"^(?:de )?gemeente (?=\S)|(?<=\S) gemeente$")
_WORD = re.compile(r"[^\W_]+")
_PARENTHESIS = re.compile(r"\s*\([^)]*\)$")


@dataclass(frozen=True)
class Province:
    """A province, with its code at Statistics Netherlands (PVxx)."""

    name: str
    code: str


@dataclass(frozen=True)
class Municipality:
    """A municipality, with its code at Statistics Netherlands (GMxxxx) and the name of its province.

    `also` holds the other names that people know it by.
    """

    name: str
    code: str
    province: str
    also: tuple[str, ...] = ()


@cache
def _listed() -> dict[str, Any]:
    listed: dict[str, Any] = json.loads(files("kb.cases").joinpath("places.json").read_text(encoding="utf-8"))
    return listed


@cache
def provinces() -> tuple[Province, ...]:
    """Return the twelve provinces, by name."""
    found = (Province(row["name"], row["code"]) for row in _listed()["provinces"])
    return tuple(sorted(found, key=lambda province: _folded(province.name)))


@cache
def municipalities() -> tuple[Municipality, ...]:
    """Return all municipalities, by name as a Dutch reader looks it up ('s-Gravenhage stands at the G)."""
    named = {row["code"]: row["name"] for row in _listed()["provinces"]}
    found = (
        Municipality(row["name"], row["code"], named[row["province"]], tuple(row.get("also", ())))
        for row in _listed()["municipalities"]
    )
    return tuple(sorted(found, key=lambda one: (_folded(one.name).removeprefix("s "), one.code)))


def find(name: str, province: str = "") -> Municipality | None:
    """Return the municipality of this name, or None when there is none, or more than one.

    Capitals, accents, hyphens and a leading "gemeente" make no difference, and the names in daily use are known: Den
    Bosch, Friese Meren. With a province only the municipalities in it count; that tells the two called Bergen apart.
    """
    found = _by_name().get(_asked(name), ())
    if province:
        whole = find_province(province)
        found = tuple(one for one in found if whole is not None and one.province == whole.name)
    return found[0] if len(found) == 1 else None


def find_province(name: str) -> Province | None:
    """Return the province of this name (Friesland is Fryslân), or None."""
    return _provinces_by_name().get(_folded(name).removeprefix("provincie "))


def suggest(text: str, limit: int = 8) -> tuple[Municipality, ...]:
    """Return the municipalities that the text may be the beginning of, at most `limit`.

    First those whose name begins with it, then those with another name or a later word that does.
    """
    asked = _asked(text)
    if not asked or limit < 1:
        return ()
    first: list[Municipality] = []
    other: list[Municipality] = []
    for one in municipalities():
        name, *also = (_folded(known) for known in (one.name, *one.also))
        if name.removeprefix("s ").startswith(asked) or name.startswith(asked):
            first.append(one)
        elif any(f" {asked}" in f" {known}" for known in (name, *also)):
            other.append(one)
    return tuple([*first, *other][:limit])


def _folded(text: str) -> str:
    """Return the words of a text in small letters without accents, one space between them."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(
        _WORD.findall(
            "".join(letter for letter in plain if not unicodedata.combining(letter)).replace("'", " ")
        )
    )


def _asked(text: str) -> str:
    return _TITLE.sub("", _folded(text))


@cache
def _by_name() -> dict[str, tuple[Municipality, ...]]:
    """Return who goes by each name; a name without its parenthesis is also somebody's, or some people's."""
    found: dict[str, tuple[Municipality, ...]] = {}
    for one in municipalities():
        names = {_folded(name) for name in (one.name, _PARENTHESIS.sub("", one.name), *one.also)}
        for name in names:
            found[name] = (*found.get(name, ()), one)
    return found


@cache
def _provinces_by_name() -> dict[str, Province]:
    also = {row["code"]: row.get("also", ()) for row in _listed()["provinces"]}
    return {
        _folded(name): province for province in provinces() for name in (province.name, *also[province.code])
    }
