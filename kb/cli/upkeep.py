"""Looking after the knowledge base: its tables."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from kb import config
from kb.cli.base import bars, main, opened, with_data
from kb.core import DataError, SettingError
from kb.db import Database


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
    with opened(data):
        click.echo("The database is at this program's version.", err=True)


@main.command("migrate-data")
@click.option(
    "--from", "source", metavar="URL", help="The database to move from; else that of the data folder."
)
@click.option(
    "--to", "target", metavar="URL", required=True, help="The database to move to, with nothing in it."
)
@with_data
def migrate_data(data: Path, source: str | None, target: str) -> None:
    """Move the knowledge base to another database, and compare the two."""
    from kb.moving import move

    settings = config.read(data)
    here, there = config.database(source or settings.database_url), config.database(target)
    with closing(Database(here)) as old, closing(Database(there)) as new, bars() as bar:
        if not old.holds_one():
            raise DataError("There is no knowledge base in the database to move from.")
        moved = move(old, new, bar)
    for one in moved:
        click.echo(f"{one.table}\t{one.rows}\t{one.checksum}")
    rows = sum(one.rows for one in moved)
    click.echo(f"Moved and compared: {len(moved)} tables, {rows} rows.", err=True)


@main.group()
def mail() -> None:
    """The mail that is to be sent."""


@mail.command("send")
@with_data
def mail_send(data: Path) -> None:
    """Send the mail that is due; `kb start` does this by itself."""
    with opened(data) as house:
        if house.mailer is None:
            raise SettingError("No mail is set up; set KB_MAIL_URL first.")
        sent = house.mailer.send_due()
    click.echo(f"Sent: {sent.sent}; postponed: {sent.postponed}; given up: {sent.given_up}", err=True)
