"""People: inviting them, their roles, and what they change in their own account."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kb.accounts import policy, queries, sessions
from kb.accounts.actor import Actor, Role
from kb.accounts.log import log
from kb.accounts.models import LinkPurpose, OneTimeLink, Person
from kb.accounts.services import links
from kb.config import LANGUAGES
from kb.core import Conflict, Refusal, now
from kb.mail_url import is_address

LONGEST_NAME = 200
LONGEST_EMAIL = 254

NOTIFICATIONS = ("review", "remarks", "outcome", "check-on", "proposals")
"""What somebody is written about, unless he switched it off (`Person.notifications`: the name, and False): a review that
is asked of him, remarks on his case, its return or publication, that it is time to check it again, and what sessions propose for it."""


def clean_name(name: str) -> str:
    """Return a name on one line, without signs that can't be seen. Raises Refusal when nothing or too much is left."""
    # A format character can turn the text around it about, so that a name reads as another one.
    shown = "".join(" " if sign.isspace() else sign for sign in name if unicodedata.category(sign) != "Cf")
    shown = " ".join("".join(sign for sign in shown if sign.isprintable()).split())
    if not shown:
        raise Refusal("Fill in your name.")
    if len(shown) > LONGEST_NAME:
        raise Refusal("A name has at most %(most)s characters.", most=LONGEST_NAME)
    return unicodedata.normalize("NFC", shown)


def clean_email(email: str) -> str:
    """Return an e-mail address as it is kept. Raises Refusal when mail can't be sent there."""
    cleaned = email.strip().lower()
    if not is_address(cleaned) or len(cleaned) > LONGEST_EMAIL:
        raise Refusal("Fill in an e-mail address, such as name@example.org.")
    return cleaned


def clean_roles(roles: Iterable[str]) -> list[str]:
    """Return roles in the order of `Role`, each once. Raises Refusal for one that there is not."""
    wanted = set(roles)
    if wanted - set(Role):
        raise Refusal("There is no such role.")
    return [role.value for role in Role if role in wanted]


def add(
    session: Session,
    actor: Actor,
    *,
    email: str,
    name: str = "",
    roles: Iterable[str] = (),
    language: str = "",
) -> Person:
    """Add somebody who still has to choose a password. Raises Forbidden, Refusal, Conflict."""
    policy.check_manages(actor)
    email = clean_email(email)
    if queries.by_email(session, email):
        raise Conflict("Somebody with this e-mail address has an account already.")
    person = Person(
        email=email,
        name=clean_name(name) if name.strip() else "",
        roles=clean_roles(roles),
        language=language if language in LANGUAGES else "",
    )
    session.add(person)
    session.flush()
    log(session, actor, "person.add", kind="person", key=str(person.id), detail=", ".join(person.roles))
    return person


def invite(
    session: Session,
    actor: Actor,
    *,
    email: str,
    name: str = "",
    roles: Iterable[str] = (),
    language: str = "",
) -> tuple[Person, str]:
    """Add somebody, and return him with the token of the link with which he chooses name and password."""
    person = add(session, actor, email=email, name=name, roles=roles, language=language)
    return person, links.make(session, actor, LinkPurpose.INVITATION, person)


def new_link(session: Session, actor: Actor, person: Person) -> tuple[LinkPurpose, str]:
    """Return the purpose and token of a new link: an invitation where no password was chosen yet, else for a new one.

    Raises:
        Forbidden: the actor does not manage people.
        Refusal: the person is disabled.

    """
    policy.check_manages(actor)
    if not person.active:
        raise Refusal("This account is disabled. Enable it first.")
    purpose = LinkPurpose.RESET if person.password_hash else LinkPurpose.INVITATION
    return purpose, links.make(session, actor, purpose, person)


def ask_reset(session: Session, email: str) -> tuple[Person, str] | None:
    """Return who has an address and the token of a link for a new password; None when nobody may have one."""
    person = queries.by_email(session, email)
    if person is None or not person.active:
        return None
    return person, links.make(session, person.actor(), LinkPurpose.RESET, person)


def note_unknown(session: Session) -> None:
    """Note that a new password was asked where nobody may have one: that also takes as long as when somebody may."""
    log(session, Actor(), "person.link-nobody")


def begin_as_administrator(
    session: Session, token: str, *, email: str, name: str, password_hash: str, language: str
) -> Person:
    """Make the first administrator, with the link that the server printed. Raises LinkOver, Refusal, Conflict."""
    link = links.find(session, token, LinkPurpose.FIRST_ADMINISTRATOR)
    email = clean_email(email)
    if queries.by_email(session, email):
        raise Conflict("Somebody with this e-mail address has an account already.")
    person = Person(
        email=email,
        name=clean_name(name),
        roles=[Role.ADMINISTRATOR.value],
        language=language,
        password_hash=password_hash,
    )
    session.add(person)
    session.flush()
    links.use(link)
    log(session, person.actor(), "person.first-administrator", kind="person", key=str(person.id))
    return person


def accept(session: Session, token: str, *, name: str, password_hash: str, language: str) -> Person:
    """Begin an account one was invited to. Raises LinkOver, Refusal."""
    link = links.find(session, token, LinkPurpose.INVITATION)
    person = _owner(link)
    person.name = clean_name(name)
    person.language = language
    _new_password(session, person, password_hash)
    log(session, person.actor(), "person.accept", kind="person", key=str(person.id))
    return person


def reset_password(session: Session, token: str, *, password_hash: str) -> Person:
    """Replace a password with the link for it; every login session ends. Raises LinkOver."""
    person = _owner(links.find(session, token, LinkPurpose.RESET))
    _new_password(session, person, password_hash)
    log(session, person.actor(), "person.reset-password", kind="person", key=str(person.id))
    return person


def change_password(
    session: Session, actor: Actor, person: Person, *, password_hash: str, keep: str = ""
) -> None:
    """Replace one's own password; every login session ends but the one of the token `keep`. Raises Forbidden."""
    policy.check_own(actor, person)
    _new_password(session, person, password_hash, keep=keep)
    log(session, actor, "person.change-password", kind="person", key=str(person.id))


def renew_hash(person: Person, password_hash: str, *, of: str) -> None:
    """Keep a newer hash of the same password, unless the password was changed meanwhile from the one with the hash `of`."""
    if person.password_hash == of:
        person.password_hash = password_hash


def change_roles(session: Session, actor: Actor, person: Person, roles: Iterable[str]) -> None:
    """Give somebody these roles and no others; he signs in anew. Raises Forbidden, Refusal."""
    policy.check_manages(actor)
    wanted = clean_roles(roles)
    if Role.ADMINISTRATOR not in wanted:
        _check_not_last(session, person)
    if wanted == person.roles:
        return
    person.roles = wanted
    if not policy.is_own(actor, person):
        sessions.end_all(session, person.id)
    log(session, actor, "person.roles", kind="person", key=str(person.id), detail=", ".join(wanted))


def disable(session: Session, actor: Actor, person: Person) -> None:
    """Let somebody no longer sign in: his login sessions and links end now; what he did stays. Raises Forbidden, Refusal."""
    policy.check_manages(actor)
    if policy.is_own(actor, person):
        raise Refusal("You can't disable yourself. Another administrator can.")
    _check_not_last(session, person)
    person.disabled_at = person.disabled_at or now()
    _shut_out(session, person)
    log(session, actor, "person.disable", kind="person", key=str(person.id))


def enable(session: Session, actor: Actor, person: Person) -> None:
    """Let somebody sign in again, with the password he had. Raises Forbidden."""
    policy.check_manages(actor)
    person.disabled_at = None
    log(session, actor, "person.enable", kind="person", key=str(person.id))


def rename(session: Session, actor: Actor, person: Person, name: str) -> None:
    """Change a name, which from now on also stands beside what the person did before. Raises Forbidden, Refusal."""
    policy.check_changes(actor, person)
    person.name = clean_name(name)
    log(session, actor, "person.rename", kind="person", key=str(person.id))


def change_language(session: Session, actor: Actor, person: Person, language: str) -> None:
    """Change the language of one's pages and mail; an empty one is the site's own. Raises Forbidden, Refusal."""
    policy.check_changes(actor, person)
    if language and language not in LANGUAGES:
        raise Refusal("There is no such language.")
    person.language = language
    log(session, actor, "person.language", kind="person", key=str(person.id), detail=language)


def change_notifications(session: Session, actor: Actor, person: Person, wanted: Collection[str]) -> None:
    """Change what one is written about: `wanted` are names of `NOTIFICATIONS`. Raises Forbidden."""
    policy.check_own(actor, person)
    person.notifications = {name: False for name in NOTIFICATIONS if name not in wanted}
    log(session, actor, "person.notifications", kind="person", key=str(person.id))


def wants(person: Person, notification: str) -> bool:
    """Tell whether somebody is to be written about something."""
    return person.active and person.notifications.get(notification, True) is not False


def end_login(session: Session, actor: Actor, person: Person, number: int) -> None:
    """End one of somebody's login sessions, by its number. Raises Forbidden."""
    policy.check_changes(actor, person)
    sessions.end_one(session, person.id, number)
    log(session, actor, "person.end-login", kind="person", key=str(person.id))


def end_logins(session: Session, actor: Actor, person: Person, *, keep: str = "") -> None:
    """End all of somebody's login sessions, but for the one of the token `keep`. Raises Forbidden."""
    policy.check_changes(actor, person)
    sessions.end_all(session, person.id, but=keep)
    log(session, actor, "person.end-logins", kind="person", key=str(person.id))


def _owner(link: OneTimeLink) -> Person:
    if link.person is None:
        raise links.LinkOver("This link no longer works.")
    links.use(link)
    return link.person


def _new_password(session: Session, person: Person, password_hash: str, *, keep: str = "") -> None:
    person.password_hash = password_hash
    sessions.end_all(session, person.id, but=keep)
    session.execute(
        delete(OneTimeLink).where(OneTimeLink.person_id == person.id, OneTimeLink.used_at.is_(None))
    )


def _shut_out(session: Session, person: Person) -> None:
    sessions.end_all(session, person.id)
    session.execute(delete(OneTimeLink).where(OneTimeLink.person_id == person.id))


def _check_not_last(session: Session, person: Person) -> None:
    if queries.is_last_administrator(session, person):
        raise Refusal("This is the last administrator. Make somebody else administrator first.")
