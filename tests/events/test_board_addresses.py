"""Every address of the board under attack and in trouble: codes, limits, other boards, hidden notes, texts that stay."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb import create_app
from kb.events.codes import LENGTH, SIGNS, read_code, shown_code
from kb.events.models import Note
from kb.events.services import boards
from kb.house import House
from kb.web.limits import LIMITS
from tests.conftest import opened
from tests.events.boards import JSON, Meeting, meeting, send, texts
from tests.people import csrf, make_person, post, sign_in
from tests.statements import statements

NO_BOARD = "Er is geen bord open met deze code"


@pytest.fixture(name="house")
def _house(hall: House) -> House:
    return hall


@pytest.fixture(name="app")
def _app(hall_app: Flask) -> Flask:
    return hall_app


@pytest.fixture
def board(house: House) -> Meeting:
    """An open board."""
    return meeting(house)


@pytest.fixture
def limited(data: Path) -> Iterator[tuple[Meeting, Flask]]:
    """An open board, and an application that counts how often things are done."""
    with closing(opened(data, KB_RATE_LIMITS="on")) as house:
        yield meeting(house), create_app(house)


def told(client: FlaskClient, board: Meeting, since: int = 0, more: str = "") -> dict[str, Any]:
    """Return what changed on a board since a version."""
    answer = client.get(f"{board.url}/updates?since={since}{more}", headers=JSON)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def shown(client: FlaskClient, board: Meeting, since: int = 0, more: str = "") -> list[str]:
    """Return the texts that changed on a board since a version."""
    return texts(json.dumps(told(client, board, since, more)).replace('\\"', '"'))


# ---- joining ----


def test_a_code_is_read_as_people_type_it(board: Meeting, client: FlaskClient) -> None:
    code = board.code
    for typed in (
        code.lower(),
        shown_code(code),
        f" {code[:2]}-{code[2:4]}-{code[4:]} ",
        f"{code[:3]}\u2013{code[3:]}",
        code.translate({ord("A") + at: chr(0xFF21 + at) for at in range(26)}),  # wide letters
    ):
        answer = post(client, "/join", code=typed)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/join/{code}"), typed


def test_who_joins_gets_a_cookie_for_this_board_alone_and_sees_its_notes(board: Meeting, app: Flask) -> None:
    board.write(board.join(), "Al geschreven")
    client = app.test_client()
    page = client.get(f"/join/{board.code}")
    assert "90 dagen na de sessie" in page.text  # before one writes
    assert client.get(board.url).headers["Location"] == "/join"  # opening the link joined nothing
    answer = post(client, f"/join/{board.code}", nickname="", room="r1")
    cookie = answer.headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=Lax", f"Path={board.url}"):
        assert part in cookie
    assert texts(client.get(board.url).text) == ["Al geschreven"]
    assert board.code not in client.get(board.url).text
    # Who comes by again finds the way back to what is his, and not a second place.
    assert f'href="{board.url}"' in client.get(f"/join/{board.code}").text


@pytest.mark.parametrize("path", ["", "/updates?since=0", "/screen", "/qr.svg"])
def test_who_did_not_join_gets_no_note(board: Meeting, client: FlaskClient, path: str) -> None:
    board.write(board.join(), "Alleen voor ons")
    answer = client.get(board.url + path, headers=JSON)
    assert answer.status_code in {302, 403, 404}
    assert "Alleen voor ons" not in answer.text
    assert board.code not in answer.text


def test_a_room_that_is_not_there_and_a_name_that_is_too_long_are_refused(
    board: Meeting, client: FlaskClient
) -> None:
    for fields in ({"room": "r9"}, {"nickname": "x" * 61}):
        answer = post(client, f"/join/{board.code}", **fields)
        assert answer.status_code == 422
        assert fields.get("nickname", "") in answer.text


def test_names_and_codes_with_unseen_characters(board: Meeting, app: Flask) -> None:
    """TRUST 14: they change nothing of how a name reads, and open nothing."""
    client = app.test_client()
    hidden = f"{board.code[:3]}\u202e{board.code[3:]}"
    assert NO_BOARD in post(client, "/join", code=hidden).text
    assert NO_BOARD in post(client, "/join", code=f"{board.code[:-1]}\u0421").text  # Cyrillic
    post(client, f"/join/{board.code}", nickname="A\u200bn\u202en\u2066a\n", room="")
    send(client, f"{board.url}/notes", question=board.questions[0], text="Een briefje", uid=str(uuid4()))
    page = client.get(board.url).text
    assert '<span dir="auto">Anna</span>' in page
    assert not set("\u200b\u202e\u2066") & set(page)


# ---- TRUST 55: codes ----


def test_guessing_codes_is_hopeless_and_joining_goes_on_for_others(limited: tuple[Meeting, Flask]) -> None:
    """TRUST 55: at the rate that is allowed, ten open boards are safe for years."""
    board, app = limited
    client = app.test_client()
    wrong = [code for code in (f"CCCCC{sign}" for sign in SIGNS) if code != board.code]
    answers = [client.get(f"/join/{code}").status_code for code in wrong]
    assert answers[:10] == [422] * 10
    assert set(answers[10:]) == {429}
    for answer in (
        client.get(f"/join/{board.code}"),
        post(client, "/join", code=board.code),
        post(client, f"/join/{board.code}"),
    ):
        assert answer.status_code == 429
        assert "Retry-After" in answer.headers
    assert (
        app.test_client().get(f"/join/{board.code}", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code
        == 200
    )
    an_hour = int(LIMITS["join-long"].split()[0])
    hours = len(SIGNS) ** LENGTH / 10 / an_hour / 2
    assert hours / 24 / 365 > 1


def test_a_code_holds_no_sign_that_looks_like_another() -> None:
    assert not set(SIGNS) & set("0O1IL2Z5S8B6GUVAE")
    assert read_code("") == read_code("KRT74") == read_code("KRT74O") == ""


@pytest.mark.parametrize("status", ["closed", "archived"])
def test_the_code_of_a_session_that_is_over_is_dead(board: Meeting, client: FlaskClient, status: str) -> None:
    """TRUST 55: the answer is the same as for a code that never was."""
    board.move_on("closed")
    if status == "archived":
        board.move_on("archived")
    old, never = client.get(f"/join/{board.code}"), client.get("/join/CCCCCC")
    assert old.status_code == never.status_code == 422
    assert old.text.replace(board.code, "CCCCCC") == never.text
    assert NO_BOARD in post(client, f"/join/{board.code}").text
    assert "Set-Cookie" not in old.headers or "participant" not in old.headers["Set-Cookie"]


# ---- writing ----


def test_a_note_is_written_changed_and_withdrawn_by_forms_alone(board: Meeting, app: Flask) -> None:
    client = board.browser(app, board.join())
    answer = post(client, f"{board.url}/notes", question=board.questions[0], text="Zo dan")
    assert answer.headers["Location"].endswith(f"/board#question-{board.questions[0]}")
    number = re.search(r'id="note-(\d+)"', client.get(board.url).text)
    assert number
    own = f"{board.url}/notes/{number[1]}"
    assert post(client, f"{own}/edit", text="Of zo").status_code == 303
    assert texts(client.get(board.url).text) == ["Of zo"]
    assert post(client, f"{own}/vote", on="yes").status_code == 303
    assert 'aria-pressed="true"' in client.get(board.url).text
    assert post(client, f"{own}/withdraw").status_code == 303
    assert texts(client.get(board.url).text) == []


def test_nobody_is_named_but_by_the_name_that_he_chose(board: Meeting, app: Flask) -> None:
    board.write(board.join("", "r1"), "Zonder naam")
    board.write(board.join("De buurvrouw"), "Met naam")
    page = board.browser(app, board.join()).get(board.url).text
    assert "Deelgroep 1" in page
    assert "De buurvrouw" in page
    reader = board.leading(app).get(board.url).text
    lead_name = board.lead.name
    assert lead_name not in reader.partition('id="board"')[2]


@pytest.mark.parametrize("length", [1001, 100_000])
def test_a_note_that_is_too_long_is_refused_and_its_text_stays(
    board: Meeting, app: Flask, length: int
) -> None:
    client = board.browser(app, board.join())
    answer = post(client, f"{board.url}/notes", question=board.questions[0], text="y" * length)
    assert answer.status_code == 422
    assert f"{length} tekens" in answer.text
    assert "y" * length in answer.text
    answer = send(
        client, f"{board.url}/notes", question=board.questions[0], text="y" * length, uid=str(uuid4())
    )
    assert (answer.status_code, list(answer.get_json())) == (422, ["error"])


def test_on_a_closed_board_nothing_is_posted_and_the_text_stays(board: Meeting, app: Flask) -> None:
    anna = board.join()
    client, number = board.browser(app, anna), board.write(anna, "Eerder")
    board.move_on("closed")
    for path, fields in (
        ("/notes", {"question": board.questions[0], "text": "Net te laat"}),
        (f"/notes/{number}/edit", {"text": "Net te laat"}),
    ):
        answer = post(client, board.url + path, **fields)
        assert answer.status_code == 409
        assert "Het bord is gesloten" in answer.text
        assert "Net te laat</textarea>" in answer.text
    assert texts(client.get(board.url).text) == ["Eerder"]


def test_in_a_locked_column_the_text_stays_in_sight(board: Meeting, app: Flask) -> None:
    client = board.browser(app, board.join())
    with board.open() as (session, event):
        boards.lock(session, board.lead.actor, event, board.questions[0], locked=True)
    answer = post(client, f"{board.url}/notes", question=board.questions[0], text="Nog iets")
    assert answer.status_code == 409
    form = re.search(r'<form class="lane__new"[^>]*>(?:(?!</form>).)*Nog iets', answer.text, re.DOTALL)
    assert form
    assert "hidden>" not in form[0].partition("\n")[0]


def test_the_writer_of_a_hidden_note_reads_that_it_was_hidden_and_keeps_what_he_typed(
    board: Meeting, app: Flask
) -> None:
    anna = board.join()
    client, number = board.browser(app, anna), board.write(anna, "Niet zo aardig")
    board.does("show", number, on=False)
    assert "verborgen door de gespreksleider" in client.get(board.url).text
    answer = post(client, f"{board.url}/notes/{number}/edit", text="Aardiger")
    assert answer.status_code == 409
    assert "Aardiger</textarea>" in answer.text


def test_five_hundred_notes_at_once_are_stopped_and_each_answer_says_so(
    limited: tuple[Meeting, Flask],
) -> None:
    board, app = limited
    client = board.browser(app, board.join())
    fields = {"question": board.questions[0], "csrf_token": csrf(client)}
    answers = [
        client.post(
            f"{board.url}/notes", data={**fields, "text": f"Nummer {at}", "uid": str(uuid4())}, headers=JSON
        )
        for at in range(25)
    ]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 5
    assert "error" in answers[-1].get_json()
    assert len(board.sees()[0]) == 20
    page = post(client, f"{board.url}/notes", question=board.questions[0], text="Nummer 26")
    assert page.status_code == 429
    assert "Nummer 26</textarea>" in page.text


def test_a_whole_room_at_once_is_stopped_by_the_limit_of_the_board(
    limited: tuple[Meeting, Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    board, app = limited
    assert LIMITS["board"] == "300 per minute"
    monkeypatch.setitem(LIMITS, "board", "30 per minute")
    people = [board.browser(app, board.join()) for _ in range(4)]
    sent = {"question": board.questions[0], "text": "Hallo"}
    answers = [
        send(one, f"{board.url}/notes", **sent, uid=str(uuid4())).status_code
        for one in people
        for _ in range(10)
    ]
    assert (answers.count(200), answers.count(429)) == (30, 10)


def test_the_same_note_sent_many_times_at_the_same_moment_is_there_once(board: Meeting, app: Flask) -> None:
    anna, uid = board.join(), str(uuid4())

    def once(_at: int) -> int:
        client = board.browser(app, anna)
        fields = {"question": board.questions[0], "text": "Nog eens", "uid": uid}
        return send(client, f"{board.url}/notes", **fields).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(once, range(16))) == {200}
    assert list(board.sees(anna)[0]) == ["Nog eens"]


# ---- updates ----


def test_nothing_new_is_nothing_to_send(board: Meeting, app: Flask) -> None:
    anna = board.join()
    board.write(anna, "Een")
    client = board.browser(app, anna)
    version = told(client, board)["version"]
    answer = client.get(f"{board.url}/updates?since={version}")
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 30, "99999"])
def test_a_version_that_never_was_gives_the_whole_board(board: Meeting, app: Flask, since: str) -> None:
    anna = board.join()
    board.write(anna, "Een")
    answer = board.browser(app, anna).get(f"{board.url}/updates?since={since}")
    assert answer.get_json()["whole"]
    assert len(answer.get_json()["notes"]) == 1


def test_only_what_changed_is_sent_and_for_a_fixed_number_of_queries(
    board: Meeting, app: Flask, house: House
) -> None:
    anna = board.join("Anna", "r1")
    client = board.browser(app, anna)
    for at in range(30):
        board.write(anna, f"Oud {at}", question=at % 5)
    version = board.version()
    client.get(f"{board.url}/updates?since={version}")
    with statements(house.database) as nothing:
        client.get(f"{board.url}/updates?since={version}")
    assert len([one for one in nothing if one.startswith("SELECT")]) == 2
    board.write(anna, "Nieuw")
    with statements(house.database) as one_more:
        assert shown(client, board, version) == ["Nieuw"]
    for at in range(10):
        board.vote(anna, board.write(anna, f"Nog een {at}"))
    with statements(house.database) as many_more:
        assert len(shown(client, board, version)) == 11
    assert len(many_more) == len(one_more) <= 9
    with statements(house.database) as page:
        client.get(board.url)
    assert len(page) <= 12


def test_a_hidden_note_is_in_no_poll_page_or_screen(board: Meeting, app: Flask) -> None:
    """TRUST 40: only its lead still has it, on his own page, and its writer with the word that it was hidden."""
    anna, bram = board.join(), board.join()
    number = board.write(anna, "Verberg mij")
    board.write(bram, "Laat mij staan")
    reader, lead = board.browser(app, bram), board.leading(app)
    version = board.version()
    board.does("show", number, on=False)
    assert told(reader, board, version)["gone"] == [number]
    for client, path in (
        (reader, board.url),
        (reader, f"{board.url}/updates?since=0"),
        (reader, f"{board.url}/updates?since=0&screen=yes"),
        (lead, f"{board.url}/screen"),
        (lead, f"{board.url}/updates?since=0&screen=yes"),
        (lead, f"/events/{board.slug}"),
        (lead, f"/api/v1/events/{board.slug}"),
    ):
        answer = client.get(path, headers=JSON if "updates" in path else None)
        assert answer.status_code == 200, path
        assert "Verberg mij" not in answer.text, path
        assert "no-store" in answer.headers["Cache-Control"] or "api" in path
    assert "Verberg mij" in lead.get(board.url).text
    board.does("show", number, on=True)
    assert "Verberg mij" in shown(reader, board, version)


def test_a_note_that_waits_is_not_on_the_screen(board: Meeting, app: Flask) -> None:
    with board.open() as (session, event):
        boards.settle(session, board.lead.actor, event, moderated=True, keep_days=30)
    board.write(board.join(), "Mag ik?")
    lead = board.leading(app)
    assert "Mag ik?" not in lead.get(f"{board.url}/screen").text
    assert "Mag ik?" in lead.get(board.url).text
    assert board.code[:3] in lead.get(f"{board.url}/screen").text


# ---- other boards, other ways ----


def test_a_participant_of_one_board_is_nobody_on_another(board: Meeting, app: Flask, house: House) -> None:
    """TRUST 39 and 33: his cookie opens nothing there, nor do numbers of there in what he sends here."""
    other = meeting(house)
    anna = board.join()
    there = other.write(other.join(), "Van daar")
    client = board.browser(app, anna)
    client.set_cookie("participant", board.tokens[str(anna)], path="/")
    assert client.get(other.url).headers["Location"] == "/join"
    assert client.get(f"{other.url}/updates?since=0").status_code == 403
    sent = {"question": other.questions[0], "text": "Van hier", "uid": str(uuid4())}
    assert send(client, f"{other.url}/notes", **sent).status_code == 403
    assert send(client, f"{board.url}/notes", **sent).status_code == 404
    for what in ("vote", "edit", "withdraw", "hide", "pin", "move", "merge"):
        for url in (board.url, other.url):
            answer = send(client, f"{url}/notes/{there}/{what}", on="yes", text="Anders")
            # What hangs elsewhere is no note, and no note to merge with; a question is chosen first.
            assert answer.status_code in {403, 404}, (url, what)
    assert other.sees()[0] == {"Van daar": 0}
    assert board.sees()[0] == {}


def test_a_participant_leads_nothing_and_neither_does_the_lead_of_another_session(
    board: Meeting, app: Flask, house: House
) -> None:
    anna = board.join()
    number = board.write(anna, "Blijf zo")
    elsewhere = meeting(house).leading(app)
    for client in (board.browser(app, anna), elsewhere):
        for path in (
            f"/notes/{number}/hide",
            f"/notes/{number}/pin",
            f"/notes/{number}/move",
            f"/notes/{number}/merge",
            f"/columns/{board.questions[0]}/lock",
            f"/columns/{board.questions[0]}/timer",
            "/settings",
            "/close",
        ):
            answer = post(client, board.url + path, question=board.questions[1], minutes=5, keep_days=1)
            assert answer.status_code in {403, 404}, path
        assert client.get(f"{board.url}/screen").status_code == 404
        assert client.get(f"{board.url}/qr.svg").status_code == 404
    assert board.sees(anna)[0] == {"Blijf zo": 0}


def test_other_ways_of_asking_decide_alike(board: Meeting, app: Flask) -> None:
    """TRUST 42: HEAD, OPTIONS, `_method` and a slash at the end open nothing that GET and POST do not."""
    anna = board.join()
    number = board.write(anna, "Blijf")
    stranger, reader = app.test_client(), board.browser(app, anna)
    for path in ("", "/updates", "/screen", "/qr.svg"):
        for client in (stranger, reader):
            assert client.head(board.url + path).status_code == client.get(board.url + path).status_code
        assert stranger.get(f"{board.url}{path}/").status_code == 404
        assert stranger.options(board.url + path).data == b""
    assert post(stranger, f"{board.url}/notes/{number}/withdraw/").status_code == 404
    assert stranger.get(f"{board.url}/notes/{number}/withdraw?_method=POST").status_code in {404, 405}
    assert post(reader, board.url, _method="DELETE").status_code == 405
    for method in ("PUT", "PATCH", "DELETE", "GET"):
        assert reader.open(f"{board.url}/notes/{number}/withdraw", method=method).status_code in {404, 405}
    assert board.sees(anna)[0] == {"Blijf": 0}


# ---- leading ----


def test_the_lead_arranges_the_board_by_forms_alone(board: Meeting, app: Flask, house: House) -> None:
    anna, lead = board.join(), board.leading(app)
    one, two = board.write(anna, "Een"), board.write(anna, "Twee")
    assert "KRT" not in lead.get(board.url).text
    assert shown_code(board.code) in lead.get(board.url).text
    for path, fields in (
        (f"/notes/{two}/pin", {}),
        (f"/notes/{two}/unpin", {}),
        (f"/notes/{one}/move", {"question": board.questions[1]}),
        (f"/notes/{two}/merge", {"into": one}),
        (f"/notes/{two}/split", {}),
        (f"/notes/{two}/hide", {}),
        (f"/columns/{board.questions[0]}/lock", {}),
        (f"/columns/{board.questions[0]}/unlock", {}),
        (f"/columns/{board.questions[0]}/timer", {"minutes": 5}),
        ("/settings", {"moderated": "yes", "keep_days": 14}),
    ):
        answer = post(lead, board.url + path, **fields)
        assert (answer.status_code, answer.headers["Location"].startswith(board.url)) == (303, True), path
    with house.database.reading() as session:
        moved, hidden = session.get_one(Note, one), session.get_one(Note, two)
        assert (moved.question_id, hidden.state.value) == (board.questions[1], "hidden")
    assert told(lead, board)["columns"][0]["ends"]
    assert "14 dagen" in board.browser(app, anna).get(board.url).text
    post(lead, f"{board.url}/close")
    assert 'data-open="no"' in lead.get(board.url).text
    post(lead, f"{board.url}/reopen")
    assert 'data-open="yes"' in lead.get(board.url).text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/settings", {"keep_days": "0"}),
        ("/settings", {"keep_days": "veel"}),
        ("/columns/{question}/timer", {"minutes": "600"}),
        ("/notes/{note}/merge", {"into": "{note}"}),
    ],
)
def test_what_the_lead_can_not_do_is_said(
    board: Meeting, app: Flask, path: str, fields: dict[str, str]
) -> None:
    number, lead = board.write(board.join(), "Een"), board.leading(app)
    places = {"question": board.questions[0], "note": number}
    filled = {name: text.format(**places) for name, text in fields.items()}
    answer = send(lead, board.url + path.format(**places), **filled)
    assert answer.status_code == 422
    assert answer.get_json()["error"]


def test_the_qr_leads_to_joining_and_is_drawn_without_style(board: Meeting, app: Flask) -> None:
    answer = board.leading(app).get(f"{board.url}/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert "style" not in answer.text
    assert f"/join/{board.code}" in board.leading(app).get(board.url).text


def test_the_page_of_the_session_shows_the_code_to_its_lead_alone(
    board: Meeting, app: Flask, house: House
) -> None:
    page = f"/events/{board.slug}"
    assert shown_code(board.code) in board.leading(app).get(page).text
    for client in (app.test_client(), sign_in(app.test_client(), make_person(house, "session-lead"))):
        text = client.get(page).text
        assert shown_code(board.code) not in text
        assert 'href="/join"' in text


def test_what_is_written_is_text_and_never_markup(board: Meeting, app: Flask) -> None:
    anna = board.join("<b>x</b>")
    board.write(anna, "<script>alert(1)</script>")
    client = board.browser(app, anna)
    for text in (client.get(board.url).text, client.get(f"{board.url}/updates?since=0").text):
        assert "<script>alert" not in text
        assert "<b>x" not in text
