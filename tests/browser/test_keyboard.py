"""The story of the product with the keys alone, with the focus in sight all the way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import results
from tests.browser.conftest import NARROW, WIDE, NewPage
from tests.browser.focus import check_focus, tab_to

pytestmark = pytest.mark.browser

THEME = ("theme", "organising")


@pytest.mark.parametrize(
    ("javascript", "width"),
    [(True, WIDE), (False, WIDE), (True, NARROW)],
    ids=["script", "no-script", "narrow"],
)
def test_search_filter_open_a_lesson_and_go_to_its_case(
    new_page: NewPage, javascript: bool, width: int
) -> None:
    page = new_page("/", width=width, java_script_enabled=javascript)
    page.keyboard.press("Tab")
    assert check_focus(page, page.locator(".utrecht-skip-link"))
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.keyboard.press("Tab")
    assert check_focus(page, page.locator("#q"))
    page.keyboard.type(results.FEW)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/search\?q={results.FEW}$"))

    promised = results.facet_count(page, *THEME)
    if width == NARROW:
        tab_to(page, page.locator(".filters > summary"))
        page.keyboard.press("Enter")
    tab_to(page, results.facet(page, *THEME))
    page.keyboard.press("Space")
    expect(results.facet(page, *THEME)).to_be_checked()
    tab_to(page, page.locator("#filter-button"))
    page.keyboard.press("Enter")
    expect(results.chips(page)).to_have_count(1)
    assert results.number(results.heading(page)) == promised
    if javascript:
        expect(results.heading(page)).to_be_focused()
        check_focus(page)

    lesson = results.lessons(page).first
    statement = lesson.inner_text()
    tab_to(page, lesson)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(statement)
    case = page.locator("aside .case__title a")
    title = case.inner_text()
    tab_to(page, case)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/cases/[a-z0-9-]+$"))
    expect(page.locator("h1")).to_have_text(title)


def test_the_number_of_results_is_announced_where_it_was(new_page: NewPage) -> None:
    page = new_page(f"/search?{results.MANY_Q}")
    # A screen reader follows the very element that was there when the page was loaded.
    status = results.status(page).element_handle()
    assert status.get_attribute("role") == "status"
    before = status.inner_text()
    results.apply_filter(page, *THEME)
    assert status.evaluate("node => node.isConnected")
    assert status.inner_text() == results.heading(page).inner_text() != before


def test_enter_in_the_search_box_keeps_the_focus_there(new_page: NewPage) -> None:
    page = new_page(f"/search?{results.MANY_Q}")
    page.locator("#q").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(results.FEW)
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile(results.FEW))
    expect(page.locator("#q")).to_be_focused()
    check_focus(page)
    assert results.status(page).inner_text() == results.heading(page).inner_text()


USED = (
    "#results .chip--on",
    "#results .results__bar > a",
    "#results .sorts a[href*='sort=newest']",
    ".utrecht-pagination__relative-link--next",
    ".utrecht-pagination__page-link:has-text('2')",
)


def test_what_was_used_is_gone_so_the_focus_goes_to_the_new_results(new_page: NewPage) -> None:
    page = new_page()
    for used in USED:
        page.goto(f"/search?{results.MANY_Q}&province=Gelderland&province=Limburg")
        before = page.url
        page.locator(used).first.focus()
        page.keyboard.press("Enter")
        expect(page).not_to_have_url(before)
        expect(results.heading(page)).to_be_focused()
        check_focus(page)
        assert results.status(page).inner_text() == results.heading(page).inner_text()


def test_every_stop_of_a_case_shows_the_focus_and_none_is_a_trap(new_page: NewPage) -> None:
    page = new_page("/cases/duiven-west", width=NARROW)
    links = page.locator(".site-footer a")
    tab_to(page, links.last)
    page.keyboard.press("Shift+Tab")
    assert check_focus(page, links.nth(-2))
