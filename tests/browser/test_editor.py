"""The editor in a real browser: it saves by itself and loses nothing, by mouse, by keys, without a line, and for everybody."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from kb.accounts import sessions
from kb.accounts.models import LoginSession
from kb.cases import queries
from kb.cases.services import drafts
from kb.house import House
from tests.browser.conftest import Faults, readers, served
from tests.browser.focus import check_focus, tab_to
from tests.browser.looking import check
from tests.cases.word_file.documents import h, p, title, word
from tests.cases.writing_desk import begun, content_of_draft
from tests.conftest import opened
from tests.people import Person, browser_cookies, make_person

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
SLOW_MS = 15_000
"""Longer than it takes to save by itself."""


@pytest.fixture
def house(data: Path) -> Iterator[House]:
    with closing(opened(data, KB_RATE_LIMITS="off")) as house:
        yield house


@pytest.fixture
def desk(house: House) -> Iterator[str]:
    """The address of a knowledge base in which people write."""
    with served(house) as address:
        yield address


@pytest.fixture
def anna(house: House) -> Person:
    return make_person(house, "author", name="Anna Bakker")


@pytest.fixture
def open_as(browser: Browser, faults: Faults, desk: str) -> Iterator[Open]:
    """Give a function that opens a page as somebody, in a browser of his own; what goes wrong fails the test."""
    with readers(browser, faults, desk) as new:

        def open_page(person: Person, path: str, *, language: str = "en", **options: Any) -> Page:
            page = new(person, language=language, **options).new_page()
            page.goto(path)
            return page

        yield open_page


def saved_now(page: Page) -> None:
    """Wait until the page says that it is saved, and no trouble is left."""
    expect(page.locator("#saved")).to_have_text(re.compile("Saved at"), timeout=SLOW_MS)
    expect(page.locator(".editor-head__saved--trouble")).to_have_count(0)


def kept(page: Page) -> str | None:
    """Return what the browser keeps of the case."""
    found: str | None = page.evaluate(
        "Object.keys(localStorage).filter((name) => name.startsWith('kb:draft:')).map((name) => localStorage[name])[0] ?? null"
    )
    return found


class TestSaving:
    def test_by_itself_some_seconds_after_typing(self, house: House, open_as: Open, anna: Person) -> None:
        slug = begun(house, anna)
        page = open_as(anna, f"/cases/{slug}/edit")
        page.fill("#summary", "Vanzelf bewaard")
        assert "Vanzelf bewaard" in str(kept(page))
        with page.expect_response(re.compile("/edit$"), timeout=SLOW_MS):
            pass
        saved_now(page)
        assert content_of_draft(house, anna, slug)["summary"] == "Vanzelf bewaard"
        expect(page.locator("#editor-panel")).not_to_contain_text("no summary yet")
        assert kept(page) is None

    def test_without_a_line_and_with_it_again(
        self, house: House, open_as: Open, anna: Person, faults: Faults
    ) -> None:
        faults.expect("failed request", "ERR_INTERNET_DISCONNECTED")
        slug = begun(house, anna)
        page = open_as(anna, f"/cases/{slug}/edit")
        page.context.set_offline(True)
        page.fill("#summary", "In de trein getypt")
        expect(page.locator("#saved")).to_contain_text("No connection", timeout=SLOW_MS)
        page.fill("#place", "Ook nog")
        page.context.set_offline(False)
        saved_now(page)
        content = content_of_draft(house, anna, slug)
        assert (content["summary"], content["place"]) == ("In de trein getypt", "Ook nog")

    def test_a_crash_loses_nothing(self, house: House, open_as: Open, anna: Person) -> None:
        """The page is gone before it saved: what was typed is offered when the case is opened again."""
        slug = begun(house, anna)
        page = open_as(anna, f"/cases/{slug}/edit")
        page.route(
            "**/edit",
            lambda route: route.abort("aborted") if route.request.method == "POST" else route.continue_(),
        )
        page.fill("#summary", "Bijna kwijt")
        page.fill("#title", "Duiven-Noord, nieuwe titel")
        other = page.context.new_page()
        page.wait_for_timeout(500)  # the browser writes what it keeps a moment later
        page.close()
        other.goto(f"/cases/{slug}/edit")
        expect(other.locator("#kept")).to_be_visible()
        expect(other.locator("#summary")).to_have_value("")
        other.click("#kept-back")
        expect(other.locator("#summary")).to_have_value("Bijna kwijt")
        expect(other.locator("#kept")).to_be_hidden()
        assert content_of_draft(house, anna, slug)["title"] == "Duiven-Noord, nieuwe titel"
        assert kept(other) is None

    def test_what_was_kept_can_be_thrown_away(self, house: House, open_as: Open, anna: Person) -> None:
        slug = begun(house, anna)
        page = open_as(anna, f"/cases/{slug}/edit")
        page.route(
            "**/edit",
            lambda route: route.abort("aborted") if route.request.method == "POST" else route.continue_(),
        )
        page.fill("#summary", "Toch maar niet")
        page.reload()
        page.click("#kept-away")
        page.reload()
        expect(page.locator("#kept")).to_be_hidden()
        assert kept(page) is None

    def test_signed_out_meanwhile(
        self, house: House, open_as: Open, anna: Person, desk: str, faults: Faults
    ) -> None:
        faults.expect("status of 401")
        slug = begun(house, anna)
        page = open_as(anna, f"/cases/{slug}/edit")
        with house.database.transaction() as session:
            for row in session.query(LoginSession).all():
                session.delete(row)
        page.fill("#summary", "Nog niet bewaard")
        expect(page.locator("#saved")).to_contain_text("You were signed out", timeout=SLOW_MS)
        assert "Nog niet bewaard" in str(kept(page))
        page.context.add_cookies(browser_cookies(anna, desk))
        page.click("#save")
        saved_now(page)
        assert content_of_draft(house, anna, slug)["summary"] == "Nog niet bewaard"
        assert sessions.REMEMBERED

    def test_leaving_by_a_link_takes_along_what_was_typed(
        self, house: House, open_as: Open, anna: Person
    ) -> None:
        slug = begun(house, anna)
        page = open_as(anna, f"/cases/{slug}/edit")
        page.fill("#summary", "Net getypt")
        page.click("text=Preview >> nth=0")
        expect(page.locator(".lead")).to_have_text("Net getypt")

    def test_errors_are_summed_up_and_the_summary_takes_the_focus(
        self, house: House, open_as: Open, anna: Person
    ) -> None:
        slug = begun(house, anna)
        page = open_as(anna, f"/cases/{slug}/edit")
        page.fill("#period_start", "20x6")
        page.click("#save")
        expect(page.locator("#error-summary")).to_be_focused()
        page.locator("#error-summary a").click()
        expect(page.locator("#period_start")).to_be_focused()
        page.fill("#period_start", "2016")
        page.keyboard.press("Enter")
        expect(page.locator("#error-summary")).to_have_count(0)
        assert content_of_draft(house, anna, slug)["period_start"] == "2016"


class TestRows:
    def test_add_move_remove_and_put_back(self, house: House, open_as: Open, anna: Person) -> None:
        slug = begun(house, anna)
        page = open_as(anna, f"/cases/{slug}/edit")
        for number, text in enumerate(("Eerste", "Tweede")):
            page.click("#challenges-add")
            expect(page.locator(f"#challenges-{number}-title")).to_be_focused()
            page.keyboard.type(text)
        expect(page.locator("#said")).to_have_text("Added: Challenge 2.")
        page.click("#challenges-1-up")
        expect(page.locator("#challenges-0-title")).to_have_value("Tweede")
        expect(page.locator("#challenges-0-down")).to_be_focused()
        page.click("#lessons-add")
        expect(page.locator("#lessons-0-challenge option")).to_have_count(3)
        page.click("#challenges-0-remove")
        expect(page.locator(".put-back button")).to_be_focused()
        expect(page.locator("#challenges-0-title")).to_have_value("Eerste")
        page.keyboard.press("Enter")
        expect(page.locator("#challenges-0-title")).to_have_value("Tweede")
        assert [row["title"] for row in content_of_draft(house, anna, slug)["challenges"]] == [
            "Tweede",
            "Eerste",
        ]

    def test_typing_elsewhere_goes_on_being_saved(self, house: House, open_as: Open, anna: Person) -> None:
        slug = begun(house, anna)
        page = open_as(anna, f"/cases/{slug}/edit")
        page.fill("#story", "Het begon klein.")
        page.click("#timeline-add")
        expect(page.locator("#timeline-0-date")).to_be_focused()
        page.fill("#timeline-0-what", "Schouw")
        page.click("#save")
        saved_now(page)
        content = content_of_draft(house, anna, slug)
        assert content["story"] == "Het begon klein."
        assert content["timeline"] == [{"date": "", "what": "Schouw"}]

    def test_a_file(self, house: House, open_as: Open, anna: Person) -> None:
        slug = begun(house, anna)
        page = open_as(anna, f"/cases/{slug}/edit")
        out = io.BytesIO()
        Image.new("RGB", (60, 40), "green").save(out, "PNG")
        page.set_input_files(
            "#file", {"name": "Het plein.png", "mimeType": "image/png", "buffer": out.getvalue()}
        )
        page.click("#attachments-add")
        expect(page.locator("#attachments-0-title")).to_have_value("Het plein")
        assert (
            page.locator(".attached__image").evaluate(
                "async (node) => { await node.decode(); return node.naturalWidth; }"
            )
            == 60
        )
        page.set_input_files("#file", {"name": "x.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"})
        page.click("#attachments-add")
        expect(page.locator("#file-error")).to_be_visible()
        expect(page.locator("#file")).to_be_focused()
        expect(page.locator("#attachments")).to_contain_text("x.svg")


class TestTwoAtOnce:
    def test_the_second_sees_both_texts(
        self, house: House, open_as: Open, anna: Person, faults: Faults
    ) -> None:
        faults.expect("status of 409")
        slug = begun(house, anna, summary="Kort.")
        bert = make_person(house, "editor", name="Bert de Vries")
        page, other = open_as(anna, f"/cases/{slug}/edit"), open_as(bert, f"/cases/{slug}/edit")
        other.fill("#summary", "Van Bert")
        other.click("#save")
        saved_now(other)
        page.fill("#summary", "Van Anna")
        expect(page.locator("#saved")).to_contain_text("Press Save to see both texts", timeout=SLOW_MS)
        page.click("#save")
        expect(page.locator("h2", has_text="Two texts at the same time")).to_be_visible()
        page.check("#pick-0-own")
        page.fill("#own-0", "Van Anna en Bert")
        page.click("text=Save this")
        expect(page.locator("#summary")).to_have_value("Van Anna en Bert")
        assert content_of_draft(house, anna, slug)["summary"] == "Van Anna en Bert"
        assert kept(page) is None


class TestMarks:
    def test_buttons_keys_and_preview(self, house: House, open_as: Open, anna: Person) -> None:
        slug = begun(house, anna)
        page = open_as(anna, f"/cases/{slug}/edit")
        story = page.locator("#story")
        story.fill("rollen")
        story.select_text()
        page.keyboard.press("Control+b")
        expect(story).to_have_value("**rollen**")
        story.press("End")
        page.keyboard.type("\nafspreken")
        page.locator("#story-section [data-mark=list]").click()
        expect(story).to_have_value("**rollen**\n- afspreken")
        page.locator("#story-section [data-preview]").click()
        seen = page.locator("#story-section [data-seen]")
        expect(seen.locator("strong")).to_have_text("rollen")
        story.press("Control+End")
        page.keyboard.type(" <img src=x onerror=alert(1)>")
        expect(seen.locator("li")).to_have_text("afspreken <img src=x onerror=alert(1)>")
        expect(seen.locator("img")).to_have_count(0)

    def test_one_stop_for_the_tab_key(self, house: House, open_as: Open, anna: Person) -> None:
        slug = begun(house, anna)
        page = open_as(anna, f"/cases/{slug}/edit")
        bar = page.locator("#story-section .marks")
        bar.locator("button").first.focus()
        page.keyboard.press("ArrowRight")
        expect(bar.locator("button").nth(1)).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator("#story")).to_be_focused()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_case_by_the_keys_alone(house: House, open_as: Open, anna: Person, javascript: bool) -> None:
    page = open_as(anna, "/account/cases", java_script_enabled=javascript)
    tab_to(page, page.locator(".empty a"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("#title"))
    page.keyboard.type("Wijchen-Zuid")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/cases/wijchen-zuid/edit"))
    tab_to(page, page.locator("#summary"))
    page.keyboard.type("Een plein dat weer van iedereen is.")
    tab_to(page, page.locator("#sources-add"))
    page.keyboard.press("Enter")
    expect(page.locator("#sources-0")).to_be_visible()
    if javascript:
        expect(page.locator("#sources-0-title")).to_be_focused()
        assert check_focus(page, page.locator("#sources-0-title"))
    else:
        tab_to(page, page.locator("#sources-0-title"))
    page.keyboard.type("Jaarverslag")
    page.keyboard.press("Enter")
    if javascript:
        saved_now(page)
    else:
        expect(page.locator(".notices")).to_contain_text("Saved")
    content = content_of_draft(house, anna, "wijchen-zuid")
    assert content["summary"] == "Een plein dat weer van iedereen is."
    assert content["sources"][0]["title"] == "Jaarverslag"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_for_everybody(
    house: House, open_as: Open, anna: Person, faults: Faults, language: str
) -> None:
    faults.expect("status of 409")
    row = {"key": "n1", "statement": "Spreek rollen uit.", "explanation": "", "challenge": "c1", "themes": []}
    chain = {
        "key": "c1",
        "title": "Wie beslist?",
        "cause": "",
        "cause_unknown": "",
        "approach": "",
        "outcome": "",
    }
    slug = begun(
        house,
        anna,
        period_start="20x6",
        challenges=[{**chain, "status": "open", "themes": ["inclusion"]}],
        lessons=[{**row, "perspectives": ["resident"], "origin": "stated", "translations": {}}],
        timeline=[{"date": "ooit", "what": "Schouw"}],
        sources=[{"title": "", "url": "x", "publisher": "Krant", "accessed": ""}],
        partners=[{"name": "Gemeente", "url": ""}],
    )
    page = open_as(anna, "/account/cases", language=language)
    check(page, "my cases")
    for name, path in {
        "new": "/cases/new",
        "edit": f"/cases/{slug}/edit?look=1",
        "preview": f"/cases/{slug}/preview",
    }.items():
        page.goto(path)
        check(page, name)
    data = word(
        title("Zuid"), h(1, "Uitdaging: wie beslist?"), p("Iemand."), h(1, "Lessen"), p("Spreek het uit.")
    )
    page.goto("/cases/new")
    page.set_input_files("#file", {"name": "verslag.docx", "mimeType": "application/zip", "buffer": data})
    page.click("button[value=read]")
    expect(page.locator("#found-title")).to_be_visible(timeout=SLOW_MS)
    check(page, "found")
    page.goto(f"/cases/{slug}/edit")
    with house.database.transaction() as session:
        case = drafts_of(session, anna, slug)
        drafts.save(session, anna.actor, case, {**case.draft.content, "summary": "Van elders"}, 1)
    page.fill("#summary", "Van hier")
    page.click("#save")
    expect(page.locator("#conflict")).to_be_visible()
    check(page, "conflict")
    empty = open_as(make_person(house), "/account/cases", language=language)
    check(empty, "no cases")


def drafts_of(session: Any, person: Person, slug: str) -> Any:
    return queries.case_to_write(session, person.actor, slug)
