"""The files of cases. A file is as closed as the text that names it, and is never a page of ours.

What people upload is made ready on the way in (`kb.cases.files`); here the browser is told once more to do nothing with it:
its type is ours and may not be guessed, it runs in a sandbox where nothing may be loaded, and all but pictures are for
keeping, not for opening.
"""

from __future__ import annotations

from flask import Blueprint, Response, request, send_file

from kb.accounts.door import actor
from kb.cases import queries
from kb.cases.files import Shelf
from kb.config import Settings
from kb.core import NotFound
from kb.web import part, session

blueprint = Blueprint("attachments", __name__)

POLICY = "sandbox; default-src 'none'"


@blueprint.get("/cases/<slug>/attachments/<key>")
def show(slug: str, key: str) -> Response:
    """Give a file of a case to who may read the case, or write on it."""
    found = queries.attachment_for(session(), actor(), slug, key)
    path = Shelf(part(Settings).uploads_folder).path(found.sha256)
    if not path.is_file():
        raise NotFound(key)
    picture = found.media_type.startswith("image/") and "download" not in request.args
    answer = send_file(
        path,
        mimetype=found.media_type,
        as_attachment=not picture,
        download_name=found.file_name,
        etag=found.sha256,
        last_modified=found.added_at,
        max_age=None,
    )
    answer.headers["Content-Security-Policy"] = POLICY
    # Whether it may be seen is asked each time: the case may be withdrawn at any moment.
    answer.headers["Cache-Control"] = "no-store" if actor().signed_in else "private, no-cache"
    return answer
