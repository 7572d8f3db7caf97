"""The `kb` command: what an operator does. It calls the same services as the pages.

Every command says on standard error which data folder it uses. Exit 0: done; 1: failed, with one clear line; 2: wrong
usage. What a command answers goes to standard output, everything else to standard error, so that answers can be piped.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import wraps
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

import click

from kb import config
from kb.core import DataError, KbError
from kb.version import VERSION

if TYPE_CHECKING:
    from kb.house import House

Command = TypeVar("Command", bound=Callable[..., Any])
FORMATS = ("jsonl", "json", "yaml")


class Commands(click.Group):
    """A group of commands whose errors are one clear line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error of ours ends it with exit 1."""
        try:
            return super().invoke(ctx)
        except KbError as error:
            _fail(str(error))
        except BrokenPipeError:
            # Who reads our answer has had enough of it, such as `head`.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        except OSError as error:
            # A full disk, a file where a folder should be, a folder that can't be written.
            _fail(f"{error.filename or 'A file'} can't be used: {error.strerror or error}.")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="kb")
def main() -> None:
    """The knowledge base of practice cases for people who work on villages and neighbourhoods together."""


def with_data(command: Command) -> Command:
    """Give a command the option --data, and the settings of that folder as its first argument."""

    @click.option(
        "--data",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="The data folder; else KB_DATA, else ./instance.",
    )
    @wraps(command)
    def run(data: Path | None, **arguments: Any) -> Any:
        folder = config.data_folder(data)
        click.echo(f"Data folder: {folder}", err=True)
        return command(folder, **arguments)

    return cast("Command", run)


@contextmanager
def _house(data: Path) -> Iterator[House]:
    """Open the knowledge base of a data folder. Raises DataError when there is none, or one of another version."""
    from kb.house import House

    settings = config.read(data)
    if not settings.database_file.exists():
        raise DataError(f"There is no knowledge base in {data}; `kb start` makes one.")
    house = House.open(settings)
    try:
        house.database.check()
        yield house
    finally:
        house.close()


@main.command()
@with_data
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen at."
)
@click.option(
    "--samples/--no-samples", default=True, help="Whether a new knowledge base gets the sample cases."
)
def start(data: Path, host: str, port: int, samples: bool) -> None:
    """Make what is missing, then serve the knowledge base.

    The first time this makes the data folder, the secret key, the database, the sample cases and the index. Later
    starts keep everything.
    """
    from kb import serving

    serving.start(data, host, port, samples=samples, say=lambda text: click.echo(text, err=True))


@main.command("import")
@with_data
@click.argument("files", nargs=-1, required=True)
@click.option(
    "--format", "file_format", type=click.Choice(FORMATS), help="The format, when the name does not say."
)
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
def import_(data: Path, files: tuple[str, ...], file_format: Any, dry_run: bool) -> None:
    """Import cases from JSON Lines, JSON or YAML; "-" is standard input.

    A file is imported whole or not at all. A case whose slug exists already is updated.
    """
    from kb.cases.transfer import import_file

    failed = False
    with _house(data) as house:
        for file in files:
            with _bars() as bar:
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
                f"{file}: {counts or 'no cases'}{' (dry run: nothing was saved)' if dry_run else ''}",
                err=True,
            )
        if not dry_run:
            _index(house)
    if failed:
        sys.exit(1)


@main.command("export")
@with_data
@click.option(
    "--kind",
    type=click.Choice(["cases", "lessons"]),
    default="cases",
    show_default=True,
    help="What to write; import reads cases only.",
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
    """Write all cases, or all lessons, to standard output, sorted by slug."""
    from kb.cases.format import write, write_lessons
    from kb.cases.transfer import export, export_lessons

    with _house(data) as house, house.database.reading() as session:
        if kind == "cases":
            write(export(session), sys.stdout.buffer, file_format)
        else:
            write_lessons(export_lessons(session), sys.stdout.buffer, file_format)
        sys.stdout.buffer.flush()


@main.group()
def search() -> None:
    """The search index, and searching from the terminal."""


@search.command()
@with_data
def rebuild(data: Path) -> None:
    """Make the index anew aside, then switch to it."""
    with _house(data) as house, _bars() as bar:
        with house.database.reading() as session:
            size = house.search.size(session)
        house.search.rebuild(bar("Indexing", size))
        click.echo(f"Indexed: {size}", err=True)


@search.command()
@with_data
def sync(data: Path) -> None:
    """Bring the index up to date with what changed."""
    with _house(data) as house, _bars() as bar:
        click.echo(f"Brought up to date: {house.search.sync(bar('Indexing', None))}", err=True)


@search.command()
@with_data
def check(data: Path) -> None:
    """Compare the index with the database; exit 1 on a difference."""
    with _house(data) as house, _bars() as bar:
        with house.database.reading() as session:
            size = house.search.size(session)
        found = house.search.check(bar("Comparing", size))
    for name, pairs in (("missing", found.missing), ("stale", found.stale), ("ghost", found.ghosts)):
        for kind, key in pairs:
            click.echo(f"{name}\t{kind}\t{key}")
    if found:
        _fail("The index differs from the database; `kb search rebuild` makes it anew.")
    click.echo(f"The index agrees with the database: {size} documents.", err=True)


@search.command()
@with_data
@click.argument("text", required=False)
@click.option(
    "--file",
    "file",
    type=click.File("r", encoding="utf-8"),
    help="Take one query a line, answer one JSON object a line.",
)
@click.option(
    "--kind",
    type=click.Choice(["lesson", "case"]),
    default="lesson",
    show_default=True,
    help="What to look for.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    help="How many hits to show at most.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what the API answers.")
def query(data: Path, text: str | None, file: Any, *, kind: str, limit: int, as_json: bool) -> None:
    """Search for TEXT."""
    from kb import create_app
    from kb.api.presenters import answer
    from kb.search.documents import Query

    lines = _lines(text, file)
    with _house(data) as house:
        app = create_app(house)
        for line in lines:
            asked = Query.read([("q", line), ("kind", kind), ("per_page", str(limit))])
            with house.database.reading() as session, app.test_request_context("/api/v1/search"):
                reply = answer(session, house.search.find(session, asked), house.settings.language)
            if as_json or file is not None:
                click.echo(json.dumps(reply, ensure_ascii=False))
            else:
                _print_answer(reply)


def _lines(text: str | None, file: Iterable[str] | None) -> Iterable[str]:
    """Return what to work on: the one text, or the lines of a file."""
    if text is not None and file is None:
        return [text]
    if text is None and file is not None:
        return _lines_of(file)
    raise click.UsageError("Give either TEXT or --file.")


def _lines_of(file: Iterable[str]) -> Iterator[str]:
    try:
        yield from (line.rstrip("\r\n") for line in file)
    except UnicodeDecodeError:
        raise DataError("The file is not UTF-8; save it as that first.") from None


def _print_answer(reply: dict[str, Any]) -> None:
    click.echo(f"{reply['total']} found in {reply['took_ms']} ms", err=True)
    for hit in reply["hits"]:
        click.echo(f"{hit['score']:6.2f}  {hit['title']}\n        {hit['case']}  {hit['url']}")


@search.command()
@with_data
@click.argument("text", required=False)
@click.option("--lang", default="nl", show_default=True, help="The language of the text.")
@click.option("--file", "file", type=click.File("r", encoding="utf-8"), help="Take one text a line.")
def analyse(_data: Path, text: str | None, lang: str, file: Any) -> None:
    """Show what the text analysis makes of TEXT, one JSON object a line."""
    from kb.search.analysis import analysis

    for line in _lines(text, file):
        words = [
            {
                "word": token.text,
                "stem": token.stem,
                "parts": [part.text for part in token.parts],
                "part_stems": [part.stem for part in token.parts],
            }
            for token in analysis(lang).tokens(line)
        ]
        click.echo(json.dumps({"text": line, "words": words}, ensure_ascii=False))


@main.group()
def db() -> None:
    """The database's tables."""


@db.command()
@with_data
def upgrade(data: Path) -> None:
    """Bring the tables to this program's version."""
    from kb.house import House

    config.make_data_folder(data)
    with closing(House.open(config.read(data))) as house:
        house.database.upgrade()
    click.echo("The database is at this program's version.", err=True)


@db.command("check")
@with_data
def db_check(data: Path) -> None:
    """Say whether the tables are at this program's version; exit 1 when not."""
    with _house(data):
        click.echo("The database is at this program's version.", err=True)


def _index(house: House) -> None:
    """Bring the index up to date after an import, or make it when it is not there."""
    with house.database.reading() as session:
        size = house.search.waiting(session)
    with _bars() as bar:
        house.search.make_ready(bar("Indexing", size))


@contextmanager
def _bars() -> Iterator[Callable[[str, int | None], Callable[[int], None]]]:
    """Give a maker of progress bars; only a terminal shows them. Each ends when the next begins."""
    shown: list[Any] = []

    def end() -> None:
        while shown:
            shown.pop().__exit__(None, None, None)

    def bar(label: str, length: int | None) -> Callable[[int], None]:
        end()
        one: Any = click.progressbar(
            None
            if length is not None
            else repeat(None),  # how many there will be is not known when reading a file
            length=length,
            label=label,
            file=sys.stderr,
            show_pos=True,
            hidden=not sys.stderr.isatty(),
        )
        shown.append(one)
        one.__enter__()
        return cast("Callable[[int], None]", one.update)

    try:
        yield bar
    finally:
        end()


def _fail(why: str) -> NoReturn:
    click.echo(f"kb: {why}", err=True)
    sys.exit(1)
