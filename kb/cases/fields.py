"""The fields of a case as people call them, in the language of the page: in the editor, the review and the history.

A path names a field as `kb.cases.content` holds it: `("title",)`, `("challenges", 2, "cause")`,
`("lessons", 0, "translations", "en", "statement")`. Rows are counted from 1 for people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

Path = tuple[str | int, ...]

FIELD_LABELS: dict[str, object] = {
    "title": _l("Title"),
    "summary": _l("Summary"),
    "story": _l("The story"),
    "language": _l("Language of the text"),
    "place": _l("Place"),
    "municipality": _l("Municipality"),
    "province": _l("Province"),
    "country": _l("Country"),
    "latitude": _l("Latitude"),
    "longitude": _l("Longitude"),
    "scale": _l("Size of the area"),
    "period_start": _l("Began in"),
    "period_end": _l("Ended in"),
    "themes": _l("Themes"),
    "topics": _l("Keywords"),
    "methods": _l("Methods"),
    "participants": _l("Who took part"),
    "authors": _l("Authors"),
    "licence": _l("Reuse"),
    "slug": _l("Web address of the case"),
    "translations": _l("Translations"),
    "partners": _l("Together with"),
    "challenges": _l("Challenges"),
    "lessons": _l("Lessons"),
    "timeline": _l("Timeline"),
    "sources": _l("Sources"),
    "attachments": _l("Attachments"),
}
"""The fields of which a case has one, and its lists."""

ROW_LABELS: dict[str, dict[str, object]] = {
    "partners": {"name": _l("Name"), "url": _l("Web address")},
    "challenges": {
        "title": _l("Title"),
        "cause": _l("Cause"),
        "cause_unknown": _l("The sources do not say what caused it"),
        "approach": _l("Approach"),
        "outcome": _l("Outcome"),
        "status": _l("How things stand"),
        "themes": _l("Themes"),
    },
    "lessons": {
        "statement": _l("The lesson"),
        "explanation": _l("Explanation"),
        "challenge": _l("From the challenge"),
        "themes": _l("Themes"),
        "perspectives": _l("Who tells it"),
        "origin": _l("Where it comes from"),
        "translations": _l("Translations"),
    },
    "timeline": {"date": _l("Date"), "what": _l("What happened")},
    "sources": {
        "title": _l("Title"),
        "url": _l("Web address"),
        "publisher": _l("Publisher"),
        "accessed": _l("Read on"),
    },
    "attachments": {
        "title": _l("Title"),
        "maker": _l("Maker"),
        "licence": _l("Reuse"),
        "alt": _l("What the picture shows"),
    },
}
"""The fields of a row of each list."""

SECTION_LABELS: dict[str, object] = {
    "short": _l("In short"),
    "place": _l("Place and time"),
    "people": _l("Who took part"),
    "story": _l("The story"),
    "challenges": _l("Challenges"),
    "lessons": _l("Lessons"),
    "timeline": _l("Timeline"),
    "sources": _l("Sources"),
    "attachments": _l("Attachments"),
    "other": _l("Authors, reuse and translations"),
}
"""The sections of a comparison, in the order of the editor."""

_ROWS: dict[str, Callable[[int], str]] = {
    "partners": lambda number: _("Organisation %(number)s", number=number),
    "challenges": lambda number: _("Challenge %(number)s", number=number),
    "lessons": lambda number: _("Lesson %(number)s", number=number),
    "timeline": lambda number: _("Moment %(number)s of the timeline", number=number),
    "sources": lambda number: _("Source %(number)s", number=number),
    "attachments": lambda number: _("Attachment %(number)s", number=number),
}
_DATES = {4: "yyyy", 7: "MMMM yyyy", 10: "d MMMM yyyy"}
"""How a date is shown, by the length in which it is written: as far as it is known."""


def field_label(path: Path) -> str:
    """Return what a field, a row or a list is called, with the row it is in: "Challenge 3: Cause"."""
    if len(path) < 2 or not isinstance(path[1], int):  # noqa: PLR2004 - a list and the place of a row
        return own_label(path)
    row = row_label(path)
    return row if len(path) == 2 else f"{row}: {own_label(path)}"  # noqa: PLR2004 - a row itself


def row_label(path: Path) -> str:
    """Return what the row is called that a path leads to, or through: "Challenge 3"."""
    name, place = path[:2]
    return _ROWS[str(name)](int(place) + 1)


def own_label(path: Path) -> str:
    """Return what a field is called inside its row: "Cause"; of a translation with its language: "Title (English)"."""
    name = str(path[0])
    in_row = len(path) > 2 and isinstance(path[1], int)  # noqa: PLR2004 - a list, the place of a row, a field
    labels, rest = (ROW_LABELS[name], path[2:]) if in_row else (FIELD_LABELS, path)
    if rest[0] == "translations" and len(rest) > 1:
        language = language_name(str(rest[1]))
        told = [str(labels.get(str(part), part)) for part in rest[2:]]
        return f"{told[-1]} ({language})" if told else language
    return str(labels.get(str(rest[0]), rest[0]))


def section_label(name: str) -> str:
    """Return what a section of the editor is called."""
    return str(SECTION_LABELS[name])


def language_name(code: str) -> str:
    """Return the name of a language; the code itself when nobody knows it."""
    locale = get_locale()
    return str(locale.languages.get(code, code)) if locale else code


@dataclass(frozen=True)
class FieldWords:
    """What a template needs to show fields: their labels, and the labels of values that come from a list of words.

    `values` has, by the name of a field, what its values are called: `{"themes": {"inclusion": "Inclusie"}, …}`. What is
    not in it speaks for itself.
    """

    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def section(self, name: str) -> str:
        """Return what a section is called."""
        return section_label(name)

    def label(self, path: Path) -> str:
        """Return what a field is called, with the row it is in."""
        return field_label(path)

    def row(self, path: Path) -> str:
        """Return what a row is called."""
        return row_label(path)

    def own(self, path: Path) -> str:
        """Return what a field is called inside its row."""
        return own_label(path)

    def value(self, path: Path, value: str) -> str:
        """Return how readers see a value of a field."""
        name = str(path[-1])
        known = self.values.get(name, {}).get(value)
        if known:
            return known
        if name == "language":
            return language_name(value)
        return date_in_words(value) if name in {"date", "accessed"} else value


def date_in_words(text: str) -> str:
    """Return a date as far as it is known; what is no date as it was typed."""
    pattern = _DATES.get(len(text))
    try:
        date = dt.date.fromisoformat(text + "-01-01"[len(text) - 10 :] if len(text) < 10 else text)  # noqa: PLR2004 - a whole date
    except ValueError:
        return text
    return format_date(date, pattern) if pattern else text
