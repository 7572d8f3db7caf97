"""Counting what people search for, and whether they open anything of what was found."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from flask import request, url_for

from kb.search.documents import Query
from kb.search.tally import Teller
from kb.web import limits, part

OPENED = frozenset({"cases.show", "cases.lesson", "events.show"})
"""The pages that a search leads to."""


def count_question(query: Query, *, found: bool) -> None:
    """Count a question when it is asked: not when somebody filters, sorts or turns a page of what it found."""
    if query.q and query.page == 1 and not query.selected and query.sort == "relevance":
        part(Teller).asked(
            query.q,
            found=found,
            line=limits.address(),
            browser=request.user_agent.string,
        )


def count_opening() -> None:
    """Count that something is opened from what a question found: the browser says which page of ours it came from."""
    if request.endpoint not in OPENED or not request.referrer:
        return
    try:
        came = urlsplit(request.referrer)
    except ValueError:  # what a browser says may be anything
        return
    if came.netloc == request.host and came.path in {url_for("pages.search"), url_for("pages.cases")}:
        part(Teller).opened(parse_qs(came.query).get("q", [""])[0])
