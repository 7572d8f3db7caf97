"""Searching in a real browser: suggestions while typing, slips, and the administrator's pages of the search."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from kb.house import House
from tests.browser.conftest import NARROW, Faults, NewPage, Visitor
from tests.browser.looking import AXE, axe, check
from tests.people import make_person

pytestmark = pytest.mark.browser


def axe_finds(page: Page) -> list[str]:
    page.evaluate(AXE)
    return axe(page)


def test_suggestions_with_the_keys_alone(new_page: NewPage) -> None:
    page = new_page("/", width=NARROW)
    field, options = page.get_by_role("combobox"), page.get_by_role("option")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.focus()
    page.keyboard.type("bewone")
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#suggestions-status")).to_have_text(re.compile(r"^\d+ suggesties"))
    assert axe_finds(page) == []
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("Escape")
    expect(options.first).not_to_be_visible()
    expect(field).to_have_value("bewone")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/(lessons|themes|cases)/"))


def test_without_choosing_one_the_field_searches(new_page: NewPage) -> None:
    page = new_page("/")
    page.get_by_role("combobox").fill("bewone")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=bewone$"))


def test_a_slip_is_told_and_can_be_taken_over(new_page: NewPage) -> None:
    page = new_page("/search?q=gemeenet")
    note = page.locator(".utrecht-alert").filter(has_text="gemeenet")
    expect(note).to_be_visible()
    note.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"q=gemeente$"))
    expect(page.locator(".utrecht-alert")).to_have_count(0)
    expect(page.locator(".why").first).to_be_visible()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_pages_of_the_search_for_every_reader(
    sample_house: House, visitor: Visitor, faults: Faults, language: str
) -> None:
    house = sample_house
    faults.expect("status of 422")
    for number, query in enumerate(
        ["rollen verdelen", "een heel lange vraag over wijkontwikkelingsplannen en meer"]
    ):
        for line in range(3):
            house.teller.asked(query, found=number == 0, line=f"192.0.2.{line}", browser="Firefox")
    page = visitor(make_person(house, "administrator", name="Ans Beheer"), language)
    page.goto("/admin/search")
    expect(page.get_by_role("link", name="rollen verdelen").first).to_be_visible()
    check(page, language)
    page.get_by_role("link", name=re.compile("Zet bij de woorden|Add to the words")).first.click()
    page.locator("#synonyms").press("Control+Home")
    page.locator("#synonyms").press("End")
    page.locator("#synonyms").press_sequentially("taakverdeling")
    page.locator("#question").fill("inwoner")
    page.keyboard.press("Enter")
    expect(page.locator("#tried")).to_be_visible()
    check(page, language)
    page.locator("button[value=save]").click()
    expect(page.get_by_role("status").or_(page.locator(".utrecht-alert")).first).to_be_visible()
    page.locator("#synonyms").fill("alleen")
    page.locator("button[value=save]").click()
    expect(page.locator("#synonyms-error")).to_be_visible()
    check(page, language)
