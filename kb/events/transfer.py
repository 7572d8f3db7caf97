"""Sessions in and out of the knowledge base, a file at a time: as cases are (`kb.cases.transfer`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from kb.cases import queries as case_queries
from kb.cases.services import Stored
from kb.cases.transfer import BATCH, Format, Progress, Report, import_records
from kb.db import Database
from kb.events import queries
from kb.events.format import events
from kb.events.models import Event, Note, NoteState
from kb.events.records import Record, record_of
from kb.events.services import notes
from kb.events.services.storing import write

SAMPLES = Path(__file__).parent / "samples"


def import_file(
    database: Database,
    path: str | Path,
    *,
    file_format: Format | None = None,
    dry_run: bool = False,
    reading: Progress | None = None,
    storing: Callable[[int], Progress] | None = None,
) -> Report:
    """Import the sessions of a file, all or none, as `kb.cases.transfer.import_file` imports cases.

    A session whose slug exists is updated; its leads stay. A new one has no leads until an administrator names them.
    """
    with database.reading() as session:
        cases = frozenset(case_queries.slugs(session, public=False))
    return import_records(
        database,
        path,
        events(cases),
        store,
        file_format=file_format,
        dry_run=dry_run,
        reading=reading,
        storing=storing,
    )


def import_samples(database: Database) -> int:
    """Import the sample sessions that ship with the program; return how many there are."""
    paths = sorted(SAMPLES.glob("*.yaml"))
    for path in paths:
        report = import_file(database, path)
        if report.faults:
            raise AssertionError(f"a sample session is at fault: {report.faults[0]}")
    with database.transaction() as session:
        for path in sorted(SAMPLES.glob("*.notes.json")):
            _example_notes(session, json.loads(path.read_text(encoding="utf-8")))
    return len(paths)


def _example_notes(session: Session, sample: dict[str, Any]) -> None:
    """Put example notes on the board of a sample session: its slug, and question, room and text of each note."""
    event = queries.event_to_import(session, sample["event"])
    if event is None or notes.has_notes(session, [row.id for row in event.questions]):
        return
    questions = {row.key: row.id for row in event.questions}
    rooms = {row.key: row.id for row in event.rooms}
    for told in sample["notes"]:
        session.add(
            Note(
                event_id=event.id,
                question_id=questions[told["question"]],
                room_id=rooms[told["room"]],
                uid=str(uuid4()),
                text=told["text"],
                state=NoteState.SHOWN,
                example=True,
                changed=1,
            )
        )


def store(session: Session, record: Record) -> Stored:
    """Store a checked record of a session: a new one, or the one with its slug brought up to date."""
    event = queries.event_to_import(session, record["slug"])
    if event is None:
        write(session, Event(), record)
        return Stored.NEW
    return Stored.UPDATED if write(session, event, record) else Stored.UNCHANGED


def export(session: Session) -> Iterator[Record]:
    """Yield every session as a record, by slug."""
    slugs = queries.slugs(session, public=False)
    for at in range(0, len(slugs), BATCH):
        for event in queries.whole_events(session, slugs[at : at + BATCH], public=False):
            yield record_of(event)
        session.expunge_all()
