"""The mails to who signed up for a session, in the language in which they did, each with the link by which they cancel.

They are queued in the transaction of what they tell of. Where no mail is set up nothing is queued: the page says what
matters, and the lead sees everybody on the list.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from flask import Flask, current_app, has_request_context
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from kb.config import Settings
from kb.core import NotFound, Refusal
from kb.events import signup_queries
from kb.events.models import Event, Signup, SignupState
from kb.events.services import registering
from kb.events.when import when_words
from kb.mail import outbox
from kb.web import part
from kb.web.meta import absolute

_SALT = "signup"
LETTERS = {
    "in": (_l("You are in: %(title)s"), _l("There is a place for you at this session.")),
    "waiting": (
        _l("On the waiting list: %(title)s"),
        _l("The session is full, and you are on the waiting list. When a place becomes free you get a mail."),
    ),
    "again": (
        _l("You had signed up already: %(title)s"),
        _l(
            "Somebody signed up with your address for a session that you had signed up for already. Nothing was changed."
        ),
    ),
    "moved-up": (
        _l("A place for you after all: %(title)s"),
        _l("You were on the waiting list. A place has become free, and it is yours."),
    ),
    "off": (_l("Cancelled: %(title)s"), _l("This session does not take place.")),
    "on": (
        _l("Takes place after all: %(title)s"),
        _l("This session was cancelled, but takes place after all."),
    ),
    "reminder": (_l("Tomorrow: %(title)s"), _l("You signed up for a session that is soon.")),
}
"""The subject and the first sentence of each mail."""


def cancel_token(row: Signup) -> str:
    """Return what stands in the link by which somebody cancels: made of the row with the site's key, and kept nowhere."""
    return str(_seal().dumps([row.id, row.nonce]))


def by_token(session: Session, token: str) -> Signup:
    """Return whose link this is. Raises NotFound for one that is not ours, or that no longer stands for anybody."""
    try:
        number, nonce = _seal().loads(token)
    except (BadSignature, ValueError, TypeError):
        raise NotFound("a link to cancel") from None
    row = signup_queries.signup(session, number) if isinstance(number, int) else None
    if row is None or row.nonce != nonce or row.emptied_at is not None:
        raise NotFound("a link to cancel")
    return row


def entered(session: Session, row: Signup, *, new: bool) -> None:
    """Tell somebody that he is in, that he waits, or that he had signed up already."""
    if not new:
        _tell(session, row, "again")
    elif row.state is SignupState.IN:
        _tell(session, row, "in")
    else:
        _tell(session, row, "waiting")


def moved_up(session: Session, rows: Iterable[Signup]) -> None:
    """Tell those who got a place after all."""
    for row in rows:
        _tell(session, row, "moved-up")


def called_off(session: Session, event: Event) -> None:
    """Tell everybody who is in or waits that the session is cancelled, or takes place after all."""
    for row in signup_queries.signups(session, event):
        if row.emptied_at is None:
            _tell(session, row, "off" if event.cancelled else "on")


def send_reminders(app: Flask) -> int:
    """Remind who is in of the sessions of tomorrow; return how many mails that made. No request is needed."""
    settings: Settings = app.extensions["kb:Settings"]
    if settings.mail_url is None:
        return 0
    with app.app_context():
        return registering.remind(
            app.extensions["kb:Database"], lambda session, row: _tell(session, row, "reminder")
        )


def _tell(session: Session, row: Signup, what: str) -> None:
    settings = part(Settings)
    if settings.mail_url is None:
        return
    event = row.event
    with force_locale(row.language or settings.language):
        subject, said = (str(text) for text in LETTERS[what])
        when = when_words(event, row.language)
        lines = [_("Dear %(name)s,", name=row.name), said, f"{when}\n{event.place}".strip()]
        if event.online_url and row.state is SignupState.IN:
            lines.append(event.online_url)
        lines.append(_address(settings, "events.show", slug=event.slug))
        if what != "off":
            link = _address(settings, "registration.cancel", token=cancel_token(row))
            lines.append(
                _("Can't you come after all? Then let us know with this link, so that somebody else can:")
            )
            lines.append(link)
    # An address that no mail can be sent to must not undo what was done.
    with suppress(Refusal):
        outbox.queue(session, row.email, subject % {"title": event.title}, "\n\n".join(lines) + "\n")


def _address(settings: Settings, endpoint: str, **values: str) -> str:
    """Return the full address of a page, also where there is no request to know the host from."""
    path = current_app.url_map.bind("").build(endpoint, values)
    return absolute(path) if has_request_context() else settings.base_url + path


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(part(Settings).secret_key, salt=_SALT)
