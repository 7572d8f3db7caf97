"""A session in the words of schema.org, for programs that read its page."""

from __future__ import annotations

from typing import Any

from kb.events.event_page import EventPage
from kb.events.models import Event
from kb.web.meta import absolute


def event_data(event: Event, page: EventPage) -> dict[str, Any]:
    """Return what programs can read of a session: when, where, who organises it and what it is about."""
    places: list[dict[str, Any]] = []
    if event.online_url:
        places.append({"@type": "VirtualLocation", "url": event.online_url})
    if event.place:
        places.append({"@type": "Place", "name": event.place})
    state = "EventCancelled" if event.cancelled else "EventScheduled"
    data: dict[str, Any] = {
        "@type": "Event",
        "name": event.title,
        "url": absolute(page.url),
        "inLanguage": event.language,
        "startDate": event.starts_at.isoformat(),
        "endDate": event.ends_at.isoformat(),
        "eventStatus": f"https://schema.org/{state}",
        "location": places,
        "organizer": [
            {"@type": "Organization", "name": one.label, **({"url": one.url} if one.url else {})}
            for one in page.organisers
        ],
        "about": [{"@type": "Article", "name": one.label, "url": absolute(one.url)} for one in page.cases],
    }
    if page.series:
        data["superEvent"] = {
            "@type": "EventSeries",
            "name": page.series.label,
            "url": absolute(page.series.url),
        }
    return data
