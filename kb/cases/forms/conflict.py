"""Two people saved the same draft: what both made of it as one text, and a choice wherever both changed the same field.

The page holds the joined content and, of each such field, both texts; so it can be sent without JavaScript, and nobody's
text is lost while somebody else saves once more. Where nobody chose, both texts stay, one under the other.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from wtforms import Form

from kb.cases.compare import Both, MergeView
from kb.cases.compare.records import VALUES
from kb.cases.content import ROW_LISTS, ROWS, TEXTS, Content
from kb.cases.fields import FieldWords
from kb.cases.forms.case import case_form, row_form
from kb.cases.forms.parsing import Known, content_from_json, json_of
from kb.cases.services.drafts import Outdated

MOST_CHOICES = 5000


@dataclass(frozen=True)
class ChoiceView:
    """A field that both changed. `kind` is text, value (no third way but the two) or row (which stays or goes)."""

    at: int
    path: str
    both: Both
    kind: str
    together: str


@dataclass(frozen=True)
class ConflictPage:
    """The page on which somebody chooses. `by` saved meanwhile; `mine` and `theirs` count what needs no choice."""

    slug: str
    title: str
    by: str
    language: str
    merged: str
    base: str
    version: int
    choices: tuple[ChoiceView, ...]
    words: FieldWords
    mine: int
    theirs: int


def conflict_page(
    slug: str, outdated: Outdated, view: MergeView, themes: list[tuple[str, str]]
) -> ConflictPage:
    """Return the page for a draft that somebody else saved, and what the two texts are together."""
    return ConflictPage(
        slug=slug,
        title=view.content["title"].strip() or slug,
        by=outdated.by,
        language=view.content["language"],
        merged=json_of(view.content),
        base=json_of(outdated.content),
        version=outdated.version,
        choices=tuple(_choice(at, both) for at, both in enumerate(view.both)),
        words=FieldWords(_values(view.content, themes)),
        mine=len(view.mine),
        theirs=len(view.theirs),
    )


def joined(sent: Mapping[str, str], standing: Content, known: Known) -> Content:
    """Return the joined content that the page held, with what somebody chose. Raises Refusal when it can't be read."""
    content = content_from_json(sent.get("merged", ""), standing, known)
    gone: set[tuple[str, int]] = set()
    for at in range(MOST_CHOICES):
        if f"path-{at}" not in sent:
            break
        path = _path(sent[f"path-{at}"], content)
        pick = sent.get(f"pick-{at}", "")
        if len(path) == 2 and pick == "away":  # noqa: PLR2004 - a list and the place of a row
            gone.add(path)
        elif path and len(path) != 2 and pick != "mine":  # noqa: PLR2004 - as above
            place = content if len(path) == 1 else content[path[0]][path[1]]
            text = sent.get(f"theirs-{at}" if pick == "theirs" else f"own-{at}")
            place[path[-1]] = place[path[-1]] if text is None else text
    for name in {name for name, _at in gone}:
        content[name] = [row for at, row in enumerate(content[name]) if (name, at) not in gone]
    return content_from_json(json_of(content), standing, known)


def _choice(at: int, both: Both) -> ChoiceView:
    kind = "row" if len(both.path) == 2 else "value" if both.path[-1] in VALUES else "text"  # noqa: PLR2004 - a list and a place
    together = "\n\n".join(text for text in (both.mine, both.theirs) if text.strip())
    return ChoiceView(at, json.dumps(both.path), both, kind, together)


def _path(text: str, content: Content) -> Any:
    """Return the path of a text or a row of the content; nothing when it leads to none."""
    try:
        path = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    match path:
        case [str(name)] if name in TEXTS:
            return (name,)
        case [str(name), int(at)] if _has(content, name, at):
            return (name, at)
        case [str(name), int(at), str(field)] if _has(content, name, at) and field in _texts(name):
            return (name, at, field)
    return ()


def _texts(name: str) -> Collection[str]:
    return {field for field in ROWS[name] if field != "key" and field not in ROW_LISTS}


def _has(content: Content, name: str, at: int) -> bool:
    return name in ROWS and 0 <= at < len(content[name])


def _values(content: Content, themes: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """Return how the values of fields with a list of words are called."""
    challenges = [(row["key"], row["title"]) for row in content["challenges"]]
    forms: list[Form] = [case_form(content, themes)]
    forms += [
        row_form(name, 0, content[name][0], themes, challenges)
        for name in ("challenges", "lessons")
        if content[name]
    ]
    return {
        field.short_name: {str(value): str(label) for value, label in getattr(field, "choices", None) or ()}
        for form in forms
        for field in form
    }
