"""The words for where a session stands, what is done about that, and how its parts are done."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kb.cases.models import ProposalState
from kb.events.models import EventStatus, HarvestKind, Registration, Setting

STATUSES = {
    EventStatus.DRAFT: _l("Draft"),
    EventStatus.ANNOUNCED: _l("Announced"),
    EventStatus.OPEN: _l("Board open"),
    EventStatus.CLOSED: _l("Over"),
    EventStatus.ARCHIVED: _l("In the archive"),
}
MOVES = {
    (EventStatus.DRAFT, EventStatus.ANNOUNCED): _l("Announce it"),
    (EventStatus.ANNOUNCED, EventStatus.OPEN): _l("Open it"),
    (EventStatus.ANNOUNCED, EventStatus.DRAFT): _l("Make it a draft again"),
    (EventStatus.OPEN, EventStatus.CLOSED): _l("Close it"),
    (EventStatus.CLOSED, EventStatus.ARCHIVED): _l("Put it in the archive"),
    (EventStatus.CLOSED, EventStatus.OPEN): _l("Open it again"),
    (EventStatus.ARCHIVED, EventStatus.CLOSED): _l("Take it out of the archive"),
}
"""What the lead can do with a session, by where it stands and where it goes."""
MADE = {
    EventStatus.DRAFT: _l("The session is a draft again. Only its leads see it."),
    EventStatus.ANNOUNCED: _l("The session is announced. Everybody can see it now."),
    EventStatus.OPEN: _l("The session is open. Participants can begin."),
    EventStatus.CLOSED: _l("The session is closed. Everything that was said stays as it is."),
    EventStatus.ARCHIVED: _l("The session is in the archive. Who looks for it still finds it."),
}
SETTINGS = {
    Setting.PLENARY: _l("all together"),
    Setting.ROOMS: _l("in rooms"),
    Setting.FREE: _l("free"),
}
REGISTRATIONS = {
    Registration.NONE: _l("Nobody needs to sign up"),
    Registration.HERE: _l("People sign up here"),
    Registration.ELSEWHERE: _l("People sign up on another page"),
}
HARVEST_KINDS = {
    HarvestKind.LESSON: _l("a lesson"),
    HarvestKind.CHALLENGE: _l("a challenge"),
    HarvestKind.RECOGNITION: _l("a recognition"),
    HarvestKind.ACTION: _l("an action"),
}
HARVEST_NAMES = {
    HarvestKind.LESSON: _l("Lesson"),
    HarvestKind.CHALLENGE: _l("Challenge"),
    HarvestKind.RECOGNITION: _l("Recognition"),
    HarvestKind.ACTION: _l("Action"),
}
PROPOSAL_STATES = {
    ProposalState.PROPOSED: _l("proposed to the author"),
    ProposalState.TAKEN_UP: _l("taken over, not published yet"),
    ProposalState.PUBLISHED: _l("stands in the case"),
    ProposalState.DECLINED: _l("declined by the author"),
}
