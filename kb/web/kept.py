"""Pages kept as everybody gets them who has not signed in, so that the next reader does not wait for them to be made.

They are kept in the memory of this process until anything changes that pages show (`kb.db.Shown`), or the search index
does. Who sends a cookie with a session in it gets a page made for him, and none such is ever kept.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock

from flask import Response, current_app, request

from kb.core import DataError
from kb.db import shown_version
from kb.web import part, session
from kb.web.language import page_language

MOST_BYTES = 24_000_000


class Page:
    """A page that was made: its text, and of a search whether it found what was asked."""

    def __init__(self, html: str, *, found: bool = True) -> None:
        self.text = html.encode()
        self.etag = hashlib.blake2b(self.text, digest_size=16).hexdigest()
        self.found = found

    def answer(self) -> Response:
        """Return the answer to this request: the page, or "not modified" to who has it already."""
        response = Response(self.text, mimetype="text/html")
        response.set_etag(self.etag)
        response.make_conditional(request)
        return response


@dataclass
class _Pages:
    """The pages of one state of the knowledge base, the last read at the end."""

    state: tuple[object, object]
    pages: OrderedDict[Hashable, Page] = field(default_factory=OrderedDict)
    size: int = 0


class Kept:
    """The pages that one application keeps. `index` returns an object that is another one when the index has changed."""

    def __init__(self, index: Callable[[], object], most_bytes: int = MOST_BYTES) -> None:
        self._index = index
        self._most = most_bytes
        self._lock = Lock()
        self._now = _Pages((None, None))

    def page(self, key: Hashable, version: int, make: Callable[[], Page]) -> Page:
        """Return the page with this key, made now when none is kept of this version of what pages show."""
        try:
            index = self._index()
        except DataError:  # a page that can do without the index will be another one as soon as there is one
            return make()
        with self._lock:
            held = self._now
            if held.state[0] != version or held.state[1] is not index:
                held = self._now = _Pages((version, index))
            page = held.pages.get(key)
            if page:
                held.pages.move_to_end(key)
                return page
        page = make()
        with self._lock:
            if key not in held.pages:
                held.pages[key] = page
                held.size += len(page.text)
            while held.size > self._most:
                held.size -= len(held.pages.popitem(last=False)[1].text)
        return page


def kept_page(make: Callable[[], Page]) -> Page:
    """Return the page that this request asks for, from what is kept where it may be."""
    own = (current_app.config["SESSION_COOKIE_NAME"], current_app.config["REMEMBER_COOKIE_NAME"])
    if any(name in request.cookies for name in own):
        return make()
    key = (request.root_url, request.path, request.query_string, page_language())
    return part(Kept).page(key, shown_version(session()), make)
