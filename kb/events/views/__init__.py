"""The pages of sessions."""

from kb.events.views.base import blueprint

BLUEPRINTS = (blueprint,)
