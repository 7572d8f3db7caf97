"""Two versions of a case, field by field in the order of the editor."""

from __future__ import annotations

from typing import Any

import pytest

from kb.cases.compare import How, ListChange, RowsChange, TextChange, compare
from kb.cases.compare.records import SECTIONS
from kb.cases.content import ROWS, TEXTS
from tests.cases.compare.versions import found, version

LESSONS = (
    "Spreek rollen uit vóór de eerste bijeenkomst.",
    "Ga naar mensen toe in plaats van ze uit te nodigen.",
    "Laat jongeren zelf een plek ontwerpen.",
    "Vier wat er is gelukt, ook als het klein is.",
    "Geef een werkgroep een eigen budget.",
)


def lesson(statement: str, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "explanation": "",
        "challenge": None,
        "themes": [],
        "perspectives": [],
        "origin": "stated",
    }
    return {"statement": statement, **row, **more}


def with_lessons(*statements: str) -> dict[str, Any]:
    return version(lessons=[lesson(statement) for statement in statements], translations={})


def challenge(key: str, title: str, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"cause": "", "approach": "", "outcome": "", "status": None, "themes": []}
    return {"key": key, "title": title, **row, **more}


def test_a_version_does_not_differ_from_itself() -> None:
    assert compare(version(), version()) == ()


def test_the_state_of_a_case_is_not_of_its_text() -> None:
    assert compare(version(status="submitted"), version(status="published")) == ()


def test_every_field_of_the_editor_is_compared() -> None:
    fields = [field for some in SECTIONS.values() for field in some]
    assert len(fields) == len(set(fields))
    assert set(fields) == {*TEXTS, *ROWS, "themes", "participants", "translations", "slug"}


def test_sections_come_in_the_order_of_the_editor() -> None:
    old = version()
    empty: dict[str, Any] = {
        "themes": [],
        "tags": [],
        "participants": [],
        "partners": [],
        "challenges": [],
        "lessons": [],
    }
    new = version(
        title="Anders",
        summary="",
        story="Iets nieuws",
        place="Zuid",
        period_end=None,
        licence="CC0-1.0",
        authors=[],
        timeline=[],
        sources=[],
        translations={},
        attachments=[{"key": "a1", "title": "Kaart"}],
        **empty,
    )
    assert [section.name for section in compare(old, new)] == list(SECTIONS)


class TestFields:
    def test_a_text_is_told_word_by_word(self) -> None:
        assert found(version(summary="Samen aan zet"), version(summary="Samen weer aan zet")) == {
            "short": {"summary": "Samen [+weer +]aan zet"}
        }

    def test_a_value_is_told_whole(self) -> None:
        changed = version(period_end=2028, scale=None, latitude=52.0)
        assert found(version(), changed) == {
            "place": {
                "latitude": ("51.95", "52.0"),
                "scale": ("neighbourhood", ""),
                "period_end": ("2027", "2028"),
            }
        }

    def test_a_list_tells_what_came_and_went(self) -> None:
        new = version(
            themes=["inclusion", "roles-partnership"], tags=[{"name": "wijkschouw", "kind": "topic"}]
        )
        assert found(version(), new) == {
            "short": {
                "themes": {"removed": (), "added": ("inclusion",)},
                "topics": {"removed": (), "added": ("wijkschouw",)},
                "methods": {"removed": ("wijkschouw",), "added": ()},
            }
        }

    def test_another_order_of_a_list_says_so(self) -> None:
        (section,) = compare(version(), version(participants=["civil-servant", "resident"]))
        (change,) = section.changes
        assert isinstance(change, ListChange)
        assert change.reordered

    def test_spaces_alone_say_so(self) -> None:
        (section,) = compare(version(story="Een\ntwee drie"), version(story="Een twee\ndrie"))
        (change,) = section.changes
        assert isinstance(change, TextChange)
        assert change.layout_only

    def test_an_empty_field_that_was_filled_is_all_new(self) -> None:
        assert found(version(story=""), version(story="Er was eens een wijk."))["story"] == {
            "story": "[+Er was eens een wijk.+]"
        }

    def test_a_long_story_shows_what_is_around_the_change(self) -> None:
        long = " ".join(f"woord{number}" for number in range(200))
        told = found(version(story=f"{long} oud"), version(story=f"{long} nieuw"))["story"]["story"]
        assert told.startswith("… 175 …")
        assert told.endswith("woord199 [-oud-][+nieuw+]")


class TestRows:
    def test_a_changed_row_tells_its_fields(self) -> None:
        new = version(
            challenges=[
                {**version()["challenges"][0], "cause": "Onduidelijk voor iedereen", "status": "overcome"}
            ]
        )
        assert found(version(), new) == {
            "challenges": {
                "challenges": [
                    (
                        "changed",
                        1,
                        1,
                        {"cause": "Onduidelijk[+ voor iedereen+]", "status": ("partly", "overcome")},
                    )
                ]
            }
        }

    def test_a_new_row_tells_all_that_stands_in_it(self) -> None:
        new = version(
            timeline=[*version()["timeline"], {"date": "2017-01-01", "precision": "year", "what": "Het plan"}]
        )
        assert found(version(), new) == {
            "timeline": {"timeline": [("added", None, 2, {"date": ("", "2017"), "what": "[+Het plan+]"})]}
        }

    def test_a_row_that_is_gone_stands_where_it_was(self) -> None:
        (section,) = compare(
            with_lessons(*LESSONS), with_lessons(*LESSONS[:2], LESSONS[3] + " Echt!", LESSONS[4])
        )
        (change,) = section.changes
        assert isinstance(change, RowsChange)
        assert [(row.how, row.name) for row in change.rows] == [
            (How.REMOVED, LESSONS[2]),
            (How.CHANGED, LESSONS[3] + " Echt!"),
        ]

    def test_a_row_put_before_the_others_does_not_move_them(self) -> None:
        assert found(with_lessons(*LESSONS[1:]), with_lessons(*LESSONS)) == {
            "lessons": {
                "lessons": [("added", None, 1, {"statement": f"[+{LESSONS[0]}+]", "origin": ("", "stated")})]
            }
        }

    @pytest.mark.parametrize(("at", "to"), [(0, 4), (4, 0), (2, 3)])
    def test_a_moved_row_is_the_only_one_that_moved(self, at: int, to: int) -> None:
        order = list(LESSONS)
        order.insert(to, order.pop(at))
        (section,) = compare(with_lessons(*LESSONS), with_lessons(*order))
        (change,) = section.changes
        assert isinstance(change, RowsChange)
        (row,) = change.rows
        assert row.how is How.MOVED
        assert {row.old_place, row.new_place} == {at + 1, to + 1}

    def test_a_row_can_move_and_change(self) -> None:
        new = with_lessons(*LESSONS[1:], LESSONS[0].replace("rollen", "alle rollen"))
        (section,) = compare(with_lessons(*LESSONS), new)
        (change,) = section.changes
        assert isinstance(change, RowsChange)
        (row,) = change.rows
        assert (row.how, row.moved, row.old_place, row.new_place) == (How.CHANGED, True, 1, 5)

    def test_a_challenge_is_known_by_its_key(self) -> None:
        old = version(challenges=[challenge("c1", "Wie beslist?")], lessons=[], translations={})
        new = version(challenges=[challenge("c1", "Rollen waren vaag")], lessons=[], translations={})
        assert found(old, new)["challenges"]["challenges"][0][0] == "changed"

    def test_without_the_key_it_is_known_by_its_words(self) -> None:
        rows = [challenge("c1", "Wie beslist?"), challenge("c2", "Steeds dezelfde gezichten")]
        old = version(challenges=rows, lessons=[lesson("Kies.", challenge="c2")], translations={})
        new = version(
            challenges=[{**rows[1], "key": "c1"}], lessons=[lesson("Kies.", challenge="c1")], translations={}
        )
        assert found(old, new) == {
            "challenges": {"challenges": [("removed", 1, None, {"title": "[-Wie beslist?-]"})]}
        }

    def test_a_lesson_on_another_challenge_names_both(self) -> None:
        rows = [challenge("c1", "Wie beslist?"), challenge("c2", "Geen geld")]
        old, new = (
            version(challenges=rows, lessons=[lesson("Kies.", challenge=key)], translations={})
            for key in ("c1", "c2")
        )
        assert found(old, new)["lessons"]["lessons"] == [
            ("changed", 1, 1, {"challenge": ("Wie beslist?", "Geen geld")})
        ]

    def test_a_renamed_challenge_does_not_change_its_lessons(self) -> None:
        old, new = (
            version(
                challenges=[challenge("c1", title)],
                lessons=[lesson("Kies.", challenge="c1")],
                translations={},
            )
            for title in ("Wie beslist?", "Wie beslist er eigenlijk?")
        )
        assert list(found(old, new)) == ["challenges"]

    def test_partners_sources_and_attachments_too(self) -> None:
        row = {"key": "a1", "title": "Kaart", "maker": "", "licence": "", "alt": ""}
        old = version(attachments=[row])
        new = version(
            attachments=[{**row, "alt": "Een kaart van de wijk"}],
            partners=[{"name": "Gemeente", "url": "https://voorbeeld.example/"}],
            sources=[],
        )
        assert found(old, new) == {
            "people": {"partners": [("changed", 1, 1, {"url": ("", "https://voorbeeld.example/")})]},
            "sources": {
                "sources": [
                    (
                        *("removed", 1, None),
                        {
                            "title": "[-Plan-]",
                            "url": ("https://example.org/plan", ""),
                            "publisher": "[-Gemeente-]",
                            "accessed": ("2026-11-23", ""),
                        },
                    )
                ]
            },
            "attachments": {"attachments": [("changed", 1, 1, {"alt": "[+Een kaart van de wijk+]"})]},
        }


class TestTranslations:
    def test_a_translated_text(self) -> None:
        english = {**version()["translations"]["en"], "summary": "Taking turns together"}
        assert found(version(), version(translations={"en": english})) == {
            "other": {"translations.en.summary": "[-Acting-][+Taking turns+] together"}
        }

    def test_a_new_language(self) -> None:
        more = {
            **version()["translations"],
            "de": {"title": "Duiven", "summary": "", "story": "", "lessons": {}},
        }
        assert found(version(), version(translations=more)) == {
            "other": {"translations.de.title": "[+Duiven+]"}
        }

    def test_that_of_a_lesson_stands_with_the_lesson_and_moves_along(self) -> None:
        told = {"title": "", "summary": "", "story": ""}
        old = {
            **with_lessons(*LESSONS),
            "translations": {"en": {**told, "lessons": {"0": {"statement": "Say it."}}}},
        }
        new = {
            **with_lessons(*LESSONS[1:], LESSONS[0]),
            "translations": {"en": {**told, "lessons": {"4": {"statement": "Say it."}}}},
        }
        assert found(old, new) == {"lessons": {"lessons": [("moved", 1, 5, {})]}}
        new["translations"]["en"]["lessons"]["4"] = {"statement": "Say it early."}
        (section,) = compare(old, new)
        (change,) = section.changes
        assert isinstance(change, RowsChange)
        (field,) = change.rows[0].fields
        assert field.path == ("lessons", 4, "translations", "en", "statement")


def test_hundreds_of_rows_that_all_differ_are_gone_and_new() -> None:
    old, new = (with_lessons(*(f"{word}{number}" for number in range(300))) for word in ("oud", "nieuw"))
    (section,) = compare(old, new)
    (change,) = section.changes
    assert isinstance(change, RowsChange)
    assert [row.how for row in change.rows].count(How.ADDED) == 300
    assert len(change.rows) == 600
