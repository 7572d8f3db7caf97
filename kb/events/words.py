"""The words for where a session stands, and for how its parts are done."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kb.events.models import EventStatus, Registration, Setting

STATUSES = {
    EventStatus.DRAFT: _l("Draft"),
    EventStatus.ANNOUNCED: _l("Announced"),
    EventStatus.OPEN: _l("Open"),
    EventStatus.CLOSED: _l("Closed"),
    EventStatus.ARCHIVED: _l("Archived"),
}
SETTINGS = {
    Setting.PLENARY: _l("all together"),
    Setting.ROOMS: _l("in rooms"),
    Setting.FREE: _l("free"),
}
REGISTRATIONS = {
    Registration.NONE: _l("No need to sign up"),
    Registration.HERE: _l("Sign up here"),
    Registration.ELSEWHERE: _l("Sign up on another page"),
}
