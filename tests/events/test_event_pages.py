"""The pages of sessions: lists, a session, its form without JavaScript, two people at once."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.house import House
from tests.conftest import MakeCase
from tests.events.sessions import prepared, stored
from tests.paper import Form, Reader
from tests.people import Person, make_person, post, sign_in
from tests.statements import statements
from tests.tree import parse

SKIPPED = "This time does not exist: that night the clock skips it. Choose an hour later."


@pytest.fixture
def lead(house: House) -> Person:
    return make_person(house, "session-lead", name="Lotte")


@pytest.fixture
def client(app: Flask, lead: Person) -> FlaskClient:
    client = sign_in(app.test_client(), lead)
    client.set_cookie("lang", "en")
    return client


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("lang", "en")
    return client


class TestReading:
    def test_a_session_shows_all_that_belongs_to_it(
        self, house: House, lead: Person, visitor: FlaskClient, make_case: MakeCase
    ) -> None:
        make_case(slug="duiven-west", title="Duiven-West")
        slug = prepared(
            house,
            lead,
            "announced",
            place="Teams",
            series={"slug": "cop", "title": "Gemeenschap", "introduction": ""},
            organisers=[{"name": "Spectrum", "url": "https://example.org/"}],
            cases=[{"case": "duiven-west", "presenter": "inwoners en gemeente"}],
            programme=[
                {"start": "10:00", "end": "10:10", "title": "Opening", "speaker": "An", "setting": "rooms"}
            ],
            rooms=[{"key": "r1", "name": "Groep 1", "lead": "Bea", "url": ""}],
            materials=[{"title": "Plan", "url": "https://example.org/plan.pdf"}],
        )
        page = parse(visitor.get(f"/events/{slug}").text)
        text = page.one("main").text
        for words in (
            "Mon 30 November 2026, 10:00–12:00",
            "Teams",
            "Spectrum",
            "Opening",
            "An",
            "in rooms",
            "Groep 1",
            "with Bea",
        ):
            assert words in text, words
        assert page.one("main").all("a", href="/cases/duiven-west")
        assert page.all("a", href="/events/series/cop")
        assert page.all("a", href="https://example.org/plan.pdf")
        assert slug in visitor.get("/cases/duiven-west").text

    def test_a_draft_is_there_for_its_leads_alone(
        self, house: House, lead: Person, client: FlaskClient, visitor: FlaskClient
    ) -> None:
        slug = prepared(house, lead, series={"slug": "cop", "title": "Gemeenschap", "introduction": ""})
        assert client.get(f"/events/{slug}").status_code == 200
        assert visitor.get(f"/events/{slug}").status_code == 404
        for path in ("/events/", "/events/series/cop"):
            assert slug not in visitor.get(path).text
        assert slug in client.get("/events/").text

    def test_a_case_that_is_no_longer_public_is_not_named(
        self, house: House, lead: Person, visitor: FlaskClient, make_case: MakeCase
    ) -> None:
        make_case(slug="weg", title="Een geheim", status="withdrawn")
        slug = prepared(house, lead, "announced", cases=[{"case": "weg", "presenter": ""}])
        for path in (f"/events/{slug}", "/events/"):
            assert "Een geheim" not in visitor.get(path).text

    def test_lists_ask_the_same_number_of_questions_for_many(
        self, house: House, lead: Person, visitor: FlaskClient, make_case: MakeCase
    ) -> None:
        make_case(slug="duiven-west")
        counts = []
        for number in range(5):
            prepared(
                house,
                lead,
                "announced",
                title=f"Sessie {number}",
                cases=[{"case": "duiven-west", "presenter": ""}],
            )
            if number in {0, 4}:
                with statements(house.database) as sent:
                    visitor.get("/events/")
                counts.append(len(sent))
        assert counts[0] == counts[1]

    def test_markup_in_every_text_is_shown_as_text(
        self, house: House, lead: Person, visitor: FlaskClient
    ) -> None:
        evil = "<script>alert(1)</script>{{7*7}}\"'"
        slug = prepared(
            house,
            lead,
            "announced",
            title=evil,
            introduction=evil + "\n\n[x](javascript:alert(1)) ![y](https://evil.example/a.png)",
            place=evil,
            organisers=[{"name": evil, "url": ""}],
            programme=[{"start": "10:00", "end": "", "title": evil, "speaker": evil, "setting": "free"}],
            rooms=[{"key": "r1", "name": evil, "lead": evil, "url": ""}],
            questions=[{"key": "q1", "text": evil}],
            materials=[{"title": evil, "url": "https://example.org/"}],
            series={"slug": "cop", "title": evil, "introduction": evil},
        )
        for path in (f"/events/{slug}", "/events/", "/events/series/cop"):
            page = visitor.get(path).text
            assert "<script>alert" not in page
            assert not [
                link for link in parse(page).all("a") if "javascript:" in link.attributes.get("href", "")
            ]
            assert not [
                image for image in parse(page).all("img") if "evil.example" in image.attributes["src"]
            ]
            assert "49" not in parse(page).one("main").text

    def test_the_home_page_names_what_is_to_come(
        self, house: House, lead: Person, visitor: FlaskClient
    ) -> None:
        prepared(house, lead, "announced", title="Geweest", start="2020-01-10T10:00", end="2020-01-10T12:00")
        prepared(house, lead, title="Nog geheim", start="2036-01-10T10:00", end="2036-01-10T12:00")
        prepared(house, lead, "announced", title="Straks", start="2036-01-10T10:00", end="2036-01-10T12:00")
        text = parse(visitor.get("/").text).one("main").text
        assert "Sessions to come" in text
        assert "Straks" in text
        assert "Geweest" not in text
        assert "Nog geheim" not in text

    def test_as_many_questions_for_a_large_session_as_for_a_small_one(
        self, house: House, lead: Person, visitor: FlaskClient, make_case: MakeCase
    ) -> None:
        counts = []
        for size in (1, 9):
            cases = [make_case()["slug"] for _ in range(size)]
            slug = prepared(
                house,
                lead,
                "announced",
                series={"slug": "cop", "title": "Gemeenschap", "introduction": ""},
                cases=[{"case": case, "presenter": ""} for case in cases],
                rooms=[{"key": "", "name": f"Groep {at}", "lead": "", "url": ""} for at in range(size)],
                materials=[{"title": "Plan", "url": "https://example.org/"}] * size,
                programme=[{"start": "10:00", "end": "", "title": "Deel", "speaker": "", "setting": "free"}]
                * size,
            )
            with statements(house.database) as sent:
                visitor.get(f"/events/{slug}")
            counts.append(len(sent))
        assert counts[0] == counts[1]

    def test_programs_read_when_and_where_it_is(
        self, house: House, lead: Person, visitor: FlaskClient
    ) -> None:
        slug = prepared(house, lead, "announced", place="Dorpshuis", title="Praten </script> over Duiven")
        (data,) = parse(visitor.get(f"/events/{slug}").text).all("script", type="application/ld+json")
        told = json.loads(data.raw)
        assert told["@type"] == "Event"
        assert told["name"] == "Praten </script> over Duiven"
        assert told["startDate"] == "2026-11-30T09:00:00+00:00"
        assert told["location"] == [{"@type": "Place", "name": "Dorpshuis"}]


class TestApi:
    def test_it_answers_the_format_of_sessions_without_what_readers_can_not_see(
        self, house: House, lead: Person, visitor: FlaskClient, make_case: MakeCase
    ) -> None:
        make_case(slug="open")
        make_case(slug="weg", status="withdrawn")
        cases = [{"case": slug, "presenter": ""} for slug in ("open", "weg")]
        slug = prepared(house, lead, "announced", cases=cases)
        answer = visitor.get(f"/api/v1/events/{slug}")
        assert answer.json == {**stored(house, slug), "cases": [{"case": "open", "presenter": ""}]}
        again = visitor.get(f"/api/v1/events/{slug}", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304

    def test_a_draft_is_not_there_for_its_lead_either(
        self, house: House, lead: Person, client: FlaskClient
    ) -> None:
        assert client.get(f"/api/v1/events/{prepared(house, lead)}").status_code == 404


class TestForm:
    def test_a_session_is_made_row_by_row_without_javascript(self, house: House, client: FlaskClient) -> None:
        form = Reader(client).visit("/events/new").form("Save")
        form.fill("Title", "Kerngericht werken").fill("Day", "2026-12-01").fill("From", "09.45").fill(
            "To", "12:00"
        )
        page = form.press("Add a room")
        page = page.form("Save").fill("Name", "Groep 1").press("Add a room")
        page = page.form("Save").fill("Name", "Groep 2", 1).press("Up Room 2")
        page = page.form("Save").press("Save")
        record = stored(house, "kerngericht-werken-2026-12-01")
        assert record["start"] == "2026-12-01T09:45"
        assert [room["name"] for room in record["rooms"]] == ["Groep 2", "Groep 1"]
        assert len(record["questions"]) == 5
        assert "Only its leads see it" in page.text

    def test_what_is_wrong_comes_back_with_all_that_was_typed(self, client: FlaskClient) -> None:
        form = (
            Reader(client)
            .visit("/events/new")
            .form("Add an organiser")
            .press("Add an organiser")
            .form("Save")
        )
        form.fill("Introduction", "Voor wie").fill("Name", "Spectrum").fill("Web address", "spectrum.example")
        answer = form.fill("Day", "2026-11-31").press("Save")
        page = parse(answer.response.text)
        assert answer.response.status_code == 422
        linked = {link.get("href") for link in page.one(id="error-summary").all("a")}
        assert linked == {"#title", "#start_day", "#start_time", "#end_time", "#organisers-0-url"}
        assert page.one("textarea", id="introduction").raw.strip() == "Voor wie"
        assert page.one("input", id="organisers-0-url").get("value") == "spectrum.example"

    @pytest.mark.parametrize(
        ("fields", "field", "sentence"),
        [
            ({"start_time": "10:00", "end_time": "09:00"}, "end_time", "A session ends after it begins."),
            ({"start_day": "2026-03-29", "start_time": "02:30", "end_time": "05:00"}, "start_time", SKIPPED),
            ({"start_day": "2026-10-25", "start_time": "01:00", "end_time": "02:30"}, "end_time", "twice"),
            ({"capacity": "-3"}, "capacity", "Type a number from 1"),
            ({"capacity": "9" * 400}, "capacity", "Type a number from 1"),
            ({"registration": "elsewhere"}, "registration_url", "Fill in where people sign up."),
            ({"series": "+"}, "new_series", "Give the new series a name."),
            ({"title": "x" * 10_000}, "title", "at most"),
            ({"online_url": "javascript:alert(1)"}, "online_url", "web address"),
        ],
    )
    def test_nonsense_is_refused_at_its_field(
        self, client: FlaskClient, fields: dict[str, str], field: str, sentence: str
    ) -> None:
        good = {"title": "T", "start_day": "2026-12-01", "start_time": "10:00", "end_time": "12:00"}
        given = {"timezone": "Europe/Amsterdam", "language": "nl", "registration": "none"}
        answer = post(client, "/events/new", **{**good, **given, **fields})
        page = parse(answer.text)
        assert answer.status_code == 422
        assert sentence in page.one(id="error-summary").text
        assert page.one(id=field).get("aria-invalid") == "true"

    @pytest.mark.parametrize(
        "what",
        ["add:nothing", "remove:rooms:99999999999999999999", "up:rooms:-1", "add", "", "remove:rooms:٣"],
    )
    def test_a_button_that_there_is_not_loses_nothing(self, client: FlaskClient, what: str) -> None:
        answer = post(client, "/events/new", title="Getypt", do=what or "x")
        assert answer.status_code == 200
        assert parse(answer.text).one("input", id="title").get("value") == "Getypt"

    def test_a_session_like_another_takes_over_all_but_its_day(
        self, house: House, lead: Person, client: FlaskClient
    ) -> None:
        slug = prepared(
            house, lead, "closed", place="Dorpshuis", questions=[{"key": "q7", "text": "Wat nu?"}]
        )
        form = Reader(client).visit(f"/events/new?like={slug}").form("Save")
        form.fill("Day", "2027-01-05").fill("From", "10:00").fill("To", "11:00").press("Save")
        record = stored(house, "praten-over-duiven-2027-01-05")
        assert (record["place"], record["status"]) == ("Dorpshuis", "draft")
        assert [one["text"] for one in record["questions"]] == ["Wat nu?"]

    def test_nobody_copies_a_session_that_he_may_not_see(
        self, house: House, lead: Person, app: Flask
    ) -> None:
        slug = prepared(house, lead)
        other = sign_in(app.test_client(), make_person(house, "session-lead"))
        assert other.get(f"/events/new?like={slug}").status_code == 404


class TestTwoAtOnce:
    def both(self, client: FlaskClient, app: Flask, house: House, slug: str) -> tuple[Form, ...]:
        boss = sign_in(app.test_client(), make_person(house, "administrator"))
        boss.set_cookie("lang", "en")
        return tuple(Reader(one).visit(f"/events/{slug}/edit").form("Save") for one in (client, boss))

    def test_what_each_changed_is_put_together(
        self, house: House, lead: Person, client: FlaskClient, app: Flask
    ) -> None:
        slug = prepared(house, lead)
        mine, theirs = self.both(client, app, house, slug)
        theirs.fill("Place", "Dorpshuis").press("Save")
        mine.fill("Title", "Anders").press("Save")
        record = stored(house, slug)
        assert (record["title"], record["place"]) == ("Anders", "Dorpshuis")

    def test_what_both_changed_stands_side_by_side_and_nothing_is_lost(
        self, house: House, lead: Person, client: FlaskClient, app: Flask
    ) -> None:
        slug = prepared(house, lead)
        mine, theirs = self.both(client, app, house, slug)
        theirs.fill("Title", "Van hen").fill("Place", "Dorpshuis").press("Save")
        page = mine.fill("Title", "Van mij").fill("Introduction", "Ook van mij").press("Save")
        assert page.response.status_code == 409
        assert stored(house, slug)["title"] == "Van hen"
        assert "Van hen" in page.text
        assert "Van mij" in page.text
        page.form("Save").press("Save")
        record = stored(house, slug)
        assert (record["title"], record["place"], record["introduction"]) == (
            "Van mij",
            "Dorpshuis",
            "Ook van mij",
        )

    def test_a_base_that_cannot_be_read_overwrites_nothing_unseen(
        self, house: House, lead: Person, client: FlaskClient
    ) -> None:
        slug = prepared(house, lead)
        form = Reader(client).visit(f"/events/{slug}/edit").form("Save")
        form.values = [(name, {"base": "[", "version": "0"}.get(name, value)) for name, value in form.values]
        page = form.fill("Title", "Nieuw").press("Save")
        assert page.response.status_code == 409
        assert stored(house, slug)["title"] == "Praten over Duiven"


class TestStanding:
    def test_it_is_announced_opened_and_closed_by_its_buttons(
        self, house: House, lead: Person, client: FlaskClient
    ) -> None:
        slug = prepared(house, lead)
        page = Reader(client).visit(f"/events/{slug}")
        for button in ("Announce it", "Open it", "Close it"):
            page = page.form(button).press(button)
        assert stored(house, slug)["status"] == "closed"

    def test_an_old_page_goes_nowhere(self, house: House, lead: Person, client: FlaskClient) -> None:
        slug = prepared(house, lead, "closed")
        answer = post(client, f"/events/{slug}/moves/announced")
        assert "Look again" in client.get(answer.location).text
        assert stored(house, slug)["status"] == "closed"

    def test_a_cancelled_session_says_so_everywhere(
        self, house: House, lead: Person, client: FlaskClient, visitor: FlaskClient
    ) -> None:
        slug = prepared(house, lead, "announced")
        Reader(client).visit(f"/events/{slug}").form("Yes, cancel it").press("Yes, cancel it")
        assert "This session is cancelled" in visitor.get(f"/events/{slug}").text
        assert "cancelled" in visitor.get("/events/").text
        Reader(client).visit(f"/events/{slug}").form("Yes, put it on again").press("Yes, put it on again")
        assert "cancelled" not in visitor.get("/events/").text
