"""What is being written of a case as a complete record, however incomplete or wrong it is: to show it as a page.

Nothing made here is ever stored. What the format refuses is left out, and where it can't do without a text, dots stand.
"""

from __future__ import annotations

from typing import Any

from kb.cases.content import Content, checked, record_from
from kb.cases.format import Slip, check
from kb.cases.records import Record
from kb.core import Refusal

_ROUNDS = 30
"""How often it is checked anew; each time at most 20 slips are mended."""
_NEEDED = {"title": 300, "name": 300, "statement": 2000, "what": 2000}
"""Fields that a record or a row can't do without, with how long they may be."""
_DOTS = "…"


def shown_record(content: Content, slug: str, themes: frozenset[str]) -> Record:
    """Return a record that can be shown of this content.

    Raises:
        Refusal: so much is wrong with it that nothing can be shown.

    """
    record, slips = checked(content, slug, status="draft", themes=themes)
    if not slips:
        return record
    data = record_from(content, slug, status="draft")
    if not data["summary"] and not data["story"].strip():
        data["summary"] = _DOTS
    for _round in range(_ROUNDS):
        record, slips = check(data, themes=themes)
        if not slips:
            return record
        # From the back, so that a row that goes does not move those before it.
        for slip in sorted(slips, key=lambda slip: [_order(step) for step in slip.path], reverse=True):
            _mend(data, slip)
    raise Refusal("There is too much wrong with this case to show it. Look at the list beside the editor.")


def _order(step: str | int) -> tuple[int, str]:
    return (step, "") if isinstance(step, int) else (0, step)


def _mend(data: Any, slip: Slip) -> None:
    """Take away what is wrong, or put something right in its place."""
    *way, last = slip.path or ("",)
    place = data
    for step in way:
        place = place[step]
    if way[:1] == ["tags"] and place in data["tags"]:
        data["tags"].remove(place)
    elif last in _NEEDED:
        place[last] = str(place.get(last) or _DOTS)[: _NEEDED[last]].strip() or _DOTS
    elif way and last == "date":  # an event without a date that can be read
        data["timeline"].remove(place)
    elif isinstance(place, list) and isinstance(last, int):
        del place[last]
    elif isinstance(place, dict) and last in place:
        if isinstance(place[last], list):
            del place[last][500:]
        else:
            del place[last]
    elif len(way) > 1 and isinstance(way[1], int) and place in data[way[0]]:
        data[way[0]].remove(place)
