"""The API's addresses."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from kb.accounts.actor import NOBODY
from kb.api.presenters import answer, event_record
from kb.events import queries as events
from kb.search.documents import Query
from kb.search.services import Search
from kb.web import part, session
from kb.web.language import page_language

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/search")
def search() -> Response:
    """Answer a search as JSON; the parameters are those of the page. With `explain=1`, what each score is made of too."""
    query = Query.read(request.args.items(multi=True))
    found = part(Search).find(session(), query)
    return jsonify(answer(session(), found, page_language(), explained=request.args.get("explain") == "1"))


@blueprint.get("/events/<slug>")
def event(slug: str) -> Response:
    """Answer a session that anybody may see, as a record of the event format."""
    answer = jsonify(event_record(events.event_by_slug(session(), NOBODY, slug)))
    answer.add_etag()
    answer.make_conditional(request)
    return answer
