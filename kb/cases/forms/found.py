"""What was found in a Word file, to be looked at before anything of it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from kb.cases.cards import CasePage
from kb.cases.content import Content
from kb.cases.fields import FIELD_LABELS
from kb.cases.forms.parsing import json_of
from kb.cases.word_file import Placed

WHERE: Mapping[str, object] = {
    **FIELD_LABELS,
    "challenge": _l("Challenge"),
    "challenge.cause": _l("Cause of a challenge"),
    "challenge.approach": _l("Approach to a challenge"),
    "challenge.outcome": _l("Outcome of a challenge"),
    "challenge.status": _l("How a challenge stands"),
    "lesson": _l("Lesson"),
    "source": _l("Source"),
    "period": _l("Period"),
    "story": _l("The story"),
}
"""The parts of a case that texts of a Word file can go to."""


@dataclass(frozen=True)
class PlacedView:
    """A text of the file: the heading it stood under, the part of the case it went to, and how it begins."""

    heading: str
    where: str
    excerpt: str


@dataclass(frozen=True)
class FoundPage:
    """The page that shows it. `content` is what the case will begin with, `case` how readers would see it."""

    file: str
    title: str
    language: str
    placed: tuple[PlacedView, ...]
    left_out: tuple[str, ...]
    content: str
    case: CasePage
    wrong: str


def found_page(
    content: Content,
    case: CasePage,
    *,
    file: str = "",
    placed: Sequence[Placed] = (),
    left_out: Mapping[str, int] | None = None,
    wrong: str = "",
) -> FoundPage:
    """Return the page for what was found."""
    return FoundPage(
        file=file,
        title=content["title"],
        language=content["language"],
        placed=tuple(
            PlacedView(each.heading, str(WHERE.get(each.where, each.where)), each.excerpt) for each in placed
        ),
        left_out=tuple(_left_out(kind, number) for kind, number in (left_out or {}).items()),
        content=json_of(content),
        case=case,
        wrong=wrong,
    )


def _left_out(kind: str, number: int) -> str:
    """Return what could not come along, in words."""
    words = {
        "images": lambda: ngettext(
            "%(num)s picture: add it as an attachment", "%(num)s pictures: add them as attachments", number
        ),
        "comments": lambda: ngettext("%(num)s comment", "%(num)s comments", number),
        "deletions": lambda: ngettext("%(num)s deleted text", "%(num)s deleted texts", number),
        "headers": lambda: ngettext("%(num)s header or footer", "%(num)s headers and footers", number),
        "contents": lambda: ngettext(
            "%(num)s line of the table of contents", "%(num)s lines of the table of contents", number
        ),
        "links": lambda: ngettext("%(num)s link that is not safe", "%(num)s links that are not safe", number),
        "charts": lambda: ngettext("%(num)s chart", "%(num)s charts", number),
        "formulas": lambda: ngettext("%(num)s formula", "%(num)s formulas", number),
        "objects": lambda: ngettext("%(num)s embedded file", "%(num)s embedded files", number),
    }
    return words[kind]() if kind in words else _("%(num)s of another kind: %(kind)s", num=number, kind=kind)
