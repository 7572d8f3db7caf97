"""The content of a draft: nothing typed is lost, and what is right is the record that was meant."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from kb.cases import queries
from kb.cases.content import (
    checked,
    content_of,
    empty_content,
    empty_row,
    is_empty,
    keywords,
    lesson_keys,
    next_key,
    record_from,
)
from kb.cases.records import record_of
from kb.house import House
from tests.cases.examples import THEMES


def small(**fields: Any) -> dict[str, Any]:
    """Return the content of a case with a title and a summary."""
    return {**empty_content(), "title": "Buurt aan zet", "summary": "Kort.", **fields}


class TestThereAndBack:
    def test_every_sample_case_stays_itself(self, samples: House) -> None:
        with samples.database.reading() as session:
            slugs = queries.slugs(session, public=True)
            for case in queries.whole_cases(session, slugs):
                record = record_of(case)
                again, slips = checked(
                    content_of(record), case.slug, status="published", themes=frozenset(THEMES)
                )
                assert slips == []
                assert again == {
                    **record,
                    "tags": sorted(record["tags"], key=lambda tag: tag["kind"] != "topic"),
                }

    def test_content_is_plain_data(self, samples: House) -> None:
        with samples.database.reading() as session:
            content = content_of(record_of(queries.whole_case(session, "duiven-west")))
        assert json.loads(json.dumps(content)) == content

    def test_lessons_keep_the_keys_they_are_given(self, samples: House) -> None:
        with samples.database.reading() as session:
            record = record_of(queries.whole_case(session, "duiven-west"))
        keys = [str(number) for number in range(7, 7 + len(record["lessons"]))]
        assert lesson_keys(content_of(record, keys)) == keys

    def test_translations_of_a_lesson_go_along_when_it_moves(self) -> None:
        first = {
            **empty_row("lessons", "n1"),
            "statement": "Een.",
            "translations": {"en": {"statement": "One."}},
        }
        second = {**empty_row("lessons", "n2"), "statement": "Twee."}
        record = record_from(small(lessons=[second, first]), "x", status="draft")
        assert record["translations"]["en"]["lessons"] == {"1": {"statement": "One."}}


class TestWhatWasMeant:
    def test_empty_rows_are_left_out_whatever_was_chosen_in_them(self) -> None:
        lesson = {**empty_row("lessons", "n1"), "themes": ["inclusion"], "perspectives": ["resident"]}
        challenge = {**empty_row("challenges", "c1"), "status": "open"}
        record = record_from(
            small(lessons=[lesson], challenges=[challenge], sources=[empty_row("sources")]),
            "x",
            status="draft",
        )
        assert (record["lessons"], record["challenges"], record["sources"]) == ([], [], [])

    def test_a_lesson_of_a_challenge_that_went_hangs_on_none(self) -> None:
        lesson = {**empty_row("lessons", "n1"), "statement": "Begin klein.", "challenge": "c9"}
        assert record_from(small(lessons=[lesson]), "x", status="draft")["lessons"][0]["challenge"] is None

    @pytest.mark.parametrize(
        ("typed", "date", "precision"),
        [
            ("2016", "2016-01-01", "year"),
            (" 2016-11 ", "2016-11-01", "month"),
            ("2016-11-26", "2016-11-26", "day"),
        ],
    )
    def test_a_date_as_far_as_it_is_known(self, typed: str, date: str, precision: str) -> None:
        row = {"date": typed, "what": "Wijkschouw"}
        entry = record_from(small(timeline=[row]), "x", status="draft")["timeline"][0]
        assert (entry["date"], entry["precision"]) == (date, precision)

    def test_degrees_with_a_comma(self) -> None:
        record = record_from(small(latitude="51,95", longitude=" 6.01"), "x", status="draft")
        assert (record["latitude"], record["longitude"]) == (51.95, 6.01)

    def test_keywords_and_authors(self) -> None:
        content = small(
            topics="wijkraad,  wijk raad ;wijkraad,,", methods="wijkschouw", authors=" An \n\nBea\n"
        )
        record = record_from(content, "x", status="draft")
        assert record["tags"] == [
            {"name": "wijkraad", "kind": "topic"},
            {"name": "wijk raad", "kind": "topic"},
            {"name": "wijkschouw", "kind": "method"},
        ]
        assert record["authors"] == ["An", "Bea"]
        assert keywords("") == []


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("fields", "path"),
        [
            ({"period_start": "20x6"}, ("period_start",)),
            ({"period_start": "2020", "period_end": "2010"}, ("period_end",)),
            ({"latitude": "noord"}, ("latitude",)),
            ({"title": ""}, ("title",)),
            ({"themes": ["bestaat-niet"]}, ("themes", 0)),
            (
                {"sources": [{**empty_row("sources"), "title": "Krant", "url": "javascript:alert(1)"}]},
                ("sources", 0, "url"),
            ),
            ({"timeline": [{"date": "gisteren", "what": "Feest"}]}, ("timeline", 0, "date")),
            ({"story": "half\x00"}, ("story",)),
        ],
    )
    def test_it_is_named_and_nothing_is_changed(self, fields: dict[str, Any], path: tuple[Any, ...]) -> None:
        content = small(**fields)
        before = deepcopy(content)
        record, slips = checked(content, "x", status="draft", themes=frozenset(THEMES))
        assert record == {}
        assert [slip.path for slip in slips] == [path]
        assert content == before

    def test_hostile_numbers_stay_text(self) -> None:
        for typed in ("1e400", "nan", "inf", "-1", "2_016", "٢٠١٦", "9" * 5000):
            content = small(period_start=typed, latitude=typed)
            _record, slips = checked(content, "x", status="draft", themes=frozenset(THEMES))
            assert slips, typed


def test_the_next_key_is_one_that_nobody_has() -> None:
    assert next_key([], "c") == "c1"
    assert next_key([{"key": "c1"}, {"key": "c7"}, {"key": "x9"}, {"key": "c" + "9" * 40}], "c") == "c8"


def test_a_row_is_empty_until_somebody_types() -> None:
    assert is_empty("challenges", empty_row("challenges", "c1"))
    assert not is_empty("challenges", {**empty_row("challenges", "c1"), "cause": "x"})
    assert not is_empty("sources", {**empty_row("sources"), "url": "https://x.example"})
