from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.house import House
from kb.search import outbox

pytestmark = pytest.mark.whoosh


def record(house: House, *changed: tuple[str, str]) -> None:
    with house.database.transaction() as session:
        outbox.record(session, changed)


def ids(session: Session) -> list[int]:
    return list(session.scalars(select(outbox.OutboxRow.id).order_by(outbox.OutboxRow.id)))


def test_an_empty_outbox(house: House) -> None:
    record(house)
    with house.database.reading() as session:
        assert outbox.last(session) == 0
        assert outbox.waiting(session, 10) == {}


def test_what_waits_is_given_by_kind_each_key_once(house: House) -> None:
    record(house, ("lesson", "2"), ("case", "b"), ("lesson", "10"), ("lesson", "2"))
    record(house, ("case", "a"), ("lesson", "2"))
    with house.database.reading() as session:
        assert outbox.waiting(session, outbox.last(session)) == {
            "case": ["a", "b"],
            "lesson": ["10", "2"],
        }


def test_only_rows_up_to_the_given_one_wait_and_are_done(house: House) -> None:
    record(house, ("lesson", "1"), ("case", "a"))
    with house.database.reading() as session:
        until = outbox.last(session)
    record(house, ("lesson", "1"), ("lesson", "2"))
    with house.database.transaction() as session:
        assert outbox.waiting(session, until) == {"case": ["a"], "lesson": ["1"]}
        outbox.done(session, until)
    with house.database.reading() as session:
        assert outbox.waiting(session, outbox.last(session)) == {"lesson": ["1", "2"]}


def test_rows_are_saved_with_the_change_or_not_at_all(house: House) -> None:
    def fail() -> None:
        with house.database.transaction() as session:
            outbox.record(session, [("lesson", "1")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with house.database.reading() as session:
        assert outbox.last(session) == 0


def test_a_number_is_never_given_again(house: House) -> None:
    """A drainer deletes up to a number: a row that came later must have a higher one, also in an outbox that was empty."""
    seen = []
    for key in "abc":
        record(house, ("case", key))
        with house.database.transaction() as session:
            seen += ids(session)
            outbox.done(session, seen[-1])
    assert len(seen) == 3
    assert all(earlier < later for earlier, later in pairwise(seen))
