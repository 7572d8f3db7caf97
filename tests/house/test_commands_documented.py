"""docs/commands.md tells every command with every option, and what any document says of a command is so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kb.cli import main
from tests.house.project import DOCS, ROOT, named

TEXT = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
SPOKEN_OF = re.compile(r"(?:^|[`/ ])kb ([a-z][a-z-]*(?: [a-z][a-z-]*)?)(?=[ `\n]|$)", re.MULTILINE)


def leaves(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield before + name, command


COMMANDS = dict(leaves(main))
SECTIONS = dict(
    re.findall(r"^## `kb ([a-z -]+?)(?: [A-Z]+…?)?`\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
)


def test_every_command_has_its_section_and_no_other() -> None:
    assert list(SECTIONS) == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_told_and_no_other(name: str) -> None:
    options = {
        option
        for parameter in COMMANDS[name].params
        if isinstance(parameter, click.Option)
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    told = re.findall(r"^\| (`--.*?) \|", SECTIONS[name], re.MULTILINE)
    assert {option.strip("`") for row in told for option in row.split(", ")} | {"--data"} == options
    assert "--data" in TEXT.partition("\n## ")[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_default_is_told(name: str) -> None:
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Option) and parameter.show_default:
            assert f"| `{parameter.opts[0]}` | `{parameter.default}` |" in SECTIONS[name]


@pytest.mark.parametrize("path", DOCS, ids=named)
def test_every_command_that_is_spoken_of_exists(path: Path) -> None:
    known = {*COMMANDS, *(name.split()[0] for name in COMMANDS)}
    for words in SPOKEN_OF.findall(path.read_text(encoding="utf-8")):
        assert words in known or words.split()[0] in COMMANDS, words
