"""The themes: adding, naming, ordering, retiring."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kb.accounts.actor import Role
from kb.accounts.door import actor, needs
from kb.admin.forms import Errors, ThemeForm, refused
from kb.admin.presenters import theme_rows
from kb.admin.views.base import blueprint, page, say, say_refused, see
from kb.admin.words import COLOURS
from kb.cases import queries
from kb.cases.models import Theme
from kb.cases.presenters import theme_card
from kb.cases.queries import vocabulary
from kb.cases.services import themes as services
from kb.cases.words import LANGUAGE_LABELS
from kb.config import LANGUAGES, Settings
from kb.core import Refusal
from kb.db import Database
from kb.web import part, session
from kb.web.language import page_language


@blueprint.get("/themes")
@needs(Role.ADMINISTRATOR)
def themes() -> ResponseReturnValue:
    """Show all themes in their order, with how much each is used."""
    rows = theme_rows(queries.themes(session()), vocabulary.theme_uses(session()), page_language())
    return page("themes", _("Themes"), room="themes", themes=rows)


@blueprint.get("/themes/new")
@needs(Role.ADMINISTRATOR)
def new_theme() -> ResponseReturnValue:
    """Show the form for a theme of one's own."""
    return _form_page(ThemeForm(), ())


@blueprint.post("/themes/new")
@needs(Role.ADMINISTRATOR)
def add_theme() -> ResponseReturnValue:
    """Add a theme."""
    form = ThemeForm.read(request.form)
    if errors := form.errors(part(Settings).language):
        return _form_page(form, errors)
    try:
        with part(Database).transaction() as writing:
            theme = services.add(writing, actor(), form.words, form.colour)
    except Refusal as error:
        return _form_page(form, refused(error))
    say(_("The theme %(name)s was added.", name=theme_card(theme, page_language()).name))
    return see("admin.themes")


@blueprint.get("/themes/<slug>")
@needs(Role.ADMINISTRATOR)
def theme(slug: str) -> ResponseReturnValue:
    """Show the form that changes a theme."""
    row = queries.theme_by_slug(session(), slug)
    return _form_page(ThemeForm.of(row), (), row)


@blueprint.post("/themes/<slug>")
@needs(Role.ADMINISTRATOR)
def change_theme(slug: str) -> ResponseReturnValue:
    """Change a theme's names, questions and colour."""
    row = queries.theme_by_slug(session(), slug)
    form = ThemeForm.read(request.form)
    if row.slug in services.FIELD_THEMES:
        form = ThemeForm(form.words)  # its colour is not asked for
    if errors := form.errors(part(Settings).language):
        return _form_page(form, errors, row)
    try:
        with part(Database).transaction() as writing:
            changing = queries.theme_by_slug(writing, slug)
            changed = services.change(writing, actor(), changing, form.words, form.colour)
    except Refusal as error:
        return _form_page(form, refused(error), row)
    say(_("The theme was changed.") if changed else _("Nothing was changed."))
    return see("admin.themes")


@blueprint.post("/themes/<slug>/<any(up, down, retire, 'take-up', delete):what>")
@needs(Role.ADMINISTRATOR)
def arrange_theme(slug: str, what: str) -> ResponseReturnValue:
    """Move a theme, retire it, take it up again, or delete it."""
    try:
        with part(Database).transaction() as writing:
            row = queries.theme_by_slug(writing, slug)
            name = theme_card(row, page_language()).name
            say(_arrange(writing, row, name, what))
    except Refusal as error:
        say_refused(error)
    return see("admin.themes")


def _arrange(writing: Session, row: Theme, name: str, what: str) -> str:
    """Do it, and return what was done."""
    if what in {"up", "down"}:
        moved = services.move(writing, actor(), row, up=what == "up")
        return _("%(name)s was moved.", name=name) if moved else _("Nothing was changed.")
    if what == "retire":
        services.retire(writing, actor(), row)
        return _("%(name)s is no longer offered. What carries it keeps it.", name=name)
    if what == "take-up":
        services.take_up(writing, actor(), row)
        return _("%(name)s is offered again.", name=name)
    services.delete(writing, actor(), row)
    return _("%(name)s was deleted.", name=name)


def _form_page(form: ThemeForm, errors: Errors, theme: Theme | None = None) -> ResponseReturnValue:
    card = theme_card(theme, page_language()) if theme else None
    main = part(Settings).language
    languages = (main, *(code for code in LANGUAGES if code != main))
    return page(
        "theme",
        _("Change %(name)s", name=card.name) if card else _("Add a theme"),
        room="themes",
        status=422 if errors else 200,
        wrong=bool(errors),
        form=form,
        errors=errors,
        theme=card,
        has_own_colour=theme is None or theme.slug not in services.FIELD_THEMES,
        languages=tuple((code, str(LANGUAGE_LABELS[code])) for code in languages),
        colours=tuple((name, str(label)) for name, label in COLOURS.items()),
    )
