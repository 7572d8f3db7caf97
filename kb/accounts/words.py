"""Accounts in words: what roles and notifications are called, where somebody signed in, and the mails that are sent."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from kb.accounts.actor import Role
from kb.accounts.devices import browser_and_system
from kb.accounts.models import LinkPurpose, Person
from kb.config import LANGUAGES, Settings
from kb.mail import outbox

ROLES = {
    Role.AUTHOR: (_l("Author"), _l("begins cases and writes on those")),
    Role.SESSION_LEAD: (_l("Session lead"), _l("prepares and leads sessions")),
    Role.EDITOR: (_l("Editor"), _l("sees, reviews and publishes the cases of others")),
    Role.ADMINISTRATOR: (_l("Administrator"), _l("does all that, and manages people, themes and keywords")),
}
NOTIFICATIONS = {
    "review": _l("Somebody asks me to review a case"),
    "remarks": _l("There are remarks on a case of mine"),
    "outcome": _l("A case of mine was returned or published"),
    "check-on": _l("It is time to check a case of mine again"),
    "proposals": _l("A session proposes something for a case of mine"),
}


def role_choices() -> tuple[tuple[str, str, str], ...]:
    """Return (value, name, what it may do) of each role."""
    return tuple((role.value, str(name), str(what)) for role, (name, what) in ROLES.items())


def role_names(roles: list[str]) -> tuple[str, ...]:
    """Return the names of somebody's roles."""
    return tuple(str(ROLES[Role(role)][0]) for role in roles)


def notification_choices() -> tuple[tuple[str, str], ...]:
    """Return (value, sentence) of each thing somebody can be written about."""
    return tuple((name, str(sentence)) for name, sentence in NOTIFICATIONS.items())


def language_choices() -> tuple[tuple[str, str], ...]:
    """Return (code, own name) of each language."""
    return tuple(LANGUAGES.items())


def device_words(device: str) -> str:
    """Return where somebody signed in: "Firefox on Windows"."""
    browser, system = browser_and_system(device)
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("A browser we don't know")


def send_link(
    session: Session, settings: Settings, person: Person, purpose: LinkPurpose, url: str, *, by: str = ""
) -> bool:
    """Have somebody mailed his link; False when no mail is set up, so that the link must be shown to who made it.

    `by` is the name of who invites him. The mail is in the person's own language, else in the site's.
    """
    if settings.mail_url is None:
        return False
    with force_locale(person.language or settings.language):
        subject, text = _letter(settings.site_name, person, purpose, url, by)
    outbox.queue(session, person.email, subject, text)
    return True


def send_changed(session: Session, settings: Settings, person: Person) -> None:
    """Have somebody told that his password was changed, in case it was not he who did it."""
    if settings.mail_url is None:
        return
    site = settings.site_name
    with force_locale(person.language or settings.language):
        subject = _("Your password for %(site)s was changed", site=site)
        text = _paragraphs(
            _hello(person),
            _("Your password for %(site)s was changed just now. Was that you? Then all is well.", site=site),
            _(
                "Was it not you? Ask for a new password on the sign-in page at once, and tell the administrator."
            ),
            _greeting(site),
        )
    outbox.queue(session, person.email, subject, text)


def _letter(site: str, person: Person, purpose: LinkPurpose, url: str, by: str) -> tuple[str, str]:
    if purpose is LinkPurpose.INVITATION:
        who = (
            _("%(name)s invites you to %(site)s.", name=by, site=site)
            if by
            else _("You are invited to %(site)s.", site=site)
        )
        return _("Your invitation to %(site)s", site=site), _paragraphs(
            _hello(person),
            who
            + " "
            + _(
                "There you find what others learned in their neighbourhood or village, and you can add to it."
            ),
            _("Choose a password on this page, and you are in:"),
            url,
            _("The link works once, for seven days."),
            _greeting(site),
        )
    return _("A new password for %(site)s", site=site), _paragraphs(
        _hello(person),
        _("A new password was asked for your account at %(site)s. You choose it on this page:", site=site),
        url,
        _("The link works once, for an hour. Until you use it, your old password stays."),
        _("Did you not ask for this? Then you need not do anything."),
        _greeting(site),
    )


def _hello(person: Person) -> str:
    return _("Hello %(name)s,", name=person.name) if person.name else _("Hello,")


def _greeting(site: str) -> str:
    return _("Kind regards,") + "\n" + site


def _paragraphs(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"
