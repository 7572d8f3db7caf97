"""Sessions and their boards in real browsers: two at once, one of them without a line; axe-core's rules on every page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kb.house import House
from tests.browser.conftest import NARROW, Faults, Visitor
from tests.browser.looking import visited
from tests.people import make_person
from tests.town import ask

pytestmark = pytest.mark.browser

SLUG = "cop-gebiedsgericht-werken-duiven"
BOARD = f"/events/{SLUG}/board"
NEWS_MS = 12_000
"""A change is there within a few questions of the script, on a busy machine too."""


def code_of(house: House) -> str:
    return str(ask(house, "SELECT code FROM board")[0][0])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_axe_finds_nothing_on_any_page(visitor: Visitor, sample_house: House, language: str) -> None:
    administrator = make_person(sample_house, "administrator", name="Ans Beheer")
    page = visitor(administrator, language)
    mine = ("/events/", f"/events/{SLUG}", "/events/new", f"/events/{SLUG}/edit", BOARD, f"{BOARD}/screen")
    problems = visited(page, *mine)
    page = visitor(None, language)
    join = f"/join/{code_of(sample_house)}"
    problems += visited(page, "/events/series/cop-gebiedsgericht-werken", "/join", join, "/search?kind=event")
    page.goto(join)
    page.locator(".code-form button").click()
    page.wait_for_url(f"**{BOARD}")
    problems += visited(page, BOARD)
    assert not problems, "\n".join(problems)


def test_two_browsers_at_one_board_one_of_them_without_a_line(
    visitor: Visitor, sample_house: House, faults: Faults
) -> None:
    lead = visitor(make_person(sample_house, "administrator", name="Ans Beheer"))
    lead.goto(BOARD)
    code = lead.locator(".board-head__code .big-code").inner_text()

    phone = visitor(width=NARROW)
    phone.goto("/join")
    phone.get_by_label("Code").fill(code.lower())
    phone.get_by_role("button", name="Go on").click()
    phone.get_by_label("In which room are you?").select_option("r2")
    phone.get_by_role("button", name="Take part").click()
    first = phone.locator(".lane").nth(0)
    first.get_by_label("Your note").fill("Niemand wist wie besliste.")
    first.get_by_role("button", name="Post it").click()
    there = lead.locator(".note__text", has_text="Niemand wist wie besliste.")
    expect(there).to_be_visible(timeout=NEWS_MS)
    expect(lead.locator("li.note", has=there)).to_contain_text("Deelgroep 2")

    # Without a line it waits in the browser; when the line is back it is there once.
    faults.expect("ERR_INTERNET_DISCONNECTED")
    phone.context.set_offline(True)
    second = phone.locator(".lane").nth(1)
    second.get_by_label("Your note").fill("Bij ons ook, elk jaar een ander.")
    second.get_by_role("button", name="Post it").click()
    expect(phone.locator(".note--sending")).to_contain_text("Bij ons ook, elk jaar een ander.")
    expect(phone.locator("#connection")).to_contain_text("No connection")
    phone.context.set_offline(False)
    late = lead.locator(".note__text", has_text="Bij ons ook, elk jaar een ander.")
    expect(late).to_be_visible(timeout=NEWS_MS)
    expect(phone.locator(".note--sending")).to_have_count(0, timeout=NEWS_MS)
    assert ask(sample_house, "SELECT count(*) FROM note WHERE text = 'Bij ons ook, elk jaar een ander.'") == [
        (1,)
    ]

    # What the lead does reaches the phone without loading, and what is being typed there stays.
    third = phone.locator(".lane").nth(2).get_by_label("Your note")
    third.fill("Nog niet af")
    note = lead.locator("li.note", has=there)
    note.get_by_text("More").click()
    note.get_by_role("button", name="Hide").click()
    expect(phone.locator("li.note", has_text="Niemand wist wie besliste.")).to_contain_text(
        "hidden by the lead", timeout=NEWS_MS
    )
    expect(third).to_have_value("Nog niet af")

    # New notes can wait, for who reads with a screen reader.
    phone.get_by_role("button", name="Pause new notes").click()
    expect(phone.get_by_role("button", name="Pause new notes")).to_have_attribute("aria-pressed", "true")
