"""Looking again at a case after some years: when that should be done, and reminding the writers of it.

A reminder goes out once for each date: `reminded_on` is the day it went, and setting another date clears it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.accounts.models import Person
from kb.cases import policy
from kb.cases.models import Case
from kb.core import Forbidden, Refusal
from kb.db import Database

FURTHEST = dt.timedelta(days=366 * 10)

Send = Callable[[Session, Person, Case], bool]
"""Has one reminder mailed, within the session's transaction; tells whether it did."""


def check_again_on(
    session: Session, actor: Actor, case: Case, date: dt.date | None, *, today: dt.date
) -> None:
    """Say when the case should be looked at again; None: not any more.

    Raises:
        Forbidden: the actor may not write on the case.
        Refusal: the date is not in the coming ten years.

    """
    if not policy.may_write(actor, case):
        raise Forbidden("You are not a writer of this case.")
    if date == case.check_on:
        return
    if date is not None and not today < date <= today + FURTHEST:
        raise Refusal("Choose a day in the coming ten years.")
    case.check_on, case.reminded_on = date, None
    log(session, actor, "case.check-on", kind="case", key=case.slug, detail=date.isoformat() if date else "")


def remind(database: Database, send: Send, today: dt.date) -> int:
    """Remind the writers of the published cases whose day has come, once; return how many reminders went out.

    Calling it again on the same day, or from two processes at once, sends nothing twice: the day is noted in the same
    transaction as the mail.
    """
    with database.transaction() as session:
        rows = (
            select(Case)
            .where(
                Case.check_on <= today,
                policy.readable(),
                or_(Case.reminded_on.is_(None), Case.reminded_on < Case.check_on),
            )
            .order_by(Case.check_on, Case.slug)
            .options(selectinload(Case.writers))
        )
        sent = 0
        for case in session.scalars(rows):
            sent += sum(send(session, person, case) for person in case.writers if person.active)
            case.reminded_on = today
        return sent
