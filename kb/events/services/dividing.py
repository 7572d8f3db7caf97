"""Dividing who is in over the rooms of a session; by hand it is `registering.place`."""

from __future__ import annotations

from random import Random

from sqlalchemy.orm import Session

from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.core import Refusal
from kb.events import groups, signup_queries
from kb.events.models import Event, Signup, SignupState
from kb.events.services.leading import check_lead


def divide(
    session: Session, actor: Actor, event: Event, *, mixed: bool, present: bool, chance: Random | None = None
) -> int:
    """Divide people over the rooms, anew; return how many people that were.

    `mixed` spreads those of one organisation; `present` takes only who is noted as there.

    Raises:
        Forbidden: the actor does not lead the session.
        Refusal: there are no rooms, or nobody to divide.

    """
    check_lead(actor, event)
    rooms = list(event.rooms)
    if not rooms:
        raise Refusal("This session has no rooms yet. Add them to the session first.")
    everybody = [row for row in signup_queries.signups(session, event) if row.state is SignupState.IN]
    people = [row for row in everybody if row.attended or not present]
    if not people:
        raise Refusal("There is nobody to divide yet.")
    chance = chance or Random()  # noqa: S311 - no secret depends on it
    parts = (
        groups.mixed(people, len(rooms), chance, of=_organisation)
        if mixed
        else groups.at_random(people, len(rooms), chance)
    )
    for row in everybody:
        row.room_id = None
    for room, part in zip(rooms, parts, strict=True):
        for row in part:
            row.room_id = room.id
    log(session, actor, "signup.divide", kind="event", key=event.slug)
    return len(people)


def _organisation(row: Signup) -> str:
    """Return by what people are mixed: their organisation, or else each by himself."""
    return row.organisation.casefold().strip() or f"person {row.id}"
