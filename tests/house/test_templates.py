"""Templates show frozen values in the reader's language, and can't do anything else."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, template_rendered
from jinja2 import Environment, meta
from sqlalchemy.orm import Session

from kb import create_app
from kb.config import Settings
from kb.db import Base, Database
from kb.house import House
from kb.search.services import Search
from tests.conftest import opened
from tests.house.project import PACKAGE, files, named

TEMPLATES = list(files(PACKAGE / "templates", ".html"))
PAGES = [
    "/",
    "/search",
    "/search?q=wijk",
    "/search?q=nergenstevinden",
    "/search?kind=case&theme=inclusion",
    "/cases/",
    "/cases/duiven-west",
    "/cases/duiven-west?lang=en",
    "/lessons/1",
    "/themes/inclusion",
    "/about",
    "/patterns",
    "/nowhere",
    "/search?page=-1",
]
SPOKEN = ("alt", "aria-label", "placeholder", "title")
"""Attributes that people hear or see."""
OUTSIDE = {"g", "request", "session", "config", "get_flashed_messages"}
"""What Flask offers every template; through the first one a query could be made."""


@pytest.fixture(scope="module")
def app(samples: House) -> Iterator[Flask]:
    house = opened(samples.settings.data, KB_DEVELOPMENT="on")
    yield create_app(house)
    house.close()


def inside(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield a value and all that can be reached from it, with the way there."""
    yield path, value
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from inside(item, f"{path}[{key!r}]")
    elif isinstance(value, list | tuple | set | frozenset):
        for number, item in enumerate(value):
            yield from inside(item, f"{path}[{number}]")
    elif dataclasses.is_dataclass(value) and not isinstance(value, Settings):
        for field in dataclasses.fields(value):
            yield from inside(getattr(value, field.name), f"{path}.{field.name}")


@pytest.mark.parametrize("page", PAGES)
def test_no_page_gets_a_row_or_a_way_to_one(app: Flask, page: str) -> None:
    given: list[dict[str, Any]] = []

    def remember(_app: Flask, context: dict[str, Any], **_more: Any) -> None:
        given.append({name: value for name, value in context.items() if name not in OUTSIDE})

    with template_rendered.connected_to(remember, app):
        app.test_client().get(page)
    assert given
    for context in given:
        for path, value in inside(context, "context"):
            assert not isinstance(value, Base | Session | Database | Search | House | Settings), path
            if dataclasses.is_dataclass(value):
                assert value.__dataclass_params__.frozen, path  # type: ignore[union-attr]  # every dataclass has it


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_no_template_reaches_outside_what_it_is_given(path: Path) -> None:
    # An environment without Flask's own names: those would count as given.
    environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    environment.filters["dateformat"] = str  # Flask-Babel's
    tree = environment.parse(path.read_text(encoding="utf-8"))
    assert not meta.find_undeclared_variables(tree) & OUTSIDE


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_nothing_is_shown_unescaped(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape|Markup", text)
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:", text)


class _Spoken(HTMLParser):
    """Gathers what people read or hear of a page: its text and some attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style"}
        self.found += [value for name, value in attributes if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_word_goes_through_translation(app: Flask, path: Path) -> None:
    """What stands between the tags is punctuation and digits; words stand in `_("…")`."""
    parser = _Spoken()
    tokens = app.jinja_env.lex(path.read_text(encoding="utf-8"))
    parser.feed("".join(text for _line, kind, text in tokens if kind == "data"))
    parser.close()
    # A macro that gives an attribute looks like text here.
    found = [text.strip() for text in parser.found if not re.fullmatch(r'\s*[a-z-]+=""\s*', text)]
    assert [text for text in found if re.search(r"[^\W\d_]", text)] == []
