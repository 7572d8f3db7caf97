"""The log of what was done by whom."""

from __future__ import annotations

from flask import Response, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kb.accounts.actor import Role
from kb.accounts.door import actor, needs
from kb.admin import queries
from kb.admin.paging import with_parameters
from kb.admin.presenters import log_row, name_of
from kb.admin.queries import LogFilter
from kb.admin.views.base import asked, blueprint, page, paging
from kb.admin.words import thing, verb
from kb.spreadsheet import csv_text
from kb.web import limits, session
from kb.web.language import page_language

MOST_EXPORTED = 20_000
"""Lines of one export, the newest; narrower filters give the rest."""
LONGEST_NUMBER = 18


@blueprint.get("/log")
@needs(Role.ADMINISTRATOR)
def log() -> ResponseReturnValue:
    """Show what was done, the newest first."""
    wanted, at = _wanted(), paging()
    total, entries = queries.log_entries(session(), wanted, offset=at.offset, limit=at.per_page)
    names = queries.log_names(session(), entries)
    verbs, kinds = queries.log_words(session())
    parameters = _parameters(wanted)
    return page(
        "log",
        _("What was done"),
        room="log",
        lines=tuple(log_row(entry, names, page_language()) for entry in entries),
        total=total,
        by="" if wanted.by is None else str(wanted.by),
        did=wanted.did,
        kind=wanted.kind,
        key=wanted.key,
        people=(*_log_people(), ("0", _("The program"))),
        verbs=tuple(sorted(((did, verb(did)) for did in verbs), key=lambda pair: pair[1].casefold())),
        kinds=tuple((kind, thing(kind)) for kind in kinds),
        export_url=with_parameters(url_for("admin.export_log"), parameters),
        pager=at.view(total, url_for("admin.log"), parameters),
    )


@blueprint.get("/log.csv")
@needs(Role.ADMINISTRATOR)
def export_log() -> Response:
    """Return the same lines for a spreadsheet."""
    limits.count("export", str(actor().id))
    _total, entries = queries.log_entries(session(), _wanted(), limit=MOST_EXPORTED)
    text = csv_text(
        ("at", "by_id", "by", "did", "kind", "key", "detail"),
        (
            (
                entry.at.isoformat(timespec="seconds"),
                str(entry.by_id or ""),
                name_of(entry.by) if entry.by else "",
                entry.did,
                entry.kind,
                entry.key,
                entry.detail,
            )
            for entry in entries
        ),
    )
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="log.csv"',
        "Cache-Control": "no-store",
    }
    return make_response(text, 200, headers)


def _wanted() -> LogFilter:
    by = request.args.get("by", "")
    is_number = by.isascii() and by.isdigit() and len(by) <= LONGEST_NUMBER
    return LogFilter(int(by) if is_number else None, asked("did"), asked("kind"), asked("key"))


def _parameters(wanted: LogFilter) -> list[tuple[str, str]]:
    by = "" if wanted.by is None else str(wanted.by)
    return [("by", by), ("did", wanted.did), ("kind", wanted.kind), ("key", wanted.key)]


def _log_people() -> tuple[tuple[str, str], ...]:
    return tuple((str(person.id), name_of(person)) for person in queries.log_people(session()))
