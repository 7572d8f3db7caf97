"""The harvest: putting notes together, and making of them what stays.

A lesson or a challenge is proposed to the writers of a case; a recognition and an action stand at once. Each keeps the
session and the notes that it comes from, and never who wrote those.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.orm import Session

from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.cases.models import Case, Lesson, ProposalKind
from kb.cases.policy import may_read as may_read_case
from kb.cases.services import proposals, recognising
from kb.core import Conflict, Forbidden, NotFound, Refusal, now
from kb.events import harvest_queries, policy
from kb.events.models import Event, Harvested, HarvestKind, Note, NoteGroup, grouped_note
from kb.events.services import notes as board
from kb.events.services.boards import check_question
from kb.events.texts import tidy, tidy_text

LONGEST_NAME, LONGEST_TEXT, LONGEST_TITLE = 200, 2000, 300
PROPOSED = {HarvestKind.LESSON: ProposalKind.LESSON, HarvestKind.CHALLENGE: ProposalKind.CHALLENGE}


@dataclass(frozen=True)
class Wording:
    """What somebody wants to make of notes. Each kind has its own fields; the others are left alone.

    `text` is the lesson, the challenge, the line of a recognition or what will be done; `more` holds the other fields of a
    lesson or a challenge by name; `case` is a slug, and `lesson` the number of one of its lessons, or 0.
    """

    kind: HarvestKind
    text: str
    case: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    perspectives: tuple[str, ...] = ()
    lesson: int = 0
    place: str = ""
    owner: str = ""
    due: dt.date | None = None

    def row(self) -> dict[str, object]:
        """Return the row that is proposed for a case."""
        name = "statement" if self.kind is HarvestKind.LESSON else "title"
        more = {key: tidy_text(value) for key, value in self.more.items()}
        return {
            **more,
            name: tidy(self.text),
            "themes": list(self.themes),
            "perspectives": list(self.perspectives),
        }


def chosen(
    session: Session, event: Event, question: int, numbers: Sequence[int], groups: Sequence[int]
) -> list[Note]:
    """Return the notes that were chosen under a question, by themselves or with their group; those that are gone are left out."""
    of_groups = select(grouped_note.c.note_id).join(NoteGroup)
    wanted = session.scalars(of_groups.where(NoteGroup.id.in_(groups), NoteGroup.event_id == event.id)).all()
    return harvest_queries.notes_on_board(session, event, question, [*numbers, *wanted])


def put_together(session: Session, actor: Actor, event: Event, notes: Sequence[Note], name: str) -> NoteGroup:
    """Put notes in one group, out of those that they are in; a group that is left empty goes.

    Without a name it takes the one of the group that its first note is in, or the beginning of that note.

    Raises:
        Forbidden: the actor may not harvest here.
        Refusal: fewer than two notes were chosen.

    """
    _check(actor, event)
    if len(notes) < 2:  # noqa: PLR2004 - one note is no group
        raise Refusal("Choose two notes or more to put together.")
    numbers = [note.id for note in notes]
    rows = select(NoteGroup).join(grouped_note).where(grouped_note.c.note_id.in_(numbers))
    old = session.scalars(rows.order_by(NoteGroup.id).limit(1)).one_or_none()
    name = tidy(name)[:LONGEST_NAME] or (old.name if old else tidy(notes[0].text)[:LONGEST_NAME])
    group = NoteGroup(event_id=event.id, question_id=notes[0].question_id, name=name)
    session.add(group)
    session.flush()
    session.execute(delete(grouped_note).where(grouped_note.c.note_id.in_(numbers)))
    session.execute(insert(grouped_note), [{"note_id": one, "group_id": group.id} for one in numbers])
    _drop_empty_groups(session, event)
    return group


def take_out(session: Session, actor: Actor, event: Event, notes: Sequence[Note]) -> None:
    """Take notes out of their groups; a group that is left with fewer than two goes. Raises Forbidden, Refusal."""
    _check(actor, event)
    if not notes:
        raise Refusal("Choose the notes first.")
    session.execute(delete(grouped_note).where(grouped_note.c.note_id.in_([note.id for note in notes])))
    _drop_empty_groups(session, event)


def hide(session: Session, actor: Actor, event: Event, notes: Sequence[Note]) -> None:
    """Hide notes from everybody but the leads. Raises Forbidden, Refusal."""
    if not notes:
        raise Refusal("Choose the notes first.")
    for note in notes:
        board.show(session, actor, event, note.id, on=False)
    session.execute(delete(grouped_note).where(grouped_note.c.note_id.in_([note.id for note in notes])))
    _drop_empty_groups(session, event)


def harvest(
    session: Session, actor: Actor, event: Event, notes: Sequence[Note], wording: Wording, *, question: int
) -> tuple[Harvested, bool]:
    """Make something of notes; return it, and whether it is new: sent twice, it is made once.

    Raises:
        Forbidden: the actor may not harvest here.
        NotFound: the question, the case or the lesson is not of this session.
        Refusal: no notes were chosen, or words are missing or too many.

    """
    _check(actor, event)
    check_question(session, event, question)
    if not notes and wording.kind is not HarvestKind.ACTION:
        raise Refusal("Choose the notes first that you want to make something of.")
    _check_words(wording)
    same = _same(session, event, question, wording)
    if same is not None and {note.id for note in same.sources} == {note.id for note in notes}:
        return same, False
    row = Harvested(event_id=event.id, question_id=question, kind=wording.kind, made_by_id=actor.id)
    row.notes, row.votes = _counts(session, notes)
    row.sources = list(notes)
    _fill(session, actor, event, row, wording)
    session.add(row)
    session.flush()
    log(session, actor, f"harvest.{wording.kind.value}", kind="event", key=event.slug, detail=str(row.id))
    return row, True


def state(row: Harvested) -> str:
    """Return a short text that is another one as soon as anything that people can change of this was changed."""
    words = row.proposal.row if row.proposal else {}
    lesson = row.recognition.lesson_id if row.recognition else None
    said = (words, row.themes, row.text, row.place, row.owner, str(row.due), row.case_id, lesson)
    return hashlib.blake2b(json.dumps(said, sort_keys=True).encode(), digest_size=12).hexdigest()


def change(
    session: Session, actor: Actor, event: Event, number: int, wording: Wording, *, seen: str
) -> Harvested:
    """Word what was harvested otherwise; its kind and its notes stay. `seen` is the state that was being changed.

    Raises as `harvest` does, and Conflict: somebody else changed it meanwhile, or the writers of the case decided.
    """
    _check(actor, event)
    row = harvest_queries.harvested(session, event, number)
    if wording.kind is not row.kind:
        raise NotFound(str(number))
    _check_words(wording)
    before = state(row)
    _fill(session, actor, event, row, wording)
    session.flush()
    # Who sends the same twice, or types what stands there already, has nothing to look at.
    if seen != before and state(row) != before:
        raise Conflict(
            "Somebody else changed this meanwhile. Look at what they saved; if you press Save again, yours takes its place."
        )
    log(session, actor, "harvest.change", kind="event", key=event.slug, detail=str(row.id))
    return row


def take_back(session: Session, actor: Actor, event: Event, number: int) -> None:
    """Take back what was harvested; what writers of a case took over is theirs. Raises Forbidden, NotFound, Conflict."""
    _check(actor, event)
    row = harvest_queries.harvested(session, event, number)
    proposal, recognition = row.proposal, row.recognition
    if proposal is not None:
        proposals.check_undecided(proposal)
    session.delete(row)
    session.flush()
    if proposal is not None:
        proposals.take_back(session, proposal)
    if recognition is not None:
        recognising.take_back_in_session(session, recognition)
    log(session, actor, "harvest.take-back", kind="event", key=event.slug, detail=str(number))


def finish(session: Session, actor: Actor, event: Event, number: int, *, done: bool) -> None:
    """Say of an action that it was done, or is still to do. Raises Forbidden, NotFound."""
    _check(actor, event)
    row = harvest_queries.harvested(session, event, number)
    if row.kind is not HarvestKind.ACTION:
        raise NotFound(str(number))
    row.done_at = (row.done_at or now()) if done else None
    log(
        session,
        actor,
        "harvest.done" if done else "harvest.not-done",
        kind="event",
        key=event.slug,
        detail=str(number),
    )


def _fill(session: Session, actor: Actor, event: Event, row: Harvested, wording: Wording) -> None:
    if row.kind is HarvestKind.ACTION:
        row.text, row.owner, row.due = tidy(wording.text), tidy(wording.owner), wording.due
        row.themes = list(wording.themes)
        return
    case = _case(event, wording.case)
    row.case_id = case.id
    if row.kind is HarvestKind.RECOGNITION:
        _recognise(session, event, row, case, wording)
    elif row.proposal is None:
        row.proposal = proposals.propose(
            session, actor, case, PROPOSED[row.kind], wording.row(), event=event.slug, notes=row.notes
        )
    else:
        proposals.reword(session, row.proposal, wording.row(), case=case, notes=row.notes)


def _recognise(session: Session, event: Event, row: Harvested, case: Case, wording: Wording) -> None:
    """Record a recognition: of one of the case's lessons, where readers see it with that, or of the case as a whole."""
    row.text, row.place, row.themes = tidy(wording.text), tidy(wording.place), list(wording.themes)
    if row.recognition is not None:
        old, row.recognition = row.recognition, None
        session.flush()
        recognising.take_back_in_session(session, old)
    if wording.lesson:
        lesson = session.get(Lesson, wording.lesson)
        if lesson is None or lesson.case_id != case.id:
            raise NotFound(str(wording.lesson))
        row.recognition = recognising.say_in_session(
            session, lesson, place=row.place, line=row.text, event=event.slug
        )


def _case(event: Event, slug: str) -> Case:
    case = next((row.case for row in event.cases if row.case.slug == slug), None)
    if case is None or not may_read_case(case):
        raise NotFound(slug)
    return case


def _check(actor: Actor, event: Event) -> None:
    if not policy.may_harvest(actor, event):
        raise Forbidden("Only the leads of this session, and who wrote its cases, can do this.")


def _check_words(wording: Wording) -> None:
    text = tidy(wording.text)
    most = {
        HarvestKind.LESSON: LONGEST_TEXT,
        HarvestKind.CHALLENGE: LONGEST_TITLE,
        HarvestKind.RECOGNITION: recognising.LONGEST_LINE,
        HarvestKind.ACTION: LONGEST_TEXT,
    }[wording.kind]
    if not text:
        raise Refusal("Write down what you make of these notes.")
    if len(text) > most:
        raise Refusal("This is too long: use at most %(most)s characters.", most=most)
    if len(tidy(wording.place)) > LONGEST_NAME or len(tidy(wording.owner)) > LONGEST_NAME:
        raise Refusal("This is too long: use at most %(most)s characters.", most=LONGEST_NAME)


def _same(session: Session, event: Event, question: int, wording: Wording) -> Harvested | None:
    """Return what was harvested under this question in these very words, if anything."""
    rows = [
        row
        for row in harvest_queries.harvest_of(session, event)
        if row.kind is wording.kind and row.question_id == question
    ]
    text = tidy(wording.text)
    for row in rows:
        said = row.proposal.text if row.proposal else row.text
        if said == text and row.place == tidy(wording.place) and row.owner == tidy(wording.owner):
            return row
    return None


def _counts(session: Session, notes: Sequence[Note]) -> tuple[int, int]:
    """Return on how many notes something rests, with those that say the same, and how often these were recognised."""
    numbers = [note.id for note in notes]
    all_notes = or_(Note.id.in_(numbers), Note.merged_into_id.in_(numbers))
    count = session.scalar(select(func.count(Note.id)).where(all_notes)) or 0
    return count, board.votes_on(session, numbers)


def _drop_empty_groups(session: Session, event: Event) -> None:
    full = select(grouped_note.c.group_id).group_by(grouped_note.c.group_id).having(func.count() > 1)
    session.execute(delete(NoteGroup).where(NoteGroup.event_id == event.id, NoteGroup.id.not_in(full)))
