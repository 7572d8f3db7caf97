"""Who acts: what services, policies and pages need to know of a person, and no more."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do besides what every signed-in practitioner may; roles add up."""

    AUTHOR = "author"
    SESSION_LEAD = "session-lead"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Actor:
    """Somebody who does something; `id` is None when nobody is signed in.

    `sudo` is who stands at the server's own command line: he needs no role.
    """

    id: int | None = None
    name: str = ""
    roles: frozenset[Role] = field(default_factory=frozenset)
    language: str = ""
    sudo: bool = False

    @property
    def signed_in(self) -> bool:
        """Tell whether this is a person we know."""
        return self.id is not None

    @property
    def may_edit(self) -> bool:
        """Tell whether the person is an editor or an administrator."""
        return self.has(Role.EDITOR, Role.ADMINISTRATOR)

    @property
    def is_administrator(self) -> bool:
        """Tell whether the person is an administrator."""
        return self.has(Role.ADMINISTRATOR)

    def has(self, *roles: Role) -> bool:
        """Tell whether the person has one of these roles."""
        return self.sudo or not self.roles.isdisjoint(roles)


NOBODY = Actor()
OPERATOR = Actor(name="kb", sudo=True)
"""Who runs a command on the server."""
