"""What a draft still misses: named where it is missing, and nothing that may stay empty."""

from __future__ import annotations

from typing import Any

import pytest

from kb.cases.content import empty_content, empty_row
from kb.cases.missing import SECTIONS, Gap, gaps, is_begun


def whole(**fields: Any) -> dict[str, Any]:
    """Return a content that misses nothing."""
    return {
        **empty_content(),
        "title": "Buurt aan zet",
        "summary": "Kort.",
        "challenges": [{**empty_row("challenges", "c1"), "title": "Wie beslist?", "cause": "Niemand."}],
        "lessons": [{**empty_row("lessons", "n1"), "statement": "Begin klein.", "themes": ["inclusion"]}],
        "sources": [{**empty_row("sources"), "title": "De krant"}],
        **fields,
    }


def found(content: dict[str, Any], **people: Any) -> list[tuple[str, str]]:
    given: dict[str, Any] = {"images": (), "consents_missing": 0, "named": 0, "nobody_named": True, **people}
    return [(gap.section, gap.code) for gap in gaps(content, **given)]


def test_a_whole_draft_misses_nothing() -> None:
    assert found(whole()) == []


def test_an_empty_draft_misses_what_no_case_can_do_without() -> None:
    assert found(empty_content(), nobody_named=False) == [
        ("short", "title"),
        ("short", "summary"),
        ("sources", "source"),
        ("permissions", "named"),
    ]


@pytest.mark.parametrize(
    ("fields", "gap"),
    [
        ({"title": "  "}, ("short", "title")),
        ({"challenges": [{**empty_row("challenges", "c1"), "title": "Wie?"}]}, ("challenges", "cause")),
        (
            {"challenges": [{**empty_row("challenges", "c1"), "cause": "Daarom."}]},
            ("challenges", "challenge-title"),
        ),
        ({"lessons": [{**empty_row("lessons", "n1"), "statement": "Begin."}]}, ("lessons", "theme")),
        (
            {"lessons": [{**empty_row("lessons", "n1"), "explanation": "Want.", "themes": ["inclusion"]}]},
            ("lessons", "statement"),
        ),
        ({"timeline": [{"date": "2016", "what": ""}]}, ("timeline", "what")),
        ({"sources": []}, ("sources", "source")),
        ({"sources": [{**empty_row("sources"), "url": "https://x.example"}]}, ("sources", "source-title")),
        ({"partners": [{"name": "", "url": "https://x.example"}]}, ("people", "partner-name")),
    ],
)
def test_each_is_named_where_it_is_missing(fields: dict[str, Any], gap: tuple[str, str]) -> None:
    assert found(whole(**fields)) == [gap]


def test_the_sources_may_say_nothing_of_a_cause() -> None:
    row = {**empty_row("challenges", "c1"), "title": "Wie?", "cause_unknown": "yes"}
    assert found(whole(challenges=[row])) == []


def test_an_image_needs_words_for_those_who_do_not_see_it() -> None:
    rows = [
        {**empty_row("attachments", "photo"), "title": "Het plein"},
        {**empty_row("attachments", "report"), "title": "Het verslag"},
    ]
    assert found(whole(attachments=rows), images=("photo",)) == [("attachments", "alt")]


def test_who_is_named_must_have_agreed() -> None:
    assert found(whole(), named=2, consents_missing=1) == [("permissions", "consent")]
    assert found(whole(), named=2, nobody_named=False) == []
    assert found(whole(), nobody_named=False) == [("permissions", "named")]


def test_the_place_is_said_by_row() -> None:
    rows = [{**empty_row("lessons", f"n{at}"), "statement": "Begin.", "themes": []} for at in range(2)]
    found = gaps(whole(lessons=rows), images=(), consents_missing=0, named=0, nobody_named=True)
    assert found == tuple(Gap("lessons", ("lessons", at, "themes"), "theme") for at in range(2))


def test_what_was_begun() -> None:
    assert [name for name, _required in SECTIONS if is_begun(whole(), name)] == [
        "short",
        "challenges",
        "lessons",
        "sources",
    ]
