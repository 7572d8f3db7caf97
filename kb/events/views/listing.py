"""The lists of sessions: all of them, and those of a series."""

from __future__ import annotations

from flask import make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kb.accounts.door import actor
from kb.core import now
from kb.events import harvest_queries, policy, queries
from kb.events.presenters import event_card
from kb.events.views.base import blueprint, shown_harvest
from kb.markup import markdown, plain
from kb.web import session
from kb.web.language import page_language
from kb.web.meta import absolute, page_meta


@blueprint.get("/events/")
def index() -> ResponseReturnValue:
    """Show the sessions to come first, then those that were, and to leads their drafts."""
    moment, language = now(), page_language()
    title = _("Sessions")
    drafts = queries.led_by(session(), actor()) if policy.may_begin(actor()) else []
    return make_response(
        render_template(
            "events/index.html",
            nav_current="events",
            may_begin=policy.may_begin(actor()),
            drafts=[event_card(event, language) for event in drafts],
            to_come=[event_card(event, language) for event in queries.to_come(session(), moment)],
            past=[event_card(event, language) for event in queries.past(session(), moment)],
            archived=[event_card(event, language) for event in queries.archived(session(), moment)],
            meta=page_meta(
                title,
                _("Sessions in which people talk about a case, and what they learned there."),
                json_ld={"@type": "CollectionPage", "name": title, "inLanguage": language},
            ),
        )
    )


@blueprint.get("/events/series/<slug>")
def series(slug: str) -> ResponseReturnValue:
    """Show a series: what it is, all its sessions, what came out of them, and what is still to do."""
    moment, language = now(), page_language()
    row = queries.series_by_slug(session(), slug)
    events = queries.events_of_series(session(), row)
    return make_response(
        render_template(
            "events/series.html",
            nav_current="events",
            title=row.title,
            introduction=markdown(row.introduction),
            harvest=shown_harvest(session(), harvest_queries.public_harvest(session(), events)),
            calendar_url=url_for("events.series_calendar", slug=row.slug),
            to_come=[event_card(event, language) for event in reversed(events) if event.ends_at >= moment],
            past=[event_card(event, language) for event in events if event.ends_at < moment],
            meta=page_meta(
                row.title,
                plain(row.introduction),
                json_ld={
                    "@type": "EventSeries",
                    "name": row.title,
                    "url": absolute(url_for("events.series", slug=row.slug)),
                },
            ),
        )
    )
