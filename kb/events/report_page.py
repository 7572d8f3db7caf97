"""The report of a session: what was planned, what was said and what came of it, for its page and its files."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from kb.events.event_page import EventPage
from kb.events.harvest_page import (
    GroupRow,
    HarvestedView,
    HarvestPresenter,
    NoteRow,
    counts_words,
    note_rows,
    question_tabs,
    uses,
)
from kb.events.harvest_queries import Gathered
from kb.events.models import Event, HarvestKind


@dataclass(frozen=True)
class ReportQuestion:
    """A learning question with its notes, by themselves and in groups, and how often these were recognised."""

    number: int
    text: str
    count: int
    votes: int
    groups: tuple[GroupRow, ...]
    loose: tuple[NoteRow, ...]


@dataclass(frozen=True)
class ReportPage:
    """The report of a session. `participants` is how many browsers joined the board, of which some stood for a room."""

    event: EventPage
    url: str
    harvest_url: str
    says: str
    participants: int
    emptied: bool
    questions: tuple[ReportQuestion, ...]
    lessons: tuple[HarvestedView, ...]
    challenges: tuple[HarvestedView, ...]
    recognitions: tuple[HarvestedView, ...]
    actions: tuple[HarvestedView, ...]

    @property
    def harvest(self) -> tuple[HarvestedView, ...]:
        """All that was harvested, kind by kind."""
        return (*self.lessons, *self.challenges, *self.recognitions, *self.actions)


def report_page(
    event: Event,
    shown: EventPage,
    gathered: Gathered,
    presenter: HarvestPresenter,
    *,
    participants: int,
    emptied: bool,
) -> ReportPage:
    """Return the report of a session that is `shown` as its own page has it."""
    notes, rows = gathered.notes, gathered.rows
    used = uses(rows)
    questions = []
    for tab in question_tabs(event, notes):
        mine = [note for note in notes if note.question == tab.id]
        grouped, loose = note_rows(mine, gathered.groups, used)
        votes = sum(note.votes for note in mine)
        questions.append(ReportQuestion(tab.number, tab.text, tab.count, votes, grouped, loose))
    views = [presenter.harvested(row) for row in rows]

    def of(kind: HarvestKind) -> tuple[HarvestedView, ...]:
        return tuple(view for view in views if view.kind == kind.value)

    return ReportPage(
        event=shown,
        url=url_for("harvest.report", slug=event.slug),
        harvest_url=url_for("harvest.show", slug=event.slug),
        says=counts_words(notes, rows),
        participants=participants,
        emptied=emptied,
        questions=tuple(questions),
        lessons=of(HarvestKind.LESSON),
        challenges=of(HarvestKind.CHALLENGE),
        recognitions=of(HarvestKind.RECOGNITION),
        actions=of(HarvestKind.ACTION),
    )
