"""What lists show of sessions: frozen values, made by the presenters."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class LinkView:
    """Something with a name and, perhaps, an address; `note` and `more` say more of it."""

    label: str
    url: str
    note: str = ""
    language: str = ""
    more: str = ""


@dataclass(frozen=True)
class EventCard:
    """A session in a list. `series` and `cases` are names; `status` is the word of the vocabulary, `status_label` ours.

    `title_marked` and `snippet` are there when a search matched in them.
    """

    slug: str
    url: str
    title: str
    language: str
    when: str
    starts_iso: str
    place: str
    status: str
    status_label: str
    cancelled: bool
    series: str
    cases: tuple[str, ...]
    introduction: str
    title_marked: Markup | None = None
    snippet: Markup | None = None
