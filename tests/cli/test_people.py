"""`kb user` and `kb person`."""

from __future__ import annotations

import json
import re

from kb.house import House
from tests.cli.conftest import Run
from tests.people import make_person
from tests.town import ask, count


def at(house: House) -> tuple[str, str]:
    return "--data", str(house.settings.data)


def test_somebody_is_added_and_gets_a_link(kb: Run, house: House) -> None:
    answer = kb(
        "user",
        "add",
        "Anna@example.org",
        "--name",
        "Anna",
        "--role",
        "editor",
        "--role",
        "author",
        *at(house),
    )
    assert answer.code == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/welcome/[\w-]{43}\n", answer.out)
    assert ask(house, "SELECT email, name, roles FROM person") == [
        ("anna@example.org", "Anna", '["author", "editor"]')
    ]


def test_nobody_is_added_twice_or_with_a_wrong_address(kb: Run, house: House) -> None:
    kb("user", "add", "anna@example.org", *at(house))
    assert "has an account already" in kb("user", "add", "anna@example.org", *at(house)).failed(
        house.settings.data
    )
    assert "Fill in an e-mail address" in kb("user", "add", "anna", *at(house)).failed(house.settings.data)
    assert kb("user", "add", "x@example.org", "--role", "owner", *at(house)).code == 2


def test_everybody_is_listed(kb: Run, house: House) -> None:
    make_person(house, "editor", "author", name="Anna", email="anna@example.org")
    make_person(house, name="Bea", email="bea@example.org", password="")
    assert kb("user", "list", *at(house)).out == (
        "anna@example.org\tAnna\teditor,author\tactive\nbea@example.org\tBea\t\tinvited\n"
    )


def test_somebody_is_disabled(kb: Run, house: House) -> None:
    make_person(house, email="anna@example.org")
    assert kb("user", "disable", "anna@example.org", *at(house)).code == 0
    assert "disabled" in kb("user", "list", *at(house)).out
    assert "no account" in kb("user", "disable", "bea@example.org", *at(house)).failed(house.settings.data)


def test_the_last_administrator_is_not(kb: Run, house: House) -> None:
    make_person(house, "administrator", email="anna@example.org")
    assert "last administrator" in kb("user", "disable", "anna@example.org", *at(house)).failed(
        house.settings.data
    )


def test_who_can_not_get_in_gets_a_link(kb: Run, house: House) -> None:
    make_person(house, email="anna@example.org")
    assert "/reset/" in kb("user", "reset-link", "anna@example.org", *at(house)).out


def test_what_is_kept_of_somebody_is_written(kb: Run, house: House) -> None:
    make_person(house, name="Anna", email="anna@example.org")
    kept = json.loads(kb("person", "export", "Anna@example.org", *at(house)).out)
    assert kept["account"]["name"] == "Anna"


def test_somebody_is_erased_only_with_yes(kb: Run, house: House) -> None:
    make_person(house, name="Anna", email="anna@example.org")
    dry = kb("person", "erase", "anna@example.org", *at(house))
    assert "Nothing was changed" in dry.err
    assert count(house, "person", "erased_at IS NULL") == 1
    done = kb("person", "erase", "anna@example.org", "--yes", *at(house))
    assert done.out == dry.out
    assert count(house, "person", "erased_at IS NULL") == 0
