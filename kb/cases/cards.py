"""What pages show of cases: frozen values, all that templates and the API ever get.

Each says in which language its texts are, as they may differ from the page's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from markupsafe import Markup

from kb.cases.words import Choice


@dataclass(frozen=True)
class ThemeCard:
    """A theme with how many lessons and cases carry it; `css` and `icon` give its colour and sign."""

    slug: str
    name: str
    question: str
    language: str
    css: str
    icon: str
    url: str
    lessons: int
    cases: int
    retired: bool = False


@dataclass(frozen=True)
class CaseCard:
    """A case in a list. `title_marked` and `snippet` are there when a search matched in them.

    `language` is that of the title as shown; what is never translated is in the language `written_in`.
    """

    slug: str
    url: str
    title: str
    title_marked: Markup | None
    summary: str
    summary_language: str
    snippet: Markup | None
    snippet_language: str
    language: str
    written_in: str
    themes: tuple[ThemeCard, ...]
    place: str
    municipality: str
    province: str
    country: str
    period: str
    lesson_count: int


@dataclass(frozen=True)
class CaseLink:
    """The case that something is of. What is never translated is in the language `written_in`."""

    slug: str
    url: str
    title: str
    language: str
    written_in: str
    period: str


@dataclass(frozen=True)
class LessonCard:
    """A lesson in a list. `statement_marked` and `snippet` are there when a search matched in them."""

    id: int
    url: str
    statement: str
    statement_marked: Markup | None
    snippet: Markup | None
    snippet_language: str
    language: str
    themes: tuple[ThemeCard, ...]
    perspectives: tuple[Choice, ...]
    origin: Choice
    case: CaseLink
    challenge_title: str | None
    status: Choice | None
    recognised: int = 0
    applied: int = 0


@dataclass(frozen=True)
class ChallengeView:
    """A challenge as a chain: cause, approach, outcome; what the sources don't tell is empty."""

    key: str
    anchor: str
    title: str
    cause: Markup
    approach: Markup
    outcome: Markup
    status: Choice | None
    themes: tuple[ThemeCard, ...]
    lessons: tuple[LessonCard, ...]


@dataclass(frozen=True)
class TimelineView:
    """An entry of the timeline: its date for machines, for people, and what happened."""

    iso: str
    when: str
    what: str


@dataclass(frozen=True)
class SourceView:
    """A source; `url` is None when it is not on the web."""

    title: str
    url: str | None
    publisher: str
    accessed: str
    accessed_iso: str


@dataclass(frozen=True)
class PartnerView:
    """An organisation that took part."""

    name: str
    url: str | None


@dataclass(frozen=True)
class TagView:
    """A tag, with the address of the cases that carry it."""

    name: str
    kind: str
    url: str


@dataclass(frozen=True)
class AttachmentView:
    """A file of a case. `size` is as people say it; width and height are there of pictures only."""

    key: str
    url: str
    name: str
    title: str
    maker: str
    licence: str
    alt: str
    size: str
    image: bool
    width: int | None
    height: int | None


@dataclass(frozen=True)
class CasePage:
    """All that the page of a case shows."""

    card: CaseCard
    story: Markup
    story_language: str
    challenges: tuple[ChallengeView, ...]
    lessons: tuple[LessonCard, ...]
    loose_lessons: tuple[LessonCard, ...]
    timeline: tuple[TimelineView, ...]
    sources: tuple[SourceView, ...]
    attachments: tuple[AttachmentView, ...]
    names_removed_at: dt.datetime | None
    history_url: str
    partners: tuple[PartnerView, ...]
    participants: tuple[Choice, ...]
    tags: tuple[TagView, ...]
    authors: tuple[str, ...]
    licence: str
    licence_url: str | None
    published: dt.datetime | None
    updated: dt.datetime
    languages: tuple[str, ...]
    similar: tuple[CaseCard, ...]


@dataclass(frozen=True)
class RecognitionView:
    """What somebody says of a lesson in his own practice; who he is, is not said. `mine`: the reader said it himself.

    What was said in a session has the name of that session and its address.
    """

    kind: str
    place: str
    line: str
    url: str
    mine: bool
    session: str = ""
    session_url: str = ""


@dataclass(frozen=True)
class LessonPage:
    """All that the page of a lesson shows."""

    card: LessonCard
    case: CaseCard
    explanation: Markup
    explanation_language: str
    challenge: ChallengeView | None
    siblings: tuple[LessonCard, ...]
    sources: tuple[SourceView, ...]
    authors: tuple[str, ...]
    published: dt.datetime | None
