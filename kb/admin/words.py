"""The administrator's words for states, colours and what was done, in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kb.admin.queries import PersonState
from kb.cases.models import CaseStatus

STATES = {
    PersonState.ACTIVE: _l("Active"),
    PersonState.INVITED: _l("Invited, no password yet"),
    PersonState.DISABLED: _l("Disabled"),
}

STATUSES = {
    CaseStatus.DRAFT: _l("Draft"),
    CaseStatus.SUBMITTED: _l("Submitted"),
    CaseStatus.RETURNED: _l("Returned"),
    CaseStatus.PUBLISHED: _l("Published"),
    CaseStatus.WITHDRAWN: _l("Withdrawn"),
    CaseStatus.ARCHIVED: _l("Archived"),
}

COLOURS = {
    "blue": _l("Blue"),
    "violet": _l("Violet"),
    "crimson": _l("Crimson"),
    "orange": _l("Orange"),
    "olive": _l("Olive green"),
    "green": _l("Forest green"),
    "sea": _l("Sea blue"),
    "grey": _l("Grey"),
}

KINDS = {
    "person": _l("Person"),
    "case": _l("Case"),
    "theme": _l("Theme"),
    "tag": _l("Keyword"),
    "attachment": _l("Attachment"),
    "event": _l("Session"),
    "mail": _l("Mail"),
    "search": _l("Search index"),
}
"""The kinds of things that lines of the log are about."""

VERBS = {
    "case.begin": _l("began a case"),
    "case.submit": _l("submitted a case"),
    "case.take-back": _l("took a case back"),
    "case.return": _l("returned a case"),
    "case.publish": _l("published a case"),
    "case.withdraw": _l("withdrew a case"),
    "case.archive": _l("archived a case"),
    "case.reopen": _l("opened a case to readers again"),
    "case.import": _l("imported a case"),
    "draft.give-up": _l("threw a draft away"),
    "draft.restore": _l("restored an earlier version"),
    "search.words": _l("changed the words of the search"),
    "theme.add": _l("added a theme"),
    "theme.change": _l("changed a theme"),
    "theme.move": _l("moved a theme"),
    "theme.retire": _l("retired a theme"),
    "theme.take-up": _l("took a theme up again"),
    "theme.delete": _l("deleted a theme"),
    "tag.rename": _l("renamed a keyword"),
    "tag.change-kind": _l("changed the kind of a keyword"),
    "tag.merge": _l("merged two keywords"),
    "tag.delete": _l("deleted a keyword"),
    "person.add": _l("invited somebody"),
    "person.accept": _l("took up an invitation"),
    "person.first-administrator": _l("became the first administrator"),
    "person.link-invitation": _l("made a link to invite somebody"),
    "person.link-reset": _l("made a link for a new password"),
    "person.link-first-administrator": _l("made the link for the first administrator"),
    "person.link-nobody": _l("asked for a new password for an address that nobody has"),
    "person.reset-password": _l("chose a new password with a link"),
    "person.change-password": _l("changed the password"),
    "person.roles": _l("changed somebody's roles"),
    "person.disable": _l("disabled an account"),
    "person.enable": _l("enabled an account"),
    "person.rename": _l("changed a name"),
    "person.language": _l("changed the language of an account"),
    "person.notifications": _l("changed what to be written about"),
    "person.sign-out": _l("signed out"),
    "person.end-login": _l("signed one browser out"),
    "person.end-logins": _l("signed all browsers out"),
    "person.export": _l("took the data of an account along"),
    "person.erase": _l("deleted an account"),
    "person.two-step-begin": _l("began setting up signing in with a code"),
    "person.two-step-on": _l("turned signing in with a code on"),
    "person.two-step-off": _l("turned signing in with a code off"),
    "person.recovery-codes": _l("made new recovery codes"),
    "person.recovery-code-used": _l("signed in with a recovery code"),
    "case.assign": _l("chose who reviews a case"),
    "case.check-on": _l("set the date on which to check a case again"),
    "attachment.add": _l("added a file to a case"),
    "attachment.remove": _l("took a file away from a case"),
    "consent.add": _l("noted somebody who is named in a case"),
    "consent.change": _l("changed what somebody who is named agreed to"),
    "consent.remove": _l("took somebody off the list of named people"),
    "consent.withdraw": _l("took a name out of a case"),
    "consent.nobody-named": _l("noted whether a case names nobody"),
    "remark.make": _l("made a remark"),
    "remark.answer": _l("answered a remark"),
    "remark.resolve": _l("resolved a remark"),
    "remark.reopen": _l("opened a remark again"),
    "share.make": _l("made a link to share a draft"),
    "share.end": _l("ended a link to a draft"),
    "event.begin": _l("began a session"),
    "event.change": _l("changed a session"),
    "event.draft": _l("made a session a draft again"),
    "event.announced": _l("announced a session"),
    "event.open": _l("opened a session"),
    "event.closed": _l("closed a session"),
    "event.archived": _l("put a session in the archive"),
    "event.cancel": _l("cancelled a session"),
    "event.revive": _l("put a session on again"),
    "event.delete": _l("threw the draft of a session away"),
    "event.lead": _l("named a lead of a session"),
    "event.leave": _l("took a lead off a session"),
    "board.settle": _l("changed how a board works"),
    "note.show": _l("showed a note on a board"),
    "note.hide": _l("hid a note on a board"),
    "note.merge": _l("merged two notes on a board"),
    "harvest.lesson": _l("proposed a lesson from a session"),
    "harvest.challenge": _l("proposed a challenge from a session"),
    "harvest.recognition": _l("kept a recognition from a session"),
    "harvest.action": _l("kept an action from a session"),
    "harvest.change": _l("changed what a session brought"),
    "harvest.take-back": _l("took back what a session brought"),
    "harvest.done": _l("said of an action that it was done"),
    "harvest.not-done": _l("said of an action that it is still to do"),
    "proposal.decline": _l("declined what a session proposed for a case"),
    "signup.add": _l("signed somebody up for a session"),
    "signup.remove": _l("took somebody off the list of a session"),
    "signup.divide": _l("divided people over the rooms of a session"),
    "mail.forget": _l("deleted mail that could not be sent"),
}
"""What was done, as it follows a name: "Ans published a case"."""


def verb(did: str) -> str:
    """Return what was done in words; one that we have no words for speaks for itself."""
    return str(VERBS.get(did, did))


def thing(kind: str) -> str:
    """Return what a kind of thing is called."""
    return str(KINDS.get(kind, kind))
