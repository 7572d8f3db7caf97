"""The pages of people: signing in, and one's own account."""

from flask import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = ()
"""All of them, for `create_app`."""
