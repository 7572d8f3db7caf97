"""The pages of sessions."""

from kb.events.views import listing, preparing, reading
from kb.events.views.base import blueprint

BLUEPRINTS = (blueprint,)

__all__ = ["BLUEPRINTS", "listing", "preparing", "reading"]
