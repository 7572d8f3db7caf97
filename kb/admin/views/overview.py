"""How things stand, each with its next step."""

from __future__ import annotations

import datetime as dt
import shutil
import time

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from kb.accounts.actor import Role
from kb.accounts.door import actor, needs
from kb.accounts.log import log as write_log
from kb.admin import queries
from kb.admin.cards import Overview
from kb.admin.paging import with_parameters
from kb.admin.presenters import days_since, letter_row, size
from kb.admin.queries import PersonState
from kb.admin.views.base import blueprint, page, say, see
from kb.admin.words import STATES
from kb.cases import queries as case_queries
from kb.config import Settings
from kb.core import DataError, now
from kb.db import Database
from kb.mail import outbox
from kb.search.services import Search
from kb.web import part, session
from kb.web.pieces import TabView

CHECK_S = 20.0
"""How long comparing the index with the database may keep somebody waiting."""
SHOWN_LETTERS = 20


class TooLongError(Exception):
    """Comparing took more time than a page may."""


@blueprint.get("/")
@needs(Role.ADMINISTRATOR)
def overview() -> ResponseReturnValue:
    """Show people, review, index, mail and files in numbers."""
    return page("overview", _("Administration"), room="overview", stand=_stand())


@blueprint.post("/search/check")
@needs(Role.ADMINISTRATOR)
def check_index() -> ResponseReturnValue:
    """Compare the index with the database, and say whether they agree."""
    until = time.monotonic() + CHECK_S
    compared = 0

    def progress(count: int) -> None:
        nonlocal compared
        compared += count
        if time.monotonic() > until:
            raise TooLongError

    search = part(Search)
    try:
        search.sync()
        found = search.check(progress)
    except TooLongError:
        say(
            _(
                "Comparing takes too long for a page; %(number)s texts were compared so far. Run `kb search check` on the server.",
                number=compared,
            ),
            "warning",
        )
    except DataError:
        say(_("The search index can't be used now. Run `kb search rebuild` on the server."), "error")
    else:
        wrong = len(found.missing) + len(found.stale) + len(found.ghosts)
        if wrong:
            say(
                ngettext(
                    "The index differs from the database in %(num)s place. Run `kb search rebuild` on the server.",
                    "The index differs from the database in %(num)s places. Run `kb search rebuild` on the server.",
                    wrong,
                ),
                "warning",
            )
        else:
            say(_("The index agrees with the database: %(number)s texts compared.", number=compared))
    return see("admin.overview")


@blueprint.post("/mail/forget")
@needs(Role.ADMINISTRATOR)
def forget_mail() -> ResponseReturnValue:
    """Delete the mails that were given up, as far as the page showed them."""
    try:
        until = dt.datetime.fromisoformat(request.form.get("until", ""))
    except ValueError:
        until = None
    if until is not None and until.tzinfo is not None:
        with part(Database).transaction() as writing:
            outbox.forget_failed(writing, until)
            write_log(writing, actor(), "mail.forget", kind="mail")
        say(_("The mail that could not be sent was deleted."))
    return see("admin.overview")


def _stand() -> Overview:
    moment, settings = now(), part(Settings)
    people = queries.people_numbers(session())
    review = queries.review_numbers(session(), moment.date())
    counts = case_queries.counts(session())
    waiting, failed = outbox.waiting(session()), outbox.failed(session())
    known = queries.people_by_address(session(), [letter.to_address for letter in failed[:SHOWN_LETTERS]])
    files, taken = queries.upload_numbers(session())
    return Overview(
        people=tuple(_people_tab(state, count) for state, count in people.items()),
        waiting=review.waiting,
        waiting_days=days_since(review.oldest, moment) if review.oldest else 0,
        returned=review.returned,
        overdue=review.overdue,
        lessons=counts.lessons,
        cases=counts.cases,
        index_ready=_is_index_ready(),
        index_waiting=part(Search).waiting(session()),
        mail_set_up=settings.mail_url is not None,
        mail_waiting=len(waiting),
        mail_problem=next((letter.last_error for letter in waiting if letter.last_error), ""),
        mail_failed=tuple(letter_row(letter, known) for letter in failed[:SHOWN_LETTERS]),
        mail_failed_count=len(failed),
        mail_until=failed[0].failed_at.isoformat() if failed and failed[0].failed_at else "",
        files=files,
        files_size=size(taken),
        disk_free=size(shutil.disk_usage(settings.data).free),
    )


def _people_tab(state: PersonState, count: int) -> TabView:
    url = with_parameters(url_for("admin.people"), [("state", state.value)])
    return TabView(str(STATES[state]), count, url, current=False)


def _is_index_ready() -> bool:
    try:
        part(Search).engine.ready()
    except DataError:
        return False
    return True
