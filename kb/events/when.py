"""When a session is, in words: with its zone only where the reader would take it for another hour."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date, format_time
from flask_babel import gettext as _

from kb.events.local_time import HOME
from kb.events.models import Event

_TIME = {"nl": "HH.mm", "en": "HH:mm"}


def day_words(day: dt.date, language: str) -> str:
    """Return a day as an invitation has it: `do 21 januari 2021`."""
    return format_date(day, "EEE d MMMM yyyy", locale=language)


def time_words(time: dt.time, language: str) -> str:
    """Return a time of day: `09.45` in Dutch, `09:45` in English."""
    return format_time(time, _TIME.get(language, "HH:mm"), locale=language)


def when_words(event: Event, language: str) -> str:
    """Return when a session is: day, begin and end, in one line."""
    start = f"{day_words(event.starts.date(), language)}, {time_words(event.starts.time(), language)}"
    end = time_words(event.ends.time(), language)
    if event.ends.date() != event.starts.date():
        end = f"{day_words(event.ends.date(), language)}, {end}"
        words = _("%(start)s to %(end)s", start=start, end=end)
    else:
        words = f"{start}–{end}"
    return words if event.timezone == HOME else f"{words} ({zone_words(event.timezone)})"


def zone_words(zone: str) -> str:
    """Return a zone as people read it: the clock of a city."""
    return _("time in %(city)s", city=zone.rpartition("/")[2].replace("_", " "))
