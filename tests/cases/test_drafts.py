"""Drafts: whatever is typed is kept, two who write at once lose nothing, and readers see none of it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from flask.testing import FlaskClient

from kb.accounts.actor import NOBODY, Actor, Role
from kb.accounts.models import LogEntry, Person
from kb.cases import queries
from kb.cases.content import empty_content, empty_row
from kb.cases.models import Case, CaseStatus
from kb.cases.services import drafts, review
from kb.cases.services.drafts import Outdated
from kb.core import Conflict, Forbidden, NotFound, Refusal
from kb.house import House
from tests import town
from tests.conftest import MakeCase


def person(house: House, *roles: Role, name: str = "An") -> Actor:
    """Make a person with these roles; return who acts."""
    with house.database.transaction() as session:
        row = Person(email=f"{name.lower()}@voorbeeld.example", name=name, roles=list(roles))
        session.add(row)
        session.flush()
        return row.actor()


@pytest.fixture
def author(house: House) -> Actor:
    return person(house, Role.AUTHOR)


def content(**fields: Any) -> dict[str, Any]:
    return {**empty_content(), "title": "Buurt aan zet", **fields}


def begin(house: House, actor: Actor, **fields: Any) -> str:
    with house.database.transaction() as session:
        return drafts.begin(session, actor, content(**fields)).slug


def save(house: House, actor: Actor, slug: str, typed: dict[str, Any], version: int) -> int:
    with house.database.transaction() as session:
        case = queries.case_to_write(session, actor, slug)
        return drafts.save(session, actor, case, typed, version).version


def standing(house: House, actor: Actor, slug: str) -> dict[str, Any]:
    with house.database.reading() as session:
        return drafts.working_content(queries.case_to_write(session, actor, slug))


class TestBeginning:
    def test_an_author_becomes_its_first_writer(self, house: House, author: Actor) -> None:
        slug = begin(house, author)
        with house.database.reading() as session:
            (case,) = queries.cases_written_by(session, author)
            assert (case.slug, case.status, case.title) == (slug, CaseStatus.DRAFT, "Buurt aan zet")
        assert town.ask(house, "SELECT did, key FROM log_entry") == [("case.begin", slug)]

    def test_two_of_one_title_have_their_own_addresses(self, house: House, author: Actor) -> None:
        assert [begin(house, author) for _ in range(3)] == [
            "buurt-aan-zet",
            "buurt-aan-zet-2",
            "buurt-aan-zet-3",
        ]

    def test_an_address_of_the_site_is_not_taken(self, house: House, author: Actor) -> None:
        assert begin(house, author, title="New") != "new"

    def test_a_title_must_be_there(self, house: House, author: Actor) -> None:
        with pytest.raises(Refusal, match="title"):
            begin(house, author, title="  ")

    @pytest.mark.parametrize("roles", [(), (Role.SESSION_LEAD,)])
    def test_others_may_not(self, house: House, roles: tuple[Role, ...]) -> None:
        with pytest.raises(Forbidden):
            begin(house, person(house, *roles))
        with pytest.raises(Forbidden):
            begin(house, NOBODY)
        assert town.count(house, "case") == 0


class TestSaving:
    def test_all_is_kept_however_wrong(self, house: House, author: Actor) -> None:
        typed = content(
            title="", period_start="20x6", lessons=[{**empty_row("lessons", "n1"), "explanation": "…"}]
        )
        slug = begin(house, author)
        assert save(house, author, slug, typed, 1) == 2
        assert standing(house, author, slug) == typed

    def test_the_same_again_is_no_new_version(self, house: House, author: Actor) -> None:
        slug = begin(house, author)
        typed = content(summary="Kort.")
        assert save(house, author, slug, typed, 1) == 2
        assert save(house, author, slug, deepcopy(typed), 1) == 2

    def test_the_second_of_two_gets_both_texts_and_nothing_is_lost(self, house: House, author: Actor) -> None:
        slug = begin(house, author)
        editor = person(house, Role.EDITOR, name="Bea")
        save(house, editor, slug, content(summary="Van Bea."), 1)
        with pytest.raises(Outdated) as caught:
            save(house, author, slug, content(summary="Van An."), 1)
        assert caught.value.content["summary"] == "Van Bea."
        assert (caught.value.version, caught.value.by) == (2, "Bea")
        assert standing(house, author, slug)["summary"] == "Van Bea."
        assert save(house, author, slug, content(summary="Van beiden."), caught.value.version) == 3

    def test_too_much_is_refused(self, house: House, author: Actor) -> None:
        slug = begin(house, author)
        with pytest.raises(Refusal, match="too much"):
            save(house, author, slug, content(story="x" * (drafts.MOST_CHARACTERS + 1)), 1)

    def test_somebody_else_does_not_even_see_it(self, house: House, author: Actor) -> None:
        slug = begin(house, author)
        other = person(house, Role.AUTHOR, name="Cor")
        for nobody in (other, NOBODY):
            with pytest.raises(NotFound), house.database.reading() as session:
                queries.case_to_write(session, nobody, slug)

    def test_who_lost_the_role_of_author_may_look_and_not_write(self, house: House, author: Actor) -> None:
        slug = begin(house, author)
        former = Actor(id=author.id, name="An")
        with pytest.raises(Forbidden):
            save(house, former, slug, content(summary="Toch."), 1)

    def test_what_was_submitted_stands(self, house: House, author: Actor) -> None:
        slug = begin(house, author, **READY)
        with house.database.transaction() as session:
            case = queries.case_to_write(session, author, slug)
            case.nobody_named = True
            review.submit(session, author, case)
        with pytest.raises(Conflict):
            save(house, author, slug, content(summary="Nog iets."), 1)


READY: dict[str, Any] = {
    "summary": "Kort.",
    "sources": [{**empty_row("sources"), "title": "De krant"}],
}


class TestOfAPublishedCase:
    def test_readers_see_it_as_it_was(self, house: House, make_case: MakeCase, client: FlaskClient) -> None:
        slug = make_case(title="Zoals het was", summary="Wat ieder leest.")["slug"]
        before = client.get(f"/cases/{slug}").text
        editor = person(house, Role.EDITOR, name="Bea")
        typed = {**standing(house, editor, slug), "title": "Zoals het wordt", "summary": "Geheim concept"}
        save(house, editor, slug, typed, 0)
        house.search.sync()
        assert client.get(f"/cases/{slug}").text == before
        assert "Geheim" not in client.get("/search?kind=case&q=geheim+concept").text.replace(
            "geheim concept", ""
        )

    def test_giving_up_brings_back_what_is_published(self, house: House, make_case: MakeCase) -> None:
        slug = make_case(title="Zoals het was")["slug"]
        editor = person(house, Role.EDITOR, name="Bea")
        before = standing(house, editor, slug)
        save(house, editor, slug, {**before, "title": "Zoals het wordt"}, 0)
        with house.database.transaction() as session:
            assert not drafts.give_up(session, editor, queries.case_to_write(session, editor, slug))
        assert standing(house, editor, slug) == before

    def test_lessons_carry_their_numbers_as_keys(self, house: House, make_case: MakeCase) -> None:
        slug = make_case()["slug"]
        (number,) = (row[0] for row in town.ask(house, "SELECT id FROM lesson"))
        editor = person(house, Role.EDITOR)
        assert [row["key"] for row in standing(house, editor, slug)["lessons"]] == [str(number)]


class TestGivingUp:
    def test_a_case_that_never_was_anywhere_goes(self, house: House, author: Actor) -> None:
        slug = begin(house, author)
        with house.database.transaction() as session:
            assert drafts.give_up(session, author, queries.case_to_write(session, author, slug))
        assert (
            town.count(house, "case") == town.count(house, "draft") == town.count(house, "case_writer") == 0
        )

    def test_also_when_it_was_submitted_before(self, house: House, author: Actor) -> None:
        slug = begin(house, author, **READY)
        with house.database.transaction() as session:
            case = queries.case_to_write(session, author, slug)
            case.nobody_named = True
            review.submit(session, author, case)
            review.take_back(session, author, case)
        with house.database.transaction() as session:
            assert drafts.give_up(session, author, queries.case_to_write(session, author, slug))
        assert town.count(house, "revision") == town.count(house, "move") == town.count(house, "case") == 0

    def test_what_was_imported_as_a_draft_stays_as_imported(self, house: House, make_case: MakeCase) -> None:
        slug = make_case(status="draft", title="Zoals ingelezen")["slug"]
        editor = person(house, Role.EDITOR)
        save(house, editor, slug, {**standing(house, editor, slug), "title": "Anders"}, 0)
        with house.database.transaction() as session:
            assert not drafts.give_up(session, editor, queries.case_to_write(session, editor, slug))
        assert standing(house, editor, slug)["title"] == "Zoals ingelezen"

    def test_there_must_be_a_draft(self, house: House, make_case: MakeCase) -> None:
        slug = make_case()["slug"]
        editor = person(house, Role.EDITOR)
        with pytest.raises(NotFound), house.database.transaction() as session:
            drafts.give_up(session, editor, queries.case_to_write(session, editor, slug))


def test_the_log_tells_who_did_what_and_no_text(house: House, author: Actor) -> None:
    slug = begin(house, author, summary="Iets wat niemand mag weten")
    with house.database.reading() as session:
        (entry,) = session.query(LogEntry)
        assert (entry.by_id, entry.did, entry.key, entry.detail) == (author.id, "case.begin", slug, "")
        assert session.query(Case).one().slug == slug
