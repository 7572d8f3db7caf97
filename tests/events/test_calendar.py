"""Calendar files, read back with the library as a calendar would."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar, Event

from kb.events.services import preparing
from kb.house import House
from tests.events.sessions import leading, prepared
from tests.people import Person, make_person

SERIES = {"slug": "cop", "title": "Gemeenschap", "introduction": ""}


@pytest.fixture
def lead(house: House) -> Person:
    return make_person(house, "session-lead")


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


def moment_of(event: Event) -> dt.datetime:
    """Return when an entry begins, in UTC."""
    assert isinstance(event.start, dt.datetime)
    return event.start.astimezone(dt.UTC)


def read(client: FlaskClient, path: str) -> Calendar:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.data)


class TestTimes:
    @pytest.mark.parametrize(
        ("start", "utc"),
        [
            ("2026-10-23T10:00", "2026-10-23T08:00"),
            ("2026-10-26T10:00", "2026-10-26T09:00"),
            ("2027-03-26T10:00", "2027-03-26T09:00"),
            ("2027-03-29T10:00", "2027-03-29T08:00"),
        ],
        ids=["before winter", "in winter", "before summer", "in summer"],
    )
    def test_a_session_is_at_its_moment_on_both_sides_of_each_clock_change(
        self, house: House, lead: Person, visitor: FlaskClient, start: str, utc: str
    ) -> None:
        slug = prepared(house, lead, "announced", start=start, end=start.replace("T10", "T12"))
        calendar = read(visitor, f"/events/{slug}.ics")
        (event,) = calendar.events
        assert moment_of(event) == dt.datetime.fromisoformat(utc + "+00:00")
        assert event.end - event.start == dt.timedelta(hours=2)
        assert event["DTSTART"].params["TZID"] == "Europe/Amsterdam"
        assert [zone["TZID"] for zone in calendar.timezones] == ["Europe/Amsterdam"]
        offsets = {str(part.name) for part in calendar.timezones[0].subcomponents}
        assert offsets == {"STANDARD", "DAYLIGHT"}

    def test_a_series_spans_the_year_and_its_zones(
        self, house: House, lead: Person, visitor: FlaskClient
    ) -> None:
        for start, zone in (
            ("2026-07-01T10:00", "Europe/Amsterdam"),
            ("2026-12-01T10:00", "Europe/Amsterdam"),
            ("2026-12-08T10:00", "America/Paramaribo"),
        ):
            prepared(
                house,
                lead,
                "announced",
                start=start,
                end=start.replace("T10", "T11"),
                timezone=zone,
                series=SERIES,
            )
        calendar = read(visitor, "/events/series/cop.ics")
        hours = sorted(moment_of(event).hour for event in calendar.events)
        assert hours == [8, 9, 13]
        assert {zone["TZID"] for zone in calendar.timezones} == {"Europe/Amsterdam", "America/Paramaribo"}


class TestChanges:
    def test_the_name_stays_and_the_sequence_goes_up(
        self, house: House, lead: Person, visitor: FlaskClient
    ) -> None:
        slug = prepared(house, lead, "announced")
        before = read(visitor, f"/events/{slug}.ics").events[0]
        with leading(house, lead, slug) as (session, event):
            preparing.cancel(session, lead.actor, event, off=True)
        after = read(visitor, f"/events/{slug}.ics").events[0]
        assert after["UID"] == before["UID"]
        assert (before.sequence, after.sequence) == (0, 1)
        assert (before["STATUS"], after["STATUS"]) == ("CONFIRMED", "CANCELLED")
        assert len(read(visitor, "/events/calendar.ics").events) == 1

    def test_nothing_is_sent_again_when_nothing_changed(
        self, house: House, lead: Person, visitor: FlaskClient
    ) -> None:
        prepared(house, lead, "announced")
        first = visitor.get("/events/calendar.ics")
        assert first.data == visitor.get("/events/calendar.ics").data
        again = visitor.get("/events/calendar.ics", headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304

    def test_a_draft_stands_in_no_feed(self, house: House, lead: Person, visitor: FlaskClient) -> None:
        slug = prepared(house, lead, series=SERIES)
        assert visitor.get(f"/events/{slug}.ics").status_code == 404
        for path in ("/events/calendar.ics", "/events/series/cop.ics"):
            assert read(visitor, path).events == []


EVIL = "Praten\r\nATTENDEE:mailto:x@evil.example\r\nEND:VEVENT\nBEGIN:VALARM; a, b\\n\u2028"


def test_trust_11_no_line_of_a_text_becomes_a_line_of_the_calendar(
    house: House, lead: Person, visitor: FlaskClient
) -> None:
    slug = prepared(house, lead, "announced", title=EVIL, place=EVIL, introduction=EVIL)
    content = visitor.get(f"/events/{slug}.ics").data
    lines = content.split(b"\r\n")
    assert not [line for line in lines if line.startswith((b"ATTENDEE", b"BEGIN:VALARM"))]
    assert lines.count(b"END:VEVENT") == 1
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in content.replace(b"\r\n", b"")
    (event,) = Calendar.from_ical(content).events
    assert "ATTENDEE:mailto" in str(event["SUMMARY"])


def test_trust_18_no_title_gets_into_the_name_of_the_file(
    house: House, lead: Person, visitor: FlaskClient
) -> None:
    slug = prepared(house, lead, "announced", title='a"; filename="evil.html\r\nX-Evil: 1')
    answer = visitor.get(f"/events/{slug}.ics")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{slug}.ics"'
    assert "X-Evil" not in answer.headers
