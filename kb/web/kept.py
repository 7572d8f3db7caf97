"""Pages kept as everybody gets them who has not signed in, so that the next reader does not wait for them to be made.

They are kept in the memory of this process until anything changes that pages show (`kb.db.Shown`), or what the search
has of its index. Who sends a cookie with a session in it gets a page made for him, and none such is ever kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable

from flask import Response, current_app, request

from kb.core import DataError
from kb.db import Database
from kb.recent import Recent
from kb.web import part
from kb.web.language import chosen

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


class Kept:
    """The pages that one application keeps.

    `index` is given the version of what pages show; it returns an object that is another one when the search has another state.

    `listeners` are told of each page that was asked for: `kept`, `made`, or `own` for who has a session.
    """

    def __init__(self, index: Callable[[int], object], most_bytes: int = MOST_BYTES) -> None:
        self._index = index
        self._most = most_bytes
        self._now: tuple[int, object, Recent[Hashable, Page]] = (-1, None, self._none())
        self.listeners: list[Callable[[str], None]] = []

    def page(self, key: Hashable, version: int, make: Callable[[], Page]) -> Page:
        """Return the page with this key, made now when none is kept of this version of what pages show."""
        try:
            index = self._index(version)
        except DataError:  # a page that can do without the index will be another one as soon as there is one
            self.tell("made")
            return make()
        held_version, held_index, pages = self._now
        if held_version != version or held_index is not index:
            pages = self._none()
            self._now = version, index, pages
        page = pages.get(key)
        self.tell("made" if page is None else "kept")
        if page is None:
            page = make()
            pages.put(key, page)
        return page

    def tell(self, how: str) -> None:
        """Tell the listeners how a page is come by."""
        for note in self.listeners:
            note(how)

    def _none(self) -> Recent[Hashable, Page]:
        return Recent(self._most, lambda page: len(page.text))


def kept_page(make: Callable[[], Page]) -> Page:
    """Return the page that this request asks for, from what is kept where it may be."""
    own = (current_app.config["SESSION_COOKIE_NAME"], current_app.config["REMEMBER_COOKIE_NAME"])
    if any(name in request.cookies for name in own):
        part(Kept).tell("own")
        return make()
    key = (request.root_url, request.path, request.query_string, chosen())
    return part(Kept).page(key, part(Database).shown(), make)
