"""The clock on the wall: what it shows, what it skips, and what it shows twice."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.core import Refusal
from kb.events.local_time import moment


@pytest.mark.parametrize(
    ("shown", "zone", "utc"),
    [
        ("2026-01-21T09:45", "Europe/Amsterdam", "2026-01-21T08:45"),
        ("2026-07-21T09:45", "Europe/Amsterdam", "2026-07-21T07:45"),
        ("2026-03-29T01:59", "Europe/Amsterdam", "2026-03-29T00:59"),
        ("2026-03-29T03:00", "Europe/Amsterdam", "2026-03-29T01:00"),
        ("2026-10-25T03:00", "Europe/Amsterdam", "2026-10-25T02:00"),
        ("2026-07-21T09:45", "America/Paramaribo", "2026-07-21T12:45"),
    ],
)
def test_a_time_is_the_moment_at_which_the_clock_shows_it(shown: str, zone: str, utc: str) -> None:
    assert moment(dt.datetime.fromisoformat(shown), zone) == dt.datetime.fromisoformat(utc + "+00:00")


@pytest.mark.parametrize("shown", ["2026-03-29T02:00", "2026-03-29T02:30", "2026-03-29T02:59"])
def test_the_hour_that_the_clock_skips_is_refused(shown: str) -> None:
    with pytest.raises(Refusal, match="does not exist"):
        moment(dt.datetime.fromisoformat(shown), "Europe/Amsterdam")


@pytest.mark.parametrize("shown", ["2026-10-25T02:00", "2026-10-25T02:59"])
def test_the_hour_that_the_clock_shows_twice_is_refused(shown: str) -> None:
    with pytest.raises(Refusal, match="twice"):
        moment(dt.datetime.fromisoformat(shown), "Europe/Amsterdam")


@pytest.mark.parametrize("zone", ["", "Amsterdam", "../../etc/passwd", "Europe/Amsterdam\n", "x" * 5000])
def test_a_zone_that_there_is_not_is_refused(zone: str) -> None:
    with pytest.raises(Refusal):
        moment(dt.datetime(2026, 1, 1, 10), zone)  # noqa: DTZ001 - it is what a clock shows
