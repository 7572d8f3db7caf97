"""Every page for every reader: axe-core's rules, small screens, large letters, fingers, less motion, forced colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import results
from tests.browser.conftest import HEIGHT, NARROW, NARROWEST, WIDE, Faults, NewPage
from tests.browser.focus import check_focus, tab_to
from tests.browser.looking import AXE, AXE_AT, LOOKS, axe

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "lessons found": f"/search?{results.MANY_Q}&theme=inclusion",
    "nothing found": f"/search?q={results.NONE}&theme=inclusion",
    "cases": "/cases/",
    "case": "/cases/duiven-west",
    "lesson": "/lessons/1",
    "theme": "/themes/inclusion",
    "about": "/about",
    "patterns": "/patterns",
    "404": "/no-such-page",
    "400": "/search?page=-1",
    "empty home": "/",
    "empty search": "/search",
    "empty theme": "/themes/inclusion",
}

Visit = Callable[[str, str], Page]

# Width of the screen and size of the letters. Dutch words are the longer ones.
SIZES = {
    "nl": [(NARROWEST, 100), (NARROW, 100), (NARROW, 200), (WIDE, 100), (WIDE, 200)],
    "en": [(NARROWEST, 100), (WIDE, 200)],
}

MOVING = """() => [...document.querySelectorAll("*")].filter((node) => {
  const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(node);
  return animationName !== "none" || scrollBehavior === "smooth"
    || transitionDuration.split(",").some((time) => parseFloat(time) > 0.01);
}).map((node) => node.outerHTML.slice(0, 160))"""

UNMARKED = """() => [...document.querySelectorAll(
    "button, .utrecht-button, input, a.chip, .utrecht-pagination [aria-current], .tabs [aria-current], .site-nav [aria-current]")]
  .filter((node) => node.checkVisibility())
  .filter((node) => {
    const style = getComputedStyle(node);
    const drawn = (side) => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) >= 1
      && style[`border${side}Color`] !== style.backgroundColor;
    return !node.matches("[type=checkbox]") && !["Top", "Bottom", "Left"].some(drawn);
  })
  .map((node) => node.outerHTML.slice(0, 160))"""


@pytest.fixture
def visit(new_page: NewPage, empty_site: str, faults: Faults) -> Visit:
    """Give a function that opens a page of PAGES in a language; one reader for each site, made when first asked for."""
    readers: dict[bool, Page] = {}

    def go(name: str, language: str) -> Page:
        empty = name.startswith("empty")
        if empty not in readers:
            readers[empty] = new_page(at=empty_site) if empty else new_page()
        if name.isdigit():
            faults.expect(f"status of {name}")
        page = readers[empty]
        page.set_viewport_size({"width": WIDE, "height": HEIGHT})
        page.goto(PAGES[name] + ("&" if "?" in PAGES[name] else "?") + f"lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
        return page

    return go


@pytest.mark.parametrize("language", ["nl", "en"])
def test_axe_finds_nothing(visit: Visit, language: str) -> None:
    problems = {}
    for name in PAGES:
        page = visit(name, language)
        page.evaluate(AXE)
        page.set_viewport_size({"width": AXE_AT[language], "height": HEIGHT})
        problems[name] = axe(page, styles=name == "home")  # every page has the same style sheets
    assert not _lines(problems), "\n".join(_lines(problems))


def test_axe_finds_nothing_after_results_were_replaced(new_page: NewPage) -> None:
    page = new_page(f"/search?{results.MANY_Q}")
    results.apply_filter(page, "theme", "inclusion")
    page.evaluate(AXE)
    assert axe(page) == []


def test_axe_sees_what_is_wrong(new_page: NewPage) -> None:
    page = new_page("/about")
    page.evaluate(AXE)
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any(line.startswith("button-name") for line in axe(page))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_fits_small_screens_large_letters_and_fingers(visit: Visit, language: str) -> None:
    problems = {}
    for name in PAGES:
        page = visit(name, language)
        for width, letters in SIZES[language]:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.evaluate(f"document.documentElement.style.fontSize = '{letters}%'")
            for what, look in LOOKS.items():
                problems[name, width, f"{letters}%", what] = page.evaluate(look)
    assert not _lines(problems), "\n".join(_lines(problems))


def _lines(problems: dict[Any, list[str]]) -> list[str]:
    return [f"{where}: {' '.join(line.split())}" for where, lines in problems.items() for line in lines]


def test_less_motion_and_forced_colours_hide_nothing(visit: Visit) -> None:
    for name in ("home", "lessons found", "case"):
        page = visit(name, "nl")
        page.emulate_media(reduced_motion="no-preference", forced_colors="none")
        plain = page.locator("body").inner_text()
        page.emulate_media(reduced_motion="reduce", forced_colors="active")
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        assert page.locator("body").inner_text() == plain
        assert page.evaluate(MOVING) == []
        assert page.evaluate(UNMARKED) == []
        for _ in range(12):
            page.keyboard.press("Tab")
            check_focus(page)


def test_results_come_without_motion_when_asked(new_page: NewPage) -> None:
    page = new_page(f"/search?{results.MANY_Q}", reduced_motion="reduce")
    tab_to(page, page.locator("#results .sorts a[href*='sort=newest']"))
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=newest")
    assert page.evaluate("document.getAnimations().length") == 0
