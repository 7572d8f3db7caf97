"""Attachments: adding a file to a case, and clearing away the ones that no text names any more.

A row of the table is a file of the case; its title, maker, licence and alt text stand in the draft, as all that is typed
does, and come to the row when a version is published. So a file that is added is not to be seen by readers before that.
"""

from __future__ import annotations

import secrets
from pathlib import PurePath

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.cases import policy
from kb.cases.content import Content, empty_row
from kb.cases.files import Prepared, Shelf, kind_of, prepared, safe_name
from kb.cases.models import Attachment, Case, CaseStatus, Revision
from kb.cases.services.drafts import working_content
from kb.core import Conflict, Forbidden, Refusal

MOST_FILES = 100
"""The most files of one case."""
MEGABYTE = 1_000_000


def ready(data: bytes, name: str, most_mb: int) -> Prepared:
    """Return a file as it will be kept; `name` is what its sender calls it, `most_mb` how large it may be.

    Raises:
        Refusal: the file is too large, empty, damaged or of a kind that can't be attached.

    """
    if len(data) > most_mb * MEGABYTE:
        raise Refusal("The file is larger than %(most)s MB. Make it smaller, or split it.", most=most_mb)
    return prepared(data, kind_of(data, name))


def check_room(actor: Actor, case: Case) -> None:
    """Let somebody add a file to a case, or not.

    Raises:
        Forbidden: the actor may not write on the case.
        Conflict: the text has been submitted.
        Refusal: there are too many files.

    """
    if not policy.may_write(actor, case):
        raise Forbidden("You are not a writer of this case.")
    if case.draft is not None and case.draft.status is CaseStatus.SUBMITTED:
        raise Conflict("This case has been submitted. Take it back first if you want to change it.")
    if len(case.attachments) >= MOST_FILES:
        raise Refusal("A case can have %(most)s attachments at most.", most=MOST_FILES)


def add(session: Session, actor: Actor, case: Case, shelf: Shelf, *, name: str, kept: Prepared) -> Attachment:
    """Add a file to a case; it belongs to no text until its row stands in the draft (`row_of`).

    Who puts it on the shelf before the transaction keeps others from waiting: here it is then only looked for. That must be
    done, as it may just have been taken away with the last case that had it.

    Raises:
        Forbidden, Conflict, Refusal: it may not be added; see `check_room`.
        DataError: it can't be kept.

    """
    check_room(actor, case)
    attachment = Attachment(
        key=secrets.token_hex(8),
        position=len(case.attachments),
        file_name=safe_name(name, kept.extension),
        media_type=kept.media_type,
        size=len(kept.data),
        sha256=shelf.put(kept.data),
        width=kept.width,
        height=kept.height,
        added_by_id=actor.id,
    )
    case.attachments.append(attachment)
    session.flush()
    log(session, actor, "attachment.add", kind="case", key=case.slug, detail=attachment.key)
    return attachment


def row_of(attachment: Attachment) -> Content:
    """Return the row for a draft of a file that was just added; its title is its name until somebody gives it a better one."""
    title = " ".join(PurePath(attachment.file_name).stem.replace("_", " ").split())
    return {**empty_row("attachments", attachment.key), "title": title}


def clear(session: Session, case: Case) -> list[str]:
    """Forget the files of a case that neither its draft nor any version names; return their checksums.

    Those that no row has any more can be taken off the shelf once this is committed: see `unused`.
    """
    content = working_content(case)
    named = {row["key"] for row in content["attachments"]}
    removed = content.get("removed") or {}
    if removed.get("rows") == "attachments":
        named.add(removed["row"]["key"])
    loose = [row for row in case.attachments if not row.published and row.key not in named]
    if not loose:
        return []
    for record in session.scalars(select(Revision.record).where(Revision.case_id == case.id)):
        named.update(row["key"] for row in record.get("attachments", ()))
    gone = [row for row in loose if row.key not in named]
    for row in gone:
        case.attachments.remove(row)
    session.flush()
    return [row.sha256 for row in gone]


def unused(session: Session, sha256: str) -> bool:
    """Tell whether no attachment of any case has these bytes."""
    return not session.scalar(select(func.count(Attachment.id)).where(Attachment.sha256 == sha256))
