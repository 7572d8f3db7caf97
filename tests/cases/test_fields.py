"""The fields of a case have a name for people, whatever the path to them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from kb.cases.compare.records import SECTIONS
from kb.cases.content import ROWS, TEXTS
from kb.cases.fields import (
    FIELD_LABELS,
    ROW_LABELS,
    SECTION_LABELS,
    FieldWords,
    Path,
    field_label,
    own_label,
    row_label,
)


@pytest.fixture(autouse=True)
def _in_english(sample_app: Flask) -> Iterator[None]:
    with sample_app.test_request_context("/?lang=en"):
        yield


def test_every_field_of_a_draft_has_a_label() -> None:
    assert set(FIELD_LABELS) == {*TEXTS, *ROWS, "themes", "participants", "translations", "slug"}
    assert {name: set(labels) - {"translations"} for name, labels in ROW_LABELS.items()} == {
        name: set(fields) - {"key"} for name, fields in ROWS.items()
    }
    assert list(SECTION_LABELS) == list(SECTIONS)


@pytest.mark.parametrize(
    ("path", "label", "own"),
    [
        (("title",), "Title", "Title"),
        (("challenges",), "Challenges", "Challenges"),
        (("challenges", 2, "cause"), "Challenge 3: Cause", "Cause"),
        (("partners", 0, "url"), "Organisation 1: Web address", "Web address"),
        (("translations", "en", "title"), "Title (English)", "Title (English)"),
        (("translations", "de"), "German", "German"),
        (
            ("lessons", 0, "translations", "fy", "statement"),
            "Lesson 1: The lesson (Western Frisian)",
            "The lesson (Western Frisian)",
        ),
        (("translations", "qq", "title"), "Title (qq)", "Title (qq)"),
        (("unknown",), "unknown", "unknown"),
    ],
)
def test_a_path_becomes_a_label(path: Path, label: str, own: str) -> None:
    assert (field_label(path), own_label(path)) == (label, own)


def test_a_row_has_its_number() -> None:
    names = [row_label((name, 0)) for name in ROWS]
    assert names == [
        *(
            "Organisation 1",
            "Challenge 1",
            "Lesson 1",
            "Moment 1 of the timeline",
            "Source 1",
            "Attachment 1",
        ),
    ]
    assert field_label(("challenges", 4)) == "Challenge 5"


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        (("themes",), "inclusion", "Inclusie"),
        (("lessons", 0, "themes"), "inclusion", "Inclusie"),
        (("themes",), "own-theme", "own-theme"),
        (("language",), "nl", "Dutch"),
        (("timeline", 0, "date"), "2016-11-26", "26 November 2016"),
        (("timeline", 0, "date"), "2016-11", "November 2016"),
        (("timeline", 0, "date"), "2016", "2016"),
        (("timeline", 0, "date"), "2016-13-40", "2016-13-40"),
        (("timeline", 0, "date"), "in mei", "in mei"),
        (("timeline", 0, "date"), "", ""),
        (("period_start",), "2016", "2016"),
    ],
)
def test_a_value_is_shown_as_readers_know_it(path: Path, value: str, shown: str) -> None:
    assert FieldWords({"themes": {"inclusion": "Inclusie"}}).value(path, value) == shown
