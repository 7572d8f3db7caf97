"""The pages of people: signing in, and one's own account."""

from flask import Blueprint

from kb.accounts.views import account, links, own_data, second_step, sign_in
from kb.accounts.views.base import blueprint

__all__ = ["BLUEPRINTS", "account", "links", "own_data", "second_step", "sign_in"]

BLUEPRINTS: tuple[Blueprint, ...] = (blueprint,)
"""All of them, for `create_app`."""
