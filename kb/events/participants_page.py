"""Who comes to a session, as its lead sees it: frozen values for the list, the badges and the rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from kb.cases.words import LABELS
from kb.core import now
from kb.events import policy
from kb.events.models import Event, Registration, Room, Signup, SignupState
from kb.events.signup_queries import Places


@dataclass(frozen=True)
class SignupPanel:
    """Signing up, on the page of a session. `url` is empty when nobody can sign up; `says` is how full it is."""

    url: str
    label: str
    says: str


@dataclass(frozen=True)
class PersonView:
    """Somebody on the list. `room` is the key of his room, empty when he is in none."""

    id: int
    name: str
    email: str
    organisation: str
    role: str
    attended: bool
    room: str
    url: str


@dataclass(frozen=True)
class ParticipantsPage:
    """The list of a session: who is in, and who waits."""

    title: str
    url: str
    event_url: str
    says: str
    people: tuple[PersonView, ...]
    waiting: tuple[PersonView, ...]
    rooms: tuple[tuple[str, str], ...]
    emptied: bool


def signup_panel(event: Event, places: Places) -> SignupPanel | None:
    """Return how one signs up for a session; None where nobody has to."""
    if event.registration is Registration.NONE:
        return None
    if event.registration is Registration.ELSEWHERE:
        over = event.ends_at < now() or event.cancelled
        return None if over else SignupPanel(event.registration_url, _("Sign up on another page"), "")
    open_now = policy.may_sign_up(event, now())
    return SignupPanel(
        url=url_for("registration.sign_up", slug=event.slug) if open_now else "",
        label=_("Sign up for the waiting list") if places.full else _("Sign up"),
        says=says(places) if open_now else _("Signing up is closed."),
    )


def says(places: Places) -> str:
    """Return how full a session is, in words."""
    if places.capacity is None:
        return ngettext("%(num)s person has signed up", "%(num)s people have signed up", places.taken)
    taken = _("%(taken)s of %(capacity)s places taken", taken=places.taken, capacity=places.capacity)
    if not places.waiting:
        return taken
    waiting = ngettext("%(num)s is waiting", "%(num)s are waiting", places.waiting)
    return f"{taken}, {waiting}"


def participants_page(
    event: Event, places: Places, rows: Sequence[Signup], rooms: Sequence[Room]
) -> ParticipantsPage:
    """Return the list of a session."""
    views = [(row, _person(event, row)) for row in rows]
    return ParticipantsPage(
        title=event.title,
        url=url_for("registration.participants", slug=event.slug),
        event_url=url_for("events.show", slug=event.slug),
        says=says(places),
        people=tuple(view for row, view in views if row.state is SignupState.IN),
        waiting=tuple(view for row, view in views if row.state is SignupState.WAITING),
        rooms=tuple((room.key, room.name) for room in rooms),
        emptied=any(row.emptied_at for row in rows),
    )


def _person(event: Event, row: Signup) -> PersonView:
    return PersonView(
        id=row.id,
        name=row.name or _("(name thrown away)"),
        email=row.email,
        organisation=row.organisation,
        role=str(LABELS[row.perspective]) if row.perspective else "",
        attended=row.attended,
        room=row.room.key if row.room else "",
        url=url_for("registration.participants", slug=event.slug) + f"/{row.id}",
    )
