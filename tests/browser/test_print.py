"""On paper: what was written is all there, and what only works on a screen is not."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser import results
from tests.browser.conftest import NewPage
from tests.browser.looking import CUT_OFF, TOO_WIDE

pytestmark = pytest.mark.browser

PAPER: ViewportSize = {"width": 672, "height": 990}
"""A4 less the margins, in CSS pixels."""

# Boxes with a height of their own, whatever stands in them.
FIXED = """() => [...document.querySelectorAll("main *")].filter((node) => {
  if (!node.checkVisibility() || node.closest("svg, .sr")) return false;
  const { position, overflowY } = getComputedStyle(node);
  return position === "fixed" || position === "sticky" || overflowY === "auto" || overflowY === "scroll";
}).map((node) => node.outerHTML.slice(0, 160))"""


def _on_paper(page: Page) -> Page:
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    return page


PATHS = (
    "/",
    f"/search?{results.MANY_Q}&theme=inclusion",
    "/cases/duiven-west",
    "/lessons/1",
    "/themes/inclusion",
    "/about",
)


def test_no_controls_and_nothing_cut_off(new_page: NewPage) -> None:
    page = new_page()
    for path in PATHS:
        page.emulate_media(media="screen")
        page.goto(path)
        title = page.locator("h1").inner_text()
        _on_paper(page)
        controls = page.locator("nav:visible, form:visible, button:visible, input:visible, summary:visible")
        expect(controls).to_have_count(0)
        assert page.locator("h1").inner_text() == title
        expect(page.locator(".site-footer .print-only")).to_contain_text(page.url.split("?")[0])
        assert page.evaluate(TOO_WIDE) == []
        assert page.evaluate(CUT_OFF) == []
        assert page.evaluate(FIXED) == []


def test_a_case_is_there_as_a_whole(new_page: NewPage) -> None:
    page = new_page("/cases/duiven-west")
    parts = ["#lessons", "#challenges", "#story", "#timeline", "#sources", "aside .facts"]
    on_screen = {part: page.locator(part).inner_text().split() for part in parts}
    _on_paper(page)
    for part, words in on_screen.items():
        assert page.locator(part).inner_text().split() == words
        assert len(words) > 10
    address = page.locator("#sources li > a").first
    printed = address.evaluate("link => getComputedStyle(link, '::after').content")
    assert str(address.get_attribute("href")) in printed


def test_results_are_there_with_their_cases(new_page: NewPage) -> None:
    page = new_page(f"/search?{results.MANY_Q}")
    found = results.lessons(page).all_inner_texts()
    _on_paper(page)
    assert results.lessons(page).all_inner_texts() == found
    assert page.locator("#results .lesson:visible .meta").count() == len(found)
    assert page.pdf(format="A4").startswith(b"%PDF-")
