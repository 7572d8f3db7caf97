"""The address of a search."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import url_for

from kb.search.documents import Query


def address(query: Query) -> str:
    """Return the address of a search; all of it stands in the address."""
    parameters = query.parameters()
    if query.kind == "case":
        path = url_for("pages.cases")
        parameters = [(name, value) for name, value in parameters if name != "kind"]
    else:
        path = url_for("pages.search")
    return f"{path}?{urlencode(parameters)}" if parameters else path
