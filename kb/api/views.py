"""The API's addresses."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from kb.api.presenters import answer
from kb.search.documents import Query
from kb.search.services import Search
from kb.web import part, session
from kb.web.language import page_language

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/search")
def search() -> Response:
    """Answer a search as JSON; the parameters are those of the page."""
    query = Query.read(request.args.items(multi=True))
    found = part(Search).find(session(), query)
    return jsonify(answer(session(), found, page_language()))
