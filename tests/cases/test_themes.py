"""Themes of an organisation's own: named, ordered, retired; and the search knows it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from kb.accounts.actor import NOBODY, OPERATOR, Actor, Role
from kb.accounts.models import LogEntry
from kb.cases import queries
from kb.cases.content import empty_content
from kb.cases.models import Revision, Theme
from kb.cases.queries import vocabulary
from kb.cases.records import record_of
from kb.cases.services import drafts, themes
from kb.cases.services.themes import COLOURS, FIELD_THEMES, ThemeWords
from kb.core import Conflict, Forbidden, Refusal
from kb.house import House
from kb.search.documents import Query
from tests.conftest import MakeCase
from tests.people import make_person

SAFETY = {"nl": ThemeWords("Veiligheid", "Hoe durven mensen 's avonds de straat op?")}
BOTH = {**SAFETY, "en": ThemeWords("Safety", "How do people dare to go out at night?")}


@pytest.fixture
def boss(house: House) -> Actor:
    return make_person(house, "administrator").actor


@pytest.fixture
def writing(house: House) -> Iterator[Session]:
    """A transaction that is thrown away."""
    with house.database.transaction() as session:
        yield session
        session.rollback()


def slugs(session: Session) -> list[str]:
    return [theme.slug for theme in queries.themes(session)]


class TestAdding:
    def test_it_comes_last_with_a_slug_of_its_name(self, writing: Session, boss: Actor) -> None:
        theme = themes.add(writing, boss, BOTH, "green")
        assert slugs(writing) == [*FIELD_THEMES, "veiligheid"]
        assert (theme.slug, theme.colour, theme.retired) == ("veiligheid", "green", False)
        assert {text.language: ThemeWords(text.name, text.question) for text in theme.texts} == BOTH

    def test_the_same_word_gets_a_number(self, writing: Session, boss: Actor) -> None:
        themes.add(writing, boss, SAFETY, "green")
        other = themes.add(writing, boss, {"nl": ThemeWords("Veiligheid!", "Wat nu?")}, "sea")
        assert other.slug == "veiligheid-2"

    def test_one_language_is_enough(self, writing: Session, boss: Actor) -> None:
        theme = themes.add(writing, boss, {"nl": ThemeWords("", " "), "en": BOTH["en"]}, "blue")
        assert theme.slug == "safety"
        assert [text.language for text in theme.texts] == ["en"]

    @pytest.mark.parametrize(
        "words",
        [
            {},
            {"nl": ThemeWords(" ", "")},
            {"nl": ThemeWords("Naam", "")},
            {"nl": ThemeWords("", "Een vraag?")},
            {**SAFETY, "en": ThemeWords("Safety", "")},
            {"nl": ThemeWords("n" * 101, "Een vraag?")},
            {"nl": ThemeWords("Naam", "v" * 301)},
            {"nl": ThemeWords("inclusie", "Dezelfde naam?")},
        ],
    )
    def test_half_or_taken_words_are_refused(
        self, writing: Session, boss: Actor, words: dict[str, ThemeWords]
    ) -> None:
        with pytest.raises(Refusal):
            themes.add(writing, boss, words, "green")
        assert slugs(writing) == list(FIELD_THEMES)

    @pytest.mark.parametrize("colour", ["", "red", "t-own", "green x", 'a"b'])
    def test_a_colour_is_one_of_the_palette(self, writing: Session, boss: Actor, colour: str) -> None:
        with pytest.raises(Refusal):
            themes.add(writing, boss, SAFETY, colour)

    def test_trust_14_signs_that_nobody_sees_are_left_out(self, writing: Session, boss: Actor) -> None:
        words = {"nl": ThemeWords("Vei\u200blig\u202eheid \x00\n\t nu", "Wat\u2066 nu?")}
        theme = themes.add(writing, boss, words, "green")
        assert (theme.texts[0].name, theme.texts[0].question) == ("Veiligheid nu", "Wat nu?")

    def test_there_is_an_end_to_it(self, writing: Session, boss: Actor) -> None:
        for number in range(themes.MOST_THEMES - 4):
            themes.add(writing, boss, {"nl": ThemeWords(f"Thema {number}", "Wat?")}, "grey")
        with pytest.raises(Refusal, match="40 themes"):
            themes.add(writing, boss, SAFETY, "grey")


class TestChanging:
    @pytest.mark.whoosh
    def test_a_new_name_reaches_the_search(self, house: House, boss: Actor, make_case: MakeCase) -> None:
        make_case(slug="one", themes=["inclusion"])
        make_case(
            slug="other", themes=["connecting"], lessons=[{"statement": "X.", "themes": ["connecting"]}]
        )
        with house.database.transaction() as session:
            theme = queries.theme_by_slug(session, "inclusion")
            words = {text.language: ThemeWords(text.name, text.question) for text in theme.texts}
            words["nl"] = ThemeWords("Meedoen met krokodillen", words["nl"].question)
            assert themes.change(session, boss, theme, words, "grey")
        with house.database.reading() as session:
            assert house.search.waiting(session) == 2
        house.search.sync()
        assert not house.search.check()
        with house.database.reading() as session:
            hits = house.search.find(session, Query(q="krokodillen", kind="case")).hits
        assert [hit.key for hit in hits] == ["one"]

    def test_a_question_or_colour_is_no_change_for_the_search(
        self, house: House, boss: Actor, make_case: MakeCase
    ) -> None:
        make_case(themes=["inclusion"])
        with house.database.transaction() as session:
            theme = themes.add(session, boss, SAFETY, "green")
            words = {"nl": ThemeWords("Veiligheid", "Wat maakt de straat van ons?")}
            assert themes.change(session, boss, theme, words, "sea")
            assert not themes.change(session, boss, theme, words, "sea")
            assert theme.colour == "sea"
        with house.database.reading() as session:
            assert house.search.waiting(session) == 0

    def test_the_fields_own_keep_their_colours(self, writing: Session, boss: Actor) -> None:
        theme = queries.theme_by_slug(writing, "inclusion")
        themes.change(writing, boss, theme, SAFETY, "sea")
        assert (theme.colour, theme.slug) == ("", "inclusion")

    def test_a_language_can_go(self, writing: Session, boss: Actor) -> None:
        theme = themes.add(writing, boss, BOTH, "green")
        themes.change(writing, boss, theme, SAFETY, "green")
        writing.flush()
        assert [text.language for text in theme.texts] == ["nl"]

    def test_its_own_name_is_not_taken(self, writing: Session, boss: Actor) -> None:
        theme = themes.add(writing, boss, SAFETY, "green")
        themes.change(writing, boss, theme, {"nl": ThemeWords("veiligheid", "Wat nu?")}, "green")
        with pytest.raises(Refusal):
            themes.change(writing, boss, theme, {"nl": ThemeWords("Inclusie", "Wat nu?")}, "green")


class TestOrder:
    def test_up_and_down(self, writing: Session, boss: Actor) -> None:
        theme = queries.theme_by_slug(writing, "connecting")
        assert themes.move(writing, boss, theme, up=True)
        writing.flush()
        assert slugs(writing) == ["roles-partnership", "connecting", "inclusion", "organising"]
        assert themes.move(writing, boss, theme, up=False)
        writing.flush()
        assert slugs(writing) == list(FIELD_THEMES)

    def test_not_beyond_the_ends(self, writing: Session, boss: Actor) -> None:
        assert not themes.move(writing, boss, queries.theme_by_slug(writing, FIELD_THEMES[0]), up=True)
        assert not themes.move(writing, boss, queries.theme_by_slug(writing, FIELD_THEMES[-1]), up=False)
        assert slugs(writing) == list(FIELD_THEMES)

    @pytest.mark.whoosh
    def test_the_index_still_agrees(self, house: House, boss: Actor, make_case: MakeCase) -> None:
        both = ["inclusion", "connecting"]
        make_case(slug="both", themes=both, lessons=[{"statement": "X.", "themes": both}])
        make_case(slug="one", themes=["inclusion"])
        with house.database.transaction() as session:
            themes.move(session, boss, queries.theme_by_slug(session, "inclusion"), up=False)
        with house.database.reading() as session:
            assert house.search.waiting(session) == 2
        house.search.sync()
        assert not house.search.check()


class TestRetiring:
    def test_it_stays_on_what_carries_it_and_is_not_offered(
        self, house: House, boss: Actor, make_case: MakeCase
    ) -> None:
        make_case(slug="one", themes=["inclusion"])
        with house.database.transaction() as session:
            themes.retire(session, boss, queries.theme_by_slug(session, "inclusion"))
        with house.database.reading() as session:
            assert [theme.slug for theme in queries.whole_case(session, "one").themes] == ["inclusion"]
            assert "inclusion" not in [theme.slug for theme in vocabulary.offered_themes(session)]
        with house.database.transaction() as session:
            themes.take_up(session, boss, queries.theme_by_slug(session, "inclusion"))
        with house.database.reading() as session:
            assert [theme.slug for theme in vocabulary.offered_themes(session)] == list(FIELD_THEMES)

    def test_one_is_always_offered(self, writing: Session, boss: Actor) -> None:
        for slug in FIELD_THEMES[1:]:
            themes.retire(writing, boss, queries.theme_by_slug(writing, slug))
        with pytest.raises(Refusal):
            themes.retire(writing, boss, queries.theme_by_slug(writing, FIELD_THEMES[0]))


class TestDeleting:
    def test_an_unused_one_of_our_own_goes(self, writing: Session, boss: Actor) -> None:
        themes.delete(writing, boss, themes.add(writing, boss, SAFETY, "green"))
        assert slugs(writing) == list(FIELD_THEMES)

    @pytest.mark.parametrize("slug", FIELD_THEMES)
    def test_the_fields_own_stay(self, writing: Session, boss: Actor, slug: str) -> None:
        with pytest.raises(Conflict):
            themes.delete(writing, boss, queries.theme_by_slug(writing, slug))

    @pytest.mark.parametrize("where", ["case", "challenge", "lesson", "draft", "version"])
    def test_one_in_use_stays(self, house: House, boss: Actor, make_case: MakeCase, where: str) -> None:
        with house.database.transaction() as session:
            theme = themes.add(session, boss, SAFETY, "green")
        make_case(slug="one", challenges=[{"key": "c1", "title": "Lastig"}])
        with house.database.transaction() as session:
            theme = queries.theme_by_slug(session, "veiligheid")
            case = queries.whole_case(session, "one")
            if where == "draft":
                content = {**empty_content(), "title": "Nieuw", "themes": ["veiligheid"]}
                drafts.begin(session, boss, content)
            elif where == "version":
                record = {**record_of(case), "themes": ["veiligheid"]}
                session.add(Revision(case_id=case.id, number=1, record=record))
            else:
                lists = {
                    "case": case.themes,
                    "challenge": case.challenges[0].themes,
                    "lesson": case.lessons[0].themes,
                }
                lists[where].append(theme)
            session.flush()
            with pytest.raises(Conflict):
                themes.delete(session, boss, theme)
            session.rollback()


class TestRights:
    @pytest.mark.parametrize("role", [None, Role.AUTHOR, Role.SESSION_LEAD, Role.EDITOR])
    def test_trust_30_only_administrators(self, writing: Session, role: Role | None) -> None:
        actor = Actor(id=1, roles=frozenset({role})) if role else NOBODY
        theme = queries.theme_by_slug(writing, "inclusion")
        for forbidden in (
            lambda: themes.add(writing, actor, SAFETY, "green"),
            lambda: themes.change(writing, actor, theme, SAFETY, ""),
            lambda: themes.move(writing, actor, theme, up=True),
            lambda: themes.retire(writing, actor, theme),
            lambda: themes.take_up(writing, actor, theme),
            lambda: themes.delete(writing, actor, theme),
        ):
            with pytest.raises(Forbidden):
                forbidden()

    def test_and_whoever_is_at_the_server(self, writing: Session) -> None:
        assert themes.add(writing, OPERATOR, SAFETY, "green").slug == "veiligheid"

    def test_each_is_logged_without_a_word_of_anybody(self, writing: Session, boss: Actor) -> None:
        theme = themes.add(writing, boss, SAFETY, "green")
        themes.retire(writing, boss, theme)
        themes.take_up(writing, boss, theme)
        themes.change(writing, boss, theme, BOTH, "green")
        themes.move(writing, boss, theme, up=True)
        themes.delete(writing, boss, theme)
        lines = writing.query(LogEntry).order_by(LogEntry.id).all()
        assert [line.did for line in lines] == [
            "theme.add",
            "theme.retire",
            "theme.take-up",
            "theme.change",
            "theme.move",
            "theme.delete",
        ]
        assert {(line.kind, line.key, line.by_id) for line in lines} == {("theme", "veiligheid", boss.id)}
        assert all("Veilig" not in line.detail for line in lines)


def test_every_colour_fits_its_column() -> None:
    length = Theme.__table__.c.colour.type.length  # type: ignore[attr-defined]  # a String has it
    assert len(COLOURS) == len(set(COLOURS)) == 8
    assert all(len(colour) <= length for colour in COLOURS)
