"""The mails of the review: to whom it concerns, in the language of who reads them, with a link to the page it is about.

They are queued in the transaction of what they tell of. Where no mail is set up nothing is queued: everybody finds the
same on the pages. Nobody gets a mail about what he did himself, or about what he switched off.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import suppress

from flask import Flask, current_app
from flask_babel import force_locale, format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kb.accounts.actor import Actor
from kb.accounts.models import Person
from kb.accounts.services.people import wants
from kb.cases.content import Content
from kb.cases.models import Case, MoveKind, Proposal, Remark
from kb.cases.review_presenter import where
from kb.cases.services import proposals, reminders
from kb.cases.services.drafts import working_content
from kb.config import Settings
from kb.core import Refusal
from kb.mail import outbox
from kb.web import part
from kb.web.meta import absolute

Words = Callable[[], tuple[str, tuple[str, ...]]]
"""Gives the subject and the paragraphs of a mail, in the language that is in force."""


def moved(
    session: Session, actor: Actor, case: Case, kind: MoveKind, reason: str, *, editors: Iterable[Person]
) -> None:
    """Tell of a move of the review. `editors` are those who may review the case; they hear of what nobody took yet."""
    reviewer = case.draft.reviewer if case.draft else None
    if kind is MoveKind.SUBMIT:
        people, notification = [reviewer] if reviewer else list(editors), "review"
    elif kind is MoveKind.TAKE_BACK:
        people, notification = [reviewer] if reviewer else [], "review"
    else:
        people, notification = list(case.writers), "remarks" if kind is MoveKind.RETURN else "outcome"
    page = "/history" if kind in {MoveKind.WITHDRAW, MoveKind.ARCHIVE} else "/review"
    link = _link(case, "" if kind in {MoveKind.PUBLISH, MoveKind.REOPEN} else page)
    left = sum(remark.resolved_at is None for remark in case.remarks)

    def words() -> tuple[str, tuple[str, ...]]:
        subject, said = _of_move(kind, _title(case), actor.name)
        more = (
            (_("Remarks that stand open: %(number)s.", number=left),)
            if kind is MoveKind.RETURN and left
            else ()
        )
        why = (_("What was said with it:"), reason.strip()) if reason.strip() else ()
        return subject, (said, *more, *why, link)

    _tell(session, actor, people, notification, words)


def _of_move(kind: MoveKind, title: str, by: str) -> tuple[str, str]:
    if kind is MoveKind.SUBMIT:
        return (
            _("To review: %(title)s", title=title),
            _("%(name)s submitted the case “%(title)s” for review.", name=by, title=title),
        )
    if kind is MoveKind.TAKE_BACK:
        return (
            _("Taken back: %(title)s", title=title),
            _(
                "%(name)s took the case “%(title)s” back to write on. You need not review it now.",
                name=by,
                title=title,
            ),
        )
    if kind is MoveKind.RETURN:
        return (
            _("Returned with remarks: %(title)s", title=title),
            _("%(name)s read your case “%(title)s” and returned it to you.", name=by, title=title),
        )
    if kind is MoveKind.PUBLISH:
        return (
            _("Published: %(title)s", title=title),
            _("%(name)s published your case “%(title)s”. Everybody can read it now.", name=by, title=title),
        )
    if kind is MoveKind.REOPEN:
        return (
            _("Back with readers: %(title)s", title=title),
            _("%(name)s gave your case “%(title)s” back to readers.", name=by, title=title),
        )
    return (
        _("No longer with readers: %(title)s", title=title),
        _(
            "%(name)s took your case “%(title)s” away from readers. Nothing of it was lost.",
            name=by,
            title=title,
        ),
    )


def assigned(session: Session, actor: Actor, case: Case, reviewer: Person) -> None:
    """Tell a reviewer that a case is his."""
    link = _link(case, "/review")

    def words() -> tuple[str, tuple[str, ...]]:
        title = _title(case)
        said = _("%(name)s asks you to review the case “%(title)s”.", name=actor.name, title=title)
        return _("To review: %(title)s", title=title), (said, link)

    _tell(session, actor, [reviewer], "review", words)


def answered(session: Session, actor: Actor, case: Case, remark: Remark) -> None:
    """Tell who made a remark that it was answered."""
    link = _link(case, f"/review#remark-{remark.id}")
    content = working_content(case)

    def words() -> tuple[str, tuple[str, ...]]:
        title = _title(case)
        said = _(
            "%(name)s answered your remark on “%(title)s” (%(where)s):",
            name=actor.name,
            title=title,
            where=where(remark.field, content),
        )
        return _("Answered: %(title)s", title=title), (said, remark.answer, link)

    _tell(session, actor, [remark.by] if remark.by else [], "review", words)


def remarked(session: Session, actor: Actor, case: Case, remark: Remark) -> None:
    """Tell the writers of a remark that was made or opened again while the text is theirs.

    While it is under review the mail that returns it to them says how many there are: one mail, not one a remark.
    """
    link = _link(case, f"/review#remark-{remark.id}")
    content: Content = working_content(case)

    def words() -> tuple[str, tuple[str, ...]]:
        title = _title(case)
        said = _(
            "%(name)s made a remark on “%(title)s” (%(where)s):",
            name=actor.name,
            title=title,
            where=where(remark.field, content),
        )
        return _("A remark on %(title)s", title=title), (said, remark.text, link)

    _tell(session, actor, case.writers, "remarks", words)


def proposed(session: Session, actor: Actor, proposal: Proposal) -> None:
    """Tell the writers of a case that a session proposes something for it: one mail, however much it proposes that day."""
    if not proposals.first_in_a_while(session, proposal):
        return
    case = session.get_one(Case, proposal.case_id)
    link = _link(case, "/edit#proposed")

    def words() -> tuple[str, tuple[str, ...]]:
        said = _(
            "In a session people talked about your case “%(title)s”. %(name)s proposes a lesson or a challenge that came out of it. You decide whether it becomes part of your case, and in which words.",
            title=case.title,
            name=actor.name,
        )
        return _("A proposal for %(title)s", title=case.title), (said, link)

    _tell(session, actor, case.writers, "proposals", words)


def send_reminders(app: Flask, today: dt.date) -> int:
    """Remind the writers of cases that should be looked at again, and return how many mails that made.

    For the running process and the command line: no request is needed. Without mail nothing is sent or noted, as the
    pages show what is overdue.
    """
    settings: Settings = app.extensions["kb:Settings"]
    if settings.mail_url is None:
        return 0
    with app.app_context():
        return reminders.remind(app.extensions["kb:Database"], _reminder, today)


def _reminder(session: Session, person: Person, case: Case) -> bool:
    settings = part(Settings)
    path = current_app.url_map.bind("").build("history.show", {"slug": case.slug})

    def words() -> tuple[str, tuple[str, ...]]:
        date = format_date(case.check_on, "d MMMM yyyy") if case.check_on else ""
        said = _(
            "You wanted to look at “%(title)s” again on %(date)s. Is it still right? Then set a new date. If not, write a new version.",
            title=case.title,
            date=date,
        )
        return _("Look again at %(title)s", title=case.title), (said, settings.base_url + path)

    return _tell(session, None, [person], "check-on", words) > 0


def _tell(
    session: Session, actor: Actor | None, people: Iterable[Person], notification: str, words: Words
) -> int:
    settings = part(Settings)
    if settings.mail_url is None:
        return 0
    sent = 0
    for person in {person.id: person for person in people}.values():
        if (actor and person.id == actor.id) or not wants(person, notification):
            continue
        with force_locale(person.language or settings.language):
            subject, paragraphs = words()
            hello = _("Dear %(name)s,", name=person.name)
            goodbye = _("You choose what you get mail about on your account page.")
        # An address that no mail can be sent to must not undo what was done.
        with suppress(Refusal):
            outbox.queue(session, person.email, subject, "\n\n".join((hello, *paragraphs, goodbye)) + "\n")
            sent += 1
    return sent


def _link(case: Case, page: str) -> str:
    return absolute(f"/cases/{case.slug}{page}")


def _title(case: Case) -> str:
    return str(working_content(case)["title"]).strip() or case.title
