"""What can be done with cases. The web pages, the command line and the importer call the same services.

Each gets a session, the one who acts, and plain arguments, enforces the right itself, and never commits: whoever opened
the transaction does. Whatever changes is recorded for the search in the same transaction.
"""

from kb.cases.services.storing import Stored, mark_changed, store, store_case, themes_by_slug, unsaved

__all__ = ["Stored", "mark_changed", "store", "store_case", "themes_by_slug", "unsaved"]
