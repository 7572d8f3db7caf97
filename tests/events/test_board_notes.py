"""Notes on a board: written once, changed by their writer, arranged by the lead, seen by those who may."""

from __future__ import annotations

from uuid import uuid4

import pytest

from kb.core import Conflict, Forbidden, NotFound, Refusal
from kb.events import board_queries
from kb.events.models import Board, Note, NoteState, Participant
from kb.events.records import record_of
from kb.events.services import boards, notes, preparing
from kb.house import House
from tests.events.boards import Meeting, meeting
from tests.events.sessions import leading
from tests.people import make_person


@pytest.fixture(name="house")
def _house(hall: House) -> House:
    return hall


@pytest.fixture
def board(house: House) -> Meeting:
    """An open board."""
    return meeting(house)


def test_a_note_that_is_sent_twice_is_there_once(board: Meeting) -> None:
    anna, uid = board.join(), str(uuid4())
    first = board.write(anna, "Bij ons ook.", uid=uid)
    assert board.write(anna, "Bij ons ook.", uid=uid) == first
    assert board.sees(anna)[0] == {"Bij ons ook.": 0}


def test_the_name_of_anothers_note_can_not_be_used(board: Meeting) -> None:
    anna, bram, uid = board.join(), board.join(), str(uuid4())
    board.write(anna, "Van Anna", uid=uid)
    with pytest.raises(Refusal):
        board.write(bram, "Van Bram", uid=uid)
    with pytest.raises(Refusal):
        board.write(bram, "Van Bram", uid="1")
    assert board.sees(bram)[0] == {"Van Anna": 0}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (" \u200b\n ", "Write something"),
        ("x" * 1001, "has 1001 characters"),
        ("x" * 100_000, "has 100000 characters"),
    ],
)
def test_a_note_without_text_or_with_too_much_is_refused(board: Meeting, text: str, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        board.write(board.join(), text)


def test_a_note_keeps_its_lines_and_loses_what_nobody_sees(board: Meeting) -> None:
    anna = board.join()
    board.write(anna, "  Een\r\n\r\ntwee\u202e drie\u0000 ")
    assert list(board.sees(anna)[0]) == ["Een\n\ntwee drie"]


def test_who_wrote_a_note_changes_and_withdraws_it_and_nobody_else(board: Meeting) -> None:
    anna, bram = board.join(), board.join()
    number = board.write(anna, "Eerst zo")
    with board.open() as (session, event):
        notes.change(session, event, session.get_one(Participant, anna), number, text="Nu zo")
    with board.open() as (session, event):
        row = session.get_one(Participant, bram)
        with pytest.raises(Forbidden):
            notes.change(session, event, row, number, text="Van mij")
        with pytest.raises(Forbidden):
            notes.withdraw(session, event, row, number)
    assert list(board.sees(bram)[0]) == ["Nu zo"]
    before = board.version()
    with board.open() as (session, event):
        notes.withdraw(session, event, session.get_one(Participant, anna), number)
    for reader in (anna, bram, 0):
        assert board.sees(reader, before) == ({}, [number])
    with board.open() as (session, _event):
        assert session.get_one(Note, number).text == ""  # what somebody took back is gone


def test_each_participant_counts_once_and_can_take_it_back(board: Meeting) -> None:
    anna, bram = board.join(), board.join()
    number = board.write(anna, "Steeds dezelfde mensen")
    for me in (anna, bram, bram):
        board.vote(me, number)
    assert board.sees(anna)[0] == {"Steeds dezelfde mensen": 2}
    board.vote(bram, number, on=False)
    assert board.sees(anna)[0] == {"Steeds dezelfde mensen": 1}


def test_a_hidden_note_is_gone_for_others_and_its_writer_learns_it(board: Meeting) -> None:
    anna, bram = board.join(), board.join()
    number = board.write(anna, "Weg ermee")
    before = board.version()
    board.does("show", number, on=False)
    assert board.sees(bram, before) == ({}, [number])
    assert board.sees(bram) == ({}, [number])
    assert board.sees(anna, before)[0] == {"Weg ermee": 0}
    with pytest.raises(Conflict, match="has hidden this note"), board.open() as (session, event):
        notes.change(session, event, session.get_one(Participant, anna), number, text="Toch")
    with pytest.raises(NotFound):
        board.vote(bram, number)
    board.does("show", number, on=True)
    assert board.sees(bram)[0] == {"Weg ermee": 0}


def test_with_moderation_a_note_waits_for_the_lead_and_so_does_a_change(board: Meeting) -> None:
    anna, bram = board.join(), board.join()
    with board.open() as (session, event):
        boards.settle(session, board.lead.actor, event, moderated=True, keep_days=30)
    number = board.write(anna, "Mag dit?")
    assert board.sees(bram)[0] == {}
    assert board.sees(anna)[0] == board.sees()[0] == {"Mag dit?": 0}
    board.does("show", number, on=True)
    assert board.sees(bram)[0] == {"Mag dit?": 0}
    with board.open() as (session, event):
        notes.change(session, event, session.get_one(Participant, anna), number, text="En dit?")
    assert board.sees(bram)[0] == {}


def test_merged_notes_count_together_and_come_apart_with_what_each_had(board: Meeting) -> None:
    anna, bram, cor = board.join(), board.join(), board.join()
    one, two = board.write(anna, "Geld is op"), board.write(bram, "Er is geen geld", question=1)
    for me, number in ((anna, one), (bram, one), (bram, two), (cor, two)):
        board.vote(me, number)
    before = board.version()
    board.does("merge", two, into=one)
    assert board.sees(cor, before) == ({"Geld is op": 3}, [two])  # Bram counts once
    board.vote(bram, one, on=False)  # he takes it back of both
    assert board.sees(cor)[0] == {"Geld is op": 2}
    board.vote(cor, one)  # he counted already
    board.does("split", two)
    assert board.sees(cor)[0] == {"Geld is op": 1, "Er is geen geld": 1}


def test_a_note_with_others_under_it_can_be_merged_and_nothing_is_lost(board: Meeting) -> None:
    anna = board.join()
    one, two, three = (board.write(anna, text) for text in ("Een", "Twee", "Drie"))
    board.does("merge", two, into=one)
    board.does("merge", one, into=three)
    assert list(board.sees(anna)[0]) == ["Drie"]
    before = board.version()
    board.does("show", three, on=False)
    assert board.sees(board.join(), before) == ({"Een": 0, "Twee": 0}, [three])


def test_a_merged_note_that_is_withdrawn_or_changed_changes_the_one_above_it(board: Meeting) -> None:
    anna, bram = board.join(), board.join()
    one, two = board.write(anna, "Een"), board.write(bram, "Twee")
    board.vote(bram, two)
    board.does("merge", two, into=one)
    with board.open() as (session, event):
        before = session.get_one(Board, event.id).version
        notes.change(session, event, session.get_one(Participant, bram), two, text="Twee, maar anders")
    assert board.sees(anna, before) == ({"Een": 1}, [two])
    with board.open() as (session, event):
        notes.withdraw(session, event, session.get_one(Participant, bram), two)
    assert board.sees(anna)[0] == {"Een": 0}


@pytest.mark.parametrize("into", ["itself", "one that hangs under it", "a hidden one"])
def test_what_can_not_be_merged_is_refused(board: Meeting, into: str) -> None:
    anna = board.join()
    one, two, three = (board.write(anna, text) for text in ("Een", "Twee", "Drie"))
    board.does("merge", two, into=one)
    board.does("show", three, on=False)
    target = {"itself": one, "one that hangs under it": two, "a hidden one": three}[into]
    with pytest.raises(Refusal):
        board.does("merge", one, into=target)


def test_a_moved_note_takes_along_what_hangs_under_it(board: Meeting) -> None:
    anna = board.join()
    one, two = board.write(anna, "Een"), board.write(anna, "Twee")
    board.does("merge", two, into=one)
    board.does("move", one, question=board.questions[2])
    with board.open() as (session, _event):
        assert [session.get_one(Note, number).question_id for number in (one, two)] == [
            board.questions[2]
        ] * 2
    before = board.version()
    board.does("move", two, question=board.questions[0])
    assert board.sees(anna, before)[0] == {"Een": 0, "Twee": 0}


def test_nothing_is_written_in_a_locked_column_or_on_a_closed_board(board: Meeting) -> None:
    anna = board.join()
    number = board.write(anna, "Op tijd")
    with board.open() as (session, event):
        boards.lock(session, board.lead.actor, event, board.questions[0], locked=True)
    with pytest.raises(Conflict, match="column is locked"):
        board.write(anna, "Te laat")
    board.write(anna, "Elders wel", question=1)
    board.move_on("closed")
    with pytest.raises(Conflict, match="board is closed"):
        board.write(anna, "Te laat", question=1)
    with pytest.raises(Conflict, match="board is closed"):
        board.vote(anna, number)
    board.move_on("open")
    board.write(anna, "Toch nog", question=1)


def test_the_board_opens_with_the_session_and_keeps_its_code(house: House) -> None:
    board = meeting(house)
    board.move_on("closed")
    board.move_on("open")
    with board.open() as (session, event):
        assert session.get_one(Board, event.id).code == board.code


def test_a_question_with_notes_can_not_be_taken_out_of_the_session(board: Meeting, house: House) -> None:
    board.write(board.join(), "Hier hangt iets", question=1)
    with leading(house, board.lead, board.slug) as (session, event):
        record = record_of(event)
        kept = [row for row in record["questions"] if row["key"] != "q2"]
        with pytest.raises(Refusal, match="notes under a question"), session.no_autoflush:
            preparing.save(session, board.lead.actor, event, {**record, "questions": kept}, event.version)
        session.rollback()
    with leading(house, board.lead, board.slug) as (session, event):
        record = record_of(event)
        kept = [row for row in record["questions"] if row["key"] != "q3"]
        assert preparing.save(session, board.lead.actor, event, {**record, "questions": kept}, event.version)


def test_a_lead_of_another_session_and_an_author_lead_nothing_here(board: Meeting, house: House) -> None:
    number = board.write(board.join(), "Een briefje")
    meeting(house)
    for other in (make_person(house, "session-lead"), make_person(house, "author")):
        for deed in (
            lambda session, actor, event: notes.show(session, actor, event, number, on=False),
            lambda session, actor, event: notes.pin(session, actor, event, number, on=True),
            lambda session, actor, event: notes.move(
                session, actor, event, number, question=board.questions[1]
            ),
            lambda session, actor, event: boards.lock(session, actor, event, board.questions[0], locked=True),
            lambda session, actor, event: boards.settle(session, actor, event, moderated=True, keep_days=9),
        ):
            with pytest.raises(Forbidden), board.open() as (session, event):
                deed(session, other.actor, event)


def test_two_boards_keep_to_themselves(board: Meeting, house: House) -> None:
    """TRUST 39 and 33: with a number of another board in the request nothing is written, voted, moved or merged."""
    other = meeting(house)
    anna, eva = board.join(), other.join()
    here, there = board.write(anna, "Hier"), other.write(eva, "Daar")
    for me, question in ((eva, board.questions[0]), (anna, other.questions[0])):
        with board.open() as (session, event):
            row = session.get_one(Participant, me)
            with pytest.raises(NotFound):
                notes.write(session, event, row, question=question, text="Niet hier", uid=str(uuid4()))
    with pytest.raises(NotFound):
        board.vote(anna, there)
    with pytest.raises(NotFound), other.open() as (session, event):
        notes.vote(session, event, session.get_one(Participant, anna), there, on=True)
    with pytest.raises(NotFound):
        board.does("show", there, on=False)
    with pytest.raises(Refusal):
        board.does("merge", here, into=there)
    with pytest.raises(Refusal):
        board.does("move", here, question=other.questions[0])
    with pytest.raises(NotFound), board.open() as (session, event):
        boards.lock(session, board.lead.actor, event, other.questions[0], locked=True)
    assert board.sees(anna)[0] == {"Hier": 0}
    assert other.sees(eva)[0] == {"Daar": 0}


def test_notes_and_participants_go_when_their_time_is_over_and_examples_stay(house: House) -> None:
    board = meeting(house, start="2021-01-21T10:00", end="2021-01-21T12:00")
    board.write(board.join(), "Tot dan")
    with board.open() as (session, event):
        session.add(
            Note(
                event_id=event.id,
                question_id=board.questions[0],
                uid=str(uuid4()),
                text="Voorbeeld",
                state=NoteState.SHOWN,
                example=True,
                changed=1,
            )
        )
        assert boards.empty_old(session) == 0  # it is open
    board.move_on("closed")
    with board.open() as (session, event):
        assert boards.empty_old(session) == 1
        assert boards.empty_old(session) == 0
        assert board_queries.participants(session, event) == 0
    assert board.sees()[0] == {"Voorbeeld": 0}


def test_each_board_has_a_code_of_its_own(house: House) -> None:
    assert len({meeting(house).code for _ in range(3)}) == len(range(3))
