"""Reads dates as people write them in a timeline, Dutch and English, into 2016, 2016-11 or 2016-11-26."""

from __future__ import annotations

import datetime as dt
import re

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari|january|jan",
            "februari|february|feb",
            "maart|march|mrt|mar",
            "april|apr",
            "mei|may",
            "juni|june|jun",
            "juli|july|jul",
            "augustus|august|aug",
            "september|sept|sep",
            "oktober|october|okt|oct",
            "november|nov",
            "december|dec",
        ),
        start=1,
    )
    for name in names.split("|")
}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_YEAR = r"(?P<year>1[0-9]{3}|2[01][0-9]{2})(?![0-9])"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|e)?"
_FORMS = [
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<year>[12][0-9]{3})-(?P<number>[0-9]{2})-(?P<day>[0-9]{2})(?![0-9])",
        r"(?P<day>[0-9]{1,2})[-/.](?P<number>[0-9]{1,2})[-/.](?P<year>[12][0-9]{3})(?![0-9])",
        rf"{_DAY}\s+{_MONTH}\s+{_YEAR}",
        rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"{_MONTH},?\s+{_YEAR}",
        r"(?P<year>[12][0-9]{3})-(?P<number>[0-9]{2})(?![0-9-])",
        _YEAR,
    )
]
_LEAD = re.compile(
    r"(?:(?:op|in|vanaf|sinds|on|since)\s+)?(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag\s+)?",
    re.IGNORECASE,
)
_TURN = re.compile(r"\s*(?::|[–—]|-(?=\s)|\||,(?=\s))\s*|\s+|$")
_RANGE = re.compile(r"\s*(?:[–—-]|t/m|tot|to|until)\s*(?:en met\s+)?[0-9]{4}", re.IGNORECASE)


def dated(line: str) -> tuple[str, str]:
    """Return the date a line begins with, in ISO form, and what the line says.

    Without a date that can be read the date is empty and the line stays whole; so it does when it begins with a period
    ("2016-2018: …"), of which only the first year is the date.
    """
    text = line.strip()
    start = _LEAD.match(text)
    at = start.end() if start else 0
    for form in _FORMS:
        found = form.match(text, at)
        date = _iso(found) if found else ""
        if found and date:
            rest = text[found.end() :]
            if _RANGE.match(rest):
                return date, text
            turn = _TURN.match(rest)
            return (date, rest[turn.end() :].strip()) if turn else ("", text)
    return "", text


def _iso(found: re.Match[str]) -> str:
    """Return the date that was found; empty when there is no such day."""
    parts = found.groupdict()
    year, month, day = int(parts["year"]), parts.get("month"), parts.get("day")
    number = _MONTHS[month.lower()] if month else int(parts.get("number") or 0)
    if not number:
        return f"{year:04}"
    if day is None:
        return f"{year:04}-{number:02}" if 1 <= number <= 12 else ""  # noqa: PLR2004 - the months
    try:
        return dt.date(year, number, int(day)).isoformat()
    except ValueError:
        return ""


def period(text: str) -> tuple[str, str] | None:
    """Return the years a period begins and ends with; the last is empty when there is one. None without a year."""
    found = re.fullmatch(rf"\s*{_YEAR}(?:\s*(?:[–—-]|t/m|tot|to)\s*(?P<end>[12][0-9]{{3}})?)?\s*\.?\s*", text)
    return (found["year"], found["end"] or "") if found else None
