"""Share links: an address by which one outsider reads what is being written of a case, for a set time.

The link's secret is told once, to who makes it; only its digest is kept. A case that was withdrawn or archived is not
shared: whoever took it from readers took it from these as well.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.accounts.tokens import digest, new_token
from kb.cases import policy
from kb.cases.models import Case, CaseStatus, ShareLink
from kb.core import Conflict, Forbidden, NotFound, Refusal, now

LONGEST_DAYS = 30
MOST = 20
"""Links of one case that are open at the same time."""


def make(session: Session, actor: Actor, case: Case, *, meant_for: str, days: int) -> str:
    """Make a link for somebody, good for so many days, and return its token.

    Raises:
        Forbidden: the actor may not write on the case.
        Conflict: there is no draft to share, or the case was taken from its readers.
        Refusal: nobody is named, the time is not 1 to 30 days, or there are too many links already.

    """
    _may(actor, case)
    if not may_be_shared(case):
        raise Conflict("There is no draft to share here.")
    meant_for = " ".join(meant_for.split())
    if not meant_for:
        raise Refusal("Say for whom this link is.")
    if not 1 <= days <= LONGEST_DAYS:
        raise Refusal("A link works for 1 to %(most)s days.", most=LONGEST_DAYS)
    moment = now()
    if sum(is_open(link, moment) for link in case.share_links) >= MOST:
        raise Refusal("There are %(most)s links already. End one first.", most=MOST)
    token = new_token()
    link = ShareLink(
        case_id=case.id,
        digest=digest(token),
        meant_for=meant_for[:200],
        made_by_id=actor.id,
        made_at=moment,
        expires_at=moment + dt.timedelta(days=days),
    )
    case.share_links.append(link)
    session.flush()
    log(session, actor, "share.make", kind="case", key=case.slug, detail=str(link.id))
    return token


def end(session: Session, actor: Actor, case: Case, number: int) -> None:
    """End a link at once; nothing happens when it has ended. Raises Forbidden, NotFound."""
    _may(actor, case)
    link = next((link for link in case.share_links if link.id == number), None)
    if link is None:
        raise NotFound(str(number))
    if link.ended_at is None:
        link.ended_at = now()
        log(session, actor, "share.end", kind="case", key=case.slug, detail=str(link.id))


def is_open(link: ShareLink, moment: dt.datetime) -> bool:
    """Tell whether a link works at a moment, as far as it depends on the link."""
    return link.ended_at is None and link.expires_at > moment


def may_be_shared(case: Case) -> bool:
    """Tell whether links to the case open anything: there is a draft, and nobody took the case from its readers."""
    return case.draft is not None and case.status not in {CaseStatus.WITHDRAWN, CaseStatus.ARCHIVED}


def _may(actor: Actor, case: Case) -> None:
    if not policy.may_write(actor, case):
        raise Forbidden("You are not a writer of this case.")
