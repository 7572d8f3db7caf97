"""What two people wrote at once becomes one text; only where both wrote the same field is a choice left."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from kb.cases.compare import Both, MergeView, merge_view
from kb.cases.compare.merging import Removed
from kb.cases.content import ROWS, TEXTS, Content, content_of, empty_row
from tests.cases.compare.versions import chance, newer, older, version


def start(**changes: Any) -> Content:
    """Return the content that both began with."""
    content = content_of(version())
    content["lessons"] = [lesson("n1", "Spreek rollen uit."), lesson("n2", "Vier wat lukt.")]
    content["challenges"] = [challenge("c1", "Wie beslist?"), challenge("c2", "Steeds dezelfde gezichten")]
    return {**content, **changes}


def changed(content: Content, **changes: Any) -> Content:
    return {**deepcopy(content), **changes}


def lesson(key: str, statement: str, **more: Any) -> Content:
    return {**empty_row("lessons", key), "statement": statement, **more}


def challenge(key: str, title: str, **more: Any) -> Content:
    return {**empty_row("challenges", key), "title": title, **more}


def moment(date: str, what: str) -> Content:
    return {"date": date, "what": what}


def test_nobody_changed_anything() -> None:
    base = start()
    assert merge_view(base, changed(base), changed(base)) == MergeView(base, (), (), ())


def test_each_changed_another_field() -> None:
    base = start()
    merged = merge_view(base, changed(base, title="Mijn titel"), changed(base, summary="Hun samenvatting"))
    assert merged.content == changed(base, title="Mijn titel", summary="Hun samenvatting")
    assert (merged.mine, merged.theirs, merged.both) == ((("title",),), (("summary",),), ())


def test_both_changed_the_same_field() -> None:
    base = start(story="De wijk begon.")
    merged = merge_view(
        base, changed(base, story="De wijk begon laat."), changed(base, story="Het dorp begon.")
    )
    (both,) = merged.both
    assert (both.path, both.mine, both.theirs) == (("story",), "De wijk begon laat.", "Het dorp begon.")
    assert newer(both.pieces) == both.mine
    assert older(both.pieces) == both.theirs
    assert merged.content["story"] == both.mine
    assert (merged.mine, merged.theirs) == ((), ())


def test_both_wrote_the_same() -> None:
    base = start()
    merged = merge_view(base, changed(base, title="Samen"), changed(base, title="Samen"))
    assert merged.content["title"] == "Samen"
    assert (merged.mine, merged.theirs, merged.both) == ((), (), ())


def test_nothing_that_goes_in_is_changed() -> None:
    base, mine, theirs = start(), start(title="Mijn"), start(lessons=[])
    before = deepcopy((base, mine, theirs))
    merge_view(base, mine, theirs)
    assert (base, mine, theirs) == before


class TestWords:
    def test_what_either_added_is_there_and_what_either_took_away_is_gone(self) -> None:
        base = start(themes=["inclusion", "organising"])
        mine = changed(base, themes=["inclusion", "organising", "connecting"])
        theirs = changed(base, themes=["organising", "roles-partnership"])
        merged = merge_view(base, mine, theirs)
        assert merged.content["themes"] == ["organising", "roles-partnership", "connecting"]
        assert not merged.both

    def test_keywords_and_authors_are_words_too(self) -> None:
        base = start(topics="groen, verkeer", authors="A. de Vries")
        mine = changed(base, topics="groen, verkeer, spelen", authors="A. de Vries\nB. Bakker")
        theirs = changed(base, topics="groen; water", authors="A. de Vries\nC. Claassen")
        merged = merge_view(base, mine, theirs)
        assert merged.content["topics"] == "groen, water, spelen"
        assert merged.content["authors"] == "A. de Vries\nC. Claassen\nB. Bakker"

    def test_as_typed_when_only_one_changed_them(self) -> None:
        base = start(topics="groen")
        merged = merge_view(base, changed(base, topics="groen ,, water "), changed(base, title="Anders"))
        assert merged.content["topics"] == "groen ,, water "


class TestRows:
    def test_each_changed_another_row_and_another_field_of_one(self) -> None:
        base = start()
        mine, theirs = deepcopy(base), deepcopy(base)
        mine["lessons"][0]["explanation"] = "Mijn uitleg"
        theirs["lessons"][0]["statement"] = "Spreek alle rollen uit."
        theirs["lessons"][1]["explanation"] = "Hun uitleg"
        merged = merge_view(base, mine, theirs)
        assert merged.content["lessons"] == [
            lesson("n1", "Spreek alle rollen uit.", explanation="Mijn uitleg"),
            lesson("n2", "Vier wat lukt.", explanation="Hun uitleg"),
        ]
        assert merged.mine == (("lessons", 0, "explanation"),)
        assert merged.theirs == (("lessons", 0, "statement"), ("lessons", 1, "explanation"))

    def test_both_changed_one_field_of_a_row_that_i_moved(self) -> None:
        base = start()
        mine, theirs = deepcopy(base), deepcopy(base)
        mine["lessons"].reverse()
        mine["lessons"][1]["statement"] = "Mijn les"
        theirs["lessons"][0]["statement"] = "Hun les"
        merged = merge_view(base, mine, theirs)
        assert [both.path for both in merged.both] == [("lessons", 1, "statement")]
        assert [row["key"] for row in merged.content["lessons"]] == ["n2", "n1"]
        assert ("lessons",) in merged.mine

    def test_both_added_a_row(self) -> None:
        base = start()
        mine = changed(base, timeline=[*base["timeline"], moment("2020", "Een feest op het plein")])
        theirs = changed(base, timeline=[moment("2014", "Het eerste gesprek"), *base["timeline"]])
        merged = merge_view(base, mine, theirs)
        assert [row["date"] for row in merged.content["timeline"]] == ["2014", "2016-11-26", "2020"]
        assert (merged.mine, merged.theirs) == ((("timeline", 2),), (("timeline", 0),))

    def test_both_added_another_row_under_the_same_key(self) -> None:
        base = start()
        mine, theirs = deepcopy(base), deepcopy(base)
        mine["challenges"].append(challenge("c3", "Geen geld"))
        mine["lessons"].append(lesson("n3", "Begin klein.", challenge="c3"))
        theirs["challenges"].append(challenge("c3", "Te veel regels"))
        theirs["lessons"].append(lesson("n3", "Vraag ontheffing.", challenge="c3"))
        content = merge_view(base, mine, theirs).content
        titles = {row["key"]: row["title"] for row in content["challenges"]}
        assert len(titles) == 4
        assert titles["c3"] == "Te veel regels"
        assert {row["statement"]: titles.get(row["challenge"]) for row in content["lessons"][2:]} == {
            "Begin klein.": "Geen geld",
            "Vraag ontheffing.": "Te veel regels",
        }
        assert len({row["key"] for row in content["lessons"]}) == 4

    def test_the_same_new_row_sent_twice_is_one_row(self) -> None:
        base = start()
        theirs = changed(base, lessons=[*base["lessons"], lesson("n3", "Begin klein in de wijk.")])
        mine = changed(
            base, lessons=[*base["lessons"], lesson("n3", "Begin klein in de wijk.", explanation="Zo.")]
        )
        merged = merge_view(base, mine, theirs)
        assert merged.content["lessons"] == mine["lessons"]
        assert not merged.both

    def test_taken_away_by_one_and_left_by_the_other(self) -> None:
        base = start()
        merged = merge_view(base, changed(base, lessons=base["lessons"][1:]), changed(base, title="Anders"))
        assert [row["key"] for row in merged.content["lessons"]] == ["n2"]
        assert (merged.mine, merged.both) == ((("lessons",),), ())

    @pytest.mark.parametrize("who", ["mine", "theirs"])
    def test_taken_away_by_one_and_changed_by_the_other_stays_and_is_asked(self, who: str) -> None:
        base = start()
        less = changed(base, lessons=base["lessons"][1:])
        more = deepcopy(base)
        more["lessons"][0]["statement"] = "Spreek alle rollen uit."
        merged = merge_view(base, less, more) if who == "mine" else merge_view(base, more, less)
        assert merged.content["lessons"] == more["lessons"]
        (both,) = merged.both
        assert both.path == ("lessons", 0)
        assert both.removed_by == Removed(who)
        texts = {"mine": both.mine, "theirs": both.theirs}
        assert texts.pop(who) == ""
        assert "Spreek alle rollen uit." in next(iter(texts.values()))

    def test_taken_away_by_both(self) -> None:
        base = start()
        mine, theirs = changed(base, lessons=base["lessons"][1:]), changed(base, lessons=[])
        merged = merge_view(base, mine, theirs)
        assert merged.content["lessons"] == []
        assert not merged.both

    def test_a_row_without_a_key_is_known_by_its_place_when_all_its_words_changed(self) -> None:
        base = start(timeline=[moment("2016", "Schouw"), moment("2018", "Feest")])
        mine = changed(
            base, timeline=[moment("2016", "Wandeling door alle straten"), moment("2018", "Feest")]
        )
        theirs = changed(base, timeline=[moment("2017", "Schouw"), moment("2018", "Feest")])
        merged = merge_view(base, mine, theirs)
        assert merged.content["timeline"][0] == moment("2017", "Wandeling door alle straten")
        assert not merged.both

    def test_translations_text_by_text(self) -> None:
        base = start()
        mine, theirs = deepcopy(base), deepcopy(base)
        mine["translations"]["en"]["title"] = "My title"
        theirs["translations"]["en"]["summary"] = "Their summary"
        theirs["translations"]["de"] = {"title": "Titel", "summary": "", "story": ""}
        theirs["lessons"][0]["translations"] = {"en": {"statement": "Say it.", "explanation": ""}}
        merged = merge_view(base, mine, theirs)
        assert merged.content["translations"]["en"]["title"] == "My title"
        assert merged.content["translations"]["en"]["summary"] == "Their summary"
        assert merged.content["translations"]["de"]["title"] == "Titel"
        assert merged.content["lessons"][0]["translations"]["en"]["statement"] == "Say it."
        assert not merged.both


def texts(value: Any) -> Iterator[str]:
    """Yield every text that somebody typed in a content; keys of rows are nobody's text."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name not in {"key", "challenge"}:
                yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif value:
        yield value


def typed(content: Content) -> set[str]:
    """Return the words of all texts; each word that the test makes up is made up once."""
    return {word for text in texts(content) for word in re.findall(r"nieuw\w+", text)}


class Writer:
    """Somebody who changes a draft here and there; all the words are new and all different."""

    def __init__(self, rng: random.Random, who: str) -> None:
        self.rng, self.who, self.count = rng, who, 0

    def words(self) -> str:
        self.count += 1
        return " ".join(f"nieuw{self.who}{self.count}x{number}" for number in range(self.rng.randrange(1, 4)))

    def change(self, content: Content) -> Content:
        content = deepcopy(content)
        for _ in range(self.rng.randrange(1, 12)):
            self.rng.choice((self.field, self.row, self.row, self.row, self.themes, self.translation))(
                content
            )
        return content

    def field(self, content: Content) -> None:
        name = self.rng.choice(TEXTS)
        content[name] = self.rng.choice(("", f"{content[name]} {self.words()}", self.words()))
        if name in {"topics", "methods"}:
            content[name] = content[name].replace(" ", ", ")

    def themes(self, content: Content) -> None:
        name = self.rng.choice(("themes", "participants"))
        content[name] = [*content[name], self.words()] if self.rng.random() < 0.6 else content[name][1:]

    def translation(self, content: Content) -> None:
        language = self.rng.choice(("en", "de", "fy"))
        texts = content["translations"].setdefault(language, {"title": "", "summary": "", "story": ""})
        texts[self.rng.choice(("title", "summary", "story"))] = self.words()

    def row(self, content: Content) -> None:
        name = self.rng.choice(tuple(ROWS))
        rows = content[name]
        match self.rng.randrange(4):
            case 0:
                key = {"challenges": "c", "lessons": "n", "attachments": "a"}.get(name, "") + str(
                    len(rows) + 1
                )
                row = empty_row(name, key)
                row[self.main(name)] = self.words()
                rows.insert(self.rng.randrange(len(rows) + 1), row)
            case 1 if rows:
                rows.pop(self.rng.randrange(len(rows)))
            case 2 if rows:
                rows.insert(self.rng.randrange(len(rows)), rows.pop(self.rng.randrange(len(rows))))
            case _ if rows:
                self.rng.choice(rows)[self.main(name)] = self.words()

    def main(self, name: str) -> str:
        free = [field for field in ROWS[name] if field not in {"key", "themes", "perspectives", "challenge"}]
        return self.rng.choice(free)


@pytest.mark.parametrize("seed", range(30))
def test_no_word_of_either_is_lost(seed: int) -> None:
    rng = chance(seed)
    for _ in range(15):
        base = Writer(rng, "b").change(start())
        mine, theirs = Writer(rng, "m").change(base), Writer(rng, "t").change(base)
        merged = merge_view(base, mine, theirs)
        kept = typed(merged.content) | typed({"both": [[both.mine, both.theirs] for both in merged.both]})
        new = (typed(mine) | typed(theirs)) - typed(base)
        assert new <= kept
        assert set(merged.content) == set(base)
        for name, fields in ROWS.items():
            assert all(set(fields) <= set(row) for row in merged.content[name])
            keys = [row["key"] for row in merged.content[name] if "key" in row]
            assert len(keys) == len(set(keys)) or not all(
                len({row["key"] for row in each[name]}) == len(each[name]) for each in (base, mine, theirs)
            )


@pytest.mark.parametrize("seed", range(10))
def test_who_writes_alone_gets_what_they_wrote(seed: int) -> None:
    rng = chance(100 + seed)
    for _ in range(10):
        base = start()
        mine = Writer(rng, "m").change(base)
        assert merge_view(base, mine, base).content == mine
        assert merge_view(base, base, mine).content == mine
        assert merge_view(base, mine, mine) == MergeView(mine, (), (), ())


@pytest.mark.parametrize("seed", range(10))
def test_what_both_changed_is_the_same_seen_from_the_other_side(seed: int) -> None:
    rng = chance(200 + seed)
    for _ in range(10):
        base = start()
        mine, theirs = Writer(rng, "m").change(base), Writer(rng, "t").change(base)
        one, other = merge_view(base, mine, theirs), merge_view(base, theirs, mine)

        def pairs(both: tuple[Both, ...]) -> list[list[str]]:
            return sorted(sorted((each.mine, each.theirs)) for each in both)

        assert pairs(one.both) == pairs(other.both)
