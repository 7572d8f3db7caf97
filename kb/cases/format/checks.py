"""Everything that is checked about one case, in one call: for a file's records, and for whoever has a case as data."""

from __future__ import annotations

from itertools import islice
from typing import Any

from kb.cases.format.cleaning import clean
from kb.cases.format.faults import Path, Slip, Unreadable, shown
from kb.cases.format.kinds import Kind, cases
from kb.cases.format.words import schema_slips

MOST_FAULTS = 20
"""The most faults that are reported of one case."""
_ENOUGH = 200


def check(data: Any, *, themes: frozenset[str], escaped: bool = False) -> tuple[dict[str, Any], list[Slip]]:
    """Return the normalised case and no slips, or an empty dict and what is wrong (at most 20 slips).

    `data` is what a parser made of a case; `themes` are the slugs that exist; with `escaped`, U+DC80 to U+DCFF stand for
    bytes that were not UTF-8. The data itself stays as it is.
    """
    return check_as(cases(themes), data, escaped=escaped)


def check_as(kind: Kind, data: Any, *, escaped: bool = False) -> tuple[dict[str, Any], list[Slip]]:
    """Return a record of this sort, complete, and no slips, or an empty dict and what is wrong with it, as `check` does."""
    if isinstance(data, Unreadable):
        return {}, [Slip((), data.why)]
    if not isinstance(data, dict):
        return {}, [Slip((), f"a {kind.name} is a mapping of fields; this is {shown(data)}")]
    cleaned, slips = clean(data, escaped=escaped)
    slips += islice(schema_slips(cleaned, kind.shape), _ENOUGH)
    slips += islice(kind.rules(cleaned), _ENOUGH)
    found = _one_per_field(slips, kind.name)
    return ({}, found) if found else (kind.complete(cleaned), [])


def _one_per_field(slips: list[Slip], name: str) -> list[Slip]:
    """Return the first slip of each field: what follows from it only repeats it."""
    first: dict[Path, Slip] = {}
    for slip in slips:
        if not any(slip.path[:length] in first for length in range(len(slip.path) + 1)):
            first[slip.path] = slip
    found = list(first.values())
    if len(found) > MOST_FAULTS:
        rest = len(found) - MOST_FAULTS + 1
        found[MOST_FAULTS - 1 :] = [Slip((), f"and at least {rest} more faults in this {name}")]
    return found
