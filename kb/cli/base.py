"""What all commands share: the group, the option --data, progress bars and one clear line when something fails.

Every command says on standard error which data folder it uses. Exit 0: done; 1: failed, with one clear line; 2: wrong
usage. What a command answers goes to standard output, everything else to standard error, so that answers can be piped.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


class Commands(click.Group):
    """A group of commands whose errors are one clear line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error of ours ends it with exit 1."""
        try:
            return super().invoke(ctx)
        except KbError as error:
            fail(str(error))
        except BrokenPipeError:
            # Who reads our answer has had enough of it, such as `head`.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        except OSError as error:
            # A full disk, a file where a folder should be, a folder that can't be written.
            fail(f"{error.filename or 'A file'} can't be used: {error.strerror or error}.")


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
def opened(data: Path) -> Iterator[House]:
    """Open the knowledge base of a data folder. Raises DataError when there is none, or one of another version."""
    from kb.house import House

    settings = config.read(data)
    house = House.open(settings)
    try:
        if not house.database.holds_one():
            raise DataError(f"There is no knowledge base in {data}; `kb start` makes one.")
        house.database.check()
        yield house
    finally:
        house.close()


@contextmanager
def bars() -> Iterator[Callable[[str, int | None], Callable[[int], None]]]:
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


def fail(why: str) -> NoReturn:
    """End the command with one clear line and exit status 1."""
    click.echo(f"kb: {why}", err=True)
    sys.exit(1)
