"""The story of a session: a lead makes it from the sample, people write on its board, and a lesson of it can be found.

It runs the real application, with the forms of its own pages, as people without JavaScript would. One participant has no
line for a minute: his browser keeps the note and sends it later, with the number that it gave it; and sends it twice.
"""

from __future__ import annotations

from uuid import uuid4

from flask import Flask

from kb import create_app
from kb.house import House
from tests.paper import Page, Reader
from tests.people import Person, csrf, made_writer, make_person, sign_in
from tests.town import ask

SAMPLE = "/events/cop-gebiedsgericht-werken-duiven"
CASE = "/cases/duiven-west"
LESSON = "Geef inwoners één aanspreekpunt dat zelf mag beslissen."
REWORDED = "Wijs één vaste ambtenaar aan die ook mandaat heeft."


def reader(app: Flask, person: Person | None = None) -> Reader:
    client = app.test_client()
    if person:
        sign_in(client, person)
    client.set_cookie("lang", "en")
    return Reader(client)


def test_from_a_session_to_a_lesson_that_leads_back(sample_house: House) -> None:
    house, app = sample_house, create_app(sample_house)
    lead = reader(app, make_person(house, "session-lead", name="Lea Gespreksleider"))
    author = reader(app, made_writer(house, make_person(house, "author", name="Aad Auteur"), "duiven-west"))
    editor = reader(app, make_person(house, "editor", name="Emma Redacteur"))

    address = _opened(lead)
    _written(house, app, address)
    page = _harvested(lead, address)
    assert "2 lessons · 1 action" in page.text

    _accepted(author, editor)
    house.search.sync()
    _found(app, address)
    report = lead.visit(f"{address}/report")
    assert "stands in the case" in report.text
    assert "declined by the author" in report.text
    assert "te veel gedoe" in lead.visit(f"{address}/harvest").text


def _opened(lead: Reader) -> str:
    """Make a session like the sample, and open its board."""
    page = lead.visit(SAMPLE).follow("Make one like this")
    form = page.form("Save").fill("Title", "Wat Duiven ons leert")
    page = form.fill("Day", "2026-12-10").fill("From", "10:00").fill("To", "12:00").press("Save")
    assert page.response.status_code == 200, page.text
    address = page.address.removesuffix("/edit")
    page = lead.visit(address)
    page = page.form("Announce it").press("Announce it")
    page.form("Open it").press("Open it")
    return address


def _written(house: House, app: Flask, address: str) -> None:
    """Let three people join with the code and write; the third without a line, whose note comes later, twice."""
    slug = address.rpartition("/")[2]
    ((code,),) = ask(house, "SELECT code FROM board JOIN event ON id = event_id WHERE slug = ?", slug)
    phones = []
    for _ in range(3):
        phone = reader(app)
        page = phone.visit("/join").form("Go on").fill("Code", code).press("Go on")
        page.form("Take part").press("Take part")
        phones.append(phone)
    first, second, third = phones
    for phone, text in (
        (first, "Eén vast aanspreekpunt met mandaat."),
        (second, "Iemand die je gewoon kunt bellen."),
    ):
        page = phone.visit(f"{address}/board")
        _post(page, text)
    page = first.visit(f"{address}/board")
    page.form("▲ 0 with us too").press("▲ 0 with us too", 1)
    question = ask(
        house,
        "SELECT l.id FROM learning_question l JOIN event e ON e.id = event_id WHERE slug = ? ORDER BY position",
        slug,
    )[0][0]
    late = {
        "csrf_token": csrf(third.client),
        "question": str(question),
        "text": "Kleine projecten eerst.",
        "uid": str(uuid4()),
    }
    for _ in range(2):
        answer = third.client.post(
            f"{address}/board/notes", data=late, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 200, answer.text
    assert lead_sees(house, slug) == 3


def lead_sees(house: House, slug: str) -> int:
    rows = ask(
        house,
        "SELECT count(*) FROM note JOIN event ON event.id = event_id WHERE slug = ? AND state = 'shown'",
        slug,
    )
    return int(rows[0][0])


def _post(page: Page, text: str) -> None:
    form = page.form("Post it")
    name = next(name for name, _value in form.values if name == "text")
    form.values = [pair for pair in form.values if pair[0] != name] + [(name, text)]
    form.press("Post it")


def _harvested(lead: Reader, address: str) -> Page:
    """Put two notes together, and make two lessons and an action of what was said."""
    page = lead.visit(address).follow("Harvest")
    form = (
        page.form("Put together")
        .tick("Eén vast aanspreekpunt met mandaat.")
        .tick("Iemand die je gewoon kunt bellen.")
    )
    page = form.fill("Name of the group", "Aanspreekpunt").press("Put together")
    assert "Aanspreekpunt 2 notes" in page.text

    make = "Propose it to the authorSave"
    form = page.form(make).tick("Aanspreekpunt 2 notes · ▲ 1").tick("a lesson").fill("The lesson", LESSON)
    page = form.tick("Roles & partnership").press(make)
    assert "Proposed to the author" in page.text
    form = page.form(make).tick("Kleine projecten eerst.").tick("a lesson")
    page = form.fill("The lesson", "Laat eerst iets kleins zien.").press(make)
    form = (
        page.form(make)
        .tick("Kleine projecten eerst.")
        .tick("an action")
        .fill("What will be done", "Een bankje plaatsen")
    )
    page = form.fill("Who does it", "De wijkraad").fill("By when", "morgen").press(make)
    assert "Type a date such as 2026-11-23." in page.text
    page = page.form(make).fill("By when", "2027-03-01").press(make)
    assert "1 March 2027" in page.text
    return page


def _accepted(author: Reader, editor: Reader) -> None:
    """Take one proposal over in other words and decline the other; another editor publishes."""
    page = author.visit(f"{CASE}/edit")
    assert "Proposed in a session" in page.text
    assert "Wat Duiven ons leert" in page.text
    take = f"Take it over {LESSON}"
    page = page.form(take).press(take)
    number = sum(one.text.startswith("The lesson") for one in page.root.all("label")) - 1
    page = page.form("Save").fill("The lesson", REWORDED, number).press("Save")
    decline = "Decline it Laat eerst iets kleins zien."
    page = page.form(decline).fill("Why not?", "te veel gedoe").press(decline)
    assert "Laat eerst iets kleins zien." not in page.text
    nobody = "Nobody is named in this case, and nobody can be recognised"
    if "Keep this" in page.buttons():
        page = page.form("Keep this").tick(nobody).press("Keep this")
        page = author.visit(f"{CASE}/edit")
    page.form("Submit for review").press("Submit for review")
    page = editor.visit(f"{CASE}/review").form("Publish").press("Publish")
    assert page.address == CASE


def _found(app: Flask, address: str) -> None:
    """Find the lesson by its new words and by its session; its page leads back to that."""
    anybody = reader(app)
    slug = address.rpartition("/")[2]
    answer = anybody.client.get(
        "/api/v1/search", query_string={"q": "vaste ambtenaar mandaat", "event": slug}
    )
    assert answer.json is not None
    assert [hit["title"] for hit in answer.json["hits"]] == [REWORDED]
    page = anybody.visit(answer.json["hits"][0]["url"])
    assert "This lesson comes from a session" in page.text
    assert "from 2 notes" in page.text
    page = page.follow("Wat Duiven ons leert")
    assert page.address == address
    assert REWORDED in page.text
    assert "Een bankje plaatsen" in page.text
    assert "Laat eerst iets kleins zien." not in page.text
    assert "brought 1 lesson" in anybody.visit(CASE).text
    series = anybody.visit("/events/series/cop-gebiedsgericht-werken")
    assert "Actions that are still to do" in series.text
    assert REWORDED in series.text
