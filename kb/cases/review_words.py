"""The words of the review and the history: states, moves, fields and what is missing, in the language of the page."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kb.cases.missing import Gap
from kb.cases.models import CaseStatus, Consent, MoveKind

STATUSES = {
    CaseStatus.DRAFT: _l("Draft"),
    CaseStatus.SUBMITTED: _l("Submitted"),
    CaseStatus.RETURNED: _l("Returned with remarks"),
    CaseStatus.PUBLISHED: _l("Published"),
    CaseStatus.WITHDRAWN: _l("Withdrawn"),
    CaseStatus.ARCHIVED: _l("Archived"),
}
MOVES = {
    MoveKind.SUBMIT: _l("Submitted"),
    MoveKind.TAKE_BACK: _l("Taken back"),
    MoveKind.RETURN: _l("Returned with remarks"),
    MoveKind.PUBLISH: _l("Published"),
    MoveKind.WITHDRAW: _l("Withdrawn"),
    MoveKind.ARCHIVE: _l("Archived"),
    MoveKind.REOPEN: _l("Given back to readers"),
    MoveKind.IMPORT: _l("Imported"),
}
"""Moves as they stand in the history."""
MADE = {
    MoveKind.SUBMIT: _l("Your case is with the editors now. You can take it back until they have decided."),
    MoveKind.TAKE_BACK: _l("You have your case back and can write on."),
    MoveKind.RETURN: _l("Returned to its writers, with the remarks."),
    MoveKind.PUBLISH: _l("Published. Everybody can read and find this case now."),
    MoveKind.WITHDRAW: _l("Withdrawn. Readers do not find this case any more."),
    MoveKind.ARCHIVE: _l("Archived. Readers do not find this case any more."),
    MoveKind.REOPEN: _l("Readers can find this case again."),
}
"""What is said to who has just made a move. A case is imported by the command line, which has words of its own."""
CONSENTS = {
    Consent.MISSING: _l("Not agreed yet"),
    Consent.GIVEN: _l("Agreed"),
    Consent.WITHDRAWN: _l("Consent withdrawn, name taken out"),
}
SECTIONS = {
    "short": _l("In short"),
    "place": _l("Place and period"),
    "people": _l("Who took part"),
    "story": _l("The story"),
    "challenges": _l("Challenges"),
    "lessons": _l("Lessons"),
    "timeline": _l("Timeline"),
    "sources": _l("Sources"),
    "attachments": _l("Attachments"),
    "permissions": _l("Permissions"),
}
FIELDS = {
    "title": _l("Title"),
    "summary": _l("Summary"),
    "themes": _l("Themes"),
    "topics": _l("Keywords"),
    "methods": _l("Methods"),
    "place": _l("Place"),
    "period_start": _l("Period"),
    "participants": _l("Who took part"),
    "partners": _l("Organisations"),
    "authors": _l("Authors"),
    "licence": _l("Reuse"),
    "story": _l("The story"),
    "timeline": _l("Timeline"),
    "sources": _l("Sources"),
    "attachments": _l("Attachments"),
    "cause": _l("Cause"),
    "approach": _l("Approach"),
    "outcome": _l("Outcome"),
    "statement": _l("Lesson"),
    "explanation": _l("Explanation"),
}


def gap_words(gap: Gap) -> str:
    """Return what is missing, and which row it is missing in."""
    words = {
        "title": _("The title"),
        "summary": _("The summary"),
        "challenge-title": _("The title of a challenge"),
        "cause": _("The cause of a challenge, or that the sources don't tell it"),
        "statement": _("What a lesson says"),
        "theme": _("A theme for a lesson"),
        "source": _("A source"),
        "source-title": _("The title of a source"),
        "what": _("What happened on a date of the timeline"),
        "partner-name": _("The name of an organisation"),
        "alt": _("The text that stands for a picture"),
        "attachment-title": _("The title of an attachment"),
        "consent": _("The consent of somebody who is named"),
        "named": _("Who is named in the case, or that nobody is"),
    }
    row = next((part for part in gap.path if isinstance(part, int)), None)
    said = words[gap.code]
    return said if row is None else _("%(what)s (number %(number)s)", what=said, number=row + 1)


def gap_anchor(gap: Gap) -> str:
    """Return the id, on the page of the editor, of the field in which something is missing."""
    if gap.path in {("sources",), ("named",)}:
        return gap.section
    return "-".join(str(part) for part in gap.path)
