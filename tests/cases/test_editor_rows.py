"""The buttons of rows: add, move, take away, put back; all of it without JavaScript."""

from __future__ import annotations

import pytest

from kb.cases.content import Content, empty_content, empty_row
from kb.cases.forms.parsing import MOST_ROWS
from kb.cases.forms.rows import Deed, deed_of, done
from kb.core import Refusal


def case_with(**rows: list[str]) -> Content:
    """Return content whose challenges and lessons have these texts."""
    content = empty_content()
    for at, title in enumerate(rows.get("challenges", []), start=1):
        content["challenges"].append({**empty_row("challenges", f"c{at}"), "title": title})
    for at, statement in enumerate(rows.get("lessons", []), start=1):
        content["lessons"].append({**empty_row("lessons", f"n{at}"), "statement": statement})
    return content


def titles(content: Content) -> list[str]:
    return [row["title"] for row in content["challenges"]]


class TestDeeds:
    @pytest.mark.parametrize(
        ("text", "deed"),
        [
            ("add:lessons", Deed("add", "lessons")),
            ("up:lessons:3", Deed("up", "lessons", 3)),
            ("down:timeline:0", Deed("down", "timeline", 0)),
            ("remove:challenges:12", Deed("remove", "challenges", 12)),
            ("restore:sources", Deed("restore", "sources")),
            ("autosave", Deed("autosave")),
            ("join", Deed("join")),
        ],
    )
    def test_a_buttons_value_is_read(self, text: str, deed: Deed) -> None:
        assert deed_of(text) == deed

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "save",
            "up:lessons",
            "add:lessons:1",
            "remove:writers:0",
            "up:lessons:-1",
            "up:lessons:99999",
            "×",
        ],
    )
    def test_anything_else_is_saving(self, text: str) -> None:
        assert deed_of(text) == Deed("save")


class TestMoving:
    def test_up_and_down(self) -> None:
        content = case_with(challenges=["a", "b", "c"])
        moved, deed = done(content, Deed("up", "challenges", 2))
        assert titles(moved) == ["a", "c", "b"]
        assert deed.anchor == "challenges-1"
        moved, deed = done(moved, Deed("down", "challenges", 0))
        assert titles(moved) == ["c", "a", "b"]
        assert deed.anchor == "challenges-1"
        assert titles(content) == ["a", "b", "c"]

    def test_the_ends_and_rows_that_are_not_there(self) -> None:
        content = case_with(challenges=["a", "b"])
        for deed in (Deed("up", "challenges", 0), Deed("down", "challenges", 1), Deed("up", "challenges", 7)):
            assert titles(done(content, deed)[0]) == ["a", "b"]


class TestAdding:
    def test_a_new_row_gets_a_key_that_no_row_has(self) -> None:
        content, deed = done(case_with(challenges=["a", "b"]), Deed("add", "challenges"))
        assert [row["key"] for row in content["challenges"]] == ["c1", "c2", "c3"]
        assert deed.anchor == "challenges-2"

    def test_not_more_than_the_format_takes(self) -> None:
        content = empty_content()
        content["sources"] = [empty_row("sources") for _at in range(MOST_ROWS)]
        with pytest.raises(Refusal, match="500"):
            done(content, Deed("add", "sources"))


class TestTakingAway:
    def test_what_was_typed_can_be_put_back_where_it_was(self) -> None:
        content, deed = done(case_with(challenges=["a", "b", "c"]), Deed("remove", "challenges", 1))
        assert titles(content) == ["a", "c"]
        assert deed.anchor == "challenges-1"
        content, deed = done(content, Deed("restore", "challenges"))
        assert titles(content) == ["a", "b", "c"]
        assert deed.anchor == "challenges-1"
        assert "removed" not in content

    def test_lessons_are_loose_meanwhile_and_tied_again(self) -> None:
        before = case_with(challenges=["a"], lessons=["x", "y"])
        before["lessons"][1]["challenge"] = "c1"
        content, _deed = done(before, Deed("remove", "challenges", 0))
        assert [row["challenge"] for row in content["lessons"]] == ["", ""]
        content, _deed = done(content, Deed("restore", "challenges"))
        assert [row["challenge"] for row in content["lessons"]] == ["", "c1"]

    def test_an_empty_row_just_goes(self) -> None:
        content, _deed = done(case_with(challenges=["a", ""]), Deed("remove", "challenges", 1))
        assert "removed" not in content

    def test_the_key_of_a_row_that_came_meanwhile_stays_its_own(self) -> None:
        content, _deed = done(case_with(challenges=["a"]), Deed("remove", "challenges", 0))
        content, _deed = done(content, Deed("add", "challenges"))
        content, _deed = done(content, Deed("restore", "challenges"))
        assert len({row["key"] for row in content["challenges"]}) == 2

    def test_it_goes_for_good_when_the_case_is_saved(self) -> None:
        content, _deed = done(case_with(challenges=["a"]), Deed("remove", "challenges", 0))
        assert "removed" in done(content, Deed("autosave"))[0]
        content, _deed = done(content, Deed("save"))
        assert "removed" not in content
        assert titles(done(content, Deed("restore", "challenges"))[0]) == []
