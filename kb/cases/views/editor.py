"""Views: editor."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("editor", __name__)
