import datetime as dt

import pytest

from kb.core import Refusal
from kb.db import Database
from kb.mail import outbox
from tests.mail.office import START, Desk


def test_mail_is_queued_with_the_change_or_not_at_all(desk: Desk) -> None:
    def fail() -> None:
        with desk.database.transaction() as session:
            outbox.queue(session, "jan@example.org", "Welkom", "Dag.")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert desk.rows() == []
    desk.queue()
    assert [letter.to_address for letter in desk.waiting] == ["jan@example.org"]


def test_it_is_due_at_once(database: Database) -> None:
    before = dt.datetime.now(dt.UTC)
    with database.transaction() as session:
        outbox.queue(session, "jan@example.org", "Welkom", "Dag.")
    with database.reading() as session:
        letters = outbox.waiting(session)
    assert [letter.to_address for letter in letters] == ["jan@example.org"]
    letter = letters[0]
    assert before <= letter.created_at == letter.next_try_at <= dt.datetime.now(dt.UTC)
    assert (letter.tries, letter.last_error, letter.failed_at) == (0, "", None)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "jan",
        "jan@example.org\r\nBcc: piet@example.org",
        "jan@example.org\nBcc: piet@example.org",
        "jan@example.org, piet@example.org",
        "Jan <jan@example.org>",
        "jan@example.org\x00",
    ],
)
def test_an_address_that_is_none_is_refused(desk: Desk, address: str) -> None:
    with pytest.raises(Refusal):
        desk.queue(to=address)
    assert desk.waiting == ()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Je casus is gepubliceerd — «Café Één»: € 5", "Je casus is gepubliceerd — «Café Één»: € 5"),
        ("Welkom\r\nBcc: piet@example.org", "Welkom Bcc: piet@example.org"),
        ("Welkom\nBcc: piet@example.org", "Welkom Bcc: piet@example.org"),
        ("Welkom\x85Bcc:\u2028piet\x0b\x00\t!", "Welkom Bcc: piet !"),
        ("  twee   spaties\xa0 ", "twee spaties"),
        ("links\u202eom", "linksom"),
        ("half \ud83d teken", "half teken"),
        ("", ""),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 199 + "…"),
    ],
)
def test_a_subject_is_one_line(desk: Desk, typed: str, kept: str) -> None:
    desk.queue(subject=typed)
    assert [letter.subject for letter in desk.waiting] == [kept]


def test_a_text_keeps_its_lines_and_loses_what_no_letter_holds(desk: Desk) -> None:
    desk.queue(text="een\r\ntwee\rdrie\n\n\tvier\x00\x1b[31m\ud83d ’t {{7*7}} <b>")
    assert [row.text for row in desk.rows()] == ["een\ntwee\ndrie\n\n\tvier[31m ’t {{7*7}} <b>"]


def test_what_waits_comes_in_the_order_of_the_next_try_and_what_failed_newest_first(desk: Desk) -> None:
    for name in "abcdef":
        desk.queue(to=f"{name}@example.org")
    with desk.database.transaction() as session:
        for row, minutes in zip(desk.rows(), (5, 3, 4, 0, 0, 0), strict=True):
            row = session.merge(row)  # noqa: PLW2901 - the same row, in this session
            if minutes:
                row.next_try_at = START + dt.timedelta(minutes=minutes)
            else:
                row.failed_at = START + dt.timedelta(days=row.id)
    assert [letter.to_address[0] for letter in desk.waiting] == ["b", "c", "a"]
    assert [letter.to_address[0] for letter in desk.failed] == ["f", "e", "d"]
    with desk.database.transaction() as session:
        outbox.forget_failed(session, START + dt.timedelta(days=5))
    assert [letter.to_address[0] for letter in desk.failed] == ["f"]
    assert len(desk.waiting) == 3


def test_the_administrator_does_not_see_the_text(desk: Desk) -> None:
    desk.queue(text="https://kb.example.org/reset/geheim")
    assert "geheim" not in repr(desk.waiting)
