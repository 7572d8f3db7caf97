"""The pages of cases, a blueprint for each way of working with them."""

from flask import Blueprint

from kb.cases.views import recognising
from kb.cases.views.attachments import blueprint as attachments
from kb.cases.views.consent import blueprint as consent
from kb.cases.views.editor import blueprint as editor
from kb.cases.views.history import blueprint as history
from kb.cases.views.reading import blueprint as reading
from kb.cases.views.review import blueprint as review

BLUEPRINTS: tuple[Blueprint, ...] = (reading, editor, attachments, consent, review, history)
"""All of them, for `create_app`."""

__all__ = ["BLUEPRINTS", "recognising"]
