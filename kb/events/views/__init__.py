"""The pages of sessions."""

from kb.events.views import calendar, listing, preparing, reading
from kb.events.views.base import blueprint

BLUEPRINTS = (blueprint,)

__all__ = ["BLUEPRINTS", "calendar", "listing", "preparing", "reading"]
