"""Looking again at a case: the date, what is overdue, and one mail for each date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask

from kb import create_app
from kb.accounts.models import Person as Row
from kb.cases import letters, queries
from kb.cases.services import reminders, review
from kb.core import Forbidden, Refusal
from kb.house import House
from tests import town
from tests.cases import reviewing
from tests.cases.reviewing import change, look, reader
from tests.conftest import opened
from tests.people import Person, make_person, post

TODAY = dt.date(2026, 11, 24)
DAY = dt.date(2027, 5, 1)
LATER = dt.date(2027, 6, 1)


@pytest.fixture
def mailing(house: House) -> Iterator[House]:
    """The same knowledge base with mail set up."""
    mailing = opened(
        house.settings.data,
        KB_MAIL_URL="smtp://127.0.0.1:2525?from=kb@example.org",
        KB_BASE_URL="https://kb.example",
    )
    yield mailing
    mailing.close()


@pytest.fixture
def writer(house: House) -> Person:
    return make_person(house, "author", name="Wil", email="wil@example.org", language="en")


@pytest.fixture
def slug(house: House, writer: Person) -> str:
    slug = reviewing.publish(house, writer, make_person(house, "editor"), title="Het plein")
    check_on(house, writer, slug, DAY)
    return slug


def check_on(house: House, who: Person, slug: str, date: dt.date | None) -> None:
    change(house, slug, lambda s, case: reminders.check_again_on(s, who.actor, case, date, today=TODAY))


def mails(house: House) -> list[tuple[str, str, str]]:
    return town.ask(house, "SELECT to_address, subject, text FROM mail_outbox ORDER BY id")


@pytest.fixture
def app(mailing: House) -> Flask:
    return create_app(mailing)


def test_the_writers_are_reminded_once_for_each_date_in_their_own_language(
    house: House, app: Flask, writer: Person, slug: str
) -> None:
    assert letters.send_reminders(app, DAY - dt.timedelta(days=1)) == 0
    assert letters.send_reminders(app, DAY) == 1
    assert letters.send_reminders(app, DAY) == 0
    assert letters.send_reminders(app, LATER) == 0
    ((to, subject, text),) = mails(house)
    assert (to, subject) == ("wil@example.org", "Look again at Het plein")
    assert f"https://kb.example/cases/{slug}/history" in text
    change(
        house,
        slug,
        lambda s, case: reminders.check_again_on(s, writer.actor, case, dt.date(2028, 1, 1), today=LATER),
    )
    assert letters.send_reminders(app, dt.date(2028, 1, 1)) == 1


def test_nobody_is_reminded_of_what_readers_do_not_see(house: House, app: Flask, slug: str) -> None:
    editor = make_person(house, "editor")
    change(house, slug, lambda s, case: review.withdraw(s, editor.actor, case, reason="Zo."))
    assert letters.send_reminders(app, LATER) == 0


@pytest.mark.parametrize("field", ["notifications", "disabled_at"])
def test_whoever_does_not_want_it_or_left_gets_no_mail(house: House, app: Flask, field: str) -> None:
    value = {"check-on": False} if field == "notifications" else dt.datetime.now(dt.UTC)
    writer = make_person(house, "author")
    slug = reviewing.publish(house, writer, make_person(house, "editor"), title="Het plein")
    check_on(house, writer, slug, DAY)
    with house.database.transaction() as session:
        setattr(session.get_one(Row, writer.id), field, value)
    assert letters.send_reminders(app, DAY) == 0
    assert mails(house) == []


def test_without_mail_nothing_is_sent_and_nothing_is_noted(house: House, slug: str) -> None:
    assert letters.send_reminders(create_app(house), DAY) == 0
    assert look(house, slug, lambda case: case.reminded_on) is None


def test_what_is_overdue_is_listed_the_longest_first(house: House, writer: Person, slug: str) -> None:
    other = reviewing.publish(house, writer, make_person(house, "editor"), title="De moestuin")
    check_on(house, writer, other, LATER)
    with house.database.reading() as session:
        assert [case.slug for case in queries.overdue(session, LATER)] == [slug, other]
        assert [case.slug for case in queries.overdue(session, DAY)] == [slug]


@pytest.mark.parametrize("date", [TODAY, dt.date(2020, 1, 1), dt.date(2040, 1, 1)])
def test_the_date_lies_in_the_coming_ten_years(
    house: House, writer: Person, slug: str, date: dt.date
) -> None:
    with pytest.raises(Refusal):
        check_on(house, writer, slug, date)
    check_on(house, writer, slug, None)
    assert look(house, slug, lambda case: case.check_on) is None


def test_only_those_who_write_set_the_date(house: House, slug: str) -> None:
    for who in (make_person(house), make_person(house, "author")):
        with pytest.raises(Forbidden):
            check_on(house, who, slug, LATER)


def test_the_date_is_set_on_the_history_page(house: House, writer: Person, slug: str) -> None:
    client = reader(house, writer)
    year = dt.datetime.now(dt.UTC).year + 2
    assert post(client, f"/cases/{slug}/check-on", check_on=f"1-3-{year}").status_code == 302
    assert look(house, slug, lambda case: case.check_on) == dt.date(year, 3, 1)
    wrong = post(client, f"/cases/{slug}/check-on", check_on="ooit <b>")
    assert wrong.status_code == 400
    assert "ooit &lt;b&gt;" in wrong.text
    post(client, f"/cases/{slug}/check-on", check_on="")
    assert look(house, slug, lambda case: case.check_on) is None
