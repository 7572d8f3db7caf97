"""The log of what was done, on screen and in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.accounts.actor import OPERATOR
from kb.accounts.log import log
from kb.accounts.models import Person as Row
from kb.admin.words import VERBS, verb
from kb.cases import queries
from kb.core import now
from kb.events.models import EventStatus
from kb.house import House
from tests.conftest import MakeCase
from tests.house.project import PACKAGE, files
from tests.people import Person, make_person
from tests.statements import statements


@pytest.fixture
def bo(house: House, make_case: MakeCase, boss: Person) -> Person:
    """Somebody who did something, beside the administrator and the program."""
    bo = make_person(house, "author", name="Bo")
    make_case(slug="plein", title="Het plein")
    with house.database.transaction() as session:
        log(session, bo.actor, "case.publish", kind="case", key="plein")
        log(session, bo.actor, "case.publish", kind="case", key="weg")
        log(session, boss.actor, "person.roles", kind="person", key=str(bo.id), detail="author, editor")
        log(session, boss.actor, "theme.retire", kind="theme", key="inclusion")
        log(session, OPERATOR, "house.paint", kind="roof", key="=1+1", detail="<b>red</b>")
    return bo


def lines(desk: FlaskClient, query: str = "") -> list[str]:
    page = desk.get(f"/admin/log?lang=en&{query}").text
    found = re.findall(r'<span class="admin-list__what">(.*?)</span>\s*</li>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", line).split()) for line in found]


def test_each_line_in_words_the_newest_first(desk: FlaskClient, bo: Person) -> None:
    assert lines(desk) == [
        "The program house.paint: roof =1+1 (&lt;b&gt;red&lt;/b&gt;)",
        "Ada Beheer retired a theme: Inclusion",
        "Ada Beheer changed somebody&#39;s roles: Bo (Author, Editor)",
        "Bo published a case: Case weg",
        "Bo published a case: Het plein",
    ]
    page = desk.get("/admin/log?lang=en").text
    assert '/cases/plein/history" lang="nl">Het plein' in page
    assert f"/admin/people/{bo.id}" in page


def test_lines_are_picked_by_person_verb_and_thing(desk: FlaskClient, bo: Person) -> None:
    assert len(lines(desk, f"by={bo.id}")) == 2
    assert len(lines(desk, "by=0")) == 1
    assert len(lines(desk, "did=case.publish")) == 2
    assert len(lines(desk, "kind=theme")) == 1
    assert lines(desk, f"by={bo.id}&kind=case&key=plein") == ["Bo published a case: Het plein"]
    assert lines(desk, "did=%27;drop") == []
    for nonsense in ("by=x", "by=-1", "by=" + "9" * 30, "by=²"):
        assert len(lines(desk, nonsense)) == 5


def test_somebody_who_left_has_no_name(desk: FlaskClient, house: House, bo: Person) -> None:
    with house.database.transaction() as session:
        row = session.get_one(Row, bo.id)
        row.name, row.email, row.erased_at = "", "erased@invalid", now()
    assert lines(desk, f"by={bo.id}")[0].startswith(f"Deleted account {bo.id} published")
    assert f"/admin/people/{bo.id}" not in desk.get("/admin/log").text


def rows(desk: FlaskClient, query: str = "") -> list[list[str]]:
    answer = desk.get(f"/admin/log.csv?{query}")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="log.csv"'
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_trust_57_the_same_lines_for_a_spreadsheet(desk: FlaskClient, house: House, bo: Person) -> None:
    with house.database.transaction() as session:
        session.get_one(Row, bo.id).name = "@SUM(A1)"
    found = rows(desk)
    assert found[0] == ["at", "by_id", "by", "did", "kind", "key", "detail"]
    assert [row[3:] for row in found[1:3]] == [
        ["house.paint", "roof", "'=1+1", "<b>red</b>"],
        ["theme.retire", "theme", "inclusion", ""],
    ]
    assert {row[2] for row in found[1:]} == {"", "Ada Beheer", "'@SUM(A1)"}
    assert len(rows(desk, "kind=theme")) == 2


def test_pages_keep_what_was_picked(desk: FlaskClient, house: House, boss: Person) -> None:
    with house.database.transaction() as session:
        for number in range(60):
            log(session, boss.actor, "tag.rename", kind="tag", key=str(number))
    assert len(lines(desk, "kind=tag")) == 50
    assert len(lines(desk, "kind=tag&page=2")) == 10
    assert "/admin/log?kind=tag&amp;page=2" in desk.get("/admin/log?kind=tag").text
    assert len(rows(desk, "kind=tag")) == 61


@pytest.mark.usefixtures("bo")
def test_as_many_statements_for_few_as_for_many(desk: FlaskClient, house: House, boss: Person) -> None:
    def count(path: str) -> int:
        with statements(house.database) as sent:
            assert desk.get(path).status_code == 200
        return len(sent)

    paths = ("/admin/log", "/admin/log.csv", f"/admin/people/{boss.id}")
    before = [count(path) for path in paths]
    with house.database.transaction() as session:
        people = session.scalars(select(Row)).all()
        for at, theme in enumerate(queries.themes(session)):
            actor = people[at % len(people)].actor()
            log(session, actor, "theme.change", kind="theme", key=theme.slug)
            log(session, actor, "person.roles", kind="person", key=str(people[0].id))
            log(session, actor, "case.submit", kind="case", key="plein")
    assert [count(path) for path in paths] == before


def test_there_are_words_for_every_verb_that_the_program_writes() -> None:
    written = set()
    for path in files(PACKAGE, ".py"):
        text = path.read_text(encoding="utf-8")
        calls = re.findall(r"""\blog\(\s*\w+,\s*[\w.()]+,\s*("[^)]*?),\s*(?:kind|key)=""", text)
        written |= {found for call in calls for found in re.findall(r'"([a-z-]+\.[a-z-]+)"', call)}
    written |= {f"event.{status}" for status in EventStatus}
    assert len(written) > 20
    assert written - set(VERBS) == set()
    assert verb("house.paint") == "house.paint"
