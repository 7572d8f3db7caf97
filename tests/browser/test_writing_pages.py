"""The pages of writing, reviewing and administering in a real browser: axe-core's rules, and phones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kb.cases import queries
from kb.cases.models import NamedPerson, Remark
from kb.cases.services import drafts, review
from kb.house import House
from tests.browser.conftest import Faults, readers, served
from tests.browser.looking import look
from tests.conftest import opened
from tests.databases import Databases
from tests.people import Person, make_person

pytestmark = pytest.mark.browser

Visitor = Callable[[Person, str], Page]
SLUG = "duiven-west"
PAGES = {
    "editor": (
        "/account/cases",
        "/cases/new",
        f"/cases/{SLUG}/edit",
        f"/cases/{SLUG}/preview",
        f"/cases/{SLUG}/people",
        f"/cases/{SLUG}/history",
        f"/cases/{SLUG}/v/1",
        f"/cases/{SLUG}/compare?from=1&to=2",
        f"/cases/{SLUG}",
    ),
    "reviewer": ("/review", f"/cases/{SLUG}/review", f"/cases/{SLUG}/moves/withdraw"),
    "administrator": (
        "/admin/",
        "/admin/people",
        "/admin/people/new",
        "/admin/themes",
        "/admin/themes/inclusion",
        "/admin/tags",
        "/admin/log",
        "/admin/cases",
    ),
}


@pytest.fixture(scope="module")
def written(
    databases: Databases, _sample_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, dict[str, Person]]]:
    """The address of the sample cases, one of which was written on, submitted and remarked on; and its people."""
    folder = tmp_path_factory.mktemp("written") / "data"
    with databases.copied(_sample_data, folder) as data, closing(opened(data)) as house:
        people = _write(house)
        with served(house) as address:
            yield address, people


def _write(house: House) -> dict[str, Person]:
    people = {
        "editor": make_person(house, "editor", name="Emma Redacteur"),
        "reviewer": make_person(house, "editor", name="Rik Beoordelaar"),
        "administrator": make_person(house, "administrator", name="Ans Beheer"),
    }
    actor, reviewer = people["editor"].actor, people["reviewer"].actor
    with house.database.transaction() as session:
        case = queries.case_to_write(session, actor, SLUG)
        content = {**drafts.working_content(case), "summary": "Een nieuwe samenvatting van het plan."}
        drafts.save(session, actor, case, content, 0)
        session.add(
            NamedPerson(case_id=case.id, name="Jan Jansen", consent="given", agreed_to="Naam en citaat")
        )
        session.flush()
        session.expire(case)
        case = queries.case_to_write(session, actor, SLUG)
        review.submit(session, actor, case, reason="Nieuwe cijfers")
        session.add(Remark(case_id=case.id, field="summary", text="Wie zegt dit?", by_id=reviewer.id))
    return people


@pytest.fixture
def visitor(browser: Browser, faults: Faults, written: tuple[str, dict[str, Person]]) -> Iterator[Visitor]:
    """Give a maker of a page in which somebody is signed in, in a language."""
    address, _people = written
    with readers(browser, faults, address) as new:
        yield lambda person, language: new(person, language=language).new_page()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("who", PAGES)
def test_axe_finds_nothing_on_screens_and_phones(
    visitor: Visitor, written: tuple[str, dict[str, Person]], who: str, language: str
) -> None:
    _address, people = written
    page = visitor(people[who], language)
    problems = []
    for path in PAGES[who]:
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        problems += look(page, path)
    assert not problems, "\n".join(problems)


def test_what_is_typed_saves_itself_and_survives_a_lost_line(
    visitor: Visitor, written: tuple[str, dict[str, Person]], faults: Faults
) -> None:
    _address, people = written
    page = visitor(people["administrator"], "en")
    page.goto("/cases/batenburg/edit")
    page.fill("#summary", "Typed and saved by itself.")
    expect(page.locator("body")).to_contain_text("Saved at", timeout=10_000)
    page.goto("/cases/batenburg/edit")
    assert page.input_value("#summary") == "Typed and saved by itself."
    faults.expect("net::ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    page.fill("#summary", "Typed without a line.")
    page.wait_for_timeout(4500)
    page.context.set_offline(False)
    page.wait_for_timeout(200)
    page.close(run_before_unload=False)
    other = page.context.new_page()
    other.goto("/cases/batenburg/edit")
    put_back = other.get_by_role("button", name="Put it back")
    if put_back.is_visible():
        put_back.click()
    assert other.input_value("#summary") == "Typed without a line."
