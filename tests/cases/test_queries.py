"""Reading cases: only what may be read, in the right order, counted right, in so many statements."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import DetachedInstanceError

from kb.cases import queries
from kb.cases.models import Case, Lesson, Theme
from kb.core import NotFound
from kb.house import House
from tests import town
from tests.conftest import MakeCase
from tests.statements import statements


def slugs(cases: list[Case]) -> list[str]:
    return [case.slug for case in cases]


def theme(session: Session, slug: str) -> Theme:
    return queries.theme_by_slug(session, slug)


def test_counts_are_of_what_may_be_read(town_house: House) -> None:
    with town_house.database.reading() as session:
        assert queries.counts(session) == (len(town.lessons(town_house)), len(town.cases(town_house)))
        counted = queries.theme_counts(session)
        themes = {row.id: row.slug for row in queries.themes(session)}
    assert {themes[key]: (lessons, cases) for key, (lessons, cases) in counted.items()} == {
        slug: (
            len(town.chosen(town.lessons(town_house), {"theme": {slug}})),
            len(town.chosen(town.cases(town_house), {"theme": {slug}})),
        )
        for slug in town.THEME_ORDER
    }


def test_nothing_is_counted_in_an_empty_knowledge_base(house: House) -> None:
    with house.database.reading() as session:
        assert queries.counts(session) == (0, 0)
        assert queries.theme_counts(session) == {}
        assert queries.frequent_tags(session, 3) == []
        assert queries.newest_lessons(session, 3) == []


def test_a_theme_of_lessons_only_is_counted_too(house: House, make_case: MakeCase) -> None:
    make_case(themes=[], lessons=[{"statement": "A.", "themes": ["connecting"]}])
    make_case(themes=["inclusion"], lessons=[])
    with house.database.reading() as session:
        slugs = {row.id: row.slug for row in queries.themes(session)}
        counts = {slugs[key]: tuple(value) for key, value in queries.theme_counts(session).items()}
    assert counts == {"connecting": (1, 0), "inclusion": (0, 1)}


def test_themes_come_in_their_order_with_their_texts(house: House) -> None:
    with house.database.reading() as session:
        found = queries.themes(session)
        assert tuple(row.slug for row in found) == town.THEME_ORDER
        assert all({text.language for text in row.texts} == {"nl", "en"} for row in found)


def test_lessons_are_counted_by_case(town_house: House) -> None:
    with town_house.database.reading() as session:
        cases = queries.newest_cases(session, 3)
        assert queries.lesson_counts(session, cases) == {case.id: 3 for case in cases}
        assert queries.lesson_counts(session, []) == {}


@pytest.fixture
def some(house: House, make_case: MakeCase) -> House:
    """Give a knowledge base in which the order of publishing is not that of slugs or of ids."""
    for slug in ("m", "b", "x"):
        make_case(
            slug=slug,
            themes=["inclusion"],
            tags=[{"name": "a"}, {"name": slug}],
            lessons=[{"statement": f"{slug}{at}.", "themes": ["inclusion"]} for at in range(2)],
            index=False,
        )
    make_case(
        slug="nieuw", status="draft", themes=["inclusion"], tags=[{"name": "a"}, {"name": "z"}], index=False
    )
    make_case(slug="anders", themes=["organising"], tags=[], index=False)
    make_case(
        slug="b",
        themes=["inclusion"],
        tags=[{"name": "a"}, {"name": "b"}],
        lessons=[{"statement": f"b{at}.", "themes": ["inclusion"]} for at in range(3)],
        index=False,
    )
    return house


def test_newest_first(some: House) -> None:
    with some.database.reading() as session:
        assert slugs(queries.newest_cases(session, 9)) == ["anders", "x", "b", "m"]
        assert slugs(queries.newest_cases(session, 2)) == ["anders", "x"]
        lessons = queries.newest_lessons(session, 3)
        assert [lesson.case.slug for lesson in lessons] == ["anders", "x", "b"]
        assert lessons[1].statement == "x0."
        assert slugs(queries.cases_of_theme(session, theme(session, "inclusion"), 2)) == ["x", "b"]
        of_theme = queries.lessons_of_theme(session, theme(session, "inclusion"), 9)
        # b was published early, but a lesson was added to it last
        assert [lesson.statement for lesson in of_theme if lesson.case.slug != "anders"] == [
            "b2.",
            *("x0.", "x1.", "b0.", "b1.", "m0.", "m1."),
        ]
        assert of_theme[1].case.slug == "anders"
        assert queries.lessons_of_theme(session, theme(session, "inclusion"), 2) == of_theme[:2]


def test_what_is_asked_for_by_name_and_may_not_be_read_is_left_out(some: House) -> None:
    hidden = town.number(
        some, """SELECT l.id FROM lesson l JOIN "case" c ON c.id = case_id WHERE slug = 'nieuw'"""
    )
    with some.database.reading() as session:
        assert sorted(queries.cases_by_slug(session, ["m", "nieuw", "nowhere"])) == ["m"]
        assert sorted(queries.lessons_by_id(session, [1, hidden, 999])) == [1]
        assert slugs(queries.cases_to_index(session, ["x", "nieuw", "b"])) == ["b", "x"]
        assert slugs(queries.whole_cases(session, ["x", "nieuw", "b"])) == ["b", "nieuw", "x"]
        assert queries.slugs(session, public=True) == ["anders", "b", "m", "x"]
        assert queries.slugs(session, public=False) == ["anders", "b", "m", "nieuw", "x"]
        assert hidden not in queries.lesson_ids(session)
        assert queries.lesson_ids(session) == sorted(queries.lesson_ids(session))
        assert len(queries.lesson_ids(session)) == queries.counts(session).lessons


def test_what_is_not_there_and_what_may_not_be_read_are_not_told_apart(some: House) -> None:
    hidden = town.number(
        some, """SELECT l.id FROM lesson l JOIN "case" c ON c.id = case_id WHERE slug = 'nieuw'"""
    )
    ask: list[Callable[[Session], object]] = [
        lambda session: queries.whole_case(session, "nieuw"),
        lambda session: queries.whole_case(session, "nowhere"),
        lambda session: queries.case_of_lesson(session, hidden),
        lambda session: queries.case_of_lesson(session, 999),
        lambda session: queries.theme_by_slug(session, "nowhere"),
    ]
    for question in ask:
        with some.database.reading() as session, pytest.raises(NotFound):
            question(session)


def test_frequent_tags_are_those_of_cases_that_may_be_read(some: House, make_case: MakeCase) -> None:
    make_case(tags=[{"name": "x"}, {"name": "x", "kind": "method"}], index=False)
    with some.database.reading() as session:
        # x: three times, but one case has it twice; then by name
        assert queries.frequent_tags(session, 9) == ["a", "x", "b", "m"]
        assert queries.frequent_tags(session, 1) == ["a"]


def load_whole_case(session: Session) -> Case:
    return queries.whole_case(session, "published-1")


def load_case_of_lesson(session: Session) -> Case:
    return queries.case_of_lesson(session, 1)


@pytest.mark.parametrize("load", [load_whole_case, load_case_of_lesson])
def test_a_whole_case_needs_no_more_queries(town_house: House, load: Callable[[Session], Case]) -> None:
    with town_house.database.reading() as session:
        case = load(session)
    # The session is closed: whatever was not loaded raises now.
    for name in (
        "themes",
        "tags",
        "translations",
        "partners",
        "timeline",
        "sources",
        "challenges",
        "lessons",
    ):
        assert isinstance(getattr(case, name), list)
    for lesson in case.lessons:
        assert isinstance(lesson.themes, list)
        assert isinstance(lesson.translations, list)
        assert lesson.challenge is None or lesson.challenge.title
        assert all(row.texts for row in lesson.themes)
    assert all(isinstance(challenge.themes, list) for challenge in case.challenges)


def test_cards_need_no_more_queries(town_house: House) -> None:
    with town_house.database.reading() as session:
        lessons = queries.newest_lessons(session, 5) + queries.lessons_of_theme(
            session, theme(session, "inclusion"), 9
        )
        cases = queries.newest_cases(session, 5)
    for lesson in lessons:
        assert lesson.case.title
        assert isinstance(lesson.case.translations, list)
        assert isinstance(lesson.translations, list)
        assert lesson.challenge is None or lesson.challenge.status is not NotImplemented
    with pytest.raises(DetachedInstanceError):
        _ = cases[0].lessons


@pytest.mark.parametrize(
    "load",
    [
        lambda session: queries.newest_cases(session, 100),
        lambda session: queries.newest_lessons(session, 100),
        lambda session: queries.lessons_by_id(session, queries.lesson_ids(session)),
        lambda session: queries.cases_by_slug(session, queries.slugs(session, public=True)),
        lambda session: queries.whole_cases(session, queries.slugs(session, public=True)),
        queries.theme_counts,
    ],
    ids=["cases", "lessons", "by id", "by slug", "whole", "counts"],
)
def test_as_many_queries_for_thirty_cases_as_for_six(
    towns: tuple[House, House], load: Callable[[Session], object]
) -> None:
    asked = []
    for house in towns:
        with house.database.reading() as session, statements(house.database) as sent:
            load(session)
        asked.append(len(sent))
    assert asked[0] == asked[1] < 25


def test_a_lesson_belongs_to_its_own_case(town_house: House) -> None:
    rows = town.ask(
        town_house,
        """SELECT l.id, slug FROM lesson l JOIN "case" c ON c.id = case_id WHERE status = 'published'""",
    )
    with town_house.database.reading() as session:
        for key, slug in rows[::5]:
            case = queries.case_of_lesson(session, key)
            assert case.slug == slug
            assert key in [lesson.id for lesson in case.lessons]
            assert all(isinstance(lesson, Lesson) for lesson in case.lessons)
