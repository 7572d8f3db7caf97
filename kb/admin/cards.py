"""What the administrator's pages show: frozen values, all that their templates get."""

from __future__ import annotations

from dataclasses import dataclass

from kb.cases.cards import ThemeCard
from kb.web.pieces import TabView


@dataclass(frozen=True)
class Moment:
    """A moment: for people, and for programs."""

    shown: str
    iso: str


@dataclass(frozen=True)
class PersonRow:
    """Somebody in the list of people."""

    id: int
    name: str
    email: str
    url: str
    state: str
    state_label: str
    roles: tuple[str, ...]
    last_seen: Moment | None


@dataclass(frozen=True)
class PersonPage:
    """One person, as the administrator sees him: what can be done with the account, and what can't."""

    row: PersonRow
    roles: tuple[str, ...]
    language: str
    created: Moment
    two_step: bool
    browsers: int
    is_reader: bool
    is_last_administrator: bool


@dataclass(frozen=True)
class ThemeRow:
    """A theme in the list of themes."""

    card: ThemeCard
    challenges: int
    retired: bool
    is_first: bool
    is_last: bool
    may_delete: bool


@dataclass(frozen=True)
class TagRow:
    """A tag in the list of tags; `merge_url` is there where it can be merged with the one in hand."""

    id: int
    name: str
    kind: str
    kind_label: str
    cases: int
    url: str
    merge_url: str = ""


@dataclass(frozen=True)
class LogRow:
    """A line of the log in words; `detail` is as it was written."""

    at: Moment
    who: str
    who_url: str
    did: str
    thing: str
    thing_url: str
    thing_language: str
    detail: str


@dataclass(frozen=True)
class CaseRow:
    """A case in the list of all cases; `draft` says what stands beside the text that readers see, and since when."""

    title: str
    language: str
    status: str
    status_label: str
    url: str
    edit_url: str
    history_url: str
    writers: tuple[str, ...]
    changed: Moment
    draft: str
    draft_days: int


@dataclass(frozen=True)
class LetterRow:
    """A mail that was given up: to whom, why, and where a new link can be made."""

    to_address: str
    subject: str
    reason: str
    at: Moment
    person_url: str


@dataclass(frozen=True)
class Overview:
    """How things stand, each with what there is to do about it."""

    people: tuple[TabView, ...]
    waiting: int
    waiting_days: int
    returned: int
    overdue: int
    lessons: int
    cases: int
    index_ready: bool
    index_waiting: int
    mail_set_up: bool
    mail_waiting: int
    mail_problem: str
    mail_failed: tuple[LetterRow, ...]
    mail_failed_count: int
    mail_until: str
    files: int
    files_size: str
    disk_free: str
