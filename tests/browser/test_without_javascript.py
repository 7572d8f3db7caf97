"""All that can be read can be read without JavaScript, and looks the same."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import results
from tests.browser.conftest import NARROW, NewPage

pytestmark = pytest.mark.browser


def _text(page: Page) -> str:
    return page.locator("body").inner_text()


PATHS = ("/", f"/search?{results.MANY_Q}", "/cases/", "/cases/duiven-west", "/lessons/1", "/about")


def test_a_page_says_the_same_with_and_without(new_page: NewPage) -> None:
    with_script, without = new_page(), new_page(java_script_enabled=False)
    for path in PATHS:
        with_script.goto(path)
        without.goto(path)
        assert _text(without) == _text(with_script)
        assert len(_text(without)) > 500


def test_every_control_of_the_search_page_works(new_page: NewPage) -> None:
    page = new_page(f"/search?{results.MANY_Q}", java_script_enabled=False)
    total = results.number(results.heading(page))
    for step, address in (
        (".sorts a[href*='sort=newest']", "sort=newest"),
        (".utrecht-pagination__relative-link--next", "sort=newest&page=2"),
        (".utrecht-pagination__relative-link--prev", "sort=newest"),
    ):
        page.locator(step).click()
        expect(page).to_have_url(re.compile(re.escape(f"/search?{results.MANY_Q}&{address}") + "$"))
        assert results.number(results.heading(page)) == total
    promised = results.apply_filter(page, "theme", "inclusion")
    assert "sort=newest" in page.url
    assert results.number(results.heading(page)) == promised < total
    results.chips(page).first.click()
    expect(results.chips(page)).to_have_count(0)
    assert results.number(results.heading(page)) == total
    tab = page.locator("#results .tabs a:not([aria-current])").first
    cases = results.number(tab.locator(".count"))
    tab.click()
    expect(page).to_have_url(re.compile(r"/cases/"))
    assert results.number(results.heading(page)) == cases


def test_filters_unfold_on_a_narrow_screen(new_page: NewPage) -> None:
    page = new_page("/search", width=NARROW, java_script_enabled=False)
    expect(results.facet(page, "theme", "inclusion")).not_to_be_visible()
    page.locator(".filters > summary").click()
    expect(results.facet(page, "theme", "inclusion")).to_be_visible()
