"""Who may do what with accounts.

| who | may |
|---|---|
| anybody | sign in, use a link that was given to him, ask for a new password |
| everybody signed in | see and change his own account, end his own login sessions, take his data along, delete the account |
| administrator | see people, invite them, change their roles, disable and enable them, give them a new link, erase them |

One administrator who can sign in always stays: nobody can take that role from, disable or erase the last one.
"""

from __future__ import annotations

from collections.abc import Iterable

from kb.accounts.actor import Actor, Role
from kb.accounts.models import Person
from kb.core import Forbidden

WITH_MORE_TO_LOSE = frozenset({Role.EDITOR, Role.ADMINISTRATOR})
"""The roles that see what is not public yet; `KB_TWO_STEP=editors` asks them for a second step."""


def may_manage_people(actor: Actor) -> bool:
    """Tell whether the actor may see and change other people's accounts."""
    return actor.has(Role.ADMINISTRATOR)


def is_own(actor: Actor, person: Person) -> bool:
    """Tell whether this is the actor's own account."""
    return actor.signed_in and actor.id == person.id


def may_change(actor: Actor, person: Person) -> bool:
    """Tell whether the actor may change what an account says of its owner, or erase it."""
    return is_own(actor, person) or may_manage_people(actor)


def needs_second_step(required: str, roles: Iterable[str]) -> bool:
    """Tell whether somebody with these roles must sign in with a second step; `required` is `KB_TWO_STEP`."""
    return required == "editors" and not WITH_MORE_TO_LOSE.isdisjoint(Role(role) for role in roles)


def check_manages(actor: Actor) -> None:
    """Raise Forbidden unless the actor may manage people."""
    if not may_manage_people(actor):
        raise Forbidden("Only an administrator can do this.")


def check_own(actor: Actor, person: Person) -> None:
    """Raise Forbidden unless this is the actor's own account."""
    if not is_own(actor, person):
        raise Forbidden("This can only be changed by the person whose account it is.")


def check_changes(actor: Actor, person: Person) -> None:
    """Raise Forbidden unless the actor may change the account."""
    if not may_change(actor, person):
        raise Forbidden("This can only be changed by the person whose account it is.")
