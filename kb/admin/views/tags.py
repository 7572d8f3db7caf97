"""The keywords: renaming, merging, changing their kind."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from kb.accounts.actor import Role
from kb.accounts.door import actor, needs
from kb.admin.forms import Errors, TagForm, refused
from kb.admin.presenters import tag_row
from kb.admin.views.base import LAST_ID, asked, blueprint, page, paging, say, say_refused, see
from kb.cases.models import TagKind
from kb.cases.queries import vocabulary
from kb.cases.services import tags as services
from kb.cases.words import choice
from kb.core import Refusal
from kb.db import Database
from kb.web import part, session

CANDIDATES = 30
TAG = f"/tags/<int(max={LAST_ID}):number>"


@blueprint.get("/tags")
@needs(Role.ADMINISTRATOR)
def tags() -> ResponseReturnValue:
    """Show all keywords by name, with how many cases carry each."""
    q, kind = asked("q"), asked("kind")
    kind = kind if kind in list(TagKind) else ""
    at = paging()
    total, rows = vocabulary.tags(
        session(), q=q, kind=TagKind(kind) if kind else None, offset=at.offset, limit=at.per_page
    )
    return page(
        "tags",
        _("Keywords"),
        room="tags",
        tags=tuple(tag_row(row) for row in rows),
        total=total,
        q=q,
        kind=kind,
        kinds=_kinds(),
        pager=at.view(total, url_for("admin.tags"), [("q", q), ("kind", kind)]),
    )


@blueprint.get(TAG)
@needs(Role.ADMINISTRATOR)
def tag(number: int) -> ResponseReturnValue:
    """Show a keyword, with those that it can be merged with."""
    row = vocabulary.tag_use(session(), number)
    return _tag_page(number, TagForm(row.name, row.kind.value), ())


@blueprint.post(TAG)
@needs(Role.ADMINISTRATOR)
def change_tag(number: int) -> ResponseReturnValue:
    """Rename a keyword, or change its kind, in all cases at once."""
    form = TagForm.read(request.form)
    if errors := form.errors():
        return _tag_page(number, form, errors)
    try:
        with part(Database).transaction() as writing:
            row = services.tag_by_id(writing, number)
            changed = services.change(writing, actor(), row, form.name, TagKind(form.kind))
    except services.Taken as error:
        other = url_for("admin.merge_tags", number=number, into=error.other)
        return _tag_page(number, form, refused(error, "name"), merge_url=other)
    except Refusal as error:
        return _tag_page(number, form, refused(error, "name"))
    say(_("The keyword was changed.") if changed else _("Nothing was changed."))
    return see("admin.tag", number=number)


@blueprint.post(f"{TAG}/delete")
@needs(Role.ADMINISTRATOR)
def delete_tag(number: int) -> ResponseReturnValue:
    """Delete a keyword that no case carries."""
    try:
        with part(Database).transaction() as writing:
            services.delete(writing, actor(), services.tag_by_id(writing, number))
    except Refusal as error:
        say_refused(error)
        return see("admin.tag", number=number)
    say(_("The keyword was deleted."))
    return see("admin.tags")


@blueprint.get(f"{TAG}/merge/<int(max={LAST_ID}):into>")
@needs(Role.ADMINISTRATOR)
def merge_tags(number: int, into: int) -> ResponseReturnValue:
    """Show what merging two keywords would change, and ask for a yes."""
    row, other = vocabulary.tag_use(session(), number), vocabulary.tag_use(session(), into)
    drafts = services.draft_use(session(), row.name, row.kind)
    return page(
        "merge",
        _("Merge %(name)s into %(other)s", name=row.name, other=other.name),
        room="tags",
        tag=tag_row(row),
        other=tag_row(other),
        is_same=number == into,
        shared=vocabulary.shared_cases(session(), number, into),
        drafts_open=drafts.open,
        drafts_submitted=drafts.submitted,
    )


@blueprint.post(f"{TAG}/merge/<int(max={LAST_ID}):into>")
@needs(Role.ADMINISTRATOR)
def do_merge_tags(number: int, into: int) -> ResponseReturnValue:
    """Merge two keywords."""
    try:
        with part(Database).transaction() as writing:
            row, other = services.tag_by_id(writing, number), services.tag_by_id(writing, into)
            name, kept = row.name, other.name
            cases = services.merge(writing, actor(), row, other)
    except Refusal as error:
        say_refused(error)
        return see("admin.tag", number=number)
    say(
        ngettext(
            "%(name)s became %(kept)s in %(num)s case.",
            "%(name)s became %(kept)s in %(num)s cases.",
            cases,
            name=name,
            kept=kept,
        )
    )
    return see("admin.tag", number=into)


def _tag_page(number: int, form: TagForm, errors: Errors, *, merge_url: str = "") -> ResponseReturnValue:
    row = vocabulary.tag_use(session(), number)
    q = asked("q") or _beginning(row.name)
    total, others = vocabulary.tags(session(), q=q, limit=CANDIDATES + 1)
    others = [other for other in others if other.id != number][:CANDIDATES]
    return page(
        "tag",
        _("Keyword %(name)s", name=row.name),
        room="tags",
        status=422 if errors else 200,
        wrong=bool(errors),
        tag=tag_row(row),
        form=form,
        errors=errors,
        kinds=_kinds(),
        merge_url=merge_url,
        q=q,
        others=tuple(tag_row(other, number) for other in others),
        more=total > len(others) + 1,
    )


def _beginning(name: str) -> str:
    """Return what the names of keywords that mean the same probably share."""
    return name.split(maxsplit=1)[0][:4]


def _kinds() -> tuple[tuple[str, str], ...]:
    return tuple((kind.value, choice(kind).label) for kind in TagKind)
