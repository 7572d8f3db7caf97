from __future__ import annotations

from datetime import UTC, datetime
from unittest import mock

import pytest
from sqlalchemy import select

from kb.house import House
from kb.search import tally
from kb.search.tally import Counted, Tally, TallyWriter, Teller, kept, people, usual, week_of

FIREFOX = "Mozilla/5.0 Firefox"


@pytest.fixture
def teller() -> Teller:
    return Teller("a secret")


def report(house: House, teller: Teller) -> list[Counted]:
    with house.database.reading() as session:
        return teller.report(session)


def write(house: House, teller: Teller) -> None:
    with house.database.transaction() as session:
        teller.write(session)


def ask(teller: Teller, query: str, lines: int = 1, *, found: bool = True) -> None:
    for line in range(lines):
        teller.asked(query, found=found, line=f"192.0.2.{line}", browser=FIREFOX)


def test_what_is_counted_is_the_same_before_and_after_writing(house: House, teller: Teller) -> None:
    ask(teller, "Rollen  verdelen", 2)
    ask(teller, "rollen verdelen", found=False)
    teller.opened("rollen verdelen")
    expected = [Counted("rollen verdelen", asked=3, empty=1, opened=1, people=2)]
    assert report(house, teller) == expected
    write(house, teller)
    assert teller.waiting() == 0
    assert report(house, teller) == expected
    ask(teller, "rollen verdelen")
    assert report(house, teller)[0].asked == 4


def test_what_could_not_be_written_is_written_later(house: House, teller: Teller) -> None:
    ask(teller, "wijk", 3)
    with (
        mock.patch.object(Tally, "__init__", side_effect=ZeroDivisionError),
        pytest.raises(ZeroDivisionError),
    ):
        write(house, teller)
    ask(teller, "wijk")
    write(house, teller)
    assert report(house, teller)[0].asked == 4


def test_nothing_that_is_kept_points_to_somebody(house: House, teller: Teller) -> None:
    ask(teller, "wijk", 3)
    write(house, teller)
    with house.database.reading() as session:
        (row,) = session.scalars(select(Tally))
    assert {column.name for column in Tally.__table__.columns} == {
        "week",
        "query",
        "asked",
        "empty",
        "opened",
        "people",
    }
    assert 0 < row.people < 2**63
    other = Teller("another secret")
    ask(other, "wijk", 3)
    assert other._counts != teller._counts


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Rollen  VERDELEN ", "rollen verdelen"),
        ("wijkplan 2016-2027", "wijkplan 2016-2027"),
        ("jan@voorbeeld.nl", ""),
        ("06-12345678", ""),
        ("026 123 45 67", ""),
        ("bsn 123456789", ""),
        ("www.voorbeeld.nl", ""),
        ("x" * 101, ""),
        ("", ""),
    ],
)
def test_what_is_kept_of_a_query(query: str, expected: str) -> None:
    assert kept(query) == expected


@pytest.mark.parametrize("browser", ["", "Googlebot/2.1", "python-requests/2", "curl/8", "UptimeMonitor"])
def test_robots_are_not_counted(teller: Teller, browser: str) -> None:
    teller.asked("wijk", found=True, line="192.0.2.1", browser=browser)
    assert teller.waiting() == 0


def test_only_so_many_wait(teller: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "WAITING", 3)
    for number in range(5):
        ask(teller, f"vraag {number}x")
        teller.opened(f"vraag {number}x")
    assert teller.waiting() == 3


def test_what_is_old_is_forgotten(house: House, teller: Teller) -> None:
    with mock.patch.object(tally, "now", return_value=datetime(2026, 1, 5, tzinfo=UTC)):
        ask(teller, "lang geleden")
        write(house, teller)
    ask(teller, "nu")
    with mock.patch.object(tally, "now", return_value=datetime(2026, 9, 1, tzinfo=UTC)):
        write(house, teller)
    assert [asked.query for asked in report(house, teller)] == ["nu"]


def test_who_asks_nonsense_all_day_fills_no_disk(
    house: House, teller: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "KEPT", 4)
    ask(teller, "vaak gevraagd", 3)
    for number in range(9):
        ask(teller, f"onzin {number}x")
        write(house, teller)
    asked = report(house, teller)
    assert len(asked) == 4
    assert asked[0].query == "vaak gevraagd"


@pytest.mark.parametrize("count", [1, 2, 5, 20, 60])
def test_how_many_people_is_about_right(teller: Teller, count: int) -> None:
    ask(teller, "wijk", count)
    bits = next(iter(teller._counts.values())).people
    assert count * 0.6 <= people(bits) <= count * 1.4
    assert people(2**63 - 1) > 63


def test_others_see_a_query_only_when_enough_people_asked_it(house: House, teller: Teller) -> None:
    ask(teller, "rollen verdelen", 12)
    ask(teller, "rollen van jan jansen", 2)
    ask(teller, "rollen van niets", 9, found=False)
    ask(teller, "rol%", 14)
    write(house, teller)
    with house.database.reading() as session:
        assert usual(session, "rol", least=5, limit=9) == ["rol%", "rollen verdelen"]
        assert usual(session, "rol%", least=5, limit=9) == ["rol%"]
        assert usual(session, "rollen", least=5, limit=9) == ["rollen verdelen"]


def test_the_writer_writes(house: House, teller: Teller) -> None:
    ask(teller, "wijk")
    TallyWriter(teller, house.database).turn()
    assert teller.waiting() == 0
    assert report(house, teller)[0].query == "wijk"


def test_weeks() -> None:
    assert week_of(datetime(2026, 11, 27, tzinfo=UTC)) == "2026-W48"
    assert week_of(datetime(2027, 1, 1, tzinfo=UTC)) == "2026-W53"
