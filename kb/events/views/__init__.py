"""The pages of sessions, and of their boards."""

from kb.events.views import (
    board,
    calendar,
    harvest,
    joining,
    listing,
    preparing,
    reading,
    registration,
    writing,
)
from kb.events.views.base import blueprint

BLUEPRINTS = (blueprint, joining.blueprint, registration.blueprint, harvest.blueprint)

__all__ = [
    "BLUEPRINTS",
    "board",
    "calendar",
    "harvest",
    "listing",
    "preparing",
    "reading",
    "registration",
    "writing",
]
