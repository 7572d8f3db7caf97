"""Reading who signed up."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from kb.events.models import Event, Signup, SignupState


@dataclass(frozen=True)
class Places:
    """How full a session is; `capacity` is None where there is room for everybody."""

    taken: int
    waiting: int
    capacity: int | None

    @property
    def full(self) -> bool:
        """Tell whether who signs up now has to wait: nobody passes those who wait already."""
        return self.capacity is not None and (self.taken >= self.capacity or self.waiting > 0)


def places(session: Session, event: Event) -> Places:
    """Return how full a session is."""
    rows = select(Signup.state, func.count()).where(Signup.event_id == event.id).group_by(Signup.state)
    counts = {state: count for state, count in session.execute(rows)}  # noqa: C416 - rows are no pairs to mypy
    return Places(counts.get(SignupState.IN, 0), counts.get(SignupState.WAITING, 0), event.capacity)


def signups(session: Session, event: Event) -> list[Signup]:
    """Return who is in or waits, in the order in which they signed up."""
    rows = (
        select(Signup)
        .options(joinedload(Signup.room))
        .where(Signup.event_id == event.id, Signup.state != SignupState.CANCELLED)
        .order_by(Signup.id)
    )
    return list(session.scalars(rows))


def signup(session: Session, number: int) -> Signup | None:
    """Return one signup with its session, whoever asks."""
    return session.scalars(
        select(Signup).options(joinedload(Signup.event)).where(Signup.id == number)
    ).one_or_none()
