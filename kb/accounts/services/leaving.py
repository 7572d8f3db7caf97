"""What somebody takes along, and what stays when he leaves.

Erasing empties the row and takes everything away that says who it was; versions, moves and lines of the log keep its
number, so that a history stays whole without naming anybody. Other rooms keep things of a person too: who calls `erase`
hands it the function by which these forget him, in the same transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kb.accounts import policy, queries, sessions
from kb.accounts.actor import Actor
from kb.accounts.devices import browser_and_system
from kb.accounts.log import log
from kb.accounts.models import LogEntry, LoginSession, OneTimeLink, Person
from kb.core import Refusal, now
from kb.mail.models import MailRow


@dataclass(frozen=True)
class Erasure:
    """What erasing an account takes away, in numbers, and what it leaves without a name."""

    person: int
    login_sessions: int
    links: int
    mails: int
    log_lines_kept: int
    elsewhere: int = 0
    """What other rooms keep under his address, such as where somebody signed up with it."""


Elsewhere = Callable[[Session, str], int]
"""Given an address, counts what another room keeps under it, or takes that away; returns how much it is."""


def nothing(_session: Session, _email: str) -> int:
    """Keep nothing under an address."""
    return 0


def own_data(session: Session, actor: Actor, person: Person) -> dict[str, Any]:
    """Return what the account keeps of a person, for people and programs to read. Raises Forbidden.

    Secrets (the hash of the password, the second step) are not data about somebody, and stay here.
    """
    policy.check_changes(actor, person)
    return {
        "account": {
            "number": person.id,
            "email": person.email,
            "name": person.name,
            "language": person.language,
            "roles": list(person.roles),
            "notifications_off": sorted(person.notifications),
            "second_step_since": _moment(person.totp_since),
            "created_at": _moment(person.created_at),
            "disabled_at": _moment(person.disabled_at),
        },
        "login_sessions": [
            {
                "browser": " ".join(filter(None, browser_and_system(row.device))),
                "began_at": _moment(row.created_at),
                "used_at": _moment(row.seen_at),
                "remembered": row.remembered,
            }
            for row in queries.logins(session, person)
        ],
        "log": [
            {"at": _moment(row.at), "did": row.did, "kind": row.kind, "key": row.key, "detail": row.detail}
            for row in queries.deeds(session, person)
        ],
    }


def note_taken(session: Session, actor: Actor, person: Person) -> None:
    """Note in the log that somebody's data were taken along."""
    log(session, actor, "person.export", kind="person", key=str(person.id))


def would_erase(session: Session, person: Person, known: Elsewhere = nothing) -> Erasure:
    """Return what erasing would take away, with what other rooms know of the address; nothing is changed."""

    def count(model: type[LoginSession | OneTimeLink | LogEntry | MailRow], condition: Any) -> int:
        return session.scalar(select(func.count()).select_from(model).where(condition)) or 0

    return Erasure(
        person=person.id,
        login_sessions=count(LoginSession, LoginSession.person_id == person.id),
        links=count(OneTimeLink, OneTimeLink.person_id == person.id),
        mails=count(MailRow, MailRow.to_address == person.email),
        log_lines_kept=count(LogEntry, LogEntry.by_id == person.id),
        elsewhere=known(session, person.email),
    )


def erase(session: Session, actor: Actor, person: Person, forget: Elsewhere = nothing) -> Erasure:
    """Erase somebody's account and, by `forget`, what other rooms keep under his address; return what that took away.

    Raises:
        Forbidden: the actor is neither the person nor an administrator.
        Refusal: he is the last administrator.

    """
    policy.check_changes(actor, person)
    if queries.is_last_administrator(session, person):
        raise Refusal("This is the last administrator. Make somebody else administrator first.")
    erasure = replace(would_erase(session, person), elsewhere=forget(session, person.email))
    sessions.end_all(session, person.id)
    session.execute(delete(OneTimeLink).where(OneTimeLink.person_id == person.id))
    session.execute(delete(MailRow).where(MailRow.to_address == person.email))
    person.email, person.name, person.language = f"erased-{person.id}@invalid", "", ""
    person.password_hash, person.roles, person.notifications = "", [], {}
    person.totp_secret, person.totp_since, person.totp_step, person.recovery_digests = "", None, 0, []
    person.erased_at = now()
    log(session, actor, "person.erase", kind="person", key=str(person.id))
    return erasure


def _moment(moment: dt.datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
