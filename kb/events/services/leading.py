"""What only the leads of a session may do: the check that the other services begin with."""

from __future__ import annotations

from kb.accounts.actor import Actor
from kb.core import Forbidden
from kb.events import policy
from kb.events.models import Event


def check_lead(actor: Actor, event: Event) -> None:
    """Do nothing when the actor leads the session. Raises Forbidden."""
    if not policy.may_lead(actor, event):
        raise Forbidden("Only the leads of this session can do this.")
