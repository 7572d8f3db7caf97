"""What the room of sessions keeps of a person: for who asks for a copy of all that we know of him."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.accounts.models import Person
from kb.events.models import Event, Signup


def of_person(session: Session, person: Person) -> dict[str, Any]:
    """Return which sessions a person leads, and for which somebody signed up with his address, as plain data."""
    led = select(Event.slug).where(Event.leads.any(Person.id == person.id)).order_by(Event.slug)
    signed = (
        select(Event.slug, Signup.name, Signup.organisation, Signup.perspective, Signup.state, Signup.made_at)
        .join(Event, Event.id == Signup.event_id)
        .where(Signup.email == person.email)
        .order_by(Signup.id)
    )
    return {
        "leads": list(session.scalars(led)),
        "signed_up": [
            {
                "session": slug,
                "name": name,
                "organisation": organisation,
                "as": perspective.value if perspective else "",
                "state": state.value,
                "at": made_at.isoformat(),
            }
            for slug, name, organisation, perspective, state, made_at in session.execute(signed)
        ],
    }
