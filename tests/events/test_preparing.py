"""Preparing a session: who may, what changes, what stays, and how it goes from draft to archive."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from kb.accounts.models import Person as PersonRow
from kb.core import Conflict, Forbidden, NotFound, Refusal
from kb.events.models import EventStatus
from kb.events.records import QUESTIONS, Record, record_of
from kb.events.services import preparing
from kb.events.services.preparing import Outdated
from kb.house import House
from tests.conftest import MakeCase
from tests.events.sessions import leading, prepared, session_record, stored
from tests.people import Person, make_person
from tests.town import ask


@pytest.fixture
def lead(house: House) -> Person:
    return make_person(house, "session-lead", name="Lotte")


def change(house: House, who: Person, slug: str, **fields: Any) -> bool:
    """Save a session with other values in some fields, from the version that it has now."""
    with leading(house, who, slug) as (session, event):
        return preparing.save(session, who.actor, event, {**record_of(event), **fields}, event.version)


def row(house: House, slug: str, *columns: str) -> tuple[Any, ...]:
    (found,) = ask(house, f"SELECT {', '.join(columns)} FROM event WHERE slug = '{slug}'")  # noqa: S608 - our own words
    return tuple(found)


class TestBeginning:
    def test_it_begins_as_a_draft_with_the_five_questions(self, house: House, lead: Person) -> None:
        slug = prepared(house, lead)
        record = stored(house, slug)
        assert slug == "praten-over-duiven-2026-11-30"
        assert record["status"] == "draft"
        assert [one["text"] for one in record["questions"]] == list(QUESTIONS["nl"])

    def test_two_of_one_name_and_day_get_addresses_of_their_own(self, house: House, lead: Person) -> None:
        assert prepared(house, lead) != prepared(house, lead)

    @pytest.mark.parametrize("role", ["author", "editor"])
    def test_only_session_leads_and_administrators_begin_one(self, house: House, role: str) -> None:
        who = make_person(house, role).actor
        with house.database.transaction() as session, pytest.raises(Forbidden):
            preparing.begin(session, who, session_record())

    def test_the_record_says_what_was_stored(self, house: House, lead: Person, make_case: MakeCase) -> None:
        make_case(slug="duiven-west")
        fields: Record = {
            "introduction": "Voor *iedereen*.",
            "series": {"slug": "cop", "title": "CoP", "introduction": ""},
            "organisers": [{"name": "Spectrum", "url": "https://example.org/"}],
            "cases": [{"case": "duiven-west", "presenter": "inwoners"}],
            "programme": [
                {"start": "10:00", "end": "", "title": "Inloop", "speaker": "", "setting": "free"},
                {"start": "10:15", "end": "11:00", "title": "Casus", "speaker": "An", "setting": "plenary"},
            ],
            "rooms": [{"key": "r1", "name": "Groep 1", "lead": "An", "url": ""}],
            "materials": [{"title": "Plan", "url": "https://example.org/plan.pdf"}],
            "capacity": 40,
            "registration": "here",
        }
        record = stored(house, prepared(house, lead, **fields))
        assert {name: record[name] for name in fields} == fields


class TestTimes:
    @pytest.mark.parametrize("end", ["2026-11-30T10:00", "2026-11-30T09:59", "2026-11-29T12:00"])
    def test_an_end_before_the_start_is_refused(self, house: House, lead: Person, end: str) -> None:
        with pytest.raises(Refusal, match="ends after it starts"):
            prepared(house, lead, end=end)

    def test_the_night_of_the_clock_is_measured_in_moments(self, house: House, lead: Person) -> None:
        slug = prepared(house, lead, start="2026-10-25T01:30", end="2026-10-25T03:30")
        starts, ends = (dt.datetime.fromisoformat(it) for it in row(house, slug, "starts_at, ends_at"))
        assert ends - starts == dt.timedelta(hours=3)

    def test_nothing_is_stored_of_what_was_refused(self, house: House, lead: Person) -> None:
        with pytest.raises(Refusal):
            prepared(house, lead, start="2026-03-29T02:30")
        assert ask(house, "SELECT count(*) FROM event") == [(0,)]


class TestChanging:
    def test_what_stands_in_calendars_counts_a_change(self, house: House, lead: Person) -> None:
        slug = prepared(house, lead, "announced")
        assert change(house, lead, slug, introduction="Meer") is True
        assert row(house, slug, "sequence") == (0,)
        change(house, lead, slug, end="2026-11-30T12:30")
        change(house, lead, slug, place="Dorpshuis")
        assert row(house, slug, "sequence") == (2,)

    def test_saving_the_same_changes_nothing(self, house: House, lead: Person) -> None:
        slug = prepared(house, lead)
        before = row(house, slug, "version", "changed_at")
        assert change(house, lead, slug) is False
        assert row(house, slug, "version", "changed_at") == before

    def test_questions_and_rooms_stay_who_they_are(self, house: House, lead: Person) -> None:
        rooms = [{"key": "", "name": name, "lead": "", "url": ""} for name in ("A", "B")]
        slug = prepared(house, lead, rooms=rooms)
        ids = dict(ask(house, "SELECT name, id FROM event_room"))
        first, second = stored(house, slug)["rooms"]
        new = {"key": "", "name": "C", "lead": "", "url": ""}
        change(house, lead, slug, rooms=[{**second, "name": "Bee"}, new, first])
        assert [one["name"] for one in stored(house, slug)["rooms"]] == ["Bee", "C", "A"]
        now = dict(ask(house, "SELECT name, id FROM event_room"))
        assert (now["Bee"], now["A"]) == (ids["B"], ids["A"])

    def test_an_old_version_is_refused_and_nothing_saved(self, house: House, lead: Person) -> None:
        slug = prepared(house, lead)
        change(house, lead, slug, place="Hier")
        with leading(house, lead, slug) as (session, event), pytest.raises(Outdated):
            preparing.save(session, lead.actor, event, {**record_of(event), "place": "Daar"}, 1)
        assert stored(house, slug)["place"] == "Hier"

    def test_a_case_that_there_is_not_is_refused(self, house: House, lead: Person) -> None:
        with pytest.raises(Refusal, match="no case"):
            prepared(house, lead, cases=[{"case": "nergens", "presenter": ""}])

    def test_a_lead_of_another_session_may_not(self, house: House, lead: Person) -> None:
        other = make_person(house, "session-lead")
        draft, announced = prepared(house, lead), prepared(house, lead, "announced")
        with pytest.raises(NotFound):
            change(house, other, draft, place="X")
        with pytest.raises(Forbidden):
            change(house, other, announced, place="X")

    def test_who_lost_the_role_leads_no_longer(self, house: House, lead: Person) -> None:
        slug = prepared(house, lead, "announced")
        was = Person(lead.id, lead.name, lead.email, (), house)
        with pytest.raises(Forbidden):
            change(house, was, slug, place="X")


class TestStanding:
    def test_from_draft_to_archive_and_back(self, house: House, lead: Person) -> None:
        slug = prepared(house, lead)
        way = ("announced", "open", "closed", "archived", "closed", "open")
        for status in way:
            with leading(house, lead, slug) as (session, event):
                assert preparing.move_on(session, lead.actor, event, EventStatus(status)) is True
            assert stored(house, slug)["status"] == status

    def test_no_step_is_skipped(self, house: House, lead: Person) -> None:
        slug = prepared(house, lead)
        with leading(house, lead, slug) as (session, event), pytest.raises(Conflict):
            preparing.move_on(session, lead.actor, event, EventStatus.CLOSED)

    def test_a_cancelled_session_stays_and_counts_a_change(self, house: House, lead: Person) -> None:
        slug = prepared(house, lead, "announced")
        for off, sequence in ((True, 1), (True, 1), (False, 2)):
            with leading(house, lead, slug) as (session, event):
                preparing.cancel(session, lead.actor, event, off=off)
            assert row(house, slug, "cancelled", "sequence", "status") == (off, sequence, "announced")

    @pytest.mark.parametrize("status", ["draft", "closed", "archived"])
    def test_only_what_is_to_come_can_be_cancelled(self, house: House, lead: Person, status: str) -> None:
        slug = prepared(house, lead, status)
        with leading(house, lead, slug) as (session, event), pytest.raises(Refusal):
            preparing.cancel(session, lead.actor, event, off=True)

    def test_only_a_draft_can_be_thrown_away(self, house: House, lead: Person) -> None:
        for status in ("announced", "draft"):
            slug = prepared(house, lead, status)
            with leading(house, lead, slug) as (session, event):
                if status == "draft":
                    preparing.delete(session, lead.actor, event)
                else:
                    with pytest.raises(Conflict):
                        preparing.delete(session, lead.actor, event)
        assert ask(house, "SELECT status FROM event") == [("announced",)]


class TestLeads:
    def test_another_session_lead_is_named_and_leaves(self, house: House, lead: Person) -> None:
        other, slug = make_person(house, "session-lead"), prepared(house, lead)
        with leading(house, lead, slug) as (session, event):
            preparing.name_lead(session, lead.actor, event, session.get_one(PersonRow, other.id))
        assert change(house, other, slug, place="Dorpshuis") is True
        with leading(house, other, slug) as (session, event):
            preparing.leave(session, other.actor, event, session.get_one(PersonRow, lead.id))
            with pytest.raises(Refusal, match="at least one"):
                preparing.leave(session, other.actor, event, session.get_one(PersonRow, other.id))

    def test_only_who_may_lead_is_named(self, house: House, lead: Person) -> None:
        author, slug = make_person(house, "author"), prepared(house, lead)
        with leading(house, lead, slug) as (session, event), pytest.raises(Refusal):
            preparing.name_lead(session, lead.actor, event, session.get_one(PersonRow, author.id))


def test_what_is_done_stands_in_the_log(house: House, lead: Person) -> None:
    slug = prepared(house, lead)
    change(house, lead, slug, place="Dorpshuis")
    lines = ask(house, "SELECT did, kind, key, detail FROM log_entry WHERE kind = 'event' ORDER BY id")
    assert lines == [("event.begin", "event", slug, ""), ("event.change", "event", slug, "")]
