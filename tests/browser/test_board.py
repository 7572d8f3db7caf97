"""The script of the board where things go wrong: text that is being typed when the board closes, two windows without a line.

What goes right, and axe-core's rules on every page of the board, are in `test_sessions.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import NARROW, Faults, NewContext, readers, served
from tests.conftest import opened
from tests.events.boards import Meeting, meeting

pytestmark = pytest.mark.browser

NEWS_MS = 12_000
"""A change is there within a few questions of the script, on a busy machine too."""


@pytest.fixture
def board(data: Path) -> Iterator[Meeting]:
    with closing(opened(data)) as house:
        yield meeting(house)


@pytest.fixture
def browsers(browser: Browser, board: Meeting, faults: Faults) -> Iterator[NewContext]:
    """Give a maker of browsers: of the lead, or of a participant with this number."""
    with served(board.house) as address, readers(browser, faults, address) as make:

        def new(me: int = 0) -> BrowserContext:
            if not me:
                return make(board.lead, language="en")
            context = make(language="en", width=NARROW)
            context.add_cookies(
                [{"name": "participant", "value": board.tokens[str(me)], "url": address + board.url}]
            )
            return context

        yield new


def at_board(context: BrowserContext, board: Meeting, more: str = "") -> Page:
    page = context.new_page()
    page.goto(board.url + more)
    return page


def test_the_lead_arranges_without_loading_and_the_screen_shows_no_more_than_all_may_see(
    board: Meeting, browsers: NewContext
) -> None:
    anna = board.join("", "r1")
    for text in ("Niemand besliste", "Wie besliste er?", "Niet zo aardig"):
        board.write(anna, text)
    context = browsers()
    lead, screen = at_board(context, board), at_board(context, board, "/screen")
    lead.bring_to_front()
    lead.evaluate("window.sameTab = true")
    first, third = (lead.locator(".lane").nth(at) for at in (0, 2))

    def note(text: str) -> None:
        """Open what can be done with a note."""
        item = first.locator("li.note", has_text=text)
        if not item.get_by_role("button", name="Hide").is_visible():
            item.locator(".note__more summary").click()

    # Merging: a note is chosen, then one that says the same.
    note("Wie besliste er?")
    first.locator("li.note", has_text="Wie besliste er?").get_by_role("link", name="Merge with…").click()
    first.locator("li.note", has_text="Niemand besliste").get_by_role(
        "button", name="Merge with this one"
    ).click()
    expect(first.get_by_text("and 1 that says the same")).to_be_visible(timeout=NEWS_MS)
    expect(lead.get_by_role("button", name="Merge with this one")).to_have_count(0)
    # Moving: by dragging.
    first.locator("li.note", has_text="Niemand besliste").drag_to(third)
    expect(third.locator("li.note")).to_have_count(1, timeout=NEWS_MS)
    # Hiding, and locking a column.
    note("Niet zo aardig")
    first.get_by_role("button", name="Hide").click()
    expect(first.get_by_text("hidden by the lead")).to_be_visible(timeout=NEWS_MS)
    first.locator(".lane__lead summary").click()
    first.get_by_role("button", name="Lock it").click()
    expect(first.get_by_role("button", name="Open it again")).to_be_visible(timeout=NEWS_MS)
    assert lead.evaluate("window.sameTab")

    screen.bring_to_front()
    expect(screen.locator(".lane").nth(2).locator("li.note")).to_have_count(1, timeout=NEWS_MS)
    expect(screen.get_by_text("Niet zo aardig")).to_have_count(0)
    expect(screen.locator("li.note button")).to_have_count(0)
    assert screen.locator(".screen-qr").evaluate("picture => picture.naturalWidth") > 0


def test_two_windows_without_a_line_lose_nothing_and_a_closed_board_leaves_the_text(
    board: Meeting, browsers: NewContext, faults: Faults
) -> None:
    anna = board.join()
    context = browsers(anna)
    one, two = at_board(context, board), at_board(context, board)
    faults.expect("ERR_INTERNET_DISCONNECTED")
    context.set_offline(True)
    for page, text in ((one, "Uit het ene venster"), (two, "Uit het andere")):
        page.bring_to_front()
        first = page.locator(".lane").nth(0)
        first.get_by_label("Your note").fill(text)
        first.get_by_role("button", name="Post it").click()
        expect(page.locator(".note--sending", has_text=text)).to_be_visible()
    # The first window is closed before the line is back; the other one has only its own note on the screen.
    one.close()
    context.set_offline(False)
    expect(two.locator(".note--mine")).to_have_count(1, timeout=NEWS_MS)
    two.reload()
    expect(two.locator(".note--mine")).to_have_count(2, timeout=NEWS_MS)
    assert sorted(board.sees(anna)[0]) == ["Uit het andere", "Uit het ene venster"]

    # What is being typed outlives loading the page, and the closing of the board.
    field = two.locator(".lane").nth(1).get_by_label("Your note")
    field.fill("Ik was nog bezig")
    two.reload()
    expect(field).to_have_value("Ik was nog bezig")
    board.move_on("closed")
    expect(two.locator("#connection")).to_contain_text("The board is closed", timeout=NEWS_MS)
    expect(field).to_have_value("Ik was nog bezig")
    faults.expect("409")
    two.locator(".lane").nth(1).get_by_role("button", name="Post it").click()
    expect(two.get_by_role("alert")).to_contain_text("has not been posted", timeout=NEWS_MS)
    expect(field).to_have_value("Ik was nog bezig")
