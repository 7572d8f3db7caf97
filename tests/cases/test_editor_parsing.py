"""From the sent form to content: what is typed stays as typed, and nothing else comes in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from kb.cases.content import Content, content_of, empty_content, empty_row
from kb.cases.format import check
from kb.cases.forms.parsing import MOST_ROWS, Known, content_from, content_from_json, json_of
from kb.core import Refusal
from tests.cases.examples import FULL, THEMES

KNOWN = Known(THEMES, {"a1"})


def full() -> Content:
    record, slips = check(FULL, themes=THEMES)
    assert not slips
    return content_of(record, ["17"], [{"key": "a1", "title": "Plan", "maker": "", "licence": "", "alt": ""}])


def form_of(content: Content) -> MultiDict[str, Any]:
    """Return the form that means this content."""
    fields: MultiDict[str, Any] = MultiDict({"whole": "yes"})
    for name, value in content.items():
        if isinstance(value, str):
            fields.add(name, value)
        elif name in {"themes", "participants"}:
            fields.setlist(name, value)
        elif isinstance(value, list):
            for at, row in enumerate(value):
                for field, part in row.items():
                    if field != "translations":
                        fields.setlist(f"{name}-{at}-{field}", part if isinstance(part, list) else [part])
    return fields


def test_a_form_that_was_not_touched_means_what_stood_there() -> None:
    content = full()
    assert content_from(form_of(content), content, KNOWN) == content
    assert content_from_json(json_of(content), content, KNOWN) == content


def test_what_is_typed_stays_as_typed() -> None:
    fields = form_of(empty_content())
    fields["period_start"] = " 20x6 "
    fields["story"] = "één\r\n\r\ntwee 🌳 <script>"
    found = content_from(fields, empty_content(), KNOWN)
    assert found["period_start"] == " 20x6 "
    assert found["story"] == "één\n\ntwee 🌳 <script>"


def test_what_nobody_types_is_left_out() -> None:
    fields = form_of(empty_content())
    fields["title"] = "gp\u202ej\x00.e\x08xe\x0b\u2028"
    assert content_from(fields, empty_content(), KNOWN)["title"] == "gpj.exe\n\n"


def test_translations_come_along_by_key() -> None:
    content = full()
    assert content["lessons"][0]["translations"]
    fields = form_of(content)
    fields["lessons-1-key"] = fields.pop("lessons-0-key")
    for name in ("statement", "explanation"):
        fields[f"lessons-1-{name}"] = fields[f"lessons-0-{name}"]
    fields["lessons-0-statement"] = "Een nieuwe les."
    first, second = content_from(fields, content, KNOWN)["lessons"]
    assert first["translations"] == {}
    assert second["translations"] == content["lessons"][0]["translations"]


def test_rows_come_in_the_order_of_their_numbers() -> None:
    fields = form_of(empty_content())
    for at, what in ((10, "later"), (2, "first")):
        fields[f"timeline-{at}-what"] = what
    rows = content_from(fields, empty_content(), KNOWN)["timeline"]
    assert [row["what"] for row in rows] == ["first", "later"]


def test_no_two_rows_share_a_key() -> None:
    fields = form_of(empty_content())
    for at in range(3):
        fields[f"challenges-{at}-key"] = "c1"
        fields[f"challenges-{at}-title"] = str(at)
    rows = content_from(fields, empty_content(), KNOWN)["challenges"]
    assert [row["key"] for row in rows] == ["c1", "c2", "c3"]


@pytest.mark.parametrize("key", ["", "../x", "c 1", "x" * 99, "<b>"])
def test_a_key_that_is_none_is_made_anew(key: str) -> None:
    fields = form_of(empty_content())
    fields["challenges-0-key"] = key
    assert content_from(fields, empty_content(), KNOWN)["challenges"][0]["key"] == "c1"


def test_a_form_that_did_not_arrive_whole_is_refused() -> None:
    fields = form_of(full())
    del fields["whole"]
    with pytest.raises(Refusal, match="whole"):
        content_from(fields, full(), KNOWN)


def test_trust_26_at_most_500_rows() -> None:
    content = empty_content()
    content["sources"] = [{**empty_row("sources"), "title": str(at)} for at in range(MOST_ROWS)]
    assert len(content_from(form_of(content), content, KNOWN)["sources"]) == MOST_ROWS
    content["sources"].append(empty_row("sources"))
    with pytest.raises(Refusal, match="500"):
        content_from(form_of(content), empty_content(), KNOWN)


class TestTrust36MassAssignment:
    """Fields that the editor does not ask for change nothing."""

    def test_other_fields_are_not_there(self) -> None:
        fields = form_of(full())
        for name in (
            "status",
            "slug",
            "id",
            "owner_id",
            "published_at",
            "role",
            "consent",
            "removed",
            "translations",
        ):
            fields[name] = "published"
        fields["lessons-0-translations"] = "{}"
        fields["lessons-0-id"] = "99"
        fields["writers-0-id"] = "1"
        assert content_from(fields, full(), KNOWN) == full()

    def test_words_that_do_not_exist(self) -> None:
        fields = form_of(full())
        for name in ("themes", "participants", "challenges-0-themes", "lessons-0-perspectives"):
            fields.setlist(name, ["hackers", *fields.getlist(name), "<b>"])
        fields["language"] = "Klingon"
        fields["scale"] = "planet"
        fields["lessons-0-origin"] = "invented"
        fields["challenges-0-status"] = "won"
        found = content_from(fields, full(), KNOWN)
        assert found["themes"] == full()["themes"]
        assert found["language"] == "nl"
        assert found["scale"] == "neighbourhood"
        assert found["lessons"][0]["origin"] == "stated"
        assert found["challenges"][0]["status"] == ""

    def test_a_lesson_hangs_on_no_challenge_of_another_case(self) -> None:
        fields = form_of(full())
        fields["lessons-0-challenge"] = "c99"
        assert content_from(fields, full(), KNOWN)["lessons"][0]["challenge"] == ""

    def test_an_attachment_of_another_case(self) -> None:
        fields = form_of(full())
        fields["attachments-0-key"] = "of-another-case"
        assert content_from(fields, full(), KNOWN)["attachments"] == []

    @pytest.mark.parametrize(
        "text",
        ["", "null", "[]", "7", "{", '{"title": NaN', "[" * 100_000, '"' + "x" * 10],
        ids=range(8),
    )
    def test_hostile_json_is_refused(self, text: str) -> None:
        with pytest.raises(Refusal):
            content_from_json(text, empty_content(), KNOWN)

    def test_json_of_another_shape_is_no_content(self) -> None:
        odd = {
            "title": {"a": 1},
            "themes": "inclusion",
            "challenges": [1, None, {"key": 7, "title": ["x"], "themes": {"a": 1}}],
            "lessons": {"0": {}},
            "translations": {"en": {"title": "x"}},
            "__class__": "x",
        }
        found = content_from_json(json.dumps(odd), empty_content(), KNOWN)
        assert found == {**empty_content(), "challenges": [empty_row("challenges", "c1")]}

    def test_too_much_json_is_not_read(self) -> None:
        with pytest.raises(Refusal, match="too much"):
            content_from_json('{"title": "' + "x" * 4_000_000 + '"}', empty_content(), KNOWN)
