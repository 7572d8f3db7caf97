"""The harvest: who may do it, what becomes of notes, what goes wrong, and what readers get to see."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.accounts.actor import Actor
from kb.cases.models import Case, CaseStatus, Proposal, ProposalState
from kb.core import Forbidden, NotFound, Refusal
from kb.events import harvest_queries, queries
from kb.events.models import Event, Harvested, HarvestKind
from kb.events.services import boards, harvesting, notes
from kb.events.services.harvesting import Wording
from kb.house import House
from tests.conftest import MakeCase
from tests.events.board_desk import Desk, open_board
from tests.events.sessions import leading, prepared
from tests.paper import Reader
from tests.people import made_writer, make_person, post, sign_in
from tests.town import ask, number
from tests.tree import parse

LESSON: dict[str, Any] = {
    "kind": "lesson",
    "statement": "Spreek af wie beslist.",
    "case": "duiven-west",
    "themes": "inclusion",
}
ACTION: dict[str, Any] = {"kind": "action", "what": "Bellen", "owner": "De wijkraad", "due": "2027-03-01"}


@pytest.fixture
def desk(house: House, app: Flask, make_case: MakeCase) -> Desk:
    """An open board about a case, with three notes of two people."""
    make_case(
        slug="duiven-west",
        title="Duiven-West",
        lessons=[{"statement": "Begin klein.", "themes": ["inclusion"]}],
    )
    make_case(slug="elders", title="Elders")
    desk = open_board(house, app, cases=[{"case": "duiven-west", "presenter": "De wijkraad"}])
    first, second = desk.joined(nickname="Kees", room="r1"), desk.joined()
    desk.write(first, "Eén aanspreekpunt")
    desk.write(second, "Iemand die je kunt bellen")
    desk.write(second, "=SOM(A1)", question=1)
    desk.post(second, f"/notes/{desk.note('Eén aanspreekpunt')}/vote", on="yes")
    return desk


@pytest.fixture
def led(desk: Desk) -> FlaskClient:
    return desk.led()


def harvest(
    desk: Desk,
    client: FlaskClient,
    texts: tuple[str, ...] = ("Eén aanspreekpunt",),
    question: int = 0,
    **fields: Any,
) -> Any:
    """Send the form of the harvest with these notes chosen."""
    data = {"do": "make", "question": str(desk.questions[question]), **fields}
    data["note"] = [str(desk.note(text)) for text in texts]
    return post(client, f"/events/{desk.slug}/harvest", **data)


def opened(client: FlaskClient, path: str) -> str:
    """Open the form of something harvested; return what it says of the state that is changed."""
    field = parse(client.get(path).text).one("input", name="seen")
    return str(field["value"])


def kept(house: House) -> list[tuple[Any, ...]]:
    return ask(house, "SELECT kind, notes, votes, text, owner, due FROM harvested ORDER BY id")


def proposed(house: House) -> list[tuple[Any, ...]]:
    rows = ask(house, 'SELECT kind, state, event, notes, "row" FROM proposal ORDER BY id')
    texts = (json.loads(text) for *_, text in rows)
    return [
        (*some, text.get("statement"), text.get("title"))
        for (*some, _), text in zip(rows, texts, strict=True)
    ]


class TestWho:
    def test_a_lead_of_another_session_does_not(self, desk: Desk, house: House, app: Flask) -> None:
        other = make_person(house, "session-lead")
        prepared(house, other, "open", title="Anders")
        client = sign_in(app.test_client(), other)
        for path in ("harvest", "report", "report.json"):
            assert client.get(f"/events/{desk.slug}/{path}").status_code == 403
        assert harvest(desk, client, **LESSON).status_code == 403
        assert kept(house) == []

    def test_who_wrote_a_case_of_the_session_does(self, desk: Desk, house: House, app: Flask) -> None:
        author = made_writer(house, make_person(house, "author"), "duiven-west")
        client = sign_in(app.test_client(), author)
        assert client.get(f"/events/{desk.slug}/harvest").status_code == 200
        assert harvest(desk, client, **LESSON).status_code == 303
        page = client.get(f"/events/{desk.slug}").text
        assert f"/events/{desk.slug}/harvest" in page
        hiding = {
            "do": "hide",
            "question": str(desk.questions[0]),
            "note": str(desk.note("Eén aanspreekpunt")),
        }
        assert post(client, f"/events/{desk.slug}/harvest", **hiding).status_code == 403

    def test_who_wrote_another_case_does_not(self, desk: Desk, house: House, app: Flask) -> None:
        client = sign_in(app.test_client(), made_writer(house, make_person(house, "author"), "elders"))
        assert client.get(f"/events/{desk.slug}/harvest").status_code == 403

    def test_an_editor_as_such_does_not(self, desk: Desk, house: House, app: Flask) -> None:
        client = sign_in(app.test_client(), make_person(house, "editor"))
        assert client.get(f"/events/{desk.slug}/harvest").status_code == 403

    def test_a_participant_does_not(self, desk: Desk) -> None:
        assert desk.joined().get(f"/events/{desk.slug}/harvest").status_code in {302, 303}


class TestGroups:
    def test_notes_are_put_together_and_taken_out(self, desk: Desk, led: FlaskClient, house: House) -> None:
        both = ("Eén aanspreekpunt", "Iemand die je kunt bellen")
        assert harvest(desk, led, both, do="group", name="Bellen").status_code == 303
        page = led.get(f"/events/{desk.slug}/harvest").text
        assert "Bellen" in page
        ((group,),) = ask(house, "SELECT id FROM note_group")
        assert harvest(desk, led, (), do="make", group=str(group), **LESSON).status_code == 303
        assert proposed(house)[0][3] == 2
        harvest(desk, led, (both[0],), do="ungroup")
        assert number(house, "SELECT count(*) FROM note_group") == 0
        assert number(house, "SELECT count(*) FROM grouped_note") == 0

    def test_one_note_is_no_group(self, desk: Desk, led: FlaskClient, house: House) -> None:
        assert harvest(desk, led, do="group").status_code == 303
        assert "Choose two notes or more" in led.get(f"/events/{desk.slug}/harvest").text
        assert number(house, "SELECT count(*) FROM note_group") == 0

    def test_a_group_grows_and_keeps_its_name(self, desk: Desk, led: FlaskClient, house: House) -> None:
        desk.write(desk.joined(), "Niet steeds een ander")
        harvest(desk, led, ("Eén aanspreekpunt", "Iemand die je kunt bellen"), do="group", name="Bellen")
        ((group,),) = ask(house, "SELECT id FROM note_group")
        harvest(desk, led, ("Niet steeds een ander",), do="group", group=str(group))
        assert ask(house, "SELECT name FROM note_group") == [("Bellen",)]
        assert number(house, "SELECT count(*) FROM grouped_note") == 3

    def test_a_note_that_moves_to_another_question_leaves_its_group(
        self, desk: Desk, led: FlaskClient, house: House
    ) -> None:
        harvest(desk, led, ("Eén aanspreekpunt", "Iemand die je kunt bellen"), do="group")
        desk.post(led, f"/notes/{desk.note('Eén aanspreekpunt')}/move", question=str(desk.questions[2]))
        assert number(house, "SELECT count(*) FROM grouped_note") == 1

    def test_chosen_notes_are_hidden(self, desk: Desk, led: FlaskClient) -> None:
        harvest(desk, led, do="hide")
        assert "Eén aanspreekpunt" not in led.get(f"/events/{desk.slug}/harvest").text
        assert "Eén aanspreekpunt" not in led.get(f"/events/{desk.slug}/report").text


class TestWhatBecomesOfNotes:
    def test_a_lesson_is_proposed_with_its_origin(self, desk: Desk, led: FlaskClient, house: House) -> None:
        fields: dict[str, Any] = {
            **LESSON,
            "explanation": "Anders wacht iedereen.",
            "perspectives": "resident",
        }
        assert harvest(desk, led, **fields).status_code == 303
        assert proposed(house) == [("lesson", "proposed", desk.slug, 1, "Spreek af wie beslist.", None)]
        assert kept(house) == [("lesson", 1, 1, "", "", None)]
        page = led.get(f"/events/{desk.slug}/harvest").text
        assert "proposed to the author" in page
        assert "became a lesson" in page

    def test_a_challenge_is_proposed(self, desk: Desk, led: FlaskClient, house: House) -> None:
        fields: dict[str, Any] = {
            "kind": "challenge",
            "title": "Niemand beslist",
            "cause": "Geen opdracht",
            "case": "duiven-west",
        }
        assert harvest(desk, led, **fields).status_code == 303
        assert proposed(house) == [("challenge", "proposed", desk.slug, 1, None, "Niemand beslist")]

    def test_a_recognition_of_a_lesson_counts_with_that_lesson(
        self, desk: Desk, led: FlaskClient, house: House, app: Flask
    ) -> None:
        lesson = number(
            house, "SELECT lesson.id FROM lesson JOIN \"case\" c ON c.id = case_id WHERE slug = 'duiven-west'"
        )
        fields: dict[str, Any] = {
            "kind": "recognition",
            "line": "Bij ons ook",
            "place": "Zutphen",
            "lesson": str(lesson),
            "case": "duiven-west",
        }
        assert harvest(desk, led, **fields).status_code == 303
        page = Reader(app.test_client()).visit(f"/lessons/{lesson}?lang=en")
        assert "1 recognises this" in page.text
        assert "Zutphen" in page.text
        assert page.follow("in a session: Praten over Duiven").address == f"/events/{desk.slug}"
        ((harvested,),) = ask(house, "SELECT id FROM harvested")
        path = f"/events/{desk.slug}/harvest/{harvested}"
        post(led, path, **{**fields, "place": "Lochem"}, seen=opened(led, path))
        assert ask(house, "SELECT place FROM recognition") == [("Lochem",)]
        post(led, f"/events/{desk.slug}/harvest/{harvested}/take-back")
        assert number(house, "SELECT recognised FROM lesson WHERE id = ?", lesson) == 0

    def test_a_recognition_of_the_case_stands_with_the_case(
        self, desk: Desk, led: FlaskClient, app: Flask
    ) -> None:
        fields: dict[str, Any] = {
            "kind": "recognition",
            "line": "Bij ons ook",
            "place": "Zutphen",
            "case": "duiven-west",
        }
        harvest(desk, led, **fields)
        page = Reader(app.test_client()).visit("/cases/duiven-west?lang=en")
        assert "Recognised elsewhere" in page.text
        assert "Zutphen" in page.text

    def test_an_action_is_done_and_not_done(
        self, desk: Desk, led: FlaskClient, house: House, app: Flask
    ) -> None:
        harvest(desk, led, **ACTION)
        assert kept(house) == [("action", 1, 1, "Bellen", "De wijkraad", "2027-03-01")]
        ((harvested,),) = ask(house, "SELECT id FROM harvested")
        post(led, f"/events/{desk.slug}/harvest/{harvested}/done")
        assert ">done<" in app.test_client().get(f"/events/{desk.slug}?lang=en").text.replace("</svg>", ">")
        post(led, f"/events/{desk.slug}/harvest/{harvested}/not-done")
        assert ask(house, "SELECT done_at FROM harvested") == [(None,)]

    def test_notes_that_say_the_same_count_together(self, desk: Desk, led: FlaskClient, house: House) -> None:
        number_of = desk.note("Eén aanspreekpunt")
        desk.post(led, f"/notes/{desk.note('Iemand die je kunt bellen')}/merge", into=str(number_of))
        harvest(desk, led, **LESSON)
        assert proposed(house)[0][3] == 2

    def test_sent_twice_it_is_made_once(self, desk: Desk, led: FlaskClient, house: House) -> None:
        for _ in range(2):
            assert harvest(desk, led, **LESSON).status_code == 303
        harvest(desk, led, **{**LESSON, "statement": "Iets anders."})
        assert [row[4] for row in proposed(house)] == ["Spreek af wie beslist.", "Iets anders."]

    def test_it_is_worded_otherwise_and_taken_back(self, desk: Desk, led: FlaskClient, house: House) -> None:
        harvest(desk, led, **LESSON)
        ((harvested,),) = ask(house, "SELECT id FROM harvested")
        path = f"/events/{desk.slug}/harvest/{harvested}"
        assert "Spreek af wie beslist." in led.get(path).text
        post(led, path, **{**LESSON, "statement": "Spreek het af."}, seen=opened(led, path))
        assert proposed(house)[0][4] == "Spreek het af."
        post(led, f"{path}/take-back")
        assert kept(house) == proposed(house) == []


class TestWhatGoesWrong:
    @pytest.mark.parametrize(
        ("fields", "why"),
        [
            ({**LESSON, "statement": "  "}, "Write the lesson down."),
            ({**LESSON, "statement": "a" * 2001}, "make it 2000 at most"),
            ({"kind": "challenge", "title": "", "case": "duiven-west"}, "Write the challenge down."),
            ({"kind": "recognition", "line": "", "case": "duiven-west"}, "Say in a line what is recognised."),
            ({**ACTION, "owner": ""}, "Say who does it."),
            ({**ACTION, "due": "morgen"}, "Type a date such as 2026-11-23."),
            ({**ACTION, "due": "2027-02-30"}, "Type a date such as 2026-11-23."),
            ({**ACTION, "what": ""}, "Say what will be done."),
        ],
    )
    def test_what_is_missing_is_said_and_all_comes_back(
        self, desk: Desk, led: FlaskClient, house: House, fields: dict[str, Any], why: str
    ) -> None:
        answer = harvest(desk, led, **{**fields, "explanation": "Zo blijft het staan."})
        assert answer.status_code == 422
        assert why in answer.text
        assert "Zo blijft het staan." in answer.text
        assert f'name="note" value="{desk.note("Eén aanspreekpunt")}" checked' in answer.text
        assert kept(house) == []

    def test_without_notes_there_is_no_lesson(self, desk: Desk, led: FlaskClient) -> None:
        answer = harvest(desk, led, (), **LESSON)
        assert answer.status_code == 422
        assert "Choose the notes first" in answer.text
        assert "Spreek af wie beslist." in answer.text

    def test_nonsense_is_no_fault(self, desk: Desk, led: FlaskClient, house: House) -> None:
        path = f"/events/{desk.slug}/harvest"
        nonsense = {
            "question": "x" * 40,
            "note": ["-1", "9" * 30, "x"],
            "group": "٣",
            "kind": "hoax",
            "due": "0",
        }
        assert post(led, path, do="make", **nonsense).status_code == 422
        for do in ("group", "ungroup", "hide", "hoax"):
            assert post(led, path, do=do, **nonsense).status_code in {303, 422}
        assert led.get(f"{path}?question=nee").status_code == 200
        assert kept(house) == []

    @pytest.mark.parametrize(
        ("fields", "theirs", "beside"),
        [
            (
                LESSON,
                {"statement": "Leg het vast.", "themes": ["inclusion", "connecting"]},
                {"The lesson": "Leg het vast.", "Themes": "Inclusion, Connecting"},
            ),
            (
                ACTION,
                {"what": "Mailen", "due": "2027-05-01"},
                {"What will be done": "Mailen", "By when": "1 May 2027"},
            ),
        ],
    )
    def test_two_who_change_one_thing_at_once_lose_nothing(
        self, desk: Desk, led: FlaskClient, fields: dict[str, Any], theirs: Any, beside: dict[str, str]
    ) -> None:
        harvest(desk, led, **fields)
        path = f"/events/{desk.slug}/harvest/1"
        seen = opened(led, path)
        mine = {**fields, "statement": "Spreek het af.", "what": "Aanbellen"}
        assert post(led, path, **{**fields, **theirs}, seen=seen).status_code == 303
        for _ in range(2):
            answer = post(led, f"{path}?lang=en", **mine, seen=seen)
            assert answer.status_code == 422
            assert "Somebody else changed this meanwhile." in answer.text
            assert "Spreek het af." in answer.text or "Aanbellen" in answer.text
            page = parse(answer.text)
            shown = page.one("dl", class_="facts")
            names, texts = ([it.text for it in shown.all(tag)] for tag in ("dt", "dd"))
            assert dict(zip(names, texts, strict=True)) == beside
        assert post(led, path, **mine, seen=page.one("input", name="seen")["value"]).status_code == 303
        assert next(iter(beside.values())) not in led.get(path).text

    def test_who_types_what_stands_there_already_is_not_troubled(self, desk: Desk, led: FlaskClient) -> None:
        harvest(desk, led, **LESSON)
        path = f"/events/{desk.slug}/harvest/1"
        seen = opened(led, path)
        for _ in range(2):
            assert post(led, path, **{**LESSON, "statement": "Leg het vast."}, seen=seen).status_code == 303

    def test_notes_of_another_board_are_not_chosen(
        self, desk: Desk, led: FlaskClient, house: House, app: Flask
    ) -> None:
        other = open_board(house, app, title="Anders")
        other.write(other.joined(), "Van een ander bord")
        answer = harvest(desk, led, ("Van een ander bord",), **LESSON)
        assert "Choose the notes first" in answer.text
        harvest(other, other.led(), ("Van een ander bord",), **ACTION)
        ((harvested,),) = ask(house, "SELECT id FROM harvested")
        for path in ("", "/take-back", "/done"):
            assert post(led, f"/events/{desk.slug}/harvest/{harvested}{path}", **ACTION).status_code == 404
        assert led.get(f"/events/{desk.slug}/harvest/{harvested}").status_code == 404

    def test_a_case_or_lesson_that_is_not_of_the_session_is_refused(self, desk: Desk, house: House) -> None:
        elsewhere = number(
            house, "SELECT lesson.id FROM lesson JOIN \"case\" c ON c.id = case_id WHERE slug = 'elders'"
        )
        with leading(house, desk.lead, desk.slug) as (session, event):
            chosen = harvest_queries.notes_on_board(
                session, event, desk.questions[0], [desk.note("Eén aanspreekpunt")]
            )
            for wording in (
                Wording(HarvestKind.LESSON, "Iets", case="elders"),
                Wording(HarvestKind.RECOGNITION, "Iets", case="duiven-west", lesson=elsewhere),
                Wording(HarvestKind.RECOGNITION, "Iets", case="elders", lesson=elsewhere),
            ):
                with pytest.raises(NotFound):
                    harvesting.harvest(
                        session, desk.lead.actor, event, chosen, wording, question=desk.questions[0]
                    )
            wording = Wording(HarvestKind.ACTION, "Iets", owner="a" * 201)
            with pytest.raises(Refusal, match="too long"):
                harvesting.harvest(
                    session, desk.lead.actor, event, chosen, wording, question=desk.questions[0]
                )
            with pytest.raises(Forbidden):
                harvesting.finish(session, Actor(), event, 1, done=True)

    def test_a_case_that_readers_no_longer_see_gets_no_proposal_and_shows_nothing(
        self, desk: Desk, led: FlaskClient, house: House, app: Flask
    ) -> None:
        harvest(desk, led, kind="recognition", line="Bij ons ook", place="Zutphen", case="duiven-west")
        with house.database.transaction() as session:
            case = session.scalars(select(Case).where(Case.slug == "duiven-west")).one()
            case.status = case.status.__class__("withdrawn")
        assert harvest(desk, led, **LESSON).status_code == 422
        assert "Zutphen" not in app.test_client().get(f"/events/{desk.slug}").text

    def test_a_number_of_a_lesson_may_be_of_any_length(
        self, desk: Desk, led: FlaskClient, house: House
    ) -> None:
        fields: dict[str, Any] = {"kind": "recognition", "line": "Bij ons ook", "case": "duiven-west"}
        for lesson in ("9" * 5000, "\u0663", "-1"):
            assert harvest(desk, led, **{**fields, "line": lesson[:5], "lesson": lesson}).status_code == 303
        assert number(house, "SELECT count(*) FROM recognition") == 0

    def test_trust_31_of_a_withdrawn_case_a_lead_sees_no_more_than_he_proposed(
        self, desk: Desk, led: FlaskClient, house: House
    ) -> None:
        harvest(desk, led, **LESSON)
        with house.database.transaction() as session:
            proposal = session.scalars(select(Proposal)).one()
            case = proposal.case
            proposal.lesson, proposal.state = case.lessons[0], ProposalState.PUBLISHED
            case.title = "Een geheim plan"
            case.status = CaseStatus.WITHDRAWN
        for path in ("harvest", "report", "report.csv", "report.json"):
            page = led.get(f"/events/{desk.slug}/{path}").text
            assert "Spreek af wie beslist." in page
            for hidden in ("Begin klein.", "Een geheim plan", "/lessons/"):
                assert hidden not in page, (path, hidden)

    def test_trust_40_a_note_that_was_hidden_is_not_with_what_was_made_of_it(
        self, desk: Desk, led: FlaskClient, house: House
    ) -> None:
        harvest(desk, led, **LESSON)
        ((harvested,),) = ask(house, "SELECT id FROM harvested")
        path = f"/events/{desk.slug}/harvest/{harvested}"
        assert "Eén aanspreekpunt" in led.get(path).text
        desk.post(led, f"/notes/{desk.note('Eén aanspreekpunt')}/hide")
        assert "Eén aanspreekpunt" not in led.get(path).text


class TestEmptying:
    def test_the_harvest_stays_when_the_notes_go(self, desk: Desk, led: FlaskClient, house: House) -> None:
        harvest(
            desk, led, ("Eén aanspreekpunt", "Iemand die je kunt bellen"), do="group", name="Wat Kees zei"
        )
        harvest(desk, led, **LESSON)
        with house.database.transaction() as session:
            event = session.scalars(select(Event).where(Event.slug == desk.slug)).one()
            event.status = event.status.__class__("closed")
            event.ends_at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
            assert boards.empty_old(session) == 1
        page = led.get(f"/events/{desk.slug}/harvest").text
        assert "What was harvested stays." in page
        assert "Spreek af wie beslist." in page
        assert "from 1 note" in page
        for path in ("harvest", "report", "report.csv", "report.json"):
            answer = led.get(f"/events/{desk.slug}/{path}").text
            assert "Eén aanspreekpunt" not in answer
            assert "Wat Kees zei" not in answer

    def test_a_withdrawn_note_leaves_what_was_made_of_it(
        self, desk: Desk, led: FlaskClient, house: House
    ) -> None:
        harvest(desk, led, **LESSON)
        with house.database.transaction() as session:
            event = queries.event_to_lead(session, desk.lead.actor, desk.slug)
            note = notes.find(session, event, desk.note("Eén aanspreekpunt"))
            note.state, note.text = note.state.__class__("withdrawn"), ""
        ((harvested,),) = ask(house, "SELECT id FROM harvested")
        assert "Spreek af wie beslist." in led.get(f"/events/{desk.slug}/harvest/{harvested}").text
        assert "Eén aanspreekpunt" not in led.get(f"/events/{desk.slug}/report").text


class TestReport:
    @pytest.fixture(autouse=True)
    def _harvested(self, desk: Desk, led: FlaskClient) -> None:
        harvest(desk, led, ("Eén aanspreekpunt", "Iemand die je kunt bellen"), do="group", name="Bellen")
        harvest(desk, led, **LESSON)
        harvest(desk, led, ("=SOM(A1)",), question=1, **{**ACTION, "what": "@bellen"})

    def test_its_page_has_it_all_and_nobodys_name(self, desk: Desk, led: FlaskClient) -> None:
        page = Reader(led).visit(f"/events/{desk.slug}/report")
        for words in (
            "Duiven-West",
            "De wijkraad",
            "Bellen 2 notes · ▲ 1",
            "Spreek af wie beslist.",
            "@bellen",
            "1 March 2027",
            "Groep 1",
        ):
            assert words in page.text
        assert "Kees" not in page.response.text

    def test_no_cell_is_a_formula(self, desk: Desk, led: FlaskClient) -> None:
        text = led.get(f"/events/{desk.slug}/report.csv").text
        assert '"\'=SOM(A1)"' in text
        assert '"\'@bellen"' in text
        assert "Kees" not in text

    def test_its_json_is_what_the_documents_say(self, desk: Desk, led: FlaskClient) -> None:
        answer = led.get(f"/events/{desk.slug}/report.json")
        assert answer.json is not None
        assert answer.json["event"]["slug"] == desk.slug
        asked = answer.json["questions"][0]
        assert [(note["text"], note["group"], note["votes"]) for note in asked["notes"]] == [
            ("Eén aanspreekpunt", "Bellen", 1),
            ("Iemand die je kunt bellen", "Bellen", 0),
        ]
        lesson, action = answer.json["harvest"]
        assert (lesson["kind"], lesson["case"], lesson["state"], lesson["notes"]) == (
            "lesson",
            "duiven-west",
            "proposed",
            1,
        )
        assert (action["kind"], action["owner"], action["due"], action["done"]) == (
            "action",
            "De wijkraad",
            "2027-03-01",
            False,
        )
        assert "Kees" not in answer.text

    def test_its_word_file_opens(self, desk: Desk, led: FlaskClient, house: House) -> None:
        with house.database.transaction() as session:
            row = session.scalars(select(Harvested).where(Harvested.kind == HarvestKind.ACTION)).one()
            row.text = "Bellen\ufffe \x0bnu"  # what XML can't hold
        answer = led.get(f"/events/{desk.slug}/report.docx")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="report-{desk.slug}.docx"'
        document = Document(io.BytesIO(answer.data))
        text = "\n".join(paragraph.text for paragraph in document.paragraphs)
        for words in ("Praten over Duiven", "Spreek af wie beslist.", "Bellen nu", "Eén aanspreekpunt"):
            assert words in text
        assert "Kees" not in text
        assert document.core_properties.language == "nl-NL"

    def test_another_kind_of_file_is_not_there(self, desk: Desk, led: FlaskClient) -> None:
        assert led.get(f"/events/{desk.slug}/report.exe").status_code == 404


class TestWhatReadersSee:
    def test_a_proposal_is_not_for_them(self, desk: Desk, led: FlaskClient, app: Flask) -> None:
        harvest(desk, led, **LESSON)
        for path in (f"/events/{desk.slug}", "/cases/duiven-west"):
            assert "Spreek af wie beslist." not in app.test_client().get(path).text

    def test_a_draft_session_shows_nothing_elsewhere(
        self, desk: Desk, led: FlaskClient, house: House, app: Flask
    ) -> None:
        harvest(desk, led, kind="recognition", line="Bij ons ook", place="Zutphen", case="duiven-west")
        with house.database.transaction() as session:
            event = session.scalars(select(Event).where(Event.slug == desk.slug)).one()
            event.status = event.status.__class__("draft")
        assert "Zutphen" not in app.test_client().get("/cases/duiven-west").text
