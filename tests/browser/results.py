"""What a reader sees of the search page, found by structure and not by words, so that it is the same in each language."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

MANY = "bewoners gemeente wijk plan"
"""A search with several pages of lessons, also of one province."""

MANY_Q = "q=bewoners+gemeente+wijk+plan"
"""The same in an address."""

FEW = "camper"
"""A search that finds lessons of a few cases, on one page."""

NONE = "zzzz"
"""A search that finds nothing."""


def number(text: Locator) -> int:
    """Return the first number in a text on the page."""
    found = re.search(r"\d+", text.text_content() or "")
    assert found, f"There is no number in {text}."
    return int(found[0])


def heading(page: Page) -> Locator:
    """Return the heading above the results, which says how many there are."""
    return page.locator("#results-heading")


def status(page: Page) -> Locator:
    """Return what tells a screen reader how many results there are."""
    return page.locator("#search-status")


def lessons(page: Page) -> Locator:
    """Return the links of the lessons found."""
    return page.locator("#results .lesson__statement a")


def chips(page: Page) -> Locator:
    """Return the chosen filters."""
    return page.locator("#results .chip--on")


def facet(page: Page, name: str, value: str) -> Locator:
    """Return the checkbox of one value of a facet."""
    return page.locator(f"#results {_box(name, value)}")


def _box(name: str, value: str) -> str:
    return f'input[name="{name}"][value="{value}"]'


def facet_count(page: Page, name: str, value: str) -> int:
    """Return how many hits the page promises behind this value."""
    label = page.locator("#results label.facet").filter(has=page.locator(_box(name, value)))
    return number(label.locator(".count"))


def open_filters(page: Page) -> None:
    """Unfold the filters where the screen is too narrow to show them."""
    fold = page.locator(".filters > summary")
    if fold.is_visible():
        fold.click()


def apply_filter(page: Page, name: str, value: str) -> int:
    """Choose a value, ask for the results and wait until they are there; return how many were promised."""
    promised = facet_count(page, name, value)
    open_filters(page)
    if not facet(page, name, value).is_visible():
        fold = page.locator(".filters__fold").filter(has=page.locator(_box(name, value)))
        fold.locator("> summary").click()
    facet(page, name, value).check()
    page.locator("#filter-button").click()
    expect(chips(page)).not_to_have_count(0)
    expect(facet(page, name, value)).to_be_checked()
    return promised


def seen(page: Page) -> dict[str, Any]:
    """Return all that the search page shows of a search, to compare two pages."""
    return {
        "path": re.sub(r"^https?://[^/]+", "", page.url),
        "words": page.locator("#q").input_value(),
        "count": heading(page).inner_text(),
        "lessons": lessons(page).evaluate_all("links => links.map(link => link.getAttribute('href'))"),
        "chosen": page.locator("#results input:checked").evaluate_all("boxes => boxes.map(box => box.value)"),
        "chips": chips(page).all_inner_texts(),
        "current": page.locator("#results [aria-current]").all_inner_texts(),
    }
