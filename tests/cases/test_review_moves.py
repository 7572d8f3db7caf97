"""The moves of the review: from which status, by whom, and what they leave behind."""

from __future__ import annotations

from typing import Any

import pytest

from kb.accounts.actor import Actor, Role
from kb.accounts.models import Person as Row
from kb.cases.models import CaseStatus, Consent, MoveKind, NamedPerson
from kb.cases.services import drafts, review
from kb.cases.services.review import NotReady
from kb.core import Conflict, Forbidden, Refusal
from kb.house import House
from tests.cases import reviewing
from tests.cases.reviewing import change, look, publish, status, submit, write
from tests.people import Person, make_person

STATES = ("draft", "submitted", "returned", "published", "edited", "resubmitted", "withdrawn", "archived")
"""`edited` is published with a draft beside it, `resubmitted` with a submitted one."""
ROLES = ("practitioner", "author", "writer", "writer-editor", "editor", "lone-administrator", "administrator")
MAKE: dict[MoveKind, Any] = {
    MoveKind.SUBMIT: review.submit,
    MoveKind.TAKE_BACK: review.take_back,
    MoveKind.RETURN: review.send_back,
    MoveKind.PUBLISH: review.publish,
    MoveKind.WITHDRAW: review.withdraw,
    MoveKind.ARCHIVE: review.archive,
    MoveKind.REOPEN: review.reopen,
}
FROM = {
    MoveKind.SUBMIT: {"draft", "returned", "edited"},
    MoveKind.TAKE_BACK: {"submitted", "resubmitted"},
    MoveKind.RETURN: {"submitted", "resubmitted"},
    MoveKind.PUBLISH: {"submitted", "resubmitted"},
    MoveKind.WITHDRAW: {"published", "edited", "resubmitted"},
    MoveKind.ARCHIVE: {"published", "edited", "resubmitted", "withdrawn"},
    MoveKind.REOPEN: {"withdrawn", "archived"},
}
REVIEWERS = {"editor", "administrator", "lone-administrator"}
EDITORS = {"writer-editor", *REVIEWERS}
BY = {
    MoveKind.SUBMIT: {"writer", *EDITORS},
    MoveKind.TAKE_BACK: {"writer", *EDITORS},
    MoveKind.RETURN: REVIEWERS,
    MoveKind.PUBLISH: REVIEWERS,
    MoveKind.WITHDRAW: EDITORS,
    MoveKind.ARCHIVE: EDITORS,
    MoveKind.REOPEN: EDITORS,
}
AFTER = {
    MoveKind.SUBMIT: "submitted",
    MoveKind.TAKE_BACK: "draft",
    MoveKind.RETURN: "returned",
    MoveKind.PUBLISH: "published",
    MoveKind.WITHDRAW: "withdrawn",
    MoveKind.ARCHIVE: "archived",
    MoveKind.REOPEN: "published",
}


@pytest.fixture
def writer(house: House) -> Person:
    return make_person(house, "author", name="Wil Schrijver")


@pytest.fixture
def editor(house: House) -> Person:
    return make_person(house, "editor", name="Rita Redacteur")


def in_state(house: House, writer: Person, editor: Person, state: str) -> str:
    """Return the slug of a case in this state."""
    if state in {"draft", "submitted", "returned"}:
        slug = reviewing.begin(house, writer)
        if state != "draft":
            submit(house, writer, slug)
        if state == "returned":
            change(
                house,
                slug,
                lambda session, case: review.send_back(session, editor.actor, case, reason="Kort."),
            )
        return slug
    slug = publish(house, writer, editor)
    if state in {"edited", "resubmitted"}:
        write(house, writer, slug, summary="Nieuw.")
    if state == "resubmitted":
        submit(house, writer, slug)
    if state in {"withdrawn", "archived"}:
        take = review.withdraw if state == "withdrawn" else review.archive
        change(house, slug, lambda session, case: take(session, editor.actor, case, reason="Zo."))
    return slug


def actor(house: House, writer: Person, editor: Person, role: str, slug: str) -> Actor:
    """Return somebody of a role; who is a writer has written on the case."""
    if role == "writer":
        return writer.actor
    if role == "editor":
        return editor.actor
    if role == "writer-editor":
        return Actor(writer.id, writer.name, frozenset({Role.AUTHOR, Role.EDITOR}))
    roles = {"practitioner": (), "author": ("author",)}.get(role, ("administrator",))
    person = make_person(house, *roles)
    del slug
    return person.actor


@pytest.mark.parametrize("state", STATES)
def test_each_move_can_be_made_from_its_states_by_its_people_only(
    house: House, writer: Person, editor: Person, state: str
) -> None:
    slug = in_state(house, writer, editor, state)
    people = {role: actor(house, writer, editor, role, slug) for role in ROLES}
    for kind, make in MAKE.items():
        for role, who in people.items():
            right, ready = role in BY[kind], state in FROM[kind]

            def attempt(session: Any, case: Any, make: Any = make, who: Actor = who) -> None:
                make(session, who, case, reason="Omdat.")
                raise _UndoneError

            expected = _UndoneError if right and ready else Conflict if right else Forbidden
            with pytest.raises(expected):
                change(house, slug, attempt)
            open_to = look(house, slug, lambda case, who=who: _open(house, who, case))
            assert (kind in open_to) is (right and ready), (kind, role, state)


class _UndoneError(Exception):
    """Ends a transaction without saving it."""


def _open(house: House, who: Actor, case: Any) -> tuple[MoveKind, ...]:
    with house.database.reading() as session:
        return review.moves_open_to(session, who, case)


@pytest.mark.parametrize("kind", list(MAKE))
def test_each_move_is_recorded_with_who_and_why(
    house: House, writer: Person, editor: Person, kind: MoveKind
) -> None:
    slug = in_state(house, writer, editor, min(FROM[kind]))
    who = writer if kind in {MoveKind.SUBMIT, MoveKind.TAKE_BACK} else editor
    change(house, slug, lambda session, case: MAKE[kind](session, who.actor, case, reason=" Omdat. "))
    last = look(house, slug, lambda case: (case.moves[-1].kind, case.moves[-1].by_id, case.moves[-1].reason))
    assert last == (kind, who.id, "Omdat.")
    case_status, draft_status = status(house, slug)
    if kind in {MoveKind.SUBMIT, MoveKind.TAKE_BACK, MoveKind.RETURN}:
        assert draft_status is not None
        assert draft_status.value == AFTER[kind]
    else:
        assert case_status.value == AFTER[kind]


@pytest.mark.parametrize("role", ["author", "editor", "administrator"])
def test_trust_37_nobody_approves_his_own_case_also_through_a_second_role(house: House, role: str) -> None:
    writer = make_person(house, *{"author", role})
    editor = make_person(house, "editor")
    slug = reviewing.begin(house, writer)
    submit(house, writer, slug)
    for kind in (MoveKind.PUBLISH, MoveKind.RETURN):
        with pytest.raises(Forbidden):
            change(
                house,
                slug,
                lambda session, case, kind=kind: MAKE[kind](session, writer.actor, case, reason="Ik."),
            )
    assert status(house, slug) == (CaseStatus.SUBMITTED, CaseStatus.SUBMITTED)
    change(house, slug, lambda session, case: review.publish(session, editor.actor, case))
    assert status(house, slug) == (CaseStatus.PUBLISHED, None)


def test_trust_37_an_editor_who_saved_once_is_a_writer_for_good(
    house: House, writer: Person, editor: Person
) -> None:
    slug = reviewing.begin(house, writer)
    write(house, editor, slug, summary="Van de redacteur.")
    write(house, writer, slug, summary="Weer van de schrijver.")
    submit(house, writer, slug)
    with pytest.raises(Forbidden):
        change(house, slug, lambda session, case: review.publish(session, editor.actor, case))
    with pytest.raises(Forbidden):
        change(
            house,
            slug,
            lambda session, case: review.assign(session, editor.actor, case, _row(session, editor)),
        )


def _row(session: Any, person: Person) -> Any:
    return session.get_one(Row, person.id)


def test_trust_38_no_step_of_the_review_can_be_skipped(house: House, writer: Person, editor: Person) -> None:
    slug = reviewing.begin(house, writer)
    for state in ("draft", "returned"):
        if state == "returned":
            submit(house, writer, slug)
            change(
                house,
                slug,
                lambda session, case: review.send_back(session, editor.actor, case, reason="Nee."),
            )
        for kind in (MoveKind.PUBLISH, MoveKind.WITHDRAW, MoveKind.ARCHIVE, MoveKind.REOPEN):
            with pytest.raises(Conflict):
                change(
                    house,
                    slug,
                    lambda session, case, kind=kind: MAKE[kind](session, editor.actor, case, reason="Nu."),
                )
        assert status(house, slug)[0].value == state


def test_an_administrator_publishes_his_own_case_alone_with_a_reason_that_is_recorded(house: House) -> None:
    alone = make_person(house, "administrator", "author")
    slug = reviewing.begin(house, alone)
    submit(house, alone, slug)
    with pytest.raises(Refusal, match="without a second pair of eyes"):
        change(house, slug, lambda session, case: review.publish(session, alone.actor, case, reason="  "))
    change(
        house,
        slug,
        lambda session, case: review.publish(session, alone.actor, case, reason="Wij zijn met één."),
    )
    move = look(house, slug, lambda case: (case.moves[-1].alone, case.moves[-1].reason))
    assert move == (True, "Wij zijn met één.")


def test_an_administrator_does_not_publish_alone_where_another_editor_can(house: House) -> None:
    alone = make_person(house, "administrator", "author")
    make_person(house, "editor", password="")
    slug = reviewing.begin(house, alone)
    submit(house, alone, slug)
    with house.database.reading() as session:
        assert MoveKind.PUBLISH in look(
            house, slug, lambda case: review.moves_open_to(session, alone.actor, case)
        )
    make_person(house, "editor")
    with pytest.raises(Forbidden):
        change(house, slug, lambda session, case: review.publish(session, alone.actor, case, reason="Toch."))


def test_a_published_case_that_is_edited_stays_readable_as_it_was(
    house: House, writer: Person, editor: Person
) -> None:
    slug = publish(house, writer, editor)
    write(house, writer, slug, title="Een andere titel", summary="Een andere samenvatting.")
    assert look(house, slug, lambda case: (case.title, case.summary)) == (
        "Het plein van Stein",
        "Bewoners maken een plein.",
    )
    submit(house, writer, slug)
    assert status(house, slug) == (CaseStatus.PUBLISHED, CaseStatus.SUBMITTED)
    change(
        house, slug, lambda session, case: review.send_back(session, editor.actor, case, reason="Beter zo.")
    )
    assert look(house, slug, lambda case: case.title) == "Het plein van Stein"
    submit(house, writer, slug)
    change(house, slug, lambda session, case: review.publish(session, editor.actor, case))
    assert look(house, slug, lambda case: (case.title, case.draft)) == ("Een andere titel", None)


def test_a_version_is_made_only_when_the_text_differs(house: House, writer: Person, editor: Person) -> None:
    slug = reviewing.begin(house, writer)
    submit(house, writer, slug)
    change(
        house, slug, lambda session, case: review.send_back(session, editor.actor, case, reason="Nog eens.")
    )
    submit(house, writer, slug)
    assert look(house, slug, lambda case: [row.number for row in case.revisions]) == [1]
    change(house, slug, lambda session, case: review.take_back(session, writer.actor, case))
    write(house, writer, slug, summary="Anders.")
    submit(house, writer, slug)
    change(house, slug, lambda session, case: review.publish(session, editor.actor, case))
    found = look(
        house, slug, lambda case: [(row.number, row.published_at is not None) for row in case.revisions]
    )
    assert found == [(1, False), (2, True)]


def test_lessons_keep_their_addresses_when_a_new_version_is_published(
    house: House, writer: Person, editor: Person
) -> None:
    slug = publish(house, writer, editor)
    (before,) = look(house, slug, lambda case: [lesson.id for lesson in case.lessons])
    lessons = look(house, slug, lambda case: drafts.working_content(case)["lessons"])
    reworded = [{**lessons[0], "statement": "Begin heel klein."}]
    reviewing.publish_again(house, writer, editor, slug, lessons=reworded)
    assert look(house, slug, lambda case: [(row.id, row.statement) for row in case.lessons]) == [
        (before, "Begin heel klein.")
    ]


def test_what_is_missing_stops_a_case_with_a_list(house: House, writer: Person) -> None:
    slug = reviewing.begin(house, writer, summary=" ", sources=[])
    with pytest.raises(NotReady) as caught:
        submit(house, writer, slug)
    assert [gap.code for gap in caught.value.gaps] == ["summary", "source"]


def test_publishing_is_blocked_while_somebody_who_is_named_has_not_agreed(
    house: House, writer: Person, editor: Person
) -> None:
    slug = reviewing.begin(house, writer)
    submit(house, writer, slug)
    change(
        house,
        slug,
        lambda _session, case: case.named.append(NamedPerson(name="Jan", consent=Consent.MISSING)),
    )
    with pytest.raises(NotReady) as caught:
        change(house, slug, lambda session, case: review.publish(session, editor.actor, case))
    assert [gap.code for gap in caught.value.gaps] == ["consent"]
    change(house, slug, lambda _session, case: setattr(case.named[0], "consent", Consent.GIVEN))
    change(house, slug, lambda session, case: review.publish(session, editor.actor, case))


def test_a_case_is_not_returned_without_a_word(house: House, writer: Person, editor: Person) -> None:
    slug = reviewing.begin(house, writer)
    submit(house, writer, slug)
    with pytest.raises(Refusal, match="remark"):
        change(house, slug, lambda session, case: review.send_back(session, editor.actor, case, reason=" "))


@pytest.mark.parametrize("take", [review.withdraw, review.archive])
def test_a_case_is_not_taken_from_readers_without_a_reason(
    house: House, writer: Person, editor: Person, take: Any
) -> None:
    slug = publish(house, writer, editor)
    with pytest.raises(Refusal, match="why"):
        change(house, slug, lambda session, case: take(session, editor.actor, case, reason=""))
    assert status(house, slug)[0] is CaseStatus.PUBLISHED
