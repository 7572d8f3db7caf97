"""What a comparison looks like: one running text, rows as cards, and two texts side by side."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from html import unescape
from typing import Any

import pytest
from flask import Flask, render_template_string

from kb.cases.compare import compare, merge_view
from kb.cases.content import content_of
from kb.cases.fields import FieldWords
from tests.cases.compare.versions import version

Render = Callable[..., str]
ATTACK = '<script>alert("x")</script><img src=x onerror=alert(1)>'
TEMPLATE = """{% from "macros/compare.html" import both_changed, section_changes with context %}
{{ section_changes(changes, words, "nl") if changes is defined }}
{% for one in both %}{% call both_changed(one, words, language="nl") %}<p>choose</p>{% endcall %}{% endfor %}"""


@pytest.fixture
def render(sample_app: Flask) -> Render:
    def rendered(language: str = "en", **values: Any) -> str:
        with sample_app.test_request_context(f"/?lang={language}"):
            words = FieldWords({"themes": {"inclusion": "Inclusion"}})
            return render_template_string(TEMPLATE, words=words, **{"both": (), **values})

    return rendered


def heard(page: str) -> str:
    """Return what a screen reader says, as one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", page)).split())


def test_a_text_is_one_running_text_that_says_what_came_and_went(render: Render) -> None:
    page = render(changes=compare(version(summary="Samen aan zet"), version(summary="Samen weer aan tafel")))
    assert '<ins class="diff__added"><span class="sr">added: </span>weer </ins>' in page
    assert '<del class="diff__removed"><span class="sr">removed: </span>zet</del>' in page
    assert "Samen added: weer aan removed: zetadded: tafel" in heard(page)
    assert ' lang="nl"' in page


def test_sections_and_fields_have_their_names(render: Render) -> None:
    page = render(changes=compare(version(), version(title="Zuid", period_end=2030, themes=["inclusion"])))
    assert re.findall(r"<h2[^>]*>([^<]*)</h2>", page) == ["In short", "Place and time"]
    assert re.findall(r"<dt>([^<]*)</dt>", page) == ["Title", "Themes", "Ended in"]
    assert "added: Inclusion" in heard(page)
    assert "removed: 2027 added: 2030" in heard(page)


def test_rows_are_cards_that_say_what_happened(render: Render) -> None:
    def lessons(*statements: str) -> dict[str, Any]:
        row = version()["lessons"][0]
        return version(
            lessons=[{**row, "statement": text, "explanation": ""} for text in statements], translations={}
        )

    old = lessons(
        "Spreek rollen uit.", "Ga naar mensen toe.", "Vier wat lukt met elkaar.", "Laat jongeren ontwerpen."
    )
    new = lessons(
        "Vier wat lukt met iedereen.",
        "Spreek rollen uit.",
        "Ga naar mensen toe.",
        "Begin bij een klein plan.",
    )
    page = render(changes=compare(old, new))
    cards = re.findall(r'<article class="row-change row-change--(\w+)">(.*?)</article>', page, re.DOTALL)
    chips = [(how, re.findall(r'<span class="chip[^"]*">([^<]*)</span>', card)) for how, card in cards]
    assert chips == [
        ("changed", ["changed", "moved from 3 to 1"]),
        ("removed", ["removed"]),
        ("added", ["new"]),
    ]
    assert "Lesson 1: Vier wat lukt met iedereen." in heard(page)


def test_what_is_left_out_says_how_much(render: Render) -> None:
    long = " ".join(f"woord{number}" for number in range(200))
    page = render(changes=compare(version(story=f"{long} oud"), version(story=f"{long} nieuw")))
    assert "… 175 words unchanged …" in page
    assert "woord100" not in page


def test_spaces_alone_are_told_in_words(render: Render) -> None:
    page = render(changes=compare(version(story="Een\ntwee"), version(story="Een twee")))
    assert "Only spaces and line breaks differ." in page
    assert "<ins" not in page


def test_a_new_paragraph_break_is_shown(render: Render) -> None:
    page = render(changes=compare(version(story="Een zin. Twee."), version(story="Een zin.\n\nTwee is er.")))
    assert "added: a line break" in heard(page)


def test_another_order_says_so(render: Render) -> None:
    old = version(participants=["resident", "civil-servant"])
    assert "The same ones, in another order" in render(
        changes=compare(old, version(participants=["civil-servant", "resident"]))
    )


def test_without_a_difference_it_says_so(render: Render) -> None:
    assert "Nothing differs between these two versions." in render(changes=())


def test_a_script_is_text_wherever_it_stands(render: Render) -> None:
    new = version(
        title=ATTACK, summary=ATTACK, story=f"{version()['story']} {ATTACK}", municipality=ATTACK, licence=ATTACK,
        authors=[ATTACK], tags=[{"name": ATTACK, "kind": "topic"}],
        lessons=[{**version()["lessons"][0], "statement": ATTACK, "explanation": ATTACK}],
        challenges=[{**version()["challenges"][0], "title": ATTACK, "cause": ATTACK}],
        sources=[{"title": ATTACK, "url": None, "publisher": ATTACK, "accessed": None}],
        translations={"en": {"title": ATTACK, "summary": "", "story": "", "lessons": {}}},
        attachments=[{"key": "a1", "title": ATTACK, "maker": "", "licence": "", "alt": ATTACK}],
    )  # fmt: skip
    for page in (render(changes=compare(version(), new)), render(changes=compare(new, version()))):
        assert "<script" not in page
        assert "<img" not in page
        assert "&lt;script&gt;" in page


class TestBothChanged:
    def merged(self, mine: dict[str, Any], theirs: dict[str, Any]) -> Any:
        base = content_of(version())
        return merge_view(base, {**deepcopy(base), **mine}, {**deepcopy(base), **theirs}).both

    def test_both_texts_stand_in_full_with_what_differs_marked(self, render: Render) -> None:
        page = render(both=self.merged({"summary": "Samen aan tafel"}, {"summary": "Samen aan het werk"}))
        assert "What you wrote Samen aan only here: tafel" in heard(page)
        assert "What somebody else saved Samen aan only here: het werk" in heard(page)
        assert "<p>choose</p>" in page

    def test_what_was_taken_away_says_by_whom(self, render: Render) -> None:
        row = content_of(version())["challenges"][0]
        other = {"challenges": [{**row, "title": "Wie beslist er eigenlijk?"}]}
        page = heard(render(both=self.merged({"challenges": []}, other)))
        assert "Challenge 1 You removed this while somebody else changed it. What you wrote Removed" in page
        assert "Wie beslist er eigenlijk?" in page
        page = heard(render(both=self.merged(other, {"challenges": []})))
        assert "You changed this while somebody else removed it." in page
        assert page.index("Wie beslist") < page.index("What somebody else saved Removed")

    def test_a_text_that_was_emptied_says_so(self, render: Render) -> None:
        assert "What you wrote Left empty" in heard(
            render(both=self.merged({"summary": ""}, {"summary": "Iets"}))
        )

    def test_a_value_is_shown_as_readers_know_it(self, render: Render) -> None:
        page = heard(render(both=self.merged({"language": "de"}, {"language": "fy"})))
        assert "What you wrote German What somebody else saved Western Frisian" in page

    def test_a_script_is_text(self, render: Render) -> None:
        page = render(both=self.merged({"summary": ATTACK}, {"summary": ATTACK * 2}))
        assert "<script" not in page
        assert "&lt;script&gt;" in page


def test_the_words_are_dutch_in_dutch(render: Render) -> None:
    page = render("nl", changes=compare(version(), version(title="Zuid")))
    assert "Duiven-West" in page
    assert ' lang="nl"' not in page
