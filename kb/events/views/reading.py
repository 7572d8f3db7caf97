"""The pages of a session and of a series."""

from __future__ import annotations

from flask import Response, make_response, render_template, url_for
from flask_wtf.csrf import generate_csrf

from kb.accounts.door import actor
from kb.events import board_queries, harvest_queries, policy, queries, signup_queries
from kb.events.board_page import board_panel
from kb.events.event_page import EventPage, event_page
from kb.events.models import Event
from kb.events.participants_page import signup_panel
from kb.events.structured import event_data
from kb.events.views.base import blueprint, shown_harvest
from kb.markup import plain
from kb.web import session
from kb.web.language import page_language
from kb.web.meta import page_meta


@blueprint.get("/events/<slug>")
def show(slug: str) -> Response:
    """Show a session: when and where, its programme, and what was learned there."""
    event = queries.event_by_slug(session(), actor(), slug)
    page = _page(event)
    may_harvest = actor().signed_in and policy.may_harvest(actor(), event)
    answer = make_response(
        render_template(
            "events/event.html",
            page=page,
            board=board_panel(
                event,
                board_queries.board_of(session(), event),
                lead=page.lead is not None,
                joined=False,
            ),
            signup=signup_panel(event, signup_queries.places(session(), event)),
            harvest=shown_harvest(session(), harvest_queries.public_harvest(session(), [event])),
            harvest_url=url_for("harvest.show", slug=slug) if may_harvest else "",
            csrf=generate_csrf() if page.lead else "",
            nav_current="events",
            meta=page_meta(
                page.title,
                plain(event.introduction) or f"{page.title}, {page.when}",
                json_ld=event_data(event, page),
            ),
        )
    )
    if not policy.may_read(event):
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _page(event: Event) -> EventPage:
    others: tuple[tuple[int, str], ...] = ()
    if policy.may_lead(actor(), event):
        others = tuple((person.id, person.name) for person in queries.session_leads(session()))
    return event_page(event, actor(), page_language(), others)
