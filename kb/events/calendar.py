"""Sessions for people's calendars (RFC 5545), made by the library icalendar, which escapes what could pass for a line.

A session keeps its UID for good, and its SEQUENCE goes up when something changes that calendars show, so that a calendar
takes a change over instead of showing the session twice. A cancelled session stays, as cancelled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from icalendar import STATUS, Calendar
from icalendar import Event as Entry

from kb.events.models import Event
from kb.markup import plain

MARGIN = dt.timedelta(days=366)
"""How long before the first and after the last session the rules of a zone are told."""
REFRESH = dt.timedelta(hours=6)
"""How often a calendar that subscribed should look again."""


def calendar_of(
    events: Sequence[Event], *, uid: str, name: str, maker: str, address: Callable[[Event], str]
) -> bytes:
    """Return sessions as a calendar file, the same bytes as long as nothing changes.

    `uid` and `name` are the calendar's own; `maker` is the name of the site; `address` gives the full web address of a
    session.
    """
    calendar = Calendar.new(prodid=f"-//{maker}//NL", uid=uid, name=_line(name), refresh_interval=REFRESH)
    for event in events:
        calendar.add_component(_entry(event, address(event)))
    if events:
        calendar.add_missing_timezones(
            first_date=(min(event.starts for event in events) - MARGIN).date(),
            last_date=(max(event.ends for event in events) + MARGIN).date(),
        )
    content: bytes = calendar.to_ical()
    return content


def _entry(event: Event, address: str) -> Entry:
    zone = ZoneInfo(event.timezone)
    told = (plain(event.introduction), event.online_url, address)
    return Entry.new(
        uid=event.uid,
        sequence=event.sequence,
        stamp=event.changed_at,
        created=event.created_at,
        last_modified=event.changed_at,
        start=event.starts.replace(tzinfo=zone),
        end=event.ends.replace(tzinfo=zone),
        summary=_line(event.title),
        description="\n\n".join(filter(None, told)).replace("\r", ""),
        location=_line(event.place or event.online_url) or None,
        url=address,
        status=STATUS.CANCELLED if event.cancelled else STATUS.CONFIRMED,
    )


def _line(text: str) -> str:
    """Return a text as one line: a file of import may hold more, and calendars show one."""
    return " ".join(text.split())
