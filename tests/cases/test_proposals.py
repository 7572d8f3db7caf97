"""What sessions propose for a case: taking it over, declining it, and an origin that is never lost on the way to readers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kb import create_app
from kb.accounts.actor import Actor
from kb.cases import letters, queries
from kb.cases.models import Case, Proposal, ProposalKind
from kb.cases.services import consent, drafts, proposals, review
from kb.core import Conflict, Forbidden, NotFound
from kb.house import House
from tests.cases.writing_desk import JSON, content_of_draft, send, sent_by
from tests.conftest import MakeCase, opened
from tests.people import Person, made_writer, make_person, sign_in
from tests.town import ask

SLUG = "duiven-west"


@pytest.fixture
def house(data: Path) -> Iterator[House]:
    url = "smtp://127.0.0.1:1?from=Praktijkbank <bank@example.org>"
    with closing(opened(data, KB_MAIL_URL=url)) as house:
        yield house


@pytest.fixture
def author(house: House, make_case: MakeCase) -> Person:
    """The writer of a published case of which nobody is named."""
    make_case(
        slug=SLUG,
        themes=["inclusion"],
        lessons=[{"statement": "Begin klein.", "themes": ["inclusion"]}],
        sources=[{"title": "Een gesprek"}],
    )
    person = make_person(house, "author", name="Aad Auteur")
    with house.database.transaction() as session:
        case = session.scalars(select(Case).where(Case.slug == SLUG)).one()
        case.nobody_named = True
    return made_writer(house, person, SLUG)


@pytest.fixture
def client(house: House, author: Person) -> FlaskClient:
    client = sign_in(create_app(house).test_client(), author)
    client.set_cookie("lang", "en")
    return client


def propose(house: House, text: str = "Spreek af wie beslist.", kind: str = "lesson", **values: Any) -> int:
    """Propose something for the case, and return its number."""
    name = "statement" if kind == "lesson" else "title"
    with house.database.transaction() as session:
        case = session.scalars(select(Case).where(Case.slug == SLUG)).one()
        row = {name: text, "themes": ["organising"], **values}
        made = proposals.propose(session, Actor(), case, ProposalKind(kind), row, event="een-sessie", notes=3)
        return made.id


def states(house: House) -> list[tuple[str, int | None]]:
    return [
        (state, lesson) for state, lesson in ask(house, "SELECT state, lesson_id FROM proposal ORDER BY id")
    ]


def take(client: FlaskClient, number: int) -> None:
    page = client.get(f"/cases/{SLUG}/edit").text
    assert send(client, SLUG, sent_by(page), do=f"take:{number}").status_code == 303


def published(house: House, author: Person) -> None:
    editor = make_person(house, "editor")
    for person, deed in ((author, review.submit), (editor, review.publish)):
        with house.database.transaction() as session:
            deed(session, person.actor, queries.case_to_write(session, person.actor, SLUG))


class TestTakingOver:
    def test_it_becomes_a_row_of_the_draft_and_what_was_typed_is_saved(
        self, client: FlaskClient, house: House, author: Person
    ) -> None:
        number = propose(house)
        fields = sent_by(client.get(f"/cases/{SLUG}/edit").text)
        send(client, SLUG, fields, do=f"take:{number}", summary="Net getypt.")
        content = content_of_draft(house, author, SLUG)
        assert content["summary"] == "Net getypt."
        assert [row["statement"] for row in content["lessons"]] == ["Begin klein.", "Spreek af wie beslist."]
        assert content["lessons"][1]["origin"] == "session"
        assert states(house) == [("taken-up", None)]

    def test_twice_is_once(self, client: FlaskClient, house: House, author: Person) -> None:
        number = propose(house)
        for _ in range(2):
            take(client, number)
        assert len(content_of_draft(house, author, SLUG)["lessons"]) == 2

    def test_a_challenge_too(self, client: FlaskClient, house: House, author: Person) -> None:
        take(client, propose(house, "Niemand beslist", "challenge", cause="Geen opdracht"))
        (row,) = content_of_draft(house, author, SLUG)["challenges"]
        assert (row["title"], row["cause"]) == ("Niemand beslist", "Geen opdracht")
        published(house, author)
        assert ask(house, "SELECT state, c.title FROM proposal JOIN challenge c ON c.id = challenge_id") == [
            ("published", "Niemand beslist")
        ]

    def test_the_script_gets_the_row_and_the_list(self, client: FlaskClient, house: House) -> None:
        number = propose(house)
        fields = sent_by(client.get(f"/cases/{SLUG}/edit").text)
        answer = send(client, SLUG, fields, do=f"take:{number}", headers=JSON)
        assert answer.json is not None
        assert (answer.json["what"], answer.json["focus"]) == ("take", "lessons-1")
        assert "Taken over as Lesson 2" in answer.json["said"]

    def test_a_proposal_for_another_case_is_not_there(
        self, client: FlaskClient, house: House, make_case: MakeCase
    ) -> None:
        number = propose(house)
        other = make_case(title="Elders")["slug"]
        with house.database.transaction() as session:
            session.get_one(Proposal, number).case_id = session.scalars(
                select(Case.id).where(Case.slug == other)
            ).one()
        fields = sent_by(client.get(f"/cases/{SLUG}/edit").text)
        for do in (f"take:{number}", f"decline:{number}", "take:999999999999999999"):
            assert send(client, SLUG, fields, do=do).status_code == 404

    def test_while_the_text_stands_still_nothing_is_taken_over(
        self, client: FlaskClient, house: House, author: Person
    ) -> None:
        number = propose(house)
        fields = sent_by(client.get(f"/cases/{SLUG}/edit").text)
        send(client, SLUG, fields, summary="Iets anders.")
        with house.database.transaction() as session:
            review.submit(session, author.actor, queries.case_to_write(session, author.actor, SLUG))
        assert send(client, SLUG, fields, do=f"take:{number}").status_code == 409
        assert states(house) == [("proposed", None)]

    def test_who_does_not_write_the_case_does_not_decide(self, house: House, author: Person) -> None:  # noqa: ARG002 - makes the case
        number = propose(house)
        with house.database.reading() as session:
            case = session.scalars(select(Case).where(Case.slug == SLUG)).one()
            stranger = make_person(house, "author").actor
            with pytest.raises(Forbidden):
                proposals.row_for_draft(session, stranger, case, number)
            with pytest.raises(Forbidden):
                proposals.decline(session, stranger, case, number, reason="")


class TestOrigin:
    def test_it_stays_whatever_is_made_of_the_words(
        self, client: FlaskClient, house: House, author: Person
    ) -> None:
        take(client, propose(house))
        fields = sent_by(client.get(f"/cases/{SLUG}/edit").text)
        send(client, SLUG, fields, **{"lessons-1-statement": "Heel anders.", "lessons-1-origin": "stated"})
        published(house, author)
        rows = ask(
            house, "SELECT p.state, l.statement, l.origin FROM proposal p JOIN lesson l ON l.id = p.lesson_id"
        )
        assert rows == [("published", "Heel anders.", "session")]
        fields = sent_by(client.get(f"/cases/{SLUG}/edit").text)
        send(client, SLUG, fields, **{"lessons-1-origin": "derived", "lessons-1-statement": "Nog anders."})
        published(house, author)
        assert ask(
            house, "SELECT l.statement, l.origin FROM proposal p JOIN lesson l ON l.id = p.lesson_id"
        ) == [("Nog anders.", "session")]

    def test_a_row_that_is_taken_out_can_be_decided_on_again(self, client: FlaskClient, house: House) -> None:
        take(client, propose(house))
        fields = sent_by(client.get(f"/cases/{SLUG}/edit").text)
        send(client, SLUG, fields, do="remove:lessons:1")
        assert states(house) == [("proposed", None)]
        fields = sent_by(client.get(f"/cases/{SLUG}/edit").text)
        send(client, SLUG, fields, do="restore:lessons")
        assert states(house) == [("taken-up", None)]

    def test_so_can_that_of_a_draft_that_is_given_up(
        self, client: FlaskClient, house: House, author: Person
    ) -> None:
        take(client, propose(house))
        with house.database.transaction() as session:
            drafts.give_up(session, author.actor, queries.case_to_write(session, author.actor, SLUG))
        assert states(house) == [("proposed", None)]

    def test_writing_on_from_an_earlier_version_keeps_it(
        self, client: FlaskClient, house: House, author: Person
    ) -> None:
        take(client, propose(house))
        editor = make_person(house, "editor")
        with house.database.transaction() as session:
            revision = review.submit(
                session, author.actor, queries.case_to_write(session, author.actor, SLUG)
            )
            review.send_back(
                session, editor.actor, queries.case_to_write(session, editor.actor, SLUG), reason="Nee"
            )
            case = queries.case_to_write(session, author.actor, SLUG)
            drafts.restore(session, author.actor, case, revision.number, drafts.version_of(case))
        assert states(house) == [("taken-up", None)]
        published(house, author)
        assert [state for state, _lesson in states(house)] == ["published"]

    def test_a_lesson_that_is_taken_out_later_does_not_come_back(
        self, client: FlaskClient, house: House, author: Person
    ) -> None:
        take(client, propose(house))
        published(house, author)
        fields = sent_by(client.get(f"/cases/{SLUG}/edit").text)
        send(client, SLUG, fields, do="remove:lessons:1")
        published(house, author)
        assert states(house) == [("published", None)]
        assert "Proposed in a session" not in visible(client)

    def test_a_name_that_is_taken_out_of_the_case_goes_from_it_too(
        self, house: House, author: Person
    ) -> None:
        propose(house, "Bel Kees Klaassen.")
        with house.database.transaction() as session:
            case = queries.case_to_write(session, author.actor, SLUG)
            agreement = consent.Agreement(name="Kees Klaassen", given=False)
            row = consent.add(session, author.actor, case, agreement)
            consent.withdraw(session, author.actor, case, row.id, replacement="een bewoner")
        assert "Kees" not in ask(house, "SELECT row FROM proposal")[0][0]


class TestDeclining:
    def test_the_reason_is_kept_and_no_draft_is_begun(self, client: FlaskClient, house: House) -> None:
        number = propose(house)
        fields = sent_by(client.get(f"/cases/{SLUG}/edit").text)
        assert (
            send(
                client, SLUG, fields, do=f"decline:{number}", **{f"decline-{number}": " Staat er al. "}
            ).status_code
            == 303
        )
        assert ask(house, "SELECT state, reason FROM proposal") == [("declined", "Staat er al.")]
        assert ask(house, "SELECT count(*) FROM draft") == [(0,)]
        assert "Proposed in a session" not in visible(client)

    def test_it_can_be_proposed_again_in_other_words(self, house: House, author: Person) -> None:
        number = propose(house)
        with house.database.transaction() as session:
            case = queries.case_to_write(session, author.actor, SLUG)
            proposal = proposals.decline(session, author.actor, case, number, reason="Nee")
            proposals.reword(session, proposal, {"statement": "Beter.", "themes": []}, case=case, notes=3)
        assert states(house) == [("proposed", None)]

    def test_what_was_taken_over_is_for_neither_to_change(
        self, client: FlaskClient, house: House, author: Person
    ) -> None:
        number = propose(house)
        take(client, number)
        with house.database.reading() as session:
            case = queries.case_to_write(session, author.actor, SLUG)
            proposal = session.get_one(Proposal, number)
            with pytest.raises(Conflict):
                proposals.decline(session, author.actor, case, number, reason="")
            with pytest.raises(Conflict):
                proposals.reword(session, proposal, {}, case=case, notes=1)
            with pytest.raises(Conflict):
                proposals.take_back(session, proposal)


def test_for_a_case_that_has_no_readers_nothing_is_proposed(house: House, author: Person) -> None:  # noqa: ARG001 - makes the case
    with house.database.transaction() as session:
        case = session.scalars(select(Case).where(Case.slug == SLUG)).one()
        case.status = case.status.__class__("withdrawn")
    with pytest.raises(NotFound):
        propose(house)


def test_its_writers_get_one_mail_a_day(house: House, author: Person) -> None:
    app = create_app(house)
    for _ in range(2):
        number = propose(house)
        with app.test_request_context("/"), house.database.transaction() as session:
            letters.proposed(session, Actor(name="Lea"), session.get_one(Proposal, number))
    ((address, text),) = ask(house, "SELECT to_address, text FROM mail_outbox")
    assert address == author.email
    assert f"/cases/{SLUG}/edit#proposed" in text


def visible(client: FlaskClient) -> str:
    """Return the page of the editor without what is hidden there."""
    page = client.get(f"/cases/{SLUG}/edit").text
    before, _start, rest = page.partition(
        'id="proposed" tabindex="-1" aria-labelledby="proposed-heading" hidden>'
    )
    return before + rest.partition("</section>")[2]


class TestWhereItIsSeen:
    def test_my_cases_says_that_it_waits(self, client: FlaskClient, house: House) -> None:
        assert "from a session" not in client.get("/account/cases").text
        number = propose(house)
        page = client.get("/account/cases").text
        assert "1 proposal from a session" in page
        assert f"/cases/{SLUG}/edit#proposed" in page
        take(client, number)
        assert "from a session" not in client.get("/account/cases").text

    def test_editors_see_which_cases_have_some(self, client: FlaskClient, house: House) -> None:
        editor = sign_in(client.application.test_client(), make_person(house, "editor"))
        editor.set_cookie("lang", "en")
        assert "Proposed in sessions" not in editor.get("/review").text
        propose(house)
        propose(house, "Nog iets.")
        assert "2 proposals from sessions" in editor.get("/review").text
