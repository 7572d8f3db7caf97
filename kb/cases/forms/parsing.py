"""From what the editor's form sends to the content of a draft.

Only the fields that a draft has are read: whatever else is sent, a status, an owner, a translation, is not there. Texts
stay as typed, but for characters that nobody types and a reader can't see. What the form does not ask (translations)
comes from the draft that stands; a choice that does not exist leaves what stood there.

The same goes for content that travelled through a page as JSON (the text of a Word file before the case is begun, what a
draft was when the page was opened, the two texts of a conflict): the page may send anything.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kb.cases.content import LISTS, ROW_LISTS, ROWS, TEXTS, Content, empty_content, empty_row, next_key
from kb.cases.models import ChallengeStatus, Origin, Perspective, Scale
from kb.cases.services.drafts import MOST_CHARACTERS
from kb.core import Refusal

MOST_ROWS = 500
"""The most rows of one list: as many as the case format takes."""
LETTERS = {"challenges": "c", "lessons": "n"}
"""What the keys of new rows begin with; the keys of attachments are their own."""
WHOLE = "whole"
"""The last field of the form: when it is not there, the form did not arrive whole."""

_FIELD = re.compile(r"([a-z]+)-([0-9]{1,4})-([a-z_]+)")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_LINES = re.compile(r"\r\n?|[\x0b\x0c\u2028\u2029]")
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_PERSPECTIVES = frozenset(word.value for word in Perspective)
_CHOICES: dict[str, Collection[str]] = {
    "scale": ("", *(word.value for word in Scale)),
    "status": ("", *(word.value for word in ChallengeStatus)),
    "origin": tuple(word.value for word in Origin),
    "cause_unknown": ("", "yes"),
}


class Fields(Protocol):
    """What a form sent: each name with its values."""

    def lists(self) -> Iterable[tuple[str, list[str]]]:
        """Return each name with all its values."""


@dataclass(frozen=True)
class Known:
    """What a draft can refer to: the slugs of the themes, and the keys of the case's attachments."""

    themes: Collection[str]
    files: Collection[str] = ()


def content_from(fields: Fields, standing: Content, known: Known) -> Content:
    """Return the content that a sent form means.

    `standing` is what stands there now: what the form does not ask is taken from it.

    Raises:
        Refusal: the form did not arrive whole, or holds too many rows.

    """
    sent = dict(fields.lists())
    if WHOLE not in sent:
        raise Refusal("The page was not sent whole. Go back and save again.")
    raw: dict[str, Any] = {}
    rows: dict[str, dict[int, dict[str, Any]]] = {name: defaultdict(dict) for name in ROWS}
    for name, values in sent.items():
        if name in TEXTS:
            raw[name] = values[0]
        elif name in LISTS:
            raw[name] = values
        elif (found := _FIELD.fullmatch(name)) and found[3] in ROWS.get(found[1], ()):
            rows[found[1]][int(found[2])][found[3]] = values if found[3] in ROW_LISTS else values[0]
    raw.update({name: [row for _at, row in sorted(found.items())] for name, found in rows.items()})
    return tidied(raw, standing, known)


def content_from_json(text: str, standing: Content, known: Known) -> Content:
    """Return the content that stands in a text of JSON, as `content_from` does.

    Raises:
        Refusal: it can't be read, or is too large.

    """
    if len(text) > 2 * MOST_CHARACTERS:
        raise Refusal("This is too much text for one case. Put part of it in an attachment.")
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict):
        raise Refusal("What the page sent can't be read. Go back and open it again.")
    return tidied(raw, standing, known)


def json_of(content: Content) -> str:
    """Return content as text that can travel through a page."""
    return json.dumps(without_removed(content), ensure_ascii=False, separators=(",", ":"))


def without_removed(content: Content) -> Content:
    """Return content without the row that was taken away and can be put back."""
    return {name: value for name, value in content.items() if name != "removed"}


def tidied(raw: Mapping[str, Any], standing: Content, known: Known) -> Content:
    """Return content made of the fields of `raw` that a draft has, each of its own kind."""
    content = empty_content()
    for name in TEXTS:
        content[name] = _text(raw.get(name), standing[name])
        if name in _CHOICES and content[name] not in _CHOICES[name]:
            content[name] = standing[name]
    if not re.fullmatch("[a-z]{2}", content["language"]):
        content["language"] = standing["language"]
    content["themes"] = _words(raw.get("themes"), known.themes, standing["themes"])
    content["participants"] = _words(raw.get("participants"), _PERSPECTIVES, standing["participants"])
    for name in ROWS:
        content[name] = _rows(name, raw.get(name), standing[name], known)
    challenges = {row["key"] for row in content["challenges"]}
    for row in content["lessons"]:
        row["challenge"] = row["challenge"] if row["challenge"] in challenges else ""
    content["translations"] = standing["translations"]
    if removed := standing.get("removed"):
        content["removed"] = removed
    return content


def _rows(name: str, raw: Any, standing: list[Content], known: Known) -> list[Content]:
    found = [row for row in raw if isinstance(row, dict)] if isinstance(raw, list) else []
    if len(found) > MOST_ROWS:
        raise Refusal("There are more than %(most)s rows here. Bring some together.", most=MOST_ROWS)
    rows: list[Content] = []
    before = {row["key"]: row for row in standing if "key" in row}
    for each in found:
        row = empty_row(name)
        for field in row:
            row[field] = _value(field, each.get(field), row[field], known.themes)
        if "key" in row and not _with_key(name, row, rows, known.files if name not in LETTERS else before):
            continue
        old = before.get(row.get("key", ""), {})
        for field in ROW_LISTS & row.keys() & old.keys():
            row[field] = _words(row[field], row[field], old[field])
        if name == "lessons":
            row["translations"] = old.get("translations", {})
        rows.append(row)
    return rows


def _with_key(name: str, row: Content, rows: list[Content], before: Collection[str]) -> bool:
    """Give a row a key of its own where it has none; tell whether the row can stay."""
    taken = any(row["key"] == other["key"] for other in rows)
    if name not in LETTERS:
        # An attachment is a file too: a row without one is nothing.
        return row["key"] in before and not taken
    if taken or not _KEY.fullmatch(row["key"]):
        row["key"] = next_key([*rows, *({"key": key} for key in before)], LETTERS[name])
    return True


def _value(field: str, raw: Any, empty: Any, themes: Collection[str]) -> Any:
    if field in ROW_LISTS:
        return _words(raw, themes if field == "themes" else _PERSPECTIVES)
    if field == "translations":
        return empty
    text = _text(raw, empty)
    return empty if field in _CHOICES and text not in _CHOICES[field] else text


def _text(raw: Any, absent: str) -> str:
    """Return a text as typed, without what nobody types."""
    if not isinstance(raw, str):
        return absent
    return _UNSEEN.sub("", _LINES.sub("\n", raw))


def _words(raw: Any, known: Collection[str], before: Sequence[str] = ()) -> list[str]:
    """Return the words that exist, each once; the same ones as before are in the order that they had."""
    words = raw if isinstance(raw, list) else []
    found = list(dict.fromkeys(word for word in words if isinstance(word, str) and word in known))
    return list(before) if sorted(before) == sorted(found) else found
