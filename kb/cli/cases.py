"""Cases and sessions in and out, from the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kb.cli.base import bars, main, opened, with_data

if TYPE_CHECKING:
    from kb.house import House

FORMATS = ("jsonl", "json", "yaml")
WORDS = {"cases": "cases", "events": "sessions"}


@main.command("import")
@with_data
@click.argument("files", nargs=-1, required=True)
@click.option(
    "--format", "file_format", type=click.Choice(FORMATS), help="The format, when the name does not say."
)
@click.option(
    "--kind",
    type=click.Choice(["cases", "events"]),
    default="cases",
    show_default=True,
    help="What the files hold.",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
def import_(data: Path, files: tuple[str, ...], file_format: Any, kind: str, dry_run: bool) -> None:
    """Import cases or sessions from JSON Lines, JSON or YAML; "-" is standard input.

    A file is imported whole or not at all. A case or session whose slug exists already is updated.
    """
    from kb.cases import transfer as cases
    from kb.events import transfer as events

    import_file = cases.import_file if kind == "cases" else events.import_file

    failed = False
    with opened(data) as house:
        for file in files:
            with bars() as bar:
                report = import_file(
                    house.database,
                    file,
                    file_format=file_format,
                    dry_run=dry_run,
                    reading=bar("Reading", None),
                    storing=lambda count, bar=bar: bar("Storing", count),  # type: ignore[misc]  # bound now, not later
                )
            for fault in report.faults:
                click.echo(str(fault), err=True)
            if report.more_faults:
                click.echo(f"{file}: {report.more_faults} more faults", err=True)
            if report.faults:
                failed = True
                click.echo(f"{file}: nothing was imported.", err=True)
                continue
            counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(report.counts.items()))
            click.echo(
                f"{file}: {counts or f'no {WORDS[kind]}'}{' (dry run: nothing was saved)' if dry_run else ''}",
                err=True,
            )
        if not dry_run:
            index(house)
    if failed:
        sys.exit(1)


@main.command("export")
@with_data
@click.option(
    "--kind",
    type=click.Choice(["cases", "lessons", "events"]),
    default="cases",
    show_default=True,
    help="What to write; import reads cases and events.",
)
@click.option(
    "--format",
    "file_format",
    type=click.Choice(FORMATS),
    default="jsonl",
    show_default=True,
    help="How to write it.",
)
def export_(data: Path, kind: str, file_format: Any) -> None:
    """Write all cases, lessons or sessions to standard output, sorted by slug."""
    from kb.cases.format import write, write_lessons
    from kb.cases.transfer import export, export_lessons
    from kb.events import transfer as events
    from kb.events.format import events as sessions

    left_out: list[str] = []
    with opened(data) as house, house.database.reading() as session:
        if kind == "cases":
            write(export(session, left_out), sys.stdout.buffer, file_format)
        elif kind == "events":
            write(events.export(session), sys.stdout.buffer, file_format, sessions())
        else:
            write_lessons(export_lessons(session), sys.stdout.buffer, file_format)
        sys.stdout.buffer.flush()
    for slug in left_out:
        click.echo(f"{slug}: left out, as this draft is not complete enough to be imported again.", err=True)


@main.group()
def case() -> None:
    """Publishing cases and taking them away, past the review: for who runs the server."""


@case.command()
@with_data
@click.argument("slug")
@click.option("--reason", default="", help="Why; it stands in the history.")
def publish(data: Path, slug: str, reason: str) -> None:
    """Publish what is being written of the case SLUG, or was imported as a draft."""
    from kb.accounts.actor import OPERATOR
    from kb.cases import queries
    from kb.cases.services import review

    with opened(data) as house:
        try:
            with house.database.transaction() as session:
                found = queries.case_to_write(session, OPERATOR, slug)
                number = review.publish_now(session, OPERATOR, found, reason=reason).number
        except review.NotReady as error:
            for gap in error.gaps:
                click.echo(f"{slug}: {gap.code} is missing at {_place(gap.path)}", err=True)
            for slip in error.slips:
                click.echo(f"{slug}: {_place(slip.path)}: {slip.why}", err=True)
            raise
        index(house)
    click.echo(f"Published: {slug}, version {number}", err=True)


@case.command()
@with_data
@click.argument("slug")
@click.option("--reason", required=True, help="Why; it stands in the history.")
def withdraw(data: Path, slug: str, reason: str) -> None:
    """Take the published case SLUG away from readers, with all its versions."""
    from kb.accounts.actor import OPERATOR
    from kb.cases import queries
    from kb.cases.services import review

    with opened(data) as house:
        with house.database.transaction() as session:
            review.withdraw(session, OPERATOR, queries.case_to_write(session, OPERATOR, slug), reason=reason)
        index(house)
    click.echo(f"Withdrawn: {slug}", err=True)


def _place(path: Iterable[str | int]) -> str:
    """Return a place in a case as people write it: lessons 2 statement."""
    return " ".join(str(step + 1) if isinstance(step, int) else step for step in path)


def index(house: House) -> None:
    """Bring the index up to date after an import, or make it when it is not there."""
    with house.database.reading() as session:
        size = house.search.waiting(session)
    with bars() as bar:
        house.search.make_ready(bar("Indexing", size))
