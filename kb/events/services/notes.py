"""Notes: written, changed and withdrawn by participants; hidden, moved, merged and pinned by the lead.

Every service takes the session of whose board the page was, and finds a note only there: the number of a note on another
board leads nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import delete, distinct, exists, func, or_, select, update
from sqlalchemy.orm import Session

from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.core import Conflict, Forbidden, NotFound, Refusal
from kb.events import policy
from kb.events.models import Board, BoardColumn, Event, Note, NoteState, Participant, Vote, grouped_note
from kb.events.services.boards import changed, check_question
from kb.events.services.leading import check_lead
from kb.events.texts import tidy_text

LONGEST = 1000
"""Characters of a note."""
_UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def write(
    session: Session, event: Event, participant: Participant, *, question: int, text: str, uid: str
) -> Note:
    """Write a note under a question. `uid` is made by the browser; sent twice, it is the same note.

    Raises:
        Conflict: the session is not open, or the column is locked.
        NotFound: the question is not of this session.
        Refusal: there is no text, it is too long, or `uid` is none.

    """
    if participant.event_id != event.id:
        raise NotFound(str(event.id))
    if not _UID.fullmatch(uid):
        raise Refusal("This note can't be sent. Load the page again; your text stays.")
    known = session.scalars(select(Note).where(Note.event_id == event.id, Note.uid == uid)).one_or_none()
    if known is not None:
        if known.participant_id != participant.id:
            raise Refusal("This note can't be sent. Load the page again; your text stays.")
        return known
    check_question(session, event, question)
    check_open(session, event, question)
    text = tidy_text(text)
    if not text:
        raise Refusal("Write something on the note first.")
    if len(text) > LONGEST:
        raise Refusal(
            "This note has %(length)s characters. Make it %(most)s at most, or make two of it.",
            length=len(text),
            most=LONGEST,
        )
    board = session.get_one(Board, event.id)
    note = Note(
        event_id=event.id,
        question_id=question,
        participant_id=participant.id,
        room_id=participant.room_id,
        nickname=participant.nickname,
        uid=uid,
        text=text,
        state=NoteState.WAITING if board.moderated else NoteState.SHOWN,
        changed=changed(session, event),
    )
    session.add(note)
    session.flush()
    return note


def change(session: Session, event: Event, participant: Participant, number: int, *, text: str) -> Note:
    """Write something else on one's own note. Raises as `write` does, and Forbidden for another's."""
    note = own(session, event, participant, number)
    check_open(session, event, note.question_id)
    text = tidy_text(text)
    if not text:
        raise Refusal("Write something on the note, or withdraw it.")
    if len(text) > LONGEST:
        raise Refusal(
            "This note has %(length)s characters. Make it %(most)s at most, or make two of it.",
            length=len(text),
            most=LONGEST,
        )
    if text != note.text:
        note.text = text
        if session.get_one(Board, event.id).moderated:
            note.state = NoteState.WAITING  # what was let through was another text
        _touch(session, event, note)
    return note


def withdraw(session: Session, event: Event, participant: Participant, number: int) -> Note:
    """Take one's own note away. What was merged into it stands by itself again. Raises as `change` does."""
    note = own(session, event, participant, number)
    if note.state is not NoteState.WITHDRAWN:
        note.state, note.text = NoteState.WITHDRAWN, ""
        _free(session, event, note)
    return note


def vote(session: Session, event: Event, participant: Participant, number: int, *, on: bool) -> Note:
    """Say of a note that it happens with us too, or not after all; once for each participant. Raises NotFound, Conflict."""
    note = find(session, event, number)
    if note.state is not NoteState.SHOWN or participant.event_id != event.id:
        raise NotFound(str(number))
    if not policy.may_be_written_on(event):
        raise Conflict("The board is closed. What stands on it stays.")
    top = root(session, note)
    same = select(Note.id).where(or_(Note.id == top.id, Note.merged_into_id == top.id))
    theirs = (Vote.participant_id == participant.id) & Vote.note_id.in_(same)
    if on and session.scalar(select(exists().where(theirs))):
        return note  # notes that were merged count as one
    if on:
        session.add(Vote(note_id=note.id, participant_id=participant.id))
    else:
        session.execute(delete(Vote).where(theirs))
    _touch(session, event, top)
    return note


def show(session: Session, actor: Actor, event: Event, number: int, *, on: bool) -> Note:
    """Let a note through, or hide it from everybody but the leads. Raises Forbidden, NotFound."""
    note = _led(session, actor, event, number)
    note.state = NoteState.SHOWN if on else NoteState.HIDDEN
    if on:
        _touch(session, event, note)
    else:
        _free(session, event, note)
    log(session, actor, "note.show" if on else "note.hide", kind="event", key=event.slug, detail=str(note.id))
    return note


def pin(session: Session, actor: Actor, event: Event, number: int, *, on: bool) -> Note:
    """Put a note at the top of its column, or not any more. Raises Forbidden, NotFound."""
    note = _led(session, actor, event, number)
    note.pinned = on
    _touch(session, event, note)
    return note


def move(session: Session, actor: Actor, event: Event, number: int, *, question: int) -> Note:
    """Move a note, with those that were merged into it, to another question. Raises Forbidden, NotFound, Refusal."""
    note = _led(session, actor, event, number)
    try:
        check_question(session, event, question)
    except NotFound:
        raise Refusal("Choose one of the questions of this session.") from None
    if question != note.question_id:  # groups are of one question
        session.execute(delete(grouped_note).where(grouped_note.c.note_id == note.id))
    old, note.merged_into_id, note.question_id = note.merged_into_id, None, question
    version = _touch(session, event, note)
    session.execute(
        update(Note).where(Note.merged_into_id == note.id).values(question_id=question, changed=version)
    )
    session.execute(update(Note).where(Note.id == (old or 0)).values(changed=version))
    return note


def merge(session: Session, actor: Actor, event: Event, number: int, *, into: int) -> Note:
    """Say that a note says the same as another one; it stands under that one, and their votes count together.

    Raises:
        Forbidden: the actor does not lead the session.
        NotFound: the note is not on this board.
        Refusal: there is no other note of this number here, or one of the two is not shown.

    """
    note = _led(session, actor, event, number)
    row = session.get(Note, into)
    target = root(session, row) if row is not None and row.event_id == event.id else note
    if target.id == note.id:
        raise Refusal("Choose another note to merge this one with.")
    if not note.state is target.state is NoteState.SHOWN:
        raise Refusal("Only notes that are shown can be merged.")
    old = note.merged_into_id
    session.execute(delete(grouped_note).where(grouped_note.c.note_id == note.id))
    note.merged_into_id, note.question_id = target.id, target.question_id
    version = _touch(session, event, note)
    session.execute(
        update(Note)
        .where(Note.merged_into_id == note.id)
        .values(merged_into_id=target.id, question_id=target.question_id, changed=version)
    )
    session.execute(update(Note).where(Note.id.in_([target.id, old or 0])).values(changed=version))
    log(session, actor, "note.merge", kind="event", key=event.slug, detail=str(note.id))
    return target


def split(session: Session, actor: Actor, event: Event, number: int) -> Note:
    """Let a note that was merged stand by itself again, with the votes that it got itself. Raises Forbidden, NotFound."""
    note = _led(session, actor, event, number)
    if note.merged_into_id is not None:
        target = note.merged_into_id
        note.merged_into_id = None
        version = _touch(session, event, note)
        session.execute(update(Note).where(Note.id == target).values(changed=version))
    return note


def find(session: Session, event: Event, number: int) -> Note:
    """Return a note of this board. Raises NotFound."""
    note = session.get(Note, number)
    if note is None or note.event_id != event.id or note.state is NoteState.WITHDRAWN:
        raise NotFound(str(number))
    return note


def own(session: Session, event: Event, participant: Participant, number: int) -> Note:
    """Return a note of this board that the participant wrote. Raises NotFound, Forbidden, and Conflict."""
    note = find(session, event, number)
    if note.participant_id != participant.id or participant.event_id != event.id:
        raise Forbidden("Only who wrote a note can change it.")
    if not policy.may_be_written_on(event):
        raise Conflict("The board is closed. What stands on it stays.")
    if note.state is NoteState.HIDDEN:
        raise Conflict("The lead of the session has hidden this note, so it can't be changed.")
    return note


def check_open(session: Session, event: Event, question: int) -> None:
    """Do nothing when something can be written under this question now. Raises Conflict."""
    if not policy.may_be_written_on(event):
        raise Conflict("The board is closed. Your text has not been posted; you can still copy it.")
    row = session.get(BoardColumn, question)
    if row is not None and row.locked:
        raise Conflict("This column is locked for now. Your text has not been posted; keep it or try later.")


def has_notes(session: Session, questions: Sequence[int]) -> bool:
    """Tell whether anything was written under one of these questions."""
    return bool(session.scalar(select(exists().where(Note.question_id.in_(questions)))))


def votes_on(session: Session, numbers: Sequence[int]) -> int:
    """Return how often these notes were recognised, each with those that were merged into it, by as many participants."""
    stands = func.coalesce(Note.merged_into_id, Note.id)
    rows = (
        select(func.count(distinct(Vote.participant_id)))
        .join(Note, Note.id == Vote.note_id)
        .where(stands.in_(numbers))
        .group_by(stands)
    )
    return sum(session.scalars(rows))


def root(session: Session, note: Note) -> Note:
    """Return the note that a note stands under: itself when it stands by itself."""
    return session.get_one(Note, note.merged_into_id) if note.merged_into_id else note


def _led(session: Session, actor: Actor, event: Event, number: int) -> Note:
    check_lead(actor, event)
    return find(session, event, number)


def _touch(session: Session, event: Event, note: Note) -> int:
    """Note that a note changed, and with it the one that it stands under; return the version of the board."""
    note.changed = changed(session, event)
    session.flush()
    session.execute(update(Note).where(Note.id == (note.merged_into_id or 0)).values(changed=note.changed))
    return note.changed


def _free(session: Session, event: Event, note: Note) -> None:
    """Let a note stand by itself, and each of those that were merged into it."""
    version = _touch(session, event, note)
    note.merged_into_id = None
    session.flush()
    session.execute(
        update(Note).where(Note.merged_into_id == note.id).values(merged_into_id=None, changed=version)
    )
