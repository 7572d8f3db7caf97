"""People, from the terminal: for who runs the server, also when nobody can sign in any more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.cli.base import main, opened, with_data
from kb.core import NotFound

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kb.accounts.models import LinkPurpose, Person
    from kb.house import House

ROLES = ("author", "session-lead", "editor", "administrator")


@main.group()
def user() -> None:
    """Accounts: adding them, listing them, shutting them, and a link for who can't get in."""


@user.command("add")
@with_data
@click.argument("email")
@click.option("--name", default="", help="The person's name; he can fill it in himself.")
@click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, help="A role; may be given again.")
def add(data: Path, email: str, name: str, roles: tuple[str, ...]) -> None:
    """Add the person with this EMAIL address and print the link with which he chooses a password."""
    from kb.accounts.actor import OPERATOR
    from kb.accounts.models import LinkPurpose
    from kb.accounts.services import people

    with opened(data) as house:
        with house.database.transaction() as session:
            person, token = people.invite(session, OPERATOR, email=email, name=name, roles=roles)
        click.echo(f"Added: {person.email}. This link works once, for seven days:", err=True)
        click.echo(_address(house, LinkPurpose.INVITATION, token))


@user.command("list")
@with_data
def list_(data: Path) -> None:
    """List everybody: address, name, roles, and whether he can sign in; separated by tabs."""
    from kb.accounts import queries

    with opened(data) as house, house.database.reading() as session:
        for person in queries.people(session):
            state = "disabled" if person.disabled_at else "active" if person.password_hash else "invited"
            click.echo("\t".join((person.email, person.name, ",".join(person.roles), state)))


@user.command("disable")
@with_data
@click.argument("email")
def disable(data: Path, email: str) -> None:
    """Let the person with this EMAIL address no longer sign in; his login sessions end now."""
    from kb.accounts.actor import OPERATOR
    from kb.accounts.services import people

    with opened(data) as house, house.database.transaction() as session:
        people.disable(session, OPERATOR, _person(session, email))
    click.echo(f"Disabled: {email}", err=True)


@user.command("reset-link")
@with_data
@click.argument("email")
def reset_link(data: Path, email: str) -> None:
    """Print a link with which the person with this EMAIL address chooses a new password, once, within an hour."""
    from kb.accounts.actor import OPERATOR
    from kb.accounts.services import people

    with opened(data) as house:
        with house.database.transaction() as session:
            purpose, token = people.new_link(session, OPERATOR, _person(session, email))
        click.echo(_address(house, purpose, token))


@main.group()
def person() -> None:
    """What is kept of somebody: a copy of it, and its erasure."""


@person.command("export")
@with_data
@click.argument("email")
def export_person(data: Path, email: str) -> None:
    """Write what the account of this EMAIL address keeps to standard output, as JSON."""
    from kb.accounts.actor import OPERATOR
    from kb.accounts.services import leaving
    from kb.cases.services import personal
    from kb.events.services.personal import of_person as sessions_of_person

    with opened(data) as house, house.database.transaction() as session:
        found = _person(session, email)
        kept = {
            **leaving.own_data(session, OPERATOR, found),
            "cases": personal.of_person(session, found),
            "sessions": sessions_of_person(session, found),
        }
        leaving.note_taken(session, OPERATOR, found)
    click.echo(json.dumps(kept, ensure_ascii=False, indent=2))


@person.command()
@with_data
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do it; without this nothing is changed.")
def erase(data: Path, email: str, yes: bool) -> None:
    """Erase the account of this EMAIL address; without --yes only say what would go."""
    from kb.accounts.actor import OPERATOR
    from kb.accounts.services import leaving
    from kb.events.services.registering import forget_person, known_by_address

    with opened(data) as house:
        if yes:
            with house.database.transaction() as session:
                gone = leaving.erase(session, OPERATOR, _person(session, email), forget_person)
        else:
            with house.database.reading() as session:
                gone = leaving.would_erase(session, _person(session, email), known_by_address)
    click.echo(
        f"Person {gone.person}: name, address, password and settings; {gone.login_sessions} login sessions, "
        f"{gone.links} links, {gone.mails} mails waiting, {gone.elsewhere} times signed up for a session. {gone.log_lines_kept} lines of the log stay, without a name."
    )
    click.echo("Erased." if yes else "Nothing was changed (dry run); --yes erases.", err=True)


def _person(session: Session, email: str) -> Person:
    from kb.accounts import queries

    found = queries.by_email(session, email)
    if found is None:
        raise NotFound(f"There is no account with the address {email[:80]}.")
    return found


def _address(house: House, purpose: LinkPurpose, token: str) -> str:
    """Return the full address of a one-time link; where `KB_BASE_URL` is not set, at this machine's usual port."""
    from kb.accounts.models import LinkPurpose

    page = "reset" if purpose is LinkPurpose.RESET else "welcome"
    return f"{house.settings.base_url or 'http://127.0.0.1:8000'}/{page}/{token}"
