"""The story of the product by mouse: search, filter, open a lesson, go to its case; and what surrounds it."""

from __future__ import annotations

import contextlib
import re

import pytest
from playwright.sync_api import Error, Page, Route, expect

from tests.browser import results
from tests.browser.conftest import NARROW, WIDE, Faults, NewPage

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
    page.locator("#q").fill(results.FEW)
    page.locator("#search-button").click()
    expect(page).to_have_url(re.compile(rf"/search\?q={results.FEW}$"))
    before = results.number(results.heading(page))
    assert results.lessons(page).count() == before

    promised = results.apply_filter(page, *THEME)
    assert 0 < promised < before
    assert results.number(results.heading(page)) == promised
    assert results.number(results.status(page)) == promised
    assert results.lessons(page).count() == promised
    assert "theme=organising" in page.url
    # each lesson that is left carries the label of the theme, and the chip names it
    name = results.chips(page).first.inner_text().split("\n")[0].strip()
    cards = page.locator("#results .lesson")
    assert cards.count() == promised
    expect(cards.filter(has=page.locator(".theme.t-organising"))).to_have_count(promised)
    assert name.startswith(page.locator("#results .theme.t-organising").first.inner_text())

    lesson = results.lessons(page).first
    statement = lesson.inner_text()
    lesson.click()
    expect(page).to_have_url(re.compile(r"/lessons/\d+$"))
    assert page.locator("h1").inner_text() == statement
    link = page.locator("aside .case__title a")
    title = link.inner_text()
    link.click()
    expect(page).to_have_url(re.compile(r"/cases/[a-z0-9-]+$"))
    assert page.locator("h1").inner_text() == title
    expect(page.locator("#lessons .lesson__statement", has_text=statement)).to_have_count(1)


def test_back_and_forward_after_filters_show_what_the_address_says(new_page: NewPage) -> None:
    page = new_page(f"/search?{results.MANY_Q}")
    first, first_title = results.seen(page), page.title()
    results.apply_filter(page, *THEME)
    second = results.seen(page)
    assert second != first
    page.locator("#q").fill(results.FEW)
    page.locator("#search-button").click()
    expect(page).to_have_title(re.compile(results.FEW))
    third = results.seen(page)

    page.go_back()
    expect(page).to_have_title(first_title)
    assert results.seen(page) == second
    page.go_back()
    expect(results.chips(page)).to_have_count(0)
    assert results.seen(page) == first
    page.go_forward()
    expect(results.chips(page)).to_have_count(1)
    assert results.seen(page) == second
    page.go_forward()
    expect(page).to_have_title(re.compile(results.FEW))
    assert results.seen(page) == third


def test_filters_still_work_after_going_back(new_page: NewPage) -> None:
    page = new_page(f"/search?{results.MANY_Q}")
    results.apply_filter(page, *THEME)
    page.go_back()
    expect(results.chips(page)).to_have_count(0)
    promised = results.apply_filter(page, "theme", "inclusion")
    assert results.number(results.heading(page)) == promised
    assert page.url.endswith(f"/search?{results.MANY_Q}&theme=inclusion")


def test_back_from_a_lesson_shows_the_same_results(new_page: NewPage) -> None:
    page = new_page(f"/search?{results.MANY_Q}")
    results.apply_filter(page, *THEME)
    before = results.seen(page)
    results.lessons(page).nth(1).click()
    expect(page.locator("#results")).to_have_count(0)
    page.go_back()
    expect(results.heading(page)).to_be_visible()
    assert results.seen(page) == before


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_the_address_holds_the_whole_search(new_page: NewPage, javascript: bool) -> None:
    page = new_page("/search", java_script_enabled=javascript)
    page.locator("#q").fill(results.MANY)
    page.locator("#search-button").click()
    expect(page).to_have_url(re.compile("q="))
    first = results.seen(page)["lessons"]
    page.locator(".sorts a[href*='sort=newest']").click()
    expect(page).to_have_url(re.compile("sort=newest"))
    results.apply_filter(page, "province", "Gelderland")
    page.locator(".utrecht-pagination__relative-link--next").click()
    expect(page).to_have_url(re.compile("page=2"))
    expect(page.locator(".utrecht-pagination__page-link--current")).to_have_text("2")
    here = results.seen(page)
    assert {"sort=newest", "province=Gelderland", "page=2"} <= set(here["path"].split("?")[1].split("&"))
    assert here["lessons"]
    assert here["lessons"] != first

    elsewhere = new_page(page.url)
    assert results.seen(elsewhere) == here


def test_an_empty_search_box_leaves_a_short_address(new_page: NewPage) -> None:
    page = new_page("/search")
    results.apply_filter(page, *THEME)
    assert page.url.endswith("/search?theme=organising")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_switching_the_language_keeps_the_search_and_is_remembered(
    new_page: NewPage, javascript: bool
) -> None:
    page = new_page(f"/search?{results.MANY_Q}", java_script_enabled=javascript)
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    results.apply_filter(page, *THEME)
    before, total = results.seen(page), results.number(results.heading(page))
    page.locator("#language-switch a").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    after = results.seen(page)
    for kept in ("words", "lessons", "chosen"):
        assert after[kept] == before[kept]
    assert results.number(results.heading(page)) == total

    page.locator(".site-nav a").last.click()
    expect(page).to_have_url(re.compile(r"/about$"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("#language-switch a").click()
    expect(page.locator("html")).to_have_attribute("lang", "nl")


def _fetches_only(route: Route, answer: str) -> None:
    if route.request.resource_type != "fetch":
        route.continue_()
    elif answer == "no line":
        route.abort("connectionrefused")
    else:
        route.fulfill(status=int(answer), body="<p>No.</p>", content_type="text/html")


@pytest.mark.parametrize("answer", ["no line", "500", "404"])
def test_a_failing_request_falls_back_to_a_plain_visit(
    new_page: NewPage, faults: Faults, answer: str
) -> None:
    page = new_page(f"/search?{results.MANY_Q}")
    before = results.seen(page)
    page.route("**/*", lambda route: _fetches_only(route, answer))
    faults.expect(*_noise(answer))
    results.apply_filter(page, *THEME)
    assert page.url.endswith("&theme=organising")
    assert results.seen(page)["lessons"] != before["lessons"]
    assert results.status(page).inner_text() == results.heading(page).inner_text()


def test_without_any_line_the_browser_says_so(new_page: NewPage, faults: Faults) -> None:
    page = new_page(f"/search?{results.MANY_Q}")
    page.route("**/*", lambda route: route.abort("connectionrefused"))
    faults.expect(*_noise("no line"))
    results.facet(page, *THEME).check()
    page.locator("#filter-button").click()
    expect(page).to_have_url(re.compile("^chrome-error:"))


def _noise(answer: str) -> list[str]:
    if answer == "no line":
        return ["ERR_CONNECTION_REFUSED", "console error"]
    return [f"status of {answer}"]


def _hold_first_search(page: Page) -> list[Route]:
    """Let the next search wait until the test lets its request go on; later ones are not held."""
    held: list[Route] = []
    page.route("**/search?*", lambda route: route.continue_() if held else held.append(route))
    return held


def test_a_slow_answer_shows_that_the_page_is_busy(new_page: NewPage) -> None:
    page = new_page(f"/search?{results.MANY_Q}")
    held = _hold_first_search(page)
    results.facet(page, *THEME).check()
    page.locator("#filter-button").click()
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    while not held:  # the page says it is busy just before the request is there
        page.wait_for_timeout(10)
    held[0].continue_()
    expect(results.chips(page)).to_have_count(1)
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")


def test_of_two_searches_at_once_the_last_one_stays(new_page: NewPage) -> None:
    page = new_page(f"/search?{results.MANY_Q}")
    held = _hold_first_search(page)
    page.locator(".sorts a[href*='sort=newest']").click()
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    page.locator("#q").fill(results.FEW)
    page.locator("#search-button").click()
    expect(page).to_have_title(re.compile(results.FEW))
    with contextlib.suppress(Error):  # the browser may have dropped the first one already
        held[0].continue_()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")
    assert results.seen(page) == results.seen(new_page(page.url))
    assert page.url.endswith(f"/search?q={results.FEW}")


def _ways_on(page: Page) -> list[str]:
    links = page.locator("main a[href]:visible:not(.tabs a, .utrecht-breadcrumb-nav a)")
    found = links.evaluate_all("links => links.map(link => link.href)")
    return [link for link in dict.fromkeys(found) if link.split("#")[0] != page.url]


def test_an_empty_knowledge_base_says_so_and_leads_on(new_page: NewPage, empty_site: str) -> None:
    page = new_page(at=empty_site)
    for path in ("/", "/search", "/cases/", "/themes/inclusion"):
        page.goto(path)
        expect(page.locator(".empty").first).to_be_visible()
        ways = _ways_on(page)
        assert ways, path
        for way in ways:
            assert page.request.get(way).ok, way


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_nothing_found_leads_on(new_page: NewPage, javascript: bool) -> None:
    page = new_page(f"/search?q={results.NONE}&theme=inclusion", java_script_enabled=javascript)
    empty = page.locator("#results .empty")
    expect(empty).to_contain_text(results.NONE)
    expect(page.locator("#results .door")).to_have_count(4)
    assert results.number(results.status(page)) == 0
    clear = empty.locator("a").first
    clear.click()
    expect(results.chips(page)).to_have_count(0)
    assert page.url.endswith(f"/search?q={results.NONE}")
    page.locator("#results .door").first.click()
    expect(page).to_have_url(re.compile(r"/themes/"))


def test_the_watch_sees_each_kind_of_fault(new_page: NewPage, faults: Faults) -> None:
    page = new_page("/about")
    faults.expect(
        "console error: a word",
        "page error",
        "Content Security Policy",
        "another host: https://elsewhere.example",
    )
    faults.expect("status of 404")
    page.evaluate(
        """async () => {
          console.error("a word");
          setTimeout(() => { throw new Error("an exception"); });
          document.head.append(Object.assign(document.createElement("style"), {textContent: "p { color: red }"}));
          await fetch("/no-such-page");
        }"""
    )
    page.locator("main").evaluate("main => { location.href = 'https://elsewhere.example/'; }")
    expect(page).to_have_url(re.compile("^chrome-error:"))
    faults.expect("ERR_NAME_NOT_RESOLVED")
