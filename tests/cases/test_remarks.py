"""Remarks: by reviewers on a field, answered by writers, resolved by reviewers, and nothing else by anybody."""

from __future__ import annotations

import pytest

from kb.cases.models import CaseStatus
from kb.cases.services import drafts, remarks, review
from kb.core import Conflict, Forbidden, NotFound, Refusal
from kb.house import House
from tests.cases import reviewing
from tests.cases.reviewing import change, look
from tests.people import Person, make_person


@pytest.fixture
def writer(house: House) -> Person:
    return make_person(house, "author", name="Wil")


@pytest.fixture
def editor(house: House) -> Person:
    return make_person(house, "editor", name="Rita")


@pytest.fixture
def slug(house: House, writer: Person) -> str:
    slug = reviewing.begin(house, writer)
    reviewing.submit(house, writer, slug)
    return slug


def make(house: House, who: Person, slug: str, field: str = "title", text: str = "Waarom?") -> int:
    return int(
        change(house, slug, lambda s, case: remarks.make(s, who.actor, case, field=field, text=text).id)
    )


def test_a_remark_goes_its_way(house: House, writer: Person, editor: Person, slug: str) -> None:
    number = make(house, editor, slug, "challenges/c1/cause", "Wie zei dat?\r\n\r\nNoem een bron. ")
    change(house, slug, lambda s, case: remarks.answer(s, writer.actor, case, number, text="De wethouder."))
    change(house, slug, lambda s, case: remarks.resolve(s, editor.actor, case, number))
    found = look(house, slug, lambda case: remarks.find(case, number))
    assert (found.field, found.text) == ("challenges/c1/cause", "Wie zei dat?\n\nNoem een bron.")
    assert (found.answer, found.answered_by_id) == ("De wethouder.", writer.id)
    assert (found.resolved_at is not None, found.resolved_by_id) == (True, editor.id)
    with pytest.raises(Conflict):
        change(house, slug, lambda s, case: remarks.answer(s, writer.actor, case, number, text="Toch niet."))
    change(house, slug, lambda s, case: remarks.reopen(s, editor.actor, case, number))
    assert look(house, slug, lambda case: remarks.find(case, number).resolved_at) is None


def test_a_remark_belongs_to_the_version_under_review(house: House, editor: Person, slug: str) -> None:
    number = make(house, editor, slug)
    found = look(house, slug, lambda case: remarks.find(case, number).revision_id == case.revisions[-1].id)
    assert found


@pytest.mark.parametrize(
    "field", ["", "title", "story", "sources", "challenges/c1/outcome", "lessons/n1/statement"]
)
def test_a_remark_can_be_about_the_whole_and_about_each_field(
    house: House, editor: Person, slug: str, field: str
) -> None:
    make(house, editor, slug, field)


@pytest.mark.parametrize(
    "field", ["owner", "challenges/c9/cause", "challenges/c1/key", "lessons/1", "../title", "<b>"]
)
def test_a_remark_is_about_a_field_that_is_there(house: House, editor: Person, slug: str, field: str) -> None:
    with pytest.raises(Refusal):
        make(house, editor, slug, field)


def test_a_remark_stays_when_its_field_goes(house: House, writer: Person, editor: Person, slug: str) -> None:
    number = make(house, editor, slug, "lessons/n1/statement")
    change(house, slug, lambda s, case: review.send_back(s, editor.actor, case))
    reviewing.write(house, writer, slug, lessons=[])
    assert look(house, slug, lambda case: remarks.find(case, number).text) == "Waarom?"


@pytest.mark.parametrize("text", ["", " \n ", "x" * 5001])
def test_nothing_and_too_much_are_refused(house: House, editor: Person, slug: str, text: str) -> None:
    with pytest.raises(Refusal):
        make(house, editor, slug, text=text)


def test_writers_make_no_remarks_and_resolve_none_whatever_their_role(
    house: House, writer: Person, slug: str
) -> None:
    both = make_person(house, "editor", "author")
    change(house, slug, lambda s, case: review.take_back(s, writer.actor, case))
    reviewing.write(house, both, slug, summary="Van ons beiden.")
    reviewing.submit(house, writer, slug)
    number = make(house, make_person(house, "editor"), slug)
    for who in (writer, both):
        with pytest.raises(Forbidden):
            make(house, who, slug)
        for judge in (remarks.resolve, remarks.reopen):
            with pytest.raises(Forbidden):
                change(house, slug, lambda s, case, who=who, judge=judge: judge(s, who.actor, case, number))


def test_only_those_who_write_answer(house: House, editor: Person, slug: str) -> None:
    number = make(house, editor, slug)
    for who in (make_person(house), make_person(house, "author")):
        with pytest.raises(Forbidden):
            change(
                house, slug, lambda s, case, who=who: remarks.answer(s, who.actor, case, number, text="Ik!")
            )


def test_trust_33_a_remark_of_another_case_is_not_found(
    house: House, writer: Person, editor: Person, slug: str
) -> None:
    other = reviewing.begin(house, writer, title="Een andere casus")
    reviewing.submit(house, writer, other)
    number = make(house, editor, slug)
    for act in (remarks.resolve, remarks.reopen):
        with pytest.raises(NotFound):
            change(house, other, lambda s, case, act=act: act(s, editor.actor, case, number))
    with pytest.raises(NotFound):
        change(house, other, lambda s, case: remarks.answer(s, writer.actor, case, number, text="Nee."))
    change(house, slug, lambda s, case: remarks.answer(s, writer.actor, case, number, text="Ja."))


def test_without_a_draft_there_is_nothing_to_remark_on(house: House, writer: Person, editor: Person) -> None:
    slug = reviewing.publish(house, writer, editor, title="Klaar")
    with pytest.raises(Conflict):
        make(house, editor, slug)


def test_open_remarks_are_reason_enough_to_return_a_case(house: House, editor: Person, slug: str) -> None:
    make(house, editor, slug)
    change(house, slug, lambda s, case: review.send_back(s, editor.actor, case))
    assert look(house, slug, lambda case: (case.draft.status, drafts.version_of(case))) == (
        CaseStatus.RETURNED,
        1,
    )
