"""The files of cases. A file is as closed as the text that names it, and is never a page of ours.

What people upload is made ready on the way in (`kb.cases.files`); here the browser is told once more to do nothing with it:
its type is ours and may not be guessed, it runs in a sandbox where nothing may be loaded, and all but pictures are for
keeping, not for opening.
"""

from __future__ import annotations

import io
from typing import IO

from flask import Blueprint, Response, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import is_resource_modified, quote_etag

from kb.accounts.door import actor
from kb.cases import queries
from kb.cases.files import Shelf
from kb.cases.models import Attachment
from kb.core import NotFound
from kb.web import part, session

blueprint = Blueprint("attachments", __name__)

POLICY = "sandbox; default-src 'none'"


@blueprint.get("/cases/<slug>/attachments/<key>")
def show(slug: str, key: str) -> Response:
    """Give a file of a case to who may read the case, or write on it."""
    found = queries.attachment_for(session(), actor(), slug, key)
    picture = found.media_type.startswith("image/") and "download" not in request.args
    file, size = _wanted(found)
    answer = send_file(
        file,
        mimetype=found.media_type,
        as_attachment=not picture,
        download_name=found.file_name,
        conditional=False,
        etag=found.sha256,
        last_modified=found.added_at,
        max_age=None,
    )
    # Not by send_file: it can't tell how large a file without a name is.
    answer.content_length = size
    try:
        answer.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        file.close()
        raise
    answer.headers["Content-Security-Policy"] = POLICY
    # Whether it may be seen is asked each time: the case may be withdrawn at any moment.
    answer.headers["Cache-Control"] = "no-store" if actor().signed_in else "private, no-cache"
    return answer


def _wanted(row: Attachment) -> tuple[IO[bytes], int]:
    """Return the file and its size; an empty one when the answer will have no body, so that nothing is fetched for it.

    Raises:
        NotFound: it is not there.

    """
    news = is_resource_modified(request.environ, quote_etag(row.sha256), last_modified=row.added_at)
    if request.method != "HEAD" and ("Range" in request.headers or news):
        file = opened(row.sha256)
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        return file, size
    found = shelf().size(row.sha256)
    if found is None:
        raise NotFound(row.key)
    return io.BytesIO(), found


def shelf() -> Shelf:
    """Return where the bytes of attachments are kept."""
    return part(Shelf)  # type: ignore[type-abstract]  # its name is looked up, nothing is made of it


def opened(sha256: str) -> IO[bytes]:
    """Return the bytes of an attachment, to be closed. Raises NotFound, DataError."""
    file = shelf().open(sha256)
    if file is None:
        raise NotFound(sha256)
    return file
