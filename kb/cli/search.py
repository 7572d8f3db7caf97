"""The search index, and searching from the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kb.cli.base import bars, fail, main, opened, with_data
from kb.core import DataError

if TYPE_CHECKING:
    from kb.search.languages import Languages


@main.group()
def search() -> None:
    """The search index, and searching from the terminal."""


@search.command()
@with_data
def rebuild(data: Path) -> None:
    """Make the index anew aside, then switch to it."""
    with opened(data) as house, bars() as bar:
        with house.database.reading() as session:
            size = house.search.size(session)
        house.search.rebuild(bar("Indexing", size))
        click.echo(f"Indexed: {size}", err=True)


@search.command()
@with_data
def sync(data: Path) -> None:
    """Bring the index up to date with what changed."""
    with opened(data) as house, bars() as bar:
        click.echo(f"Brought up to date: {house.search.sync(bar('Indexing', None))}", err=True)


@search.command()
@with_data
def check(data: Path) -> None:
    """Compare the index with the database; exit 1 on a difference."""
    with opened(data) as house, bars() as bar:
        with house.database.reading() as session:
            size = house.search.size(session)
        found = house.search.check(bar("Comparing", size))
    for name, pairs in (("missing", found.missing), ("stale", found.stale), ("ghost", found.ghosts)):
        for kind, key in pairs:
            click.echo(f"{name}\t{kind}\t{key}")
    if found:
        fail("The index differs from the database; `kb search rebuild` makes it anew.")
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
    type=click.Choice(["lesson", "case", "event"]),
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
@click.option("--explain", is_flag=True, help="Say what each score is made of.")
def query(
    data: Path, text: str | None, file: Any, *, kind: str, limit: int, as_json: bool, explain: bool
) -> None:
    """Search for TEXT."""
    from kb import create_app
    from kb.api.presenters import answer
    from kb.search.documents import Query

    lines = _lines(text, file)
    with opened(data) as house:
        app = create_app(house)
        for line in lines:
            asked = Query.read([("q", line), ("kind", kind), ("per_page", str(limit))])
            with house.database.reading() as session, app.test_request_context("/api/v1/search"):
                found = house.search.find(session, asked)
                reply = answer(session, found, house.settings.language, explained=explain)
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
    if reply["did_you_mean"]:
        click.echo(f"Also searched for: {reply['did_you_mean']}", err=True)
    if reply["dropped"]:
        click.echo(f"Nothing was found with all of it; left out: {', '.join(reply['dropped'])}", err=True)
    for hit in reply["hits"]:
        case = f"{hit['case']}  " if hit["case"] else ""
        click.echo(f"{hit['score']:6.2f}  {hit['title']}\n        {case}{hit['url']}")
        for reason in hit.get("explain", ()):
            what = (
                f"{reason['how']}: {reason['word']} -> {reason['found']}" if reason["word"] else reason["how"]
            )
            click.echo(f"        {reason['score']:6.3f}  {reason['field']:10}  {what}")


@search.command()
@with_data
@click.argument("text", required=False)
@click.option("--lang", default="nl", show_default=True, help="The language of the text.")
@click.option("--file", "file", type=click.File("r", encoding="utf-8"), help="Take one text a line.")
def analyse(data: Path, text: str | None, lang: str, file: Any) -> None:
    """Show what the text analysis makes of TEXT, one JSON object a line."""
    known = _languages(data).analysis(lang)
    for line in _lines(text, file):
        words = [
            {
                "word": token.text,
                "stem": token.stem,
                "parts": [part.text for part in token.parts],
                "part_stems": [part.stem for part in token.parts],
            }
            for token in known.tokens(line)
        ]
        click.echo(json.dumps({"text": line, "words": words}, ensure_ascii=False))


def _languages(data: Path) -> Languages:
    """Return how this knowledge base reads texts; without one, with the lists that come with the program."""
    from kb.search.languages import Languages

    try:
        with opened(data) as house, house.database.reading() as session:
            return house.search.languages(session)
    except DataError:
        return Languages()


@search.command()
@with_data
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--each", is_flag=True, help="Print a line for each query too.")
def judge(data: Path, file: Any, *, each: bool) -> None:
    """Say how good the search is on judged queries: a line of FILE has query, kind, id and grade, with tabs between.

    A lesson's id may also be that of its case and its place there: duiven-west#0 is the first.
    """
    from kb.cases.queries import lessons_by_place
    from kb.search import judging

    judged = judging.read_judged(_lines_of(file))
    with opened(data) as house, house.database.reading() as session:
        places = lessons_by_place(session)
        verdicts = judging.judge(house.search, session, (one.with_ids(places) for one in judged))
    for told in verdicts if each else ():
        click.echo(f"{told.ndcg:.3f}\t{told.judged.kind}\t{told.judged.query}")
    total = judging.summary(verdicts)
    click.echo(f"queries     {total.queries}")
    click.echo(f"nDCG@10     {total.ndcg:.3f}")
    click.echo(f"MRR@10      {total.mrr:.3f}")
    click.echo(f"recall@20   {total.recall:.3f}")
    click.echo(f"empty       {len(total.empty)}")
    for query_text in total.empty:
        click.echo(f"  {query_text}")
