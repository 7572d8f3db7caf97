"""The second step of signing in: setting it up, passing it, and doing without the phone.

A secret counts once a code from it was typed (`totp_since`). A code and a recovery code each work once.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from kb.accounts import policy, two_step
from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.accounts.models import Person
from kb.core import Refusal, now


def begin(session: Session, actor: Actor, person: Person) -> str:
    """Return the secret to put in an app; the same one until a code of it was typed. Raises Forbidden, Refusal."""
    policy.check_own(actor, person)
    if person.totp_since is not None:
        raise Refusal("Signing in with a code is on already.")
    if not person.totp_secret:
        person.totp_secret = two_step.new_secret()
        log(session, actor, "person.two-step-begin", kind="person", key=str(person.id))
    return person.totp_secret


def confirm(session: Session, actor: Actor, person: Person, code: str) -> tuple[str, ...]:
    """Switch the second step on with a first code, and return the recovery codes. Raises Forbidden, Refusal."""
    policy.check_own(actor, person)
    step = _step(person, code) if person.totp_secret and person.totp_since is None else None
    if step is None:
        raise Refusal("This code is not right. Type the six digits that the app shows now.")
    person.totp_step = step
    person.totp_since = now()
    log(session, actor, "person.two-step-on", kind="person", key=str(person.id))
    return _fresh_codes(person)


def renew_codes(session: Session, actor: Actor, person: Person) -> tuple[str, ...]:
    """Return new recovery codes; the old ones stop working. Raises Forbidden, Refusal."""
    policy.check_own(actor, person)
    if person.totp_since is None:
        raise Refusal("Signing in with a code is not on.")
    log(session, actor, "person.recovery-codes", kind="person", key=str(person.id))
    return _fresh_codes(person)


def switch_off(session: Session, actor: Actor, person: Person) -> None:
    """Switch the second step off: one's own, or somebody's who lost his phone and his codes. Raises Forbidden."""
    policy.check_changes(actor, person)
    person.totp_secret, person.totp_since, person.totp_step = "", None, 0
    person.recovery_digests = []
    log(session, actor, "person.two-step-off", kind="person", key=str(person.id))


def passes(session: Session, person: Person, code: str) -> bool:
    """Tell whether a code, or a recovery code, lets somebody in now; it is used up by that."""
    if person.totp_since is None:
        return False
    step = _step(person, code)
    if step is not None:
        person.totp_step = step
        return True
    digest = two_step.recovery_digest(code)
    if digest not in person.recovery_digests:
        return False
    person.recovery_digests = [kept for kept in person.recovery_digests if kept != digest]
    log(session, person.actor(), "person.recovery-code-used", kind="person", key=str(person.id))
    return True


def _step(person: Person, code: str) -> int | None:
    return two_step.step_of(person.totp_secret, code, now(), person.totp_step)


def _fresh_codes(person: Person) -> tuple[str, ...]:
    codes = two_step.new_recovery_codes()
    person.recovery_digests = [two_step.recovery_digest(code) for code in codes]
    return codes
