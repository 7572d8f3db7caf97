"""The pages under `/admin/`, all of them for administrators only."""

from kb.admin.views import cases, log, overview, people, search, tags, themes
from kb.admin.views.base import blueprint

__all__ = ["blueprint", "cases", "log", "overview", "people", "search", "tags", "themes"]
