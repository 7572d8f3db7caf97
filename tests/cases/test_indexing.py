"""What the search knows of cases and lessons: their own words, those around them, and nothing that may not be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from kb.cases import indexing
from kb.cases.indexing import CaseSource, LessonSource
from kb.house import House
from kb.search.documents import Document, Query, Source
from tests import town
from tests.cases.test_services import EVERYTHING, save
from tests.conftest import MakeCase
from tests.statements import statements


def documents(house: House, source: Source) -> dict[str, Document]:
    """Return every document of a source by its key."""
    with house.database.reading() as session:
        return {one.key: one for one in source.documents(session, source.keys(session))}


def words(document: Document, language: str) -> str:
    (text,) = [text for text in document.texts if text.language == language]
    return f"{text.title}\n{text.body}"


@pytest.mark.parametrize(("source", "truth"), [(LessonSource(), town.lessons), (CaseSource(), town.cases)])
def test_what_may_be_read_and_nothing_else_has_a_document(
    town_house: House, source: Source, truth: Callable[[House], dict[str, dict[str, set[str]]]]
) -> None:
    found = documents(town_house, source)
    right = truth(town_house)
    assert set(found) == set(right)
    for key, document in found.items():
        assert document.kind == source.kind
        assert {name: set(values) for name, values in document.facets.items()} == right[key]
        assert all(len(values) == len(set(values)) for values in document.facets.values())


@pytest.mark.parametrize("source", [LessonSource(), CaseSource()])
def test_what_may_not_be_read_is_left_out_when_asked_for(town_house: House, source: Source) -> None:
    keys = [str(key) for (key,) in town.ask(town_house, "SELECT id FROM lesson")]
    if source.kind == "case":
        keys = [slug for (slug,) in town.ask(town_house, 'SELECT slug FROM "case"')]
    with town_house.database.reading() as session:
        readable = list(source.keys(session))
        assert len(readable) < len(keys)
        assert {one.key for one in source.documents(session, keys)} == set(readable)
        assert set(source.load(session, keys)) == set(readable)
        assert list(source.documents(session, [])) == []
        assert dict(source.load(session, [])) == {}


def test_a_lesson_is_found_by_its_own_words_and_those_around_it(house: House, make_case: MakeCase) -> None:
    make_case(
        title="Casustitel",
        summary="Samenvatting",
        story="Verhaal",
        place="Plaats",
        municipality="Gemeente",
        province="Provincie",
        tags=[{"name": "Trefwoord"}],
        challenges=[
            {"key": "c1", "title": "Uitdaging", "cause": "Oorzaak"},
            {"key": "c2", "title": "Anders"},
        ],
        lessons=[
            {
                "statement": "Uitspraak",
                "explanation": "**Uitleg** [hier](https://x.example)",
                "challenge": "c1",
            },
            {"statement": "Buurvrouw", "themes": ["inclusion"]},
        ],
        index=False,
    )
    lesson, other = documents(house, LessonSource()).values()
    (text,) = lesson.texts
    assert text.title == "Uitspraak"
    assert set(text.body.split()) == {
        "Uitleg",
        "hier",
        "Casustitel",
        "Uitdaging",
        "Plaats",
        "Gemeente",
        "Provincie",
        "Trefwoord",
    }
    assert town.ask(
        house,
        "SELECT name FROM theme_text JOIN theme ON id = theme_id WHERE slug = 'inclusion' AND "
        "language = 'nl'",
    )[0][0] in words(other, "nl")


def test_a_case_is_found_by_every_text_in_it(house: House) -> None:
    save(house, {**EVERYTHING, "status": "published"})
    (document,) = documents(house, CaseSource()).values()
    own = words(document, "nl")
    for part in (
        *(
            "Duiven-West",
            "Samen aan zet",
            "Begin Een wijkschouw.",
            "Duiven",
            "Gelderland",
            "wijkschouw",
            "Élan",
        ),
        *("Eerst", "Een reden.", "Dan", "Zo.", "Goed.", "Eén.", "Drie, zonder uitdaging.", "Regel 1 punt"),
        *("Later", "Midden", "B", "A"),
    ):
        assert part in own.split("\n"), part
    assert "*" not in own
    assert "Three." not in own
    english = words(document, "en")
    assert english.split("\n")[0] == "All"
    assert {"Three.", "Only this.", "wijkschouw", "Duiven"} <= set(english.split("\n"))
    assert "Samen aan zet" not in english
    assert "Alles." in words(document, "fy")
    # German holds only a translated lesson, and no title, summary or story of the case itself
    assert {text.language for text in document.texts} == {"nl", "en", "fy"}


def test_each_translation_of_a_lesson_is_a_text_of_its_own(house: House) -> None:
    save(house, {**EVERYTHING, "status": "published"})
    found = list(documents(house, LessonSource()).values())
    languages = [{text.language for text in document.texts} for document in found]
    assert languages == [{"nl", "en"}, {"nl"}, {"nl", "en"}, {"nl", "de"}]
    assert [document.facets["language"] for document in found] == [tuple(sorted(each)) for each in languages]
    assert "All" in words(found[2], "en").split("\n"), "with the title of its case in that language"
    assert words(found[2], "en").startswith("Three.\n")


@pytest.fixture
def in_2024(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Give an empty knowledge base in the year 2024."""
    monkeypatch.setattr(indexing, "now", lambda: dt.datetime(2024, 6, 1, tzinfo=dt.UTC))
    return house


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        (None, None, []),
        (2016, 2018, ["2016", "2017", "2018"]),
        (2016, 2016, ["2016"]),
        (None, 2018, ["2018"]),
        (2022, None, ["2022", "2023", "2024"]),
        (2024, None, ["2024"]),
        (2030, None, ["2030"]),
        (2023, 2027, ["2023", "2024", "2025", "2026", "2027"]),
    ],
)
def test_a_case_stands_in_every_year_of_its_period(
    in_2024: House, make_case: MakeCase, start: int, end: int, years: list[str]
) -> None:
    make_case(period_start=start, period_end=end, index=False)
    for source in (CaseSource(), LessonSource()):
        (document,) = documents(in_2024, source).values()
        assert list(document.facets["year"]) == years


def test_a_period_of_ages_does_not_fill_the_index(house: House, make_case: MakeCase) -> None:
    make_case(period_start=1000, period_end=2200, index=False)
    (document,) = documents(house, CaseSource()).values()
    assert len(document.facets["year"]) <= 101


def test_a_tag_of_two_kinds_counts_once(house: House, make_case: MakeCase) -> None:
    make_case(tags=[{"name": "a"}, {"name": "a", "kind": "method"}], index=False)
    (document,) = documents(house, CaseSource()).values()
    assert document.facets["tag"] == ("a",)


def test_space_around_a_name_makes_no_other_value(house: House, make_case: MakeCase) -> None:
    make_case(municipality=" Stein ", province="Limburg", tags=[{"name": "groen "}, {"name": "groen"}])
    make_case(municipality="Stein", province=" Limburg", tags=[{"name": "groen"}], place=" ")
    with house.database.reading() as session:
        for name, value in (("municipality", "Stein"), ("province", "Limburg"), ("tag", "groen")):
            found = house.search.find(session, Query.read([("kind", "case"), (name, value)]))
            assert found.total == 2
            assert found.facets[name] == ((value, 2),)


def test_newest_is_by_what_was_added_or_published_last(house: House, make_case: MakeCase) -> None:
    make_case(slug="oud", status="draft", lessons=[{"statement": "Oud."}], index=False)
    make_case(slug="midden", lessons=[{"statement": "Midden."}], index=False)
    make_case(slug="oud", lessons=[{"statement": "Oud."}], index=False)
    make_case(slug="midden", lessons=[{"statement": "Midden."}, {"statement": "Nieuw."}])
    with house.database.reading() as session:
        found = house.search.find(session, Query())
        assert [hit.item.statement for hit in found.hits] == ["Nieuw.", "Oud.", "Midden."]
        found = house.search.find(session, Query(kind="case"))
        assert [hit.key for hit in found.hits] == ["oud", "midden"]


CHANGES: dict[str, dict[str, Any]] = {
    "place": {"place": "Elders"},
    "tag": {"tags": [{"name": "nieuw"}]},
    "theme": {"themes": ["organising"]},
    "challenge": {"challenges": [{"key": "c1", "title": "Anders gezegd", "status": "open"}]},
    "period": {"period_end": 2031},
    "translation": {"translations": {"en": {"title": "Otherwise"}}},
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_in_a_case_reaches_the_index(house: House, make_case: MakeCase, change: str) -> None:
    """Show that a lesson's document, which holds words of its case, is told of with the case."""
    fields: dict[str, Any] = {
        "slug": "plein",
        "challenges": [{"key": "c1", "title": "Lastig"}],
        "lessons": [{"statement": "A.", "challenge": "c1"}, {"statement": "B."}],
    }
    make_case(**fields)
    before = documents(house, CaseSource())["plein"].fingerprint
    make_case(**{**fields, **CHANGES[change]}, title="Case 1")
    assert documents(house, CaseSource())["plein"].fingerprint != before
    assert not house.search.check()


def test_a_document_is_the_same_each_time(town_house: House) -> None:
    for source in (LessonSource(), CaseSource()):
        first, second = documents(town_house, source), documents(town_house, source)
        assert {key: one.fingerprint for key, one in first.items()} == {
            key: one.fingerprint for key, one in second.items()
        }


@pytest.mark.parametrize("source", [LessonSource(), CaseSource()])
def test_as_many_queries_for_thirty_cases_as_for_six(towns: tuple[House, House], source: Source) -> None:
    asked = []
    for house in towns:
        with statements(house.database) as sent:
            documents(house, source)
        asked.append(len(sent))
    assert asked[0] == asked[1] < 25
