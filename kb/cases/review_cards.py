"""What the pages of the review, the history and the permissions show: frozen values, all that templates get.

Times are moments in UTC; templates show them in the reader's own way. Addresses are paths on this site.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from markupsafe import Markup

from kb.cases.compare import SectionChange


@dataclass(frozen=True)
class RemarkCard:
    """A remark with its answer. `where` names the field; `anchor` is where it stands on the page of the review."""

    id: int
    url: str
    where: str
    anchor: str
    text: str
    by: str
    at: dt.datetime
    version: int | None
    answer: str
    answered_by: str
    answered_at: dt.datetime | None
    resolved: bool
    resolved_by: str
    may_answer: bool
    may_judge: bool


@dataclass(frozen=True)
class ReviewField:
    """A field of the text under review as readers will see it; `empty` when there is nothing to see."""

    path: str
    anchor: str
    label: str
    shown: Markup
    empty: bool
    remarks: tuple[RemarkCard, ...]


@dataclass(frozen=True)
class ReviewGroup:
    """Fields that belong together: those of a section, or of one challenge or lesson in it."""

    title: str
    fields: tuple[ReviewField, ...]


@dataclass(frozen=True)
class ReviewSection:
    """A section of the case, with its groups."""

    anchor: str
    label: str
    groups: tuple[ReviewGroup, ...]


@dataclass(frozen=True)
class Decision:
    """What the reader can decide. `alone`: he wrote on the case and nobody else can; `why_not`: why he can't publish."""

    publish: bool
    send_back: bool
    take_back: bool
    alone: bool
    why_not: str

    @property
    def any(self) -> bool:
        """Tell whether there is anything to decide or to explain."""
        return self.publish or self.send_back or self.take_back or bool(self.why_not)


@dataclass(frozen=True)
class ReviewPage:
    """All that the page of a review shows. `changes` are None when the case was never published."""

    slug: str
    url: str
    title: str
    language: str
    status: str
    status_label: str
    version: int | None
    previous: int | None
    writers: tuple[str, ...]
    reviewer: str
    submitted_at: dt.datetime | None
    submitted_by: str
    reason: str
    sections: tuple[ReviewSection, ...]
    whole: tuple[RemarkCard, ...]
    elsewhere: tuple[RemarkCard, ...]
    open_remarks: tuple[RemarkCard, ...]
    resolved: int
    changes: tuple[SectionChange, ...] | None
    compared_with: int | None
    decision: Decision
    may_remark: bool


@dataclass(frozen=True)
class QueueRow:
    """A submitted case in the queue: since how many days it waits, and who can be asked to review it."""

    slug: str
    url: str
    title: str
    language: str
    writers: str
    reviewer: str
    days: int
    submitted_at: dt.datetime | None
    first: bool
    open_remarks: int
    may_take: bool
    may_review: bool
    choices: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True)
class OverdueRow:
    """A published case that should have been looked at again."""

    url: str
    history_url: str
    title: str
    language: str
    writers: str
    check_on: dt.date
    draft: bool


@dataclass(frozen=True)
class DecidedRow:
    """A decision of an editor."""

    url: str
    title: str
    language: str
    label: str
    by: str
    at: dt.datetime
    alone: bool


@dataclass(frozen=True)
class QueuePage:
    """All that the page of the queue shows; `shown` is all, mine or unassigned."""

    shown: str
    filters: tuple[tuple[str, str, int, bool], ...]
    rows: tuple[QueueRow, ...]
    overdue: tuple[OverdueRow, ...]
    decided: tuple[DecidedRow, ...]


@dataclass(frozen=True)
class MoveView:
    """A step of the review in the history."""

    label: str
    by: str
    at: dt.datetime
    reason: str
    alone: bool
    version: int | None


@dataclass(frozen=True)
class VersionRow:
    """A version in the history. `standing`: what readers see now; `reason`: why it was made, as its writer said."""

    number: int
    url: str
    standing: bool
    published: bool
    made_at: dt.datetime
    made_by: str
    published_at: dt.datetime | None
    published_by: str
    reason: str
    alone: bool
    alone_reason: str
    restore_url: str | None


@dataclass(frozen=True)
class ShareRow:
    """A share link; `open` while it works."""

    meant_for: str
    made_by: str
    made_at: dt.datetime
    expires_at: dt.datetime
    open: bool
    end_url: str


@dataclass(frozen=True)
class Citation:
    """How to refer to a version: as text, and as files for reference managers."""

    number: int
    text: str
    bib_url: str
    ris_url: str


@dataclass(frozen=True)
class HistoryPage:
    """All that the history of a case shows; what only writers and editors see is empty for others.

    `status` is what readers have of it, `state` where the writing of it stands.
    """

    slug: str
    url: str
    edit_url: str
    review_url: str
    title: str
    language: str
    status: str
    state: str
    status_label: str
    versions: tuple[VersionRow, ...]
    sides: tuple[tuple[str, str], ...]
    compare_from: str
    compare_to: str
    moves: tuple[MoveView, ...]
    citation: Citation | None
    names_removed_at: dt.datetime | None
    check_on: dt.date | None
    check_overdue: bool
    may_write: bool
    may_see: bool
    reach: tuple[tuple[str, str, str], ...]
    shares: tuple[ShareRow, ...]
    may_share: bool
    draft: bool


@dataclass(frozen=True)
class VersionNotice:
    """What stands above a version: which it is, and where the newest one is."""

    number: int
    date: dt.datetime
    newest: bool
    published: bool
    case_url: str
    newest_number: int | None
    history_url: str
    names_removed_at: dt.datetime | None
    citation: Citation | None


@dataclass(frozen=True)
class ComparePage:
    """All that the comparison of two versions shows."""

    slug: str
    url: str
    history_url: str
    title: str
    language: str
    old: str
    new: str
    old_label: str
    new_label: str
    sides: tuple[tuple[str, str], ...]
    changes: tuple[SectionChange, ...]


@dataclass(frozen=True)
class SharedNotice:
    """What stands above a draft that somebody shared."""

    meant_for: str
    made_by: str
    expires_at: dt.datetime


@dataclass(frozen=True)
class NamedView:
    """Somebody who is named in a case; `state` is missing, given or withdrawn."""

    id: int
    name: str
    state: str
    state_label: str
    agreed_to: str
    agreed_on: dt.date | None
    medium: str
    changed_at: dt.datetime
    change_url: str
    remove_url: str
    withdraw_url: str


@dataclass(frozen=True)
class PermissionsView:
    """Who is named in a case and agreed to that. `back` is the page to come back to: edit or people."""

    slug: str
    people: tuple[NamedView, ...]
    nobody_named: bool
    missing: int
    add_url: str
    nobody_url: str
    back: str
    csrf: str


@dataclass(frozen=True)
class WithdrawPage:
    """What the page shows on which a consent is withdrawn: where the name stands now, and its parts to tick."""

    name: str
    url: str
    back_url: str
    places: tuple[tuple[str, int], ...]
    total: int
    parts: tuple[tuple[str, str], ...]
    in_slug: bool
    address: str
    files: tuple[str, ...]
    published: bool
