"""The Dutch catalogue: whole, true to the code and the templates, and compiled as it is written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from tests.house.test_translations import REFUSALS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "kb" / "translations" / "nl" / "LC_MESSAGES"
PLACE = re.compile(r"%\(\w+\)s|%(?!\()")

Words = str | tuple[str, ...]


def words(text: object) -> Words:
    """Return a sentence, or its singular and plural."""
    return tuple(map(str, text)) if isinstance(text, list | tuple) else str(text)


def forms(text: Words) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return read_po(BytesIO((FOLDER / "messages.po").read_bytes()), locale="nl")


def messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def gathered() -> set[Words]:
    """Return all sentences that the code and the templates show to readers."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    found = extract_from_dir(
        ROOT,
        method_map=[(one["pattern"], one["method"]) for one in mappings],
        options_map={
            one.pop("pattern"): {name: value for name, value in one.items() if name != "method"}
            for one in mappings
        },
        keywords={**DEFAULT_KEYWORDS, "_l": None, **dict.fromkeys(REFUSALS)},
    )
    return {words(text) for _file, _line, text, _comments, _context in found}


def test_the_catalogue_holds_every_sentence_and_no_other(catalogue: Catalog) -> None:
    shown = gathered()
    assert len(shown) > 100
    # A word that stands alone in one place and counted in another is one entry.
    assert {forms(words(message.id))[0] for message in messages(catalogue)} == {
        forms(text)[0] for text in shown
    }, "run `make translations`"


def test_every_sentence_is_translated(catalogue: Catalog) -> None:
    empty = [message.id for message in messages(catalogue) if not all(forms(words(message.string)))]
    assert empty == []
    assert [message.id for message in messages(catalogue) if message.fuzzy] == []


def test_a_translation_has_the_places_of_its_sentence(catalogue: Catalog) -> None:
    for message in messages(catalogue):
        for sentence, form in zip(forms(words(message.id)), forms(words(message.string)), strict=True):
            assert set(PLACE.findall(form)) == set(PLACE.findall(sentence)), form


def test_the_compiled_catalogue_says_the_same(catalogue: Catalog) -> None:
    compiled = read_mo(BytesIO((FOLDER / "messages.mo").read_bytes()))
    assert {words(one.id): words(one.string) for one in messages(compiled)} == {
        words(one.id): words(one.string) for one in messages(catalogue)
    }, "run `make translations`"


@pytest.mark.parametrize(
    ("address", "dutch", "english"),
    [
        ("page=x", "een heel getal van 1 tot en met 10000", "must be a whole number from 1 to 10000"),
        ("kind=x", "kiezen uit lesson, case en event", "may be lesson, case or event"),
        ("theme=" + "x" * 201, "hooguit 50 waarden van 200 tekens", "at most 50 values of 200 characters"),
    ],
)
def test_what_is_wrong_with_a_search_is_said_in_the_language_of_the_page(
    client: FlaskClient, address: str, dutch: str, english: str
) -> None:
    for language, sentence in (("nl", dutch), ("en", english)):
        answer = client.get(f"/search?{address}&lang={language}")
        assert answer.status_code == 400
        assert sentence in answer.text
