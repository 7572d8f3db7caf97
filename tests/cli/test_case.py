"""`kb case`: publishing and withdrawing for who runs the server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from kb.house import House
from tests import town
from tests.cli.conftest import Run

DRAFT = {
    "slug": "buurt",
    "title": "Buurt aan zet",
    "summary": "Kort.",
    "status": "draft",
    "sources": [{"title": "De krant"}],
}


@pytest.fixture
def imported(kb: Run, house: House, tmp_path: Path) -> House:
    """A knowledge base with one case that was imported as a draft."""
    path = tmp_path / "draft.jsonl"
    path.write_text(json.dumps(DRAFT), encoding="utf-8")
    assert kb("import", str(path), "--data", str(house.settings.data)).code == 0
    return house


def nobody_named(house: House) -> None:
    with house.database.transaction() as session:
        session.execute(text('UPDATE "case" SET nobody_named = true'))


def test_what_is_missing_is_listed_and_nothing_is_published(kb: Run, imported: House) -> None:
    answer = kb("case", "publish", "buurt", "--data", str(imported.settings.data))
    assert answer.code == 1
    assert "buurt: named is missing at named" in answer.err
    assert answer.err.splitlines()[-1].startswith("kb: This case is not complete yet.")
    assert town.ask(imported, 'SELECT status FROM "case"') == [("draft",)]
    assert town.count(imported, "revision") == town.count(imported, "draft") == 0


def test_published_it_is_found_and_recorded(kb: Run, imported: House) -> None:
    data = str(imported.settings.data)
    nobody_named(imported)
    answer = kb("case", "publish", "buurt", "--reason", "Besproken in de werkgroep", "--data", data)
    assert answer.code == 0
    assert "Published: buurt, version 1" in answer.err
    assert (
        json.loads(kb("search", "query", "buurt", "--kind", "case", "--json", "--data", data).out)["total"]
        == 1
    )
    moves = town.ask(imported, "SELECT kind, reason, by_id FROM move ORDER BY id")
    assert moves == [
        ("submit", "Besproken in de werkgroep", None),
        ("publish", "Besproken in de werkgroep", None),
    ]
    assert town.ask(imported, "SELECT number, published_at IS NOT NULL FROM revision") == [(1, 1)]


def test_withdrawn_it_is_gone_for_readers(kb: Run, imported: House) -> None:
    data = str(imported.settings.data)
    nobody_named(imported)
    kb("case", "publish", "buurt", "--data", data)
    assert kb("case", "withdraw", "buurt", "--data", data).code == 2
    assert kb("case", "withdraw", "buurt", "--reason", " ", "--data", data).code == 1
    assert kb("case", "withdraw", "buurt", "--reason", "Klopt niet meer", "--data", data).code == 0
    assert (
        json.loads(kb("search", "query", "buurt", "--kind", "case", "--json", "--data", data).out)["total"]
        == 0
    )
    again = kb("case", "withdraw", "buurt", "--reason", "Nog eens", "--data", data)
    assert again.code == 1
    assert "as it stands now" in again.err


@pytest.mark.parametrize("words", [("publish", "nergens"), ("withdraw", "nergens", "--reason", "x")])
def test_a_case_that_is_not_there(kb: Run, house: House, words: tuple[str, ...]) -> None:
    answer = kb("case", *words, "--data", str(house.settings.data))
    assert answer.code == 1
    assert "nergens" in answer.err.splitlines()[-1]


def test_mail_is_not_sent_where_none_is_set_up(kb: Run, house: House) -> None:
    answer = kb("mail", "send", "--data", str(house.settings.data))
    assert answer.code == 1
    assert "KB_MAIL_URL" in answer.err
