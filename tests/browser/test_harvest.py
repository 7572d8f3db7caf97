"""A session from its board to a lesson that can be found, in real browsers; axe-core's rules on every page of the harvest."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from kb.cases.models import Case
from kb.events import harvest_queries
from kb.events.models import HarvestKind
from kb.events.services import harvesting
from kb.events.services.harvesting import Wording
from kb.house import House
from tests.browser.conftest import NARROW, Faults, Visitor
from tests.browser.looking import visited
from tests.browser.test_sessions import NEWS_MS, SLUG
from tests.events.sessions import leading
from tests.people import Person, made_writer, make_person
from tests.town import ask

pytestmark = pytest.mark.browser

CASE = "/cases/duiven-west"
LESSON = "Geef inwoners één aanspreekpunt."
REWORDED = "Wijs één vaste ambtenaar aan met mandaat."


def author_of_the_case(house: House) -> Person:
    person = make_person(house, "author", name="Aad Auteur")
    with house.database.transaction() as session:
        case = session.scalars(select(Case).where(Case.slug == "duiven-west")).one()
        case.nobody_named = True
    return made_writer(house, person, "duiven-west")


def harvested(house: House, administrator: Person) -> None:
    """Harvest one of each kind from the sample session, the notes of one question in a group."""
    with leading(house, administrator, SLUG) as (session, event):
        found = harvest_queries.board_notes(session, event)
        question = next(
            row.question for row in found if sum(one.question == row.question for one in found) > 1
        )
        rows = harvest_queries.notes_on_board(session, event, question, [row.id for row in found])
        harvesting.put_together(session, administrator.actor, event, rows, "Bij elkaar")
        (lesson,) = session.execute(select(Case.id).where(Case.slug == "duiven-west")).one()
        first: Any = ask(house, "SELECT id FROM lesson WHERE case_id = ? ORDER BY position", lesson)[0][0]
        for wording in (
            Wording(
                HarvestKind.LESSON,
                LESSON,
                "duiven-west",
                {"explanation": "Anders wacht iedereen."},
                ("inclusion",),
            ),
            Wording(HarvestKind.CHALLENGE, "Niemand wist wie besliste.", "duiven-west"),
            Wording(HarvestKind.RECOGNITION, "Bij ons ook.", "duiven-west", lesson=first, place="Zutphen"),
            Wording(HarvestKind.RECOGNITION, "Hier wisselt het.", "duiven-west", place="Lochem"),
            Wording(
                HarvestKind.ACTION,
                "Bellen",
                owner="De wijkraad",
                due=dt.date(2026, 1, 1),
                themes=("inclusion",),
            ),
        ):
            harvesting.harvest(session, administrator.actor, event, rows, wording, question=question)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_axe_finds_nothing_on_any_page_of_the_harvest(
    visitor: Visitor, sample_house: House, faults: Faults, language: str
) -> None:
    administrator = make_person(sample_house, "administrator", name="Ans Beheer")
    harvested(sample_house, administrator)
    page = visitor(administrator, language)
    ((question,),) = ask(sample_house, "SELECT DISTINCT question_id FROM harvested")
    number = ask(sample_house, "SELECT id FROM harvested ORDER BY id")
    ((lesson,),) = ask(sample_house, "SELECT lesson_id FROM recognition")
    problems = visited(
        page,
        f"/events/{SLUG}/harvest?question={question}",
        f"/events/{SLUG}/harvest/{number[0][0]}",
        f"/events/{SLUG}/harvest/{number[4][0]}",
        f"/events/{SLUG}/report",
        f"{CASE}/edit",
        f"/lessons/{lesson}",
        "/review",
    )
    page.goto(f"/events/{SLUG}/harvest?question={question}")
    faults.expect("status of 422")
    page.locator("button[value=make]").click()
    expect(page.locator("#error-summary")).to_be_focused()
    page = visitor(None, language)
    problems += visited(page, f"/events/{SLUG}", "/events/series/cop-gebiedsgericht-werken", CASE)
    assert not problems, "\n".join(problems)


def test_from_the_board_to_a_lesson_that_leads_back(
    visitor: Visitor, sample_house: House, faults: Faults
) -> None:
    lead = visitor(make_person(sample_house, "session-lead", name="Lea Gespreksleider"))
    author = visitor(author_of_the_case(sample_house))
    editor = visitor(make_person(sample_house, "editor", name="Emma Redacteur"))

    address = opened_like_the_sample(lead)
    lead.goto(f"{address}/board")
    code = lead.locator(".board-head__code .big-code").inner_text()
    phones = [joined(visitor, code) for _ in range(3)]
    first, second, third = phones
    write(first, "Eén vast aanspreekpunt.")
    write(second, "Iemand die je kunt bellen.")
    faults.expect("ERR_INTERNET_DISCONNECTED")
    third.context.set_offline(True)
    write(third, "Kleine projecten eerst.")
    expect(third.locator("#connection")).to_contain_text("No connection")
    third.context.set_offline(False)
    expect(lead.get_by_text("Kleine projecten eerst.", exact=True)).to_have_count(1, timeout=NEWS_MS)

    harvest(lead, address)
    take_over(author)
    editor.goto(f"{CASE}/review")
    editor.get_by_role("button", name="Publish").first.click()
    editor.wait_for_url(f"**{CASE}")

    sample_house.search.sync()
    anybody = visitor(width=NARROW)
    anybody.goto("/search?q=vaste+ambtenaar+mandaat")
    anybody.get_by_role("link", name=REWORDED).click()
    anybody.get_by_role("link", name="Wat Duiven ons leert").first.click()
    expect(anybody.get_by_role("heading", level=1)).to_have_text("Wat Duiven ons leert")
    expect(anybody.get_by_text(REWORDED)).to_be_visible()
    expect(anybody.get_by_text("Een bankje plaatsen")).to_be_visible()


def harvest(lead: Page, address: str) -> None:
    """Put two notes together, and make two lessons and an action."""
    lead.goto(f"{address}/harvest")
    for text in ("Eén vast aanspreekpunt.", "Iemand die je kunt bellen."):
        lead.get_by_label(text).check()
    lead.get_by_label("Name of the group").fill("Aanspreekpunt")
    lead.get_by_role("button", name="Put together").click()
    lead.get_by_label("Aanspreekpunt 2 notes").check()
    make(lead, "The lesson", LESSON)
    lead.get_by_label("Kleine projecten eerst.").check()
    make(lead, "The lesson", "Laat eerst iets kleins zien.")
    lead.get_by_label("Kleine projecten eerst.").check()
    lead.get_by_label("an action").check()
    expect(lead.get_by_label("The lesson")).to_be_hidden()
    lead.get_by_label("Who does it").fill("De wijkraad")
    lead.get_by_label("By when").fill("2027-03-01")
    make(lead, "What will be done", "Een bankje plaatsen")
    expect(lead.locator(".harvested")).to_have_count(3)


def take_over(author: Page) -> None:
    """Take one lesson over in other words, lose nothing that was typed, and submit."""
    author.goto(f"{CASE}/edit")
    author.get_by_label("Summary").fill("Net getypt, en niet verloren.")
    author.locator("#proposed").get_by_role("button", name="Take it over").first.click()
    field = author.locator("#lessons .row-card").last.get_by_label("The lesson")
    expect(field).to_be_focused()
    expect(field).to_have_value(LESSON)
    field.fill(REWORDED)
    author.locator("#save").click()
    expect(author.locator("#proposed .row-card")).to_have_count(1)
    author.goto(f"{CASE}/edit")
    expect(author.get_by_label("Summary")).to_have_value("Net getypt, en niet verloren.")
    author.get_by_role("button", name="Submit for review").click()


def opened_like_the_sample(lead: Page) -> str:
    """Make a session like the sample, open its board, and return its address."""
    lead.goto(f"/events/{SLUG}")
    lead.get_by_role("link", name="Make one like this").click()
    lead.get_by_label("Title").first.fill("Wat Duiven ons leert")
    for name, text in (("start_day", "2026-12-10"), ("start_time", "10:00"), ("end_time", "12:00")):
        lead.locator(f"[name={name}]").fill(text)
    lead.get_by_role("button", name="Save", exact=True).click()
    lead.get_by_role("button", name="Announce it").click()
    lead.get_by_role("button", name="Open it").click()
    expect(lead.get_by_role("link", name="To the board")).to_be_visible()
    return lead.url.partition("?")[0].partition("#")[0]


def joined(visitor: Visitor, code: str) -> Page:
    phone = visitor(width=NARROW)
    phone.goto("/join")
    phone.get_by_label("Code").fill(code)
    phone.get_by_role("button", name="Go on").click()
    phone.get_by_role("button", name="Take part").click()
    phone.wait_for_url("**/board")
    return phone


def write(phone: Page, text: str) -> None:
    form = phone.locator("[data-new]").first
    form.get_by_label("Your note").fill(text)
    form.get_by_role("button", name="Post it").click()


def make(lead: Page, label: str, text: str) -> None:
    lead.get_by_label(label, exact=True).fill(text)
    lead.get_by_label("Roles & partnership").check()
    lead.locator("button[value=make]").click()
    expect(lead.locator(".harvested", has_text=text)).to_be_visible()
