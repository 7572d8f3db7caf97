"""From rows to what pages show: every text in the reader's language where there is one, and said to be in which."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup

from kb.cases import queries
from kb.cases.cards import CasePage, LessonPage
from kb.cases.models import Case, Precision, Theme, ThemeText
from kb.cases.presenters import CasePresenter, period, theme_card, when
from kb.cases.queries import Counts
from kb.house import House
from tests import town
from tests.cases.test_services import EVERYTHING, save
from tests.conftest import MakeCase
from tests.search.shelf import looking_for

Page = Callable[..., CasePage]
Whole = Callable[[str], Case]


@pytest.fixture
def _dutch(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


@pytest.fixture
def _english(app: Flask) -> Iterator[None]:
    with app.test_request_context("/?lang=en"):
        yield


@pytest.fixture
def whole(house: House) -> Iterator[Whole]:
    """Give a loader of whole cases; their rows must live in a session while they are presented."""
    with ExitStack() as sessions:

        def load(slug: str) -> Case:
            return queries.whole_case(sessions.enter_context(house.database.reading()), slug)

        yield load


@pytest.fixture
def shown(app: Flask, whole: Whole, make_case: MakeCase) -> Page:
    """Give a maker of the page of a case with these fields, in a language, as found by some words."""

    def show(language: str = "nl", words: tuple[str, ...] = (), **fields: Any) -> CasePage:
        record = make_case(index=False, **fields)
        with app.test_request_context(f"/?lang={language}"):
            return CasePresenter(language, looking_for(*words)).case_page(whole(record["slug"]), ())

    return show


@pytest.mark.usefixtures("_dutch")
@pytest.mark.parametrize(
    ("start", "end", "text"),
    [(None, None, ""), (2016, 2027, "2016–2027"), (2016, 2016, "2016"), (1999, 2000, "1999–2000")],
)
def test_a_period_reads_from_to(start: int | None, end: int | None, text: str) -> None:
    assert period(start, end) == text


def test_an_open_period_says_on_which_side(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        assert (period(2016, None), period(None, 2020)) == ("since 2016", "until 2020")
    with app.test_request_context("/"):
        assert "2016" in period(2016, None) != "since 2016"
        assert "2020" in period(None, 2020) != "until 2020"


@pytest.mark.parametrize(
    ("precision", "dutch", "english"),
    [
        (Precision.DAY, "5 maart 2016", "5 March 2016"),
        (Precision.MONTH, "maart 2016", "March 2016"),
        (Precision.YEAR, "2016", "2016"),
    ],
)
def test_a_date_says_no_more_than_is_known(
    app: Flask, precision: Precision, dutch: str, english: str
) -> None:
    day = dt.date(2016, 3, 5)
    with app.test_request_context("/"):
        assert when(day, precision) == dutch
    with app.test_request_context("/?lang=en"):
        assert when(day, precision) == english


@pytest.mark.usefixtures("_english")
def test_a_theme_is_in_the_language_asked_for_or_the_one_it_has() -> None:
    texts = [
        ThemeText(language="nl", name="Groen", question="Hoe?"),
        ThemeText(language="en", name="Green", question="How?"),
    ]
    both = theme_card(Theme(slug="own", position=9, texts=texts), "en", Counts(3, 2))
    assert (both.name, both.question, both.language, both.lessons, both.cases) == (
        "Green",
        "How?",
        "en",
        3,
        2,
    )
    assert (both.url, both.css, both.icon) == ("/themes/own", "t-own", "own")
    one = theme_card(Theme(slug="inclusion", position=9, texts=texts[:1]), "en")
    assert (one.name, one.question, one.language, one.lessons) == ("Groen", "Hoe?", "nl", 0)
    assert (one.css, one.icon) == ("t-inclusion", "inclusion")
    none = theme_card(Theme(slug="own", position=9, texts=[]), "en")
    assert (none.name, none.question, none.language) == ("own", "", "en")


TRANSLATED: dict[str, Any] = {
    "title": "Plein",
    "summary": "Kort.",
    "story": "Het *verhaal*.",
    "lessons": [
        {"statement": "Eén.", "explanation": "Uitleg één."},
        {"statement": "Twee.", "explanation": "Uitleg twee."},
        {"statement": "Drie.", "explanation": "Uitleg drie."},
    ],
    "translations": {
        "en": {
            "title": "Square",
            "story": "The *story*.",
            "lessons": {"0": {"statement": "One."}, "1": {"explanation": "Explained."}},
        },
        "de": {"title": "Platz", "summary": "Kurz.", "lessons": {"2": {"statement": "Drei."}}},
    },
}


def test_what_was_translated_is_shown_so_and_the_rest_as_it_was_written(shown: Page) -> None:
    page = shown("en", **TRANSLATED)
    card = page.card
    assert (card.title, card.language, card.written_in) == ("Square", "en", "nl")
    assert (card.summary, card.summary_language) == ("Kort.", "nl")
    assert (page.story, page.story_language) == ("<p>The <em>story</em>.</p>\n", "en")
    assert [(lesson.statement, lesson.language) for lesson in page.lessons] == [
        ("One.", "en"),
        ("Twee.", "nl"),
        ("Drie.", "nl"),
    ]
    assert page.languages == ("de", "en", "nl")


def test_in_its_own_language_no_translation_is_shown(shown: Page) -> None:
    page = shown("nl", **TRANSLATED)
    assert (page.card.title, page.card.language, page.card.summary_language) == ("Plein", "nl", "nl")
    assert page.story_language == "nl"
    assert {lesson.language for lesson in page.lessons} == {"nl"}


def test_a_lesson_is_explained_in_the_language_of_its_explanation(
    app: Flask, whole: Whole, make_case: MakeCase
) -> None:
    case = whole(make_case(**TRANSLATED)["slug"])
    with app.test_request_context("/?lang=en"):
        pages = [CasePresenter("en").lesson_page(case, lesson) for lesson in case.lessons]
    assert [(page.card.language, page.explanation_language) for page in pages] == [
        ("en", "nl"),
        ("nl", "en"),
        ("nl", "nl"),
    ]
    assert [page.explanation for page in pages][:2] == ["<p>Uitleg één.</p>\n", "<p>Explained.</p>\n"]


def test_everything_of_a_case_is_on_its_page(app: Flask, house: House, whole: Whole) -> None:
    save(house, {**EVERYTHING, "status": "published"})
    with app.test_request_context("/"):
        page = CasePresenter("nl").case_page(whole("alles"), ())
    card = page.card
    assert (card.slug, card.url, card.lesson_count) == ("alles", "/cases/alles", 4)
    assert (card.place, card.municipality, card.province, card.country) == (
        "Duiven-West",
        "Duiven",
        "Gelderland",
        "NL",
    )
    assert [theme.slug for theme in card.themes] == ["roles-partnership", "organising"]
    assert [(one.key, one.anchor, one.status and one.status.value) for one in page.challenges] == [
        ("z", "challenge-1", "open"),
        ("a", "challenge-2", "overcome"),
        ("m", "challenge-3", None),
    ]
    assert page.challenges[0].cause == "<p>Een <em>reden</em>.</p>\n"
    assert page.challenges[0].approach == ""
    assert [[lesson.id for lesson in one.lessons] for one in page.challenges] == [
        [page.lessons[1].id],
        [page.lessons[0].id],
        [],
    ]
    assert page.loose_lessons == page.lessons[2:]
    assert [lesson.origin.value for lesson in page.lessons] == ["session", "derived", "stated", "stated"]
    assert [lesson.challenge_title for lesson in page.lessons] == ["Dan", "Eerst", None, None]
    assert [lesson.status and lesson.status.value for lesson in page.lessons] == [
        "overcome",
        "open",
        None,
        None,
    ]
    assert [who.value for who in page.lessons[1].perspectives] == ["executive", "resident"]
    assert [(entry.iso, entry.when) for entry in page.timeline] == [
        ("2019", "2019"),
        ("2016-11-26", "26 november 2016"),
        ("2017-03", "maart 2017"),
    ]
    assert [(source.title, source.url, source.publisher) for source in page.sources] == [
        ("Zonder adres", None, ""),
        ("Met", "http://x.example", "P"),
    ]
    assert [(partner.name, partner.url is None) for partner in page.partners] == [
        ("B", False),
        ("A", True),
        ("A", True),
    ]
    assert [who.value for who in page.participants] == ["researcher", "resident", "civil-servant"]
    assert [(tag.name, tag.kind) for tag in page.tags] == [
        ("wijkschouw", "method"),
        ("wijkschouw", "topic"),
        ("Élan", "topic"),
    ]
    assert page.authors == ("Z. Laatst", "A. Eerst", "Z. Laatst")
    assert page.licence_url == "https://creativecommons.org/licenses/by/4.0/"
    assert page.published is not None
    assert page.updated >= page.published


def test_a_source_says_when_it_was_read(shown: Page) -> None:
    (source,) = shown(sources=[{"title": "A", "accessed": "2026-11-23"}]).sources
    assert (source.accessed, source.accessed_iso) == ("23 november 2026", "2026-11-23")


def test_a_licence_that_is_not_known_is_shown_without_address(shown: Page) -> None:
    assert (shown(licence="Own terms").licence, shown(licence="Own terms").licence_url) == ("Own terms", None)
    assert shown(licence="CC0-1.0").licence_url is not None
    assert shown().licence == ""


def test_a_tag_leads_to_the_cases_that_carry_it(app: Flask, shown: Page, house: House) -> None:
    page = shown(slug="ene", tags=[{"name": "groen & rood? #1"}])
    house.search.sync()
    answer = app.test_client().get(page.tags[0].url)
    assert "/cases/ene" in answer.text


def test_without_a_search_nothing_is_marked(shown: Page) -> None:
    page = shown(**TRANSLATED)
    assert (page.card.title_marked, page.card.snippet) == (None, None)
    assert {(lesson.statement_marked, lesson.snippet) for lesson in page.lessons} == {(None, None)}


def test_a_search_marks_what_it_found_in_each_text_by_its_own_language(shown: Page) -> None:
    page = shown("en", ("squares", "verhalen", "eén", "uitleg"), **TRANSLATED)
    assert page.card.title_marked == "<mark>Square</mark>"
    assert (page.card.snippet, page.card.snippet_language) == ("Het <mark>verhaal</mark>.", "nl")
    first, second, _ = page.lessons
    assert (first.statement_marked, first.snippet) == (None, "<mark>Uitleg</mark> <mark>één</mark>.")
    assert first.snippet_language == "nl"
    assert (second.statement_marked, second.snippet, second.snippet_language) == (None, None, "en")


def test_a_match_in_the_summary_goes_before_one_in_the_story(shown: Page) -> None:
    page = shown("nl", ("plein",), summary="Over het plein.", story="Nog eens het plein.")
    assert page.card.snippet == "Over het <mark>plein</mark>."


def test_texts_come_as_text_and_only_markdown_comes_as_markup(shown: Page) -> None:
    page = shown(
        title="<b>",
        summary="<i>",
        story="<u>",
        lessons=[{"statement": "<s>"}],
        challenges=[{"title": "<q>", "cause": "<p>"}],
        timeline=[{"date": "2016-01-01", "what": "<a>"}],
    )
    assert (page.card.title, page.card.summary, page.lessons[0].statement) == ("<b>", "<i>", "<s>")
    assert not isinstance(page.card.title, Markup)
    assert isinstance(page.story, Markup)
    assert page.story == "<p>&lt;u&gt;</p>\n"
    assert page.challenges[0].cause == "<p>&lt;p&gt;</p>\n"
    assert not isinstance(page.challenges[0].title, Markup)
    assert not isinstance(page.timeline[0].what, Markup)


def test_the_page_of_a_lesson_has_its_siblings_and_its_own_challenge(
    app: Flask, house: House, whole: Whole
) -> None:
    save(house, {**EVERYTHING, "status": "published"})
    case = whole("alles")
    with app.test_request_context("/"):
        pages = [CasePresenter("nl").lesson_page(case, lesson) for lesson in case.lessons]
    ids = [lesson.id for lesson in case.lessons]
    for page, own in zip(pages, ids, strict=True):
        assert isinstance(page, LessonPage)
        assert page.card.id == own
        assert page.card.url == f"/lessons/{own}"
        assert [lesson.id for lesson in page.siblings] == [other for other in ids if other != own]
        assert page.case.lesson_count == 4
        assert len(page.sources) == 2
    assert [page.challenge and page.challenge.anchor for page in pages] == [
        "challenge-2",
        "challenge-1",
        None,
        None,
    ]


def test_no_view_holds_a_row(app: Flask, town_house: House) -> None:
    """Check that a template can't reach the database: everything in a page is plain data."""
    with app.test_request_context("/"), town_house.database.reading() as session:
        case = queries.whole_case(session, "published-1")
        page = CasePresenter("nl", looking_for("plan")).case_page(
            case, [CasePresenter("nl").case_card(case, 0)]
        )

    def check(value: object) -> None:
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            for field in dataclasses.fields(value):
                check(getattr(value, field.name))
        elif isinstance(value, tuple):
            for item in value:
                check(item)
        else:
            assert value is None or isinstance(value, str | int | dt.datetime), repr(value)

    check(page)
    assert len(page.lessons) == len(town.ask(town_house, "SELECT id FROM lesson WHERE case_id = ?", case.id))
