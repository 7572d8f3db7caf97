"""A session as a record: the same plain data for the editor, the files of import and export, the API and a copy.

docs/event-format.md describes the fields. Times are text as the clock shows them, in the session's `timezone`:

    slug title introduction language status cancelled start end timezone place online_url
    registration registration_url capacity
    series      None, or a mapping of slug, title, introduction
    organisers  rows: name, url                  cases      rows: case (its slug), presenter
    programme   rows: start, end, title, speaker, setting
    rooms       rows: key, name, lead, url       questions  rows: key, text
    materials   rows: title, url
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from kb.events.local_time import HOME
from kb.events.models import Event, EventStatus, Registration

Record = dict[str, Any]

QUESTIONS = {
    "nl": (
        "Welke uitdagingen hoor je in het verhaal?",
        "Wat daarvan herken je in je eigen praktijk?",
        "Welke oplossingen zie je in het verhaal?",
        "Welke tips en oplossingen zijn er waar anderen wat aan hebben?",
        "Wat neem je mee uit het gesprek?",
    ),
    "en": (
        "What challenges do you hear in the story?",
        "What of that do you recognise in your own practice?",
        "What solutions do you see in the story?",
        "What advice and solutions are of use to others?",
        "What do you take with you from this talk?",
    ),
}
"""The learning questions that a session begins with, in the language of the session; its lead may change them."""


def empty_record(language: str) -> Record:
    """Return the record of a session of which nothing is known yet but what most sessions have."""
    return {
        "slug": "",
        "title": "",
        "introduction": "",
        "language": language,
        "status": EventStatus.DRAFT.value,
        "cancelled": False,
        "start": "",
        "end": "",
        "timezone": HOME,
        "place": "",
        "online_url": "",
        "registration": Registration.NONE.value,
        "registration_url": "",
        "capacity": None,
        "series": None,
        "organisers": [],
        "cases": [],
        "programme": [],
        "rooms": [],
        "questions": [
            {"key": f"q{number}", "text": text} for number, text in enumerate(QUESTIONS[language], start=1)
        ],
        "materials": [],
    }


def record_of(event: Event) -> Record:
    """Return a session, loaded with all that belongs to it, as a record."""
    series = event.series
    return {
        "slug": event.slug,
        "title": event.title,
        "introduction": event.introduction,
        "language": event.language,
        "status": event.status.value,
        "cancelled": event.cancelled,
        "start": shown(event.starts),
        "end": shown(event.ends),
        "timezone": event.timezone,
        "place": event.place,
        "online_url": event.online_url,
        "registration": event.registration.value,
        "registration_url": event.registration_url,
        "capacity": event.capacity,
        "series": {"slug": series.slug, "title": series.title, "introduction": series.introduction}
        if series
        else None,
        "organisers": [{"name": one["name"], "url": one.get("url", "")} for one in event.organisers],
        "cases": [{"case": row.case.slug, "presenter": row.presenter} for row in event.cases],
        "programme": [
            {
                "start": f"{row.starts:%H:%M}",
                "end": f"{row.ends:%H:%M}" if row.ends else "",
                "title": row.title,
                "speaker": row.speaker,
                "setting": row.setting.value,
            }
            for row in event.programme
        ],
        "rooms": [
            {"key": row.key, "name": row.name, "lead": row.lead, "url": row.url} for row in event.rooms
        ],
        "questions": [{"key": row.key, "text": row.text} for row in event.questions],
        "materials": [{"title": row.title, "url": row.url} for row in event.materials],
    }


def as_template(record: Record) -> Record:
    """Return what a new session takes over from another one: all but its day, its status and its address."""
    return {
        **record,
        "slug": "",
        "status": EventStatus.DRAFT.value,
        "cancelled": False,
        "start": "",
        "end": "",
        "materials": [],
    }


def shown(moment: dt.datetime) -> str:
    """Return a date and time as a record has it."""
    return moment.strftime("%Y-%m-%dT%H:%M")
