"""Cases, and other records in the same manner, in and out of the knowledge base, a file at a time.

Importing goes over a file twice. First all of it is read and checked, and what is right is set aside; nothing is locked
meanwhile. Only when nothing was wrong are they stored, in one transaction: all or nothing. A few are in
memory at a time, whatever the size of the file.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from sqlalchemy.orm import Session

from kb.cases import queries
from kb.cases.content import checked
from kb.cases.format import Fault, Kind, read_as
from kb.cases.format.kinds import cases as case_kind
from kb.cases.models import Case
from kb.cases.records import Record, record_of
from kb.cases.services import Stored, review, store_case, themes_by_slug
from kb.db import Database

BATCH = 100
MOST_FAULTS = 100
"""How many faults of a file are kept to be shown; the rest is counted."""

SAMPLES = Path(__file__).parent / "samples"

Format = Literal["jsonl", "json", "yaml"]
Progress = Callable[[int], None]
"""Is told how many more records were handled."""
Store = Callable[[Session, Record], Stored]
"""Stores one checked record, and says what that came down to."""


@dataclass
class Report:
    """What an import came down to: how many cases were new, updated or unchanged, or what was wrong."""

    counts: Counter[Stored] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    more_faults: int = 0


def import_file(
    database: Database,
    path: str | Path,
    *,
    file_format: Format | None = None,
    dry_run: bool = False,
    reading: Progress | None = None,
    storing: Callable[[int], Progress] | None = None,
) -> Report:
    """Import the cases of a file, all or none. `path` "-" is standard input.

    `reading` is told of each case that was checked; `storing` is called with how many there are to store and returns
    what is told of each that was. With `dry_run` everything is done but saved. What is wrong with the file stands in
    the report; nothing is stored then.
    """
    with database.reading() as session:
        themes = frozenset(theme.slug for theme in queries.themes(session))
    return import_records(
        database,
        path,
        case_kind(themes),
        _import,
        file_format=file_format,
        dry_run=dry_run,
        reading=reading,
        storing=storing,
    )


def import_records(
    database: Database,
    path: str | Path,
    kind: Kind,
    store: Store,
    *,
    file_format: Format | None = None,
    dry_run: bool = False,
    reading: Progress | None = None,
    storing: Callable[[int], Progress] | None = None,
) -> Report:
    """Import the records of one sort that a file holds, all or none, as `import_file` does; `store` stores one of them."""
    report = Report()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as aside:
        count = 0
        for found in read_as(kind, path, file_format):
            if isinstance(found, Fault):
                _keep(report, found)
            elif not report.faults:
                aside.write(json.dumps(found.data) + "\n")
                count += 1
            if reading:
                reading(1)
        if not report.faults:
            aside.seek(0)
            progress = storing(count) if storing else None
            report.counts = _store_all(database, aside, store, dry_run=dry_run, progress=progress)
    return report


def import_samples(database: Database) -> int:
    """Import the sample cases that ship with the program; return how many there are."""
    for path in sorted(SAMPLES.glob("*.yaml")):
        report = import_file(database, path)
        if report.faults:
            raise AssertionError(f"a sample case is at fault: {report.faults[0]}")
    return len(list(SAMPLES.glob("*.yaml")))


def export(session: Session, left_out: list[str] | None = None) -> Iterator[Record]:
    """Yield every case of the knowledge base as a record of the case format, by slug.

    Of a published case that is what readers see; of one that never had readers, what is being written. A draft that is
    not complete enough to be imported again is passed over; its slug is added to `left_out`.
    """
    slugs = queries.slugs(session, public=False)
    for at in range(0, len(slugs), BATCH):
        for case in queries.whole_cases(session, slugs[at : at + BATCH]):
            record = _exported(session, case)
            if record is not None:
                yield record
            elif left_out is not None:
                left_out.append(case.slug)
        session.expunge_all()
        session.info.clear()


def _exported(session: Session, case: Case) -> Record | None:
    if case.draft is None or case.published_at is not None:
        return record_of(case)
    record, slips = checked(
        case.draft.content, case.slug, status=case.status.value, themes=frozenset(themes_by_slug(session))
    )
    return None if slips else record


def export_lessons(session: Session) -> Iterator[Record]:
    """Yield every lesson as its case's record has it, with the case's slug and its id; by slug, then in its order."""
    for case in export(session):
        for lesson in case["lessons"]:
            yield {"case": case["slug"], **lesson}


def _keep(report: Report, fault: Fault) -> None:
    if len(report.faults) < MOST_FAULTS:
        report.faults.append(fault)
    else:
        report.more_faults += 1


def _store_all(
    database: Database, records: IO[str], store: Store, *, dry_run: bool, progress: Progress | None
) -> Counter[Stored]:
    counts: Counter[Stored] = Counter()
    with database.transaction() as session:
        for number, line in enumerate(records, start=1):
            record: dict[str, Any] = json.loads(line)
            counts[store(session, record)] += 1
            if number % BATCH == 0:
                session.expunge_all()
                session.info.clear()
            if progress:
                progress(1)
        if dry_run:
            session.rollback()
    return counts


def _import(session: Session, record: Record) -> Stored:
    """Store a case and make a version of it; what people were writing of it here is kept as a version too."""
    known = queries.case_to_import(session, record["slug"])
    before = known.draft.content if known and known.draft else None
    case, outcome = store_case(session, record)
    if before is not None or outcome is not Stored.UNCHANGED:
        review.imported(session, case, record, before)
    return outcome
