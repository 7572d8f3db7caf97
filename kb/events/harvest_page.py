"""The harvest as pages show it: frozen values, in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from kb.cases.cards import LessonCard, ThemeCard
from kb.cases.models import Case, ProposalState, Theme
from kb.cases.policy import may_read as may_read_case
from kb.cases.presenters import CasePresenter, theme_card
from kb.core import now
from kb.events.cards import LinkView
from kb.events.harvest_queries import BoardNote, Gathered
from kb.events.models import Event, Harvested, HarvestKind, NoteGroup
from kb.events.words import HARVEST_KINDS, HARVEST_NAMES, PROPOSAL_STATES


@dataclass(frozen=True)
class NoteRow:
    """A note that something can be made of; `used` says what was made of it already."""

    id: int
    text: str
    also: tuple[str, ...]
    room: str
    votes: int
    example: bool
    used: tuple[str, ...]


@dataclass(frozen=True)
class GroupRow:
    """Notes that belong together, how many there are, and how often they were recognised."""

    id: int
    name: str
    notes: tuple[NoteRow, ...]
    count: int
    votes: int


@dataclass(frozen=True)
class QuestionTab:
    """A learning question with the number of its notes, and the address of its part of the harvest."""

    id: int
    number: int
    text: str
    count: int
    url: str


@dataclass(frozen=True)
class HarvestedView:
    """One thing that was harvested. `url` leads to what became of it; `reason` is why writers declined it.

    `says` tells on how many notes it rests. What only some kinds have is empty for the others.
    """

    id: int
    anchor: str
    kind: str
    name: str
    text: str
    language: str
    url: str
    themes: tuple[ThemeCard, ...]
    case: LinkView | None
    about: LinkView | None
    question: str
    session: LinkView
    says: str
    notes: int
    votes: int
    state: str
    state_label: str
    reason: str
    place: str
    owner: str
    due: str
    due_iso: str
    late: bool
    done: bool
    card: LessonCard | None
    edit_url: str
    changeable: bool


@dataclass(frozen=True)
class HarvestPage:
    """The page on which one harvests, with the notes under one question and what was made of them."""

    slug: str
    url: str
    title: str
    language: str
    event_url: str
    board_url: str
    report_url: str
    says: str
    tabs: tuple[QuestionTab, ...]
    question: QuestionTab | None
    groups: tuple[GroupRow, ...]
    loose: tuple[NoteRow, ...]
    items: tuple[HarvestedView, ...]
    lead: bool
    emptied: bool
    cases: tuple[tuple[str, str], ...]


class HarvestPresenter:
    """Makes views of what was harvested, in one language."""

    def __init__(self, language: str, themes: Iterable[Theme]) -> None:
        self._cases = CasePresenter(language)
        self._language = language
        self.themes: Mapping[str, ThemeCard] = {row.slug: theme_card(row, language) for row in themes}

    def harvested(self, row: Harvested) -> HarvestedView:
        """Return the view of one thing that was harvested."""
        proposal, event = row.proposal, row.event
        # Its case may have been taken away from readers since, and then not even a lead of the session sees what is in it.
        case = row.case if row.case is not None and may_read_case(row.case) else None
        text, language, url, card = row.text, event.language, "", None
        themes = list(row.themes)
        if proposal is not None:
            text, themes = proposal.text, proposal.row["themes"]
            if case is not None and proposal.lesson is not None:
                card = self._cases.lesson_card(proposal.lesson)
                text, language, url = card.statement, card.language, card.url
                themes = [theme.slug for theme in proposal.lesson.themes]
            elif case is not None and proposal.challenge is not None:
                text, language = proposal.challenge.title, case.language
                url = url_for(
                    "cases.show", slug=case.slug, _anchor=f"challenge-{proposal.challenge.position + 1}"
                )
        state = proposal.state if proposal else None
        return HarvestedView(
            id=row.id,
            anchor=f"harvested-{row.id}",
            kind=row.kind.value,
            name=str(HARVEST_NAMES[row.kind]),
            text=text,
            language=language,
            url=url,
            themes=tuple(self.themes[slug] for slug in themes if slug in self.themes),
            case=LinkView(case.title, url_for("cases.show", slug=case.slug), "", case.language)
            if case
            else None,
            about=_about(row, case),
            question=row.question.text if row.question else "",
            session=LinkView(event.title, url_for("events.show", slug=event.slug), "", event.language),
            says=notes_words(row.notes, row.votes),
            notes=row.notes,
            votes=row.votes,
            state=state.value if state else "",
            state_label=str(PROPOSAL_STATES[state]) if state else "",
            reason=proposal.reason if proposal else "",
            place=row.place,
            owner=row.owner,
            due=format_date(row.due, "d MMMM yyyy") if row.due else "",
            due_iso=row.due.isoformat() if row.due else "",
            late=row.due is not None and row.done_at is None and row.due < _today(),
            done=row.done_at is not None,
            card=card,
            edit_url=url_for("harvest.edit", slug=event.slug, number=row.id),
            changeable=state in {None, ProposalState.PROPOSED, ProposalState.DECLINED},
        )


def harvest_page(
    event: Event,
    gathered: Gathered,
    presenter: HarvestPresenter,
    *,
    question: int,
    lead: bool,
    emptied: bool,
    cases: Sequence[tuple[str, str]],
) -> HarvestPage:
    """Return the page of the harvest at one question; the first one when `question` is none of them."""
    notes, rows = gathered.notes, gathered.rows
    tabs = question_tabs(event, notes)
    here = next((tab for tab in tabs if tab.id == question), tabs[0] if tabs else None)
    mine = [note for note in notes if here and note.question == here.id]
    grouped, loose = note_rows(mine, gathered.groups, uses(rows))
    items = tuple(presenter.harvested(row) for row in rows if here and row.question_id in {here.id, None})
    return HarvestPage(
        slug=event.slug,
        url=url_for("harvest.show", slug=event.slug),
        title=event.title,
        language=event.language,
        event_url=url_for("events.show", slug=event.slug),
        board_url=url_for("board.show", slug=event.slug) if lead else "",
        report_url=url_for("harvest.report", slug=event.slug),
        says=counts_words(notes, rows),
        tabs=tabs,
        question=here,
        groups=grouped,
        loose=loose,
        items=items,
        lead=lead,
        emptied=emptied,
        cases=tuple(cases),
    )


def question_tabs(event: Event, notes: Sequence[BoardNote]) -> tuple[QuestionTab, ...]:
    """Return the learning questions with how many notes stand under each."""
    return tuple(
        QuestionTab(
            row.id,
            at,
            row.text,
            sum(note.count for note in notes if note.question == row.id),
            url_for("harvest.show", slug=event.slug, question=row.id),
        )
        for at, row in enumerate(event.questions, start=1)
    )


def uses(rows: Sequence[Harvested]) -> dict[int, tuple[str, ...]]:
    """Return by note what was made of it."""
    found: dict[int, dict[str, None]] = {}
    for row in rows:
        for note in row.sources:
            found.setdefault(note.id, {})[str(HARVEST_KINDS[row.kind])] = None
    return {number: tuple(names) for number, names in found.items()}


def note_rows(
    notes: Sequence[BoardNote], groups: Sequence[NoteGroup], used: Mapping[int, tuple[str, ...]]
) -> tuple[tuple[GroupRow, ...], tuple[NoteRow, ...]]:
    """Return the notes of a question in their groups, those that are most recognised first, and the others."""

    def row(note: BoardNote) -> NoteRow:
        return NoteRow(
            note.id, note.text, note.also, note.room, note.votes, note.example, used.get(note.id, ())
        )

    made = []
    for group in groups:
        mine = [note for note in notes if note.group == group.id]
        if mine:
            count, votes = sum(note.count for note in mine), sum(note.votes for note in mine)
            made.append(GroupRow(group.id, group.name, tuple(map(row, mine)), count, votes))
    made.sort(key=lambda group: (-group.votes, group.id))
    known = {group.id for group in groups}
    return tuple(made), tuple(row(note) for note in notes if note.group not in known)


def counts_words(notes: Sequence[BoardNote], rows: Sequence[Harvested]) -> str:
    """Return how many notes there are, and how much was harvested of each kind."""
    counts = {kind: sum(row.kind is kind for row in rows) for kind in HarvestKind}
    parts = [
        ngettext("%(num)s note", "%(num)s notes", sum(note.count for note in notes)),
        ngettext("%(num)s lesson", "%(num)s lessons", counts[HarvestKind.LESSON]),
        ngettext("%(num)s challenge", "%(num)s challenges", counts[HarvestKind.CHALLENGE]),
        ngettext("%(num)s recognition", "%(num)s recognitions", counts[HarvestKind.RECOGNITION]),
        ngettext("%(num)s action", "%(num)s actions", counts[HarvestKind.ACTION]),
    ]
    numbers = [1, *counts.values()]
    return " · ".join(part for part, number in zip(parts, numbers, strict=True) if number)


def notes_words(notes: int, votes: int) -> str:
    """Return on how many notes something rests; empty when on none."""
    if not notes:
        return ""
    said = ngettext("from %(num)s note", "from %(num)s notes", notes)
    return f"{said} · ▲ {votes}" if votes else said


def _about(row: Harvested, case: Case | None) -> LinkView | None:
    """Return the lesson that a recognition is about, of a case that readers see."""
    if row.recognition is None or case is None:
        return None
    lesson = row.recognition.lesson
    return LinkView(lesson.statement, url_for("cases.lesson", lesson=lesson.id), "", case.language)


def _today() -> dt.date:
    return now().date()


@dataclass(frozen=True)
class Brought:
    """What readers see that sessions brought, of each kind; and all of it by theme and by learning question."""

    lessons: tuple[LessonCard, ...]
    challenges: tuple[HarvestedView, ...]
    recognitions: tuple[HarvestedView, ...]
    actions: tuple[HarvestedView, ...]
    by_theme: tuple[tuple[ThemeCard | None, tuple[HarvestedView, ...]], ...] = ()
    by_question: tuple[tuple[str, tuple[HarvestedView, ...]], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lessons or self.challenges or self.recognitions or self.actions)

    @property
    def open_actions(self) -> tuple[HarvestedView, ...]:
        """The actions that are still to do, the first due first."""
        return tuple(sorted((one for one in self.actions if not one.done), key=lambda one: one.due_iso))

    @property
    def says(self) -> str:
        """How much it is in a few words, for a list; without actions, which are no part of a case."""
        parts = (
            (len(self.lessons), ngettext("%(num)s lesson", "%(num)s lessons", len(self.lessons))),
            (len(self.challenges), ngettext("%(num)s challenge", "%(num)s challenges", len(self.challenges))),
            (
                len(self.recognitions),
                ngettext("%(num)s recognition", "%(num)s recognitions", len(self.recognitions)),
            ),
        )
        said = ", ".join(part for number, part in parts if number)
        return _("brought %(what)s", what=said) if said else ""


NOTHING_BROUGHT = Brought((), (), (), ())


def brought(rows: Sequence[Harvested], presenter: HarvestPresenter) -> Brought:
    """Return what readers see of these rows, which they may all see."""
    views = [presenter.harvested(row) for row in rows]
    by_theme: list[tuple[ThemeCard | None, tuple[HarvestedView, ...]]] = []
    for theme in (*presenter.themes.values(), None):
        mine = tuple(one for one in views if theme in one.themes or (theme is None and not one.themes))
        if mine:
            by_theme.append((theme, mine))
    by_question: dict[str, list[HarvestedView]] = {}
    for one in views:
        by_question.setdefault(one.question, []).append(one)
    return Brought(
        lessons=tuple(one.card for one in views if one.card),
        challenges=_of(views, HarvestKind.CHALLENGE),
        recognitions=_of(views, HarvestKind.RECOGNITION),
        actions=_of(views, HarvestKind.ACTION),
        by_theme=tuple(by_theme),
        by_question=tuple((question, tuple(some)) for question, some in by_question.items()),
    )


def _of(views: Sequence[HarvestedView], kind: HarvestKind) -> tuple[HarvestedView, ...]:
    return tuple(one for one in views if one.kind == kind.value)
