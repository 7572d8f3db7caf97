"""Calendar files: of one session, of a series, and of all sessions to subscribe to."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, make_response, request, url_for
from flask_babel import gettext as _

from kb.accounts.door import actor
from kb.config import Settings
from kb.events import queries
from kb.events.calendar import calendar_of
from kb.events.models import Event
from kb.events.views.base import blueprint
from kb.web import part, session
from kb.web.meta import absolute


@blueprint.get("/events/<slug>.ics")
def event_calendar(slug: str) -> Response:
    """Give one session as a calendar file."""
    event = queries.event_by_slug(session(), actor(), slug)
    return _calendar([event], event.uid, event.title, slug)


@blueprint.get("/events/series/<slug>.ics")
def series_calendar(slug: str) -> Response:
    """Give the sessions of a series as a calendar file."""
    series = queries.series_by_slug(session(), slug)
    return _calendar(queries.events_of_series(session(), series), f"series-{slug}", series.title, slug)


@blueprint.get("/events/calendar.ics")
def calendar() -> Response:
    """Give all sessions, for a calendar that subscribes to them."""
    name = _("Sessions of %(site)s", site=part(Settings).site_name)
    return _calendar(queries.public_events(session()), "sessions", name, "sessions")


def _calendar(events: Sequence[Event], uid: str, name: str, file: str) -> Response:
    content = calendar_of(
        events,
        uid=uid,
        name=name,
        maker=part(Settings).site_name,
        address=lambda event: absolute(url_for("events.show", slug=event.slug)),
    )
    answer = make_response(content)
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    # A slug is made of letters, digits and hyphens, so it can't break out of the header.
    answer.headers["Content-Disposition"] = f'attachment; filename="{file}.ics"'
    answer.add_etag()
    answer.make_conditional(request)
    return answer
