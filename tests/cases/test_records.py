"""A case as a record: every field of the format, in its order, and nothing else."""

from __future__ import annotations

from typing import Any

from kb.cases import queries
from kb.cases.format import check, schema
from kb.cases.records import record_of
from kb.house import House
from tests.cases.examples import THEMES
from tests.cases.test_services import EVERYTHING, save


def stored(house: House) -> dict[str, Any]:
    save(house, EVERYTHING)
    with house.database.reading() as session:
        return record_of(queries.whole_cases(session, ["alles"])[0])


def fields(name: str) -> list[str]:
    return list(schema()["$defs"][name]["properties"])


def test_it_has_every_field_of_the_format_in_its_order(house: House) -> None:
    record = stored(house)
    assert list(record) == list(schema()["properties"])
    for name, of in {
        "tags": "tag",
        "partners": "partner",
        "challenges": "challenge",
        "lessons": "lesson",
        "timeline": "timeline_entry",
        "sources": "source",
    }.items():
        assert record[name]
        assert all(list(row) == fields(of) for row in record[name])
    assert list(record["translations"]) == ["de", "en", "fy"]
    for translation in record["translations"].values():
        assert list(translation) == fields("translation")
        assert all(list(lesson) == fields("lesson_translation") for lesson in translation["lessons"].values())


def test_it_is_a_record_that_the_format_accepts(house: House) -> None:
    record = stored(house)
    again, slips = check(record, themes=THEMES)
    assert slips == []
    assert again == record


def test_it_is_data_of_its_own(house: House) -> None:
    """Changing a record changes no row: lists are copies."""
    save(house, EVERYTHING)
    with house.database.reading() as session:
        (case,) = queries.whole_cases(session, ["alles"])
        record = record_of(case)
        record["authors"].append("X")
        record["participants"].clear()
        record["lessons"][1]["perspectives"].clear()
        assert record_of(case) == EVERYTHING | {
            "themes": ["roles-partnership", "organising"],
            "tags": record["tags"],
            "lessons": record_of(case)["lessons"],
        }
        assert record_of(case)["lessons"][1]["perspectives"] == ["executive", "resident"]
