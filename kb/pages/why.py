"""What a search says of itself: why a hit is there, and what it did with the question to find anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kb.pages.addresses import address
from kb.search.engine import Reason
from kb.search.results import Found, Hit


@dataclass(frozen=True)
class WhyView:
    """One line of why a hit is there: what kind of match it was, and the words."""

    label: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class NoteView:
    """Something to know of what was found, with a way on."""

    text: str
    link: str = ""
    url: str = ""


_WAYS: Final = ("title", "body", "parts", "spelling", "synonym", "like")
"""Kinds of match, the best first; a word is told of by the best."""
_LABELS: Final = {
    "title": _l("In the title"),
    "body": _l("In the text"),
    "parts": _l("Part of a word"),
    "spelling": _l("Spelled otherwise"),
    "synonym": _l("Means the same"),
    "like": _l("Looks like it"),
}
_LABELS_OF_KIND: Final = {
    ("title", "lesson"): _l("In the lesson"),
    ("body", "lesson"): _l("In the explanation or the case"),
    ("body", "case"): _l("In the story"),
}


def why(hit: Hit) -> tuple[WhyView, ...]:
    """Return why a hit is there: each word of the question once, by what matched best."""
    best: dict[str, tuple[int, str]] = {}
    for reason in hit.reasons:
        if reason.term is None or not reason.term.word:
            continue
        told = _WAYS.index(_way(reason)), reason.term.text
        best[reason.term.word] = min(told, best.get(reason.term.word, told))
    words: dict[int, dict[str, None]] = {}
    for way, text in best.values():
        words.setdefault(way, {})[text] = None
    return tuple(WhyView(_label(_WAYS[way], hit.kind), tuple(found)) for way, found in sorted(words.items()))


def _way(reason: Reason) -> str:
    how = reason.term.how if reason.term else "like"
    if how in {"spelling", "synonym", "like"}:
        return how
    if how == "part" or reason.field.endswith("parts"):
        return "parts"
    return reason.field


def _label(way: str, kind: str) -> str:
    return str(_LABELS_OF_KIND.get((way, kind)) or _LABELS[way])


def notes(found: Found, facet_label: Callable[[str], str]) -> Iterator[NoteView]:
    """Yield what readers must know of an answer: what was read otherwise, and what was let go of to find anything."""
    query, asked, meant = found.query, found.reading.asked, found.did_you_mean
    if meant is not None:
        yield NoteView(
            _(
                "Nobody here writes “%(typed)s”. We also searched for:",
                typed=" ".join(found.reading.corrected),
            ),
            meant,
            address(query.but(q=meant)),
        )
    if found.dropped:
        yield NoteView(_dropped(found, facet_label))
    if asked.only_stop_words:
        yield NoteView(_("These words are in almost every text. Add a word that says what it is about."))
    elif asked.cut:
        yield NoteView(_("Your question was very long. We searched with the first words."))
    if query.page > found.pages:
        yield NoteView(
            _("There are not that many pages. Go back to the first page."),
            _("To the first page"),
            address(query.but()),
        )


def _dropped(found: Found, facet_label: Callable[[str], str]) -> str:
    facets = [facet_label(name) for name in found.dropped if name in found.query.selected]
    said = []
    if "quotes" in found.dropped:
        said.append(
            _("No text has these words side by side. This is what we found when they may stand apart.")
        )
    if "letters" in found.dropped:
        said.append(_("No text has these words. This is what we found with words that look like them."))
    if facets:
        said.append(
            _(
                "With all your filters there is nothing. This is what we found without: %(facets)s.",
                facets=", ".join(facets),
            )
        )
    return " ".join(said)
