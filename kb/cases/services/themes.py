"""Managing themes: an organisation adds its own, names and orders them, and retires those it no longer asks about.

A theme's slug stands in addresses, files and drafts, so it never changes; its name may. A theme that anything carries, or
that a draft or a version names, can only be retired. Theme names are in what the search knows of cases and lessons, so
renaming one is a change of all that carry it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, Table, cast, exists, select
from sqlalchemy.orm import Session

from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.cases import policy
from kb.cases.format import slug_from
from kb.cases.models import (
    Case,
    Draft,
    Lesson,
    Revision,
    Theme,
    ThemeText,
    case_theme,
    challenge_theme,
    lesson_theme,
)
from kb.core import Conflict, Forbidden, Refusal
from kb.search import outbox

FIELD_THEMES = ("roles-partnership", "inclusion", "connecting", "organising")
"""The four themes of the field: they have colours and signs of their own and are never deleted."""
COLOURS = ("blue", "violet", "crimson", "orange", "olive", "green", "sea", "grey")
"""The colours of an organisation's own themes, as the style sheets name them (`t-blue` …)."""
LONGEST_NAME = 100
LONGEST_QUESTION = 300
MOST_THEMES = 40


class ThemeWords(NamedTuple):
    """A theme's name and question in one language; both empty where it was not translated."""

    name: str
    question: str


def add(session: Session, actor: Actor, words: Mapping[str, ThemeWords], colour: str) -> Theme:
    """Add a theme at the end, named in at least one language; its slug is made of its first name.

    Raises:
        Forbidden: the actor may not manage themes.
        Refusal: a word is missing, too long or taken, or there is no such colour.

    """
    check_right(actor)
    themes = _themes(session)
    if len(themes) >= MOST_THEMES:
        raise Refusal("There are %(count)s themes already. Retire or delete one first.", count=len(themes))
    told = _checked(words, themes)
    slug = _free_slug(next(iter(told.values())).name, {theme.slug for theme in themes})
    theme = Theme(
        slug=slug,
        position=max((theme.position for theme in themes), default=0) + 1,
        colour=_colour(colour),
        texts=[ThemeText(language=language, **text._asdict()) for language, text in told.items()],
    )
    session.add(theme)
    session.flush()
    log(session, actor, "theme.add", kind="theme", key=slug)
    return theme


def change(
    session: Session, actor: Actor, theme: Theme, words: Mapping[str, ThemeWords], colour: str
) -> bool:
    """Give a theme these names and questions, and this colour; return whether anything changed. Raises as `add` does."""
    check_right(actor)
    told = _checked(words, [other for other in _themes(session) if other is not theme])
    before = {text.language: ThemeWords(text.name, text.question) for text in theme.texts}
    colour = _colour(colour) if theme.slug not in FIELD_THEMES else theme.colour
    if told == before and colour == theme.colour:
        return False
    known = {text.language: text for text in theme.texts}
    theme.colour = colour
    theme.texts = [known.get(language) or ThemeText(language=language) for language in told]
    for text in theme.texts:
        text.name, text.question = told[text.language]
    names = {language: text.name for language, text in told.items()}
    if names != {language: text.name for language, text in before.items()}:
        outbox.record(session, _carrying(session, [theme.id]))
    log(session, actor, "theme.change", kind="theme", key=theme.slug)
    return True


def move(session: Session, actor: Actor, theme: Theme, *, up: bool) -> bool:
    """Move a theme one place up or down; return whether it moved."""
    check_right(actor)
    themes = _themes(session)
    at = themes.index(theme)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(themes):
        return False
    other = themes[to]
    themes[at], themes[to] = other, theme
    for position, row in enumerate(themes, start=1):
        row.position = position
    # What carries both is known to the search with their names in order.
    outbox.record(session, _carrying(session, [theme.id, other.id]))
    log(session, actor, "theme.move", kind="theme", key=theme.slug, detail="up" if up else "down")
    return True


def retire(session: Session, actor: Actor, theme: Theme) -> None:
    """Offer a theme no longer; what carries it keeps it. Raises Refusal for the last one that is offered."""
    check_right(actor)
    if theme.retired:
        return
    if not any(other is not theme and not other.retired for other in _themes(session)):
        raise Refusal("This is the last theme that is offered. Add another one first.")
    theme.retired = True
    log(session, actor, "theme.retire", kind="theme", key=theme.slug)


def take_up(session: Session, actor: Actor, theme: Theme) -> None:
    """Offer a retired theme again."""
    check_right(actor)
    if theme.retired:
        theme.retired = False
        log(session, actor, "theme.take-up", kind="theme", key=theme.slug)


def delete(session: Session, actor: Actor, theme: Theme) -> None:
    """Delete a theme of one's own that nothing ever carried.

    Raises:
        Forbidden: the actor may not manage themes.
        Conflict: the theme is one of the field's, or it is in use.

    """
    check_right(actor)
    if theme.slug in FIELD_THEMES:
        raise Conflict("This is one of the four themes of the field. You can retire it, not delete it.")
    used = _is_carried(session, theme.id) or _is_written(session, theme.slug)
    if used:
        raise Conflict("This theme is in use, so it can't be deleted. You can retire it.")
    session.delete(theme)
    session.flush()
    log(session, actor, "theme.delete", kind="theme", key=theme.slug)


def check_right(actor: Actor) -> None:
    """Do nothing when the actor may manage themes and tags. Raises Forbidden."""
    if not (actor.sudo or policy.may_manage(actor)):
        raise Forbidden("Only an administrator can change themes and keywords.")


def one_line(text: str) -> str:
    """Return a name as one line, without signs that nobody sees and single spaces between its words."""
    seen = "".join(sign for sign in text if sign.isspace() or unicodedata.category(sign)[0] != "C")
    return " ".join(seen.split())


def _themes(session: Session) -> list[Theme]:
    return list(session.scalars(select(Theme).order_by(Theme.position, Theme.id)))


def _colour(colour: str) -> str:
    if colour not in COLOURS:
        raise Refusal("Choose one of the colours.")
    return colour


def _checked(words: Mapping[str, ThemeWords], others: list[Theme]) -> dict[str, ThemeWords]:
    told = {
        language: ThemeWords(one_line(text.name), one_line(text.question))
        for language, text in words.items()
        if one_line(text.name) or one_line(text.question)
    }
    if not told:
        raise Refusal("Give the theme a name and a question in at least one language.")
    taken = {(text.language, text.name.casefold()) for theme in others for text in theme.texts}
    for language, text in told.items():
        if not text.name or not text.question:
            raise Refusal("Give the theme both a name and a question in each language that you fill in.")
        if len(text.name) > LONGEST_NAME or len(text.question) > LONGEST_QUESTION:
            raise Refusal("A theme's name has at most 100 characters, its question at most 300.")
        if (language, text.name.casefold()) in taken:
            raise Refusal("There is another theme with the name %(name)s.", name=text.name)
    return told


def _free_slug(name: str, taken: set[str]) -> str:
    base = slug_from(name)[:74].strip("-")
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _carrying(session: Session, themes: Collection[int]) -> list[tuple[str, str]]:
    """Return what the search knows that carries all of these themes, as (kind, key) pairs."""
    cases = select(Case.slug).where(*(_carries(case_theme, Case.id, theme) for theme in themes))
    lessons = select(Lesson.id).where(*(_carries(lesson_theme, Lesson.id, theme) for theme in themes))
    return [
        *(("case", slug) for slug in session.scalars(cases)),
        *(("lesson", str(lesson)) for lesson in session.scalars(lessons)),
    ]


def _carries(table: Table, owner: object, theme: int) -> ColumnElement[bool]:
    mine = next(column for column in table.c if column.name != "theme_id")
    return exists().where(mine == owner, table.c.theme_id == theme)


def _is_carried(session: Session, theme: int) -> bool:
    carried = (
        exists().where(table.c.theme_id == theme) for table in (case_theme, challenge_theme, lesson_theme)
    )
    return any(session.scalar(select(one)) for one in carried)


def _is_written(session: Session, slug: str) -> bool:
    """Tell whether a draft or a version names a theme: taking it up again would need it."""
    word = f'"{slug}"'
    named = (
        exists().where(cast(column, String).contains(word, autoescape=True))
        for column in (Draft.content, Revision.record)
    )
    return any(session.scalar(select(one)) for one in named)
