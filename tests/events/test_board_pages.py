"""The board as participants and its lead use it: joining, writing, what others see, and what nobody may."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb import create_app
from kb.core import now
from kb.events import codes
from kb.events.services import boards
from kb.house import House
from tests.conftest import opened
from tests.events.board_desk import Desk, open_board
from tests.events.sessions import prepared, stored
from tests.paper import Reader
from tests.people import csrf, make_person, sign_in
from tests.statements import statements
from tests.town import ask, number
from tests.tree import parse

FIRST = "Your note, Welke uitdagingen hoor je in het verhaal?"
"""The label of the field for a note under the first question."""


@pytest.fixture
def desk(house: House, app: Flask) -> Desk:
    return open_board(house, app)


class TestJoining:
    @pytest.mark.parametrize(
        "how",
        ["{}", "{} ", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}", "{0[0]}-{0[1]}{0[2]}{0[3]}.{0[4]}{0[5]}"],
    )
    def test_a_code_is_typed_in_any_way(self, desk: Desk, app: Flask, how: str) -> None:
        for typed in (how.format(desk.code), how.format(desk.code).lower()):
            form = Reader(app.test_client()).visit("/join").form("Verder")
            page = form.fill("Code", typed).press("Verder")
            assert page.address == f"/join/{desk.code}"

    def test_no_account_and_no_name_are_asked(self, desk: Desk, app: Flask) -> None:
        client = app.test_client()
        page = Reader(client).visit(f"/join/{desk.code}").form("Meedoen").press("Meedoen")
        assert page.address == desk.url
        assert ask(desk.house, "SELECT nickname, room_id FROM participant") == [("", None)]

    def test_opening_the_link_alone_joins_nothing(self, desk: Desk, app: Flask) -> None:
        assert app.test_client().get(f"/join/{desk.code}").status_code == 200
        assert number(desk.house, "SELECT count(*) FROM participant") == 0

    def test_how_long_notes_are_kept_is_said_before_one_writes(self, desk: Desk, app: Flask) -> None:
        client = app.test_client()
        client.set_cookie("lang", "en")
        assert "90 days after the session" in client.get(f"/join/{desk.code}").text
        assert "90 days after the session" in desk.joined().get(desk.url).text

    def test_the_cookie_is_for_this_board_alone(self, desk: Desk, app: Flask) -> None:
        client = app.test_client()
        answer = client.post(f"/join/{desk.code}", data={"csrf_token": csrf(client)})
        (cookie,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("participant=")]
        assert f"Path={desk.url}" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie

    def test_who_did_not_join_is_asked_for_the_code(self, desk: Desk, app: Flask) -> None:
        desk.write(desk.joined(), "Geheim")
        stranger = app.test_client()
        assert stranger.get(desk.url).location == "/join"
        answer = stranger.get(f"{desk.url}/updates?since=0")
        assert answer.status_code == 403
        assert "Geheim" not in answer.text


class TestWriting:
    def test_a_note_is_there_for_everybody_and_says_no_name(self, desk: Desk) -> None:
        writer, other = desk.joined(room="r2", nickname="Zon"), desk.joined()
        assert desk.write(writer, "Niemand wist wie besliste.").status_code == 200
        assert "Niemand wist wie besliste." in desk.seen(other)
        assert "Groep 2" in desk.seen(other)
        assert "Zon" in desk.seen(other)
        assert "/edit" in desk.seen(writer)
        assert "/edit" not in desk.seen(other)

    def test_it_works_without_javascript(self, desk: Desk) -> None:
        page = Reader(desk.joined()).visit(desk.url)
        page = page.form("Post it").fill(FIRST, "Op papier").press("Post it")
        assert "Op papier" in page.text
        page = page.form("Save").fill("The text of your note", "Met inkt").press("Save")
        assert "Met inkt" in page.text
        page = page.form("Withdraw").press("Withdraw")
        assert "Met inkt" not in page.text

    def test_what_is_sent_twice_is_there_once(self, desk: Desk) -> None:
        writer, uid = desk.joined(), str(uuid4())
        assert [desk.write(writer, "Eén keer", uid=uid).status_code for _ in range(3)] == [200] * 3
        assert number(desk.house, "SELECT count(*) FROM note") == 1
        other = desk.joined()
        assert desk.write(other, "Van een ander", uid=uid).status_code == 422
        assert number(desk.house, "SELECT count(*) FROM note") == 1

    def test_many_at_the_same_moment_are_all_there(self, desk: Desk) -> None:
        writers = [desk.joined() for _ in range(6)]
        answers: list[int] = []

        def write(writer: FlaskClient) -> None:
            answers.extend(desk.write(writer, f"Briefje {at}").status_code for at in range(4))

        threads = [threading.Thread(target=write, args=[one]) for one in writers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [200] * 24
        assert len(desk.news(writers[0])["notes"]) == 24

    @pytest.mark.parametrize(
        ("text", "why"),
        [("", "Write something"), (" \n\u200b ", "Write something"), ("x" * 100_000, "100000 characters")],
        ids=["empty", "unseen", "a hundred thousand"],
    )
    def test_nonsense_is_refused_and_the_text_comes_back(self, desk: Desk, text: str, why: str) -> None:
        writer = desk.joined()
        answer = desk.write(writer, text)
        assert answer.status_code == 422
        assert why in answer.json["error"]  # type: ignore[index]  # it is JSON
        page = Reader(writer).visit(desk.url).form("Post it").fill(FIRST, text).press("Post it")
        assert page.response.status_code == 422
        assert text.strip() in page.root.one("textarea", id=f"new-{desk.questions[0]}").raw

    def test_markup_on_a_note_is_shown_as_text(self, desk: Desk) -> None:
        writer = desk.joined(nickname="<b>x</b>")
        desk.write(writer, "<script>alert(1)</script>{{7*7}}")
        for text in (desk.seen(writer), writer.get(desk.url).text, desk.led().get(desk.url).text):
            assert "<script>alert" not in text
            assert "<b>x" not in text
            assert "{{7*7}}" in text

    def test_withus_is_said_once_and_can_be_taken_back(self, desk: Desk) -> None:
        writer, other = desk.joined(), desk.joined()
        desk.write(writer, "Bij ons ook")
        path = f"/notes/{desk.note('Bij ons ook')}/vote"
        for _ in range(3):
            assert desk.post(other, path, on="yes").status_code == 200
        desk.post(writer, path, on="yes")
        assert "▲ 2" in desk.seen(writer)
        desk.post(other, path, on="no")
        assert "▲ 1" in desk.seen(writer)


class TestNews:
    def test_nothing_new_costs_three_questions_and_no_page(self, desk: Desk) -> None:
        reader = desk.joined()
        version = desk.news(reader)["version"]
        with statements(desk.house.database) as sent:
            answer = reader.get(f"{desk.url}/updates?since={version}")
        assert answer.status_code == 304
        assert len(sent) <= 3

    def test_only_what_changed_is_told(self, desk: Desk) -> None:
        writer, reader = desk.joined(), desk.joined()
        desk.write(writer, "Eerste")
        version = desk.news(reader)["version"]
        desk.write(writer, "Tweede")
        told = desk.news(reader, version)
        assert [note["id"] for note in told["notes"]] == [desk.note("Tweede")]
        desk.post(writer, f"/notes/{desk.note('Eerste')}/withdraw")
        assert desk.news(reader, told["version"])["gone"] == [desk.note("Tweede") - 1]

    def test_as_many_questions_for_many_notes_as_for_few(self, desk: Desk) -> None:
        writer, counts = desk.joined(), []
        for at in range(12):
            desk.write(writer, f"Briefje {at}")
            if at in {1, 11}:
                with statements(desk.house.database) as sent:
                    desk.news(writer)
                counts.append(len(sent))
        assert counts[0] == counts[1] <= 9

    @pytest.mark.parametrize("since", ["x", "-1", "9" * 40, "", "999999"])
    def test_a_nonsense_version_gives_the_whole_board(self, desk: Desk, since: str) -> None:
        reader = desk.joined()
        desk.write(reader, "Er")
        answer = reader.get(f"{desk.url}/updates?since={since}")
        assert answer.json["whole"] is True  # type: ignore[index]  # it is JSON
        assert len(answer.json["notes"]) == 1  # type: ignore[index]  # it is JSON


class TestLeading:
    def test_it_is_hidden_and_shown_pinned_and_moved(self, desk: Desk) -> None:
        lead, reader = desk.led(), desk.joined()
        desk.write(reader, "Een briefje")
        desk.write(reader, "Nog een")
        first, second = desk.note("Een briefje"), desk.note("Nog een")
        assert desk.post(lead, f"/notes/{second}/pin").status_code == 200
        shown = sorted(desk.news(reader)["notes"], key=lambda note: note["order"])
        assert [note["id"] for note in shown] == [second, first]
        desk.post(lead, f"/notes/{first}/move", question=str(desk.questions[2]))
        moved = next(note for note in desk.news(reader)["notes"] if note["id"] == first)
        assert moved["question"] == desk.questions[2]
        desk.post(lead, f"/notes/{first}/hide")
        assert "Een briefje" in desk.seen(lead)

    def test_merged_notes_count_together_and_can_be_split(self, desk: Desk) -> None:
        lead, one, other = desk.led(), desk.joined(), desk.joined()
        desk.write(one, "Vast aanspreekpunt")
        desk.write(other, "Iemand die je kunt bellen")
        first, second = desk.note("Vast aanspreekpunt"), desk.note("Iemand die je kunt bellen")
        desk.post(one, f"/notes/{second}/vote", on="yes")
        for voter in (one, other):
            desk.post(voter, f"/notes/{first}/vote", on="yes")
        assert desk.post(lead, f"/notes/{second}/merge", into=str(first)).status_code == 200
        (told,) = desk.news(one)["notes"]
        assert told["id"] == first
        assert "▲ 2" in told["html"]  # one voted for both, and counts once
        assert "Iemand die je kunt bellen" in told["html"]
        desk.post(lead, f"/notes/{second}/split")
        assert {note["id"] for note in desk.news(one)["notes"]} == {first, second}
        for into in (second, 10**6, -1):
            assert desk.post(lead, f"/notes/{second}/merge", into=str(into)).status_code == 422

    def test_a_locked_column_and_a_closed_board_take_nothing_and_lose_nothing(self, desk: Desk) -> None:
        lead, writer = desk.led(), desk.joined()
        desk.write(writer, "Op tijd")
        desk.post(lead, f"/columns/{desk.questions[0]}/lock")
        answer = desk.write(writer, "Te laat")
        assert answer.status_code == 409
        assert "locked" in answer.json["error"]  # type: ignore[index]  # it is JSON
        assert desk.write(writer, "Elders", question=1).status_code == 200
        page = Reader(writer).visit(desk.url)
        assert desk.post(lead, "/close").status_code == 200
        answer = desk.write(writer, "Na sluitingstijd", question=1)
        assert answer.status_code == 409
        assert "closed" in answer.json["error"]  # type: ignore[index]  # it is JSON
        old = page.form("Post it").fill(FIRST, "Van een oude pagina").press("Post it")
        assert old.response.status_code == 409
        assert "Op tijd" in writer.get(desk.url).text
        desk.post(lead, "/reopen")
        assert desk.write(writer, "Weer open", question=1).status_code == 200

    def test_with_moderation_a_note_waits_for_the_lead(self, desk: Desk) -> None:
        lead, writer, reader = desk.led(), desk.joined(), desk.joined()
        desk.post(lead, "/settings", moderated="yes", keep_days="30")
        desk.write(writer, "Mag dit?")
        assert "Mag dit?" in desk.seen(lead)
        assert "waits for the lead" in desk.seen(writer)
        assert "Mag dit?" not in desk.seen(reader)
        desk.post(lead, f"/notes/{desk.note('Mag dit?')}/show")
        assert "Mag dit?" in desk.seen(reader)
        desk.post(writer, f"/notes/{desk.note('Mag dit?')}/edit", text="En dit dan?")
        assert "En dit dan?" not in desk.seen(reader)

    def test_a_timer_runs_for_everybody(self, desk: Desk) -> None:
        lead, reader = desk.led(), desk.joined()
        desk.post(lead, f"/columns/{desk.questions[1]}/timer", minutes="5")
        assert desk.news(reader)["columns"][1]["ends"] > now().isoformat()
        desk.post(lead, f"/columns/{desk.questions[1]}/timer", minutes="0")
        assert desk.news(reader)["columns"][1]["ends"] == ""
        for nonsense in ("-5", "9999", "x"):
            answer = desk.post(lead, f"/columns/{desk.questions[1]}/timer", minutes=nonsense)
            assert answer.status_code == 422

    def test_the_screen_shows_the_code_and_a_picture_of_it(self, desk: Desk) -> None:
        lead = desk.led()
        page = parse(lead.get(f"{desk.url}/screen").text)
        assert codes.shown_code(desk.code) in page.one("main").text
        assert page.all("img", src=f"{desk.url}/qr.svg")
        picture = lead.get(f"{desk.url}/qr.svg")
        assert picture.headers["Content-Type"] == "image/svg+xml"
        assert b"<svg" in picture.data
        for path in ("/screen", "/qr.svg"):
            assert desk.joined().get(desk.url + path).status_code == 404


class TestPreparing:
    def test_a_question_with_notes_under_it_stays(self, desk: Desk) -> None:
        desk.write(desk.joined(), "Hier hangt iets")
        page = Reader(desk.led()).visit(f"/events/{desk.slug}/edit").form("Save").press("Remove Question 1")
        page = page.form("Save").press("Save")
        assert page.response.status_code == 422
        assert "There are notes under a question" in page.text
        assert len(stored(desk.house, desk.slug)["questions"]) == 5

    def test_a_board_is_made_when_a_session_opens(self, house: House) -> None:
        lead = make_person(house, "session-lead")
        prepared(house, lead, "announced")
        assert number(house, "SELECT count(*) FROM board") == 0
        prepared(house, lead, "open")
        assert number(house, "SELECT count(*) FROM board") == 1

    def test_notes_are_thrown_away_when_their_time_is_over(self, house: House, app: Flask) -> None:
        desk = open_board(house, app, start="2026-01-10T10:00", end="2026-01-10T12:00")
        writer = desk.joined(nickname="Zon")
        desk.write(writer, "Tijdelijk")
        desk.post(desk.led(), "/close")
        with house.database.transaction() as session:
            assert boards.empty_old(session) == 1
            assert boards.empty_old(session) == 0
        assert (
            ask(house, "SELECT count(*) FROM note")
            == ask(house, "SELECT count(*) FROM participant")
            == [(0,)]
        )
        assert "thrown away" in desk.led().get(desk.url).text
        assert writer.get(desk.url).location == "/join"


def test_trust_14_what_nobody_sees_is_in_no_name_and_no_note(desk: Desk) -> None:
    writer = desk.joined(nickname="Za\u202ene\u200bp")
    desk.write(writer, "Lees \u2066dit\u2069 \ufeffzo")
    assert ask(desk.house, "SELECT nickname, text FROM note") == [("Zanep", "Lees dit zo")]
    assert codes.read_code(f"\u200b{desk.code[:3]}\u2011{desk.code[3:]}") == desk.code
    assert codes.read_code(desk.code[:5] + "\N{CYRILLIC CAPITAL LETTER ER}") == ""


def test_trust_33_and_39_nobody_does_anything_on_another_board(house: House, app: Flask) -> None:
    mine, theirs = open_board(house, app), open_board(house, app)
    me, them = mine.joined(), theirs.joined()
    theirs.write(them, "Van hen")
    note = theirs.note("Van hen")
    # A participant of one board is nobody on another, and its notes are not on his.
    me.set_cookie("participant", them.get_cookie("participant", path=theirs.url).value, path=theirs.url + "x")  # type: ignore[union-attr]  # it is there
    assert theirs.write(me, "Van mij").status_code == 403
    assert me.get(f"{theirs.url}/updates?since=0").status_code == 403
    for path in (f"/notes/{note}/vote", f"/notes/{note}/edit", f"/notes/{note}/withdraw"):
        assert mine.post(me, path, on="yes", text="Gekaapt").status_code == 404
    # A question of another session is none of this one.
    question = str(theirs.questions[0])
    assert mine.post(me, "/notes", text="Scheef", question=question, uid=str(uuid4())).status_code == 404
    # Who leads one session does not lead another, and can't reach its notes through his own.
    lead = mine.led()
    for path in (f"/notes/{note}/hide", f"/notes/{note}/pin", f"/columns/{question}/lock"):
        assert mine.post(lead, path).status_code == 404
        assert theirs.post(lead, path).status_code == 404
    assert lead.get(theirs.url).location == "/join"
    assert ask(house, "SELECT text, state, pinned FROM note") == [("Van hen", "shown", 0)]


def test_trust_40_a_hidden_note_is_nowhere(desk: Desk) -> None:
    lead, writer, reader = desk.led(), desk.joined(), desk.joined()
    desk.write(writer, "Onaardig")
    version = desk.news(reader)["version"]
    desk.post(lead, f"/notes/{desk.note('Onaardig')}/hide")
    told = desk.news(reader, version)
    assert (told["notes"], told["gone"]) == ([], [desk.note("Onaardig")])
    for text in (desk.seen(reader), reader.get(desk.url).text):
        assert "Onaardig" not in text
    assert "hidden by the lead" in desk.seen(writer)
    assert desk.post(writer, f"/notes/{desk.note('Onaardig')}/edit", text="Weer").status_code == 409
    assert desk.post(reader, f"/notes/{desk.note('Onaardig')}/vote", on="yes").status_code == 404
    assert reader.get(f"{desk.url}/updates?since=0").headers["Cache-Control"] == "no-store"


def test_trust_42_no_other_method_does_it(desk: Desk) -> None:
    writer = desk.joined()
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        answer = writer.open(f"{desk.url}/notes", method=method, data={"text": "x", "_method": "POST"})
        assert answer.status_code in {400, 404, 405}
    assert writer.head(desk.url).status_code == writer.get(desk.url).status_code
    assert number(desk.house, "SELECT count(*) FROM note") == 0


class TestLimited:
    @pytest.fixture
    def desk(self, house: House) -> Iterator[Desk]:
        with closing(opened(house.settings.data, KB_RATE_LIMITS="on")) as limited:
            yield open_board(limited, create_app(limited))

    def test_trust_55_codes_can_not_be_guessed_at_speed(self, desk: Desk) -> None:
        assert len(codes.SIGNS) ** codes.LENGTH > 30_000_000
        assert not set(codes.SIGNS) & set("0OQ1ILJ2Z5S6G8BUVAE") - {"J"}
        stranger = desk.app.test_client()
        answers = [stranger.get(f"/join/{codes.new_code()}").status_code for _ in range(12)]
        assert answers == [422] * 10 + [429] * 2
        assert stranger.get(f"/join/{desk.code}").status_code == 429

    def test_a_whole_room_joins_from_one_address(self, desk: Desk) -> None:
        assert len([desk.joined() for _ in range(40)]) == 40

    def test_trust_55_the_code_of_a_session_that_is_over_is_dead(self, desk: Desk) -> None:
        stranger = desk.app.test_client()
        desk.post(desk.led(), "/close")
        dead, wrong = (
            parse(stranger.get(f"/join/{code}").text).one(id="error-summary").text
            for code in (desk.code, "CCCCCC")
        )
        assert dead == wrong

    def test_five_hundred_notes_at_once_are_too_many_and_nothing_is_lost(self, desk: Desk) -> None:
        writer = desk.joined()
        answers = [desk.write(writer, f"Briefje {at}").status_code for at in range(25)]
        assert answers == [200] * 20 + [429] * 5
        page = Reader(writer).visit(desk.url).form("Post it").fill(FIRST, "Nog een").press("Post it")
        assert page.response.status_code == 429
        assert "Nog een" in page.root.one("textarea", id=f"new-{desk.questions[0]}").raw
        assert desk.write(desk.joined(), "Een ander mag nog").status_code == 200


def test_a_lead_sees_a_board_of_a_session_that_he_leads_only(desk: Desk, app: Flask) -> None:
    other = sign_in(app.test_client(), make_person(desk.house, "session-lead"))
    assert other.get(desk.url).location == "/join"
    assert desk.led().get(desk.url).status_code == 200
