"""Every sentence on screen stands in the Dutch catalogue, translated, with the same places to fill in."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from tests.house.project import PACKAGE, ROOT, files, named

FOLDER = PACKAGE / "translations" / "nl" / "LC_MESSAGES"
REFUSALS = ("Conflict", "Forbidden", "LinkOver", "NotReady", "Outdated", "QueryError", "Refusal", "TooOften")
PLACE = re.compile(r"%\(([a-z_]+)\)[sd]")


def gathering() -> list[str]:
    """Return the command by which `make translations` gathers the sentences."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (line,) = re.findall(r"^\t\$\(PYBABEL\) (extract .*)$", makefile, re.MULTILINE)
    return shlex.split(line)


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Give the sentences that stand in the program, as `make translations` gathers them."""
    template = tmp_path_factory.mktemp("babel") / "messages.pot"
    arguments = [word.replace("$(CATALOGUE)", str(template)) for word in gathering()]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        run: Callable[[list[str]], object] = CommandLineInterface().run
        run(["pybabel", "--quiet", *arguments])
    with template.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def dutch() -> Catalog:
    """Give the Dutch catalogue."""
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file, locale="nl", abort_invalid=True)


def ids(catalog: Catalog) -> set[str]:
    return {str(message.id) for message in catalog if message.id}


def texts(words: object) -> list[str]:
    """Return a sentence, or its forms for one and for many, as a list."""
    return [str(word) for word in words] if isinstance(words, list | tuple) else [str(words)]


def places(message: Message) -> tuple[set[str], list[set[str]]]:
    """Return the places to fill in of a sentence and of each form of its translation."""
    wanted = set().union(*(PLACE.findall(text) for text in texts(message.id)))
    return wanted, [set(PLACE.findall(text)) for text in texts(message.string)]


def test_the_sentences_are_gathered(gathered: Catalog) -> None:
    assert len(ids(gathered)) > 100
    assert "Skip to the content" in ids(gathered)  # of a template
    assert "Resident" in ids(gathered)  # marked to be translated later
    assert any("must be a whole number" in text for text in ids(gathered))  # of an error


def test_none_is_missing_and_none_is_left_over(gathered: Catalog, dutch: Catalog) -> None:
    assert ids(dutch) == ids(gathered)
    assert not dutch.obsolete


def test_each_is_translated(dutch: Catalog) -> None:
    assert [message.id for message in dutch if message.id and not all(texts(message.string))] == []
    assert [message.id for message in dutch if message.id and message.fuzzy] == []


def test_one_and_many_both_are(gathered: Catalog, dutch: Catalog) -> None:
    for message in gathered:
        if message.pluralizable:
            assert len(texts(dutch[texts(message.id)[0]].string)) == 2


def test_the_places_to_fill_in_are_the_same(dutch: Catalog) -> None:
    for message in dutch:
        if message.id:
            wanted, found = places(message)
            assert all(form == wanted for form in found) or (
                message.pluralizable and all(wanted - form <= {"num"} and form <= wanted for form in found)
            ), message.id


def test_no_other_percent_sign_stands_in_a_sentence_with_places(dutch: Catalog) -> None:
    for message in dutch:
        for text in [*texts(message.id), *texts(message.string)]:
            if PLACE.search(text):
                assert "%" not in PLACE.sub("", text).replace("%%", ""), text


def test_the_sentences_begin_and_end_alike(dutch: Catalog) -> None:
    for message in dutch:
        if message.id:
            for one, other in zip(texts(message.id), texts(message.string), strict=False):
                for edge in (0, -1):
                    assert one[edge].isspace() == other[edge].isspace(), one
                assert (one[-1] in ".:?") == (other[-1] in ".:?"), one


def test_it_is_compiled(dutch: Catalog) -> None:
    fresh = BytesIO()
    write_mo(fresh, dutch)
    fresh.seek(0)
    with (FOLDER / "messages.mo").open("rb") as file:
        assert sentences(file) == sentences(fresh), "run `make translations`"


def sentences(compiled: IO[bytes]) -> dict[object, object]:
    """Return what a compiled catalogue says: all but its heading, which names the release of Babel."""
    return {str(message.id): message.string for message in read_mo(compiled) if message.id}


def calls(path: Path) -> Iterator[tuple[str, list[ast.expr]]]:
    """Yield each call in a module by a plain name, with what stands between its brackets."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node.args


def test_every_marker_is_known_to_the_gatherer() -> None:
    """A sentence under a marker of another name would never reach the catalogue."""
    (keywords,) = [word.partition("=")[2].split() for word in gathering() if word.startswith("--keywords=")]
    known = {"_", "gettext", "ngettext", *keywords}
    markers = set()
    for path in files(PACKAGE, ".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "flask_babel":
                markers |= {alias.asname or alias.name for alias in node.names if "gettext" in alias.name}
    assert markers
    assert markers <= known


def test_what_is_marked_is_a_whole_sentence() -> None:
    """Nothing but text can be gathered: a name or an f-string between the brackets would stay English."""
    odd = []
    for path in files(PACKAGE, ".py"):
        for marker, arguments in calls(path):
            marked = arguments[
                : {"_": 1, "_l": 1, **dict.fromkeys(REFUSALS, 1), "ngettext": 2}.get(marker, 0)
            ]
            if not all(isinstance(text, ast.Constant) and isinstance(text.value, str) for text in marked):
                odd.append((named(path), ast.unparse(marked[0])))
    # The sentence of a refusal was gathered where it is raised.
    assert {what.rpartition(".")[2] for _where, what in odd} == {"sentence"}, odd
