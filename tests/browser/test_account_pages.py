"""Account pages in a real browser: axe-core's rules, small screens, the keyboard, and signing in to signing out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from kb.accounts.services import links
from kb.house import House
from tests.browser.conftest import Faults, NewPage, readers, served
from tests.browser.looking import check
from tests.conftest import opened
from tests.people import PASSWORD, Person, browser_cookies, make_person

pytestmark = pytest.mark.browser

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def house(data: Path) -> Iterator[House]:
    url = "smtp://127.0.0.1:1?from=Praktijkbank <bank@example.org>"
    with closing(opened(data, KB_MAIL_URL=url)) as house:
        yield house


@pytest.fixture
def people_site(house: House) -> Iterator[str]:
    """The address of a knowledge base that a test may fill with people."""
    with served(house) as address:
        yield address


@pytest.fixture
def watched(browser: Browser, faults: Faults, people_site: str) -> Iterator[NewPage]:
    """Give a maker of readers of this site, whose faults fail the test."""
    with readers(browser, faults, people_site) as make:

        def new(path: str = "", *, language: str = "en", **options: Any) -> Page:
            page = make(language=language, **options).new_page()
            if path:
                page.goto(path)
            return page

        yield new


@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_for_everybody(watched: NewPage, house: House, faults: Faults, language: str) -> None:
    with house.database.transaction() as session:
        token = links.first_link(session)
    page = watched(language=language)
    for name, path in {"sign in": "/login", "welcome": f"/welcome/{token}", "reset": "/reset"}.items():
        page.goto(path)
        check(page, name)
    page.fill("#email", "anna@example.org")
    page.locator("main form button").click()
    check(page, "reset sent")
    faults.expect("status of 404")
    page.goto("/reset/no-such-token")
    check(page, "link over")
    page.goto("/login")
    page.locator("main form button").click()
    expect(page.locator("#error-summary")).to_be_focused()
    check(page, "sign in with errors")
    page.locator("#error-summary a").first.click()
    expect(page.locator("#email")).to_be_focused()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_ones_own_pages(watched: NewPage, house: House, people_site: str, language: str) -> None:
    person = make_person(
        house, "author", "editor", name="Anna de Boer", email="anna.de.boer@gemeente-duiven.example"
    )
    page = watched(language=language)
    page.context.add_cookies(browser_cookies(person, people_site))
    browser_cookies(person, people_site)  # somewhere else too
    for path in ("/account", "/account/password", "/account/two-step", "/account/data", "/account/delete"):
        page.goto(path)
        check(page, path)
    page.goto("/account/two-step")
    page.locator("main form button").click()
    check(page, "setting up")
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.fill("#code", "000000")
    page.locator("main form button").click()
    expect(page.locator("#error-summary")).to_be_focused()
    check(page, "setting up with an error")
    page.fill("#code", pyotp.TOTP(secret).now())
    page.locator("main form button").click()
    expect(page.locator(".codes li")).to_have_count(10)
    expect(page.locator("[data-prints]")).to_be_visible()
    check(page, "recovery codes")
    page.goto("/account/two-step")
    check(page, "second step on")


def test_by_keyboard_alone_from_sign_in_to_sign_out(watched: NewPage, house: House) -> None:
    person: Person = make_person(house, totp_secret=SECRET, totp_since=dt.datetime.now(dt.UTC))
    page = watched("/account/password")
    page.locator("#email").focus()
    page.keyboard.type(person.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your code")
    check(page, "code")
    page.locator("#code").focus()
    page.keyboard.type(pyotp.TOTP(SECRET).now())
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/account/password$"))
    page.goto("/account")
    page.get_by_role("button", name="Sign out", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/$"))
    page.goto("/account")
    expect(page).to_have_url(re.compile("/login"))


def test_without_javascript_a_form_says_what_is_wrong(watched: NewPage) -> None:
    page = watched("/login", java_script_enabled=False)
    page.locator("main form button").click()
    expect(page).to_have_title(re.compile("^Not right yet: Sign in"))
    page.locator("#error-summary a").first.click()
    expect(page).to_have_url(re.compile("#email$"))
