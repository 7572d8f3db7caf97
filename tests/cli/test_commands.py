"""What all commands have in common: the data folder, the exit status, the help."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from benchmarks.processes import free_port
from kb.cli import main
from kb.version import VERSION
from tests.cli.conftest import Run

COMMANDS = {
    "start": ["--port", str(free_port())],  # somebody may be serving a knowledge base at the usual one
    "import": ["cases.jsonl"],
    "export": [],
    "case publish": ["duiven-west"],
    "case withdraw": ["duiven-west", "--reason", "x"],
    "search rebuild": [],
    "search sync": [],
    "search check": [],
    "search query": ["wijk"],
    "search analyse": ["wijk"],
    "search judge": [str(Path(__file__).parents[1] / "search" / "golden.tsv")],
    "user add": ["an@voorbeeld.example"],
    "user list": [],
    "user disable": ["an@voorbeeld.example"],
    "user reset-link": ["an@voorbeeld.example"],
    "person export": ["an@voorbeeld.example"],
    "person erase": ["an@voorbeeld.example"],
    "db upgrade": [],
    "db check": [],
    "migrate-data": ["--to", "sqlite:///is-not-there.sqlite3"],
    "mail send": [],
}
QUICK = [
    name
    for name in COMMANDS
    if name not in {"start", "import", "mail send", "migrate-data"}
    and (name == "user list" or name.split()[0] not in {"case", "person", "user"})
]
"""Those that succeed in an empty knowledge base."""


def leaves(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield before + name, command


def test_these_are_the_commands() -> None:
    assert dict(leaves(main)).keys() == COMMANDS.keys()


@pytest.mark.parametrize("name", ["", "case", "search", "db", "mail", "person", "user", *COMMANDS])
def test_help(kb: Run, name: str) -> None:
    for option in ("--help", "-h"):
        answer = kb(*name.split(), option)
        assert answer.code == 0
        assert answer.out.startswith(f"Usage: kb {name}".strip())
        assert answer.err == ""


@pytest.mark.parametrize("command", [command for _, command in leaves(main)], ids=list(COMMANDS))
def test_every_option_has_its_help(command: click.Command) -> None:
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_version(kb: Run) -> None:
    assert kb("--version").out == f"kb, version {VERSION}\n"


class TestDataFolder:
    @pytest.mark.parametrize("name", QUICK)
    def test_the_option_wins(
        self, kb: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.setenv("KB_DATA", str(tmp_path / "other"))
        answer = kb(*name.split(), *COMMANDS[name], "--data", data)
        assert answer.code == 0
        assert answer.err.splitlines()[0] == f"Data folder: {data}"
        assert not (tmp_path / "other").exists()

    @pytest.mark.parametrize("name", QUICK)
    def test_then_the_environment(
        self, kb: Run, data: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.setenv("KB_DATA", str(data))
        answer = kb(*name.split(), *COMMANDS[name])
        assert answer.code == 0
        assert answer.err.splitlines()[0] == f"Data folder: {data}"

    @pytest.mark.parametrize("name", QUICK)
    def test_then_instance_where_one_is(
        self, kb: Run, data: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        data.rename(data.parent / "instance")
        monkeypatch.chdir(data.parent)
        answer = kb(*name.split(), *COMMANDS[name])
        assert answer.code == 0
        assert answer.err.splitlines()[0] == f"Data folder: {data.parent / 'instance'}"

    def test_one_with_odd_characters(self, kb: Run, tmp_path: Path) -> None:
        data = tmp_path / "50% of it? yes#no"
        assert kb("db", "upgrade", "--data", data).code == 0
        assert (data / "kb.sqlite3").is_file()
        assert list(tmp_path.iterdir()) == [data]
        assert kb("db", "check", "--data", data).code == 0


class TestWrongUsage:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["nonsense"],
            ["search", "nonsense"],
            ["export", "--nonsense"],
            ["import"],
            ["import", "x.txt", "--format", "csv"],
            ["export", "--kind", "people"],
            ["export", "--format", "csv"],
            ["start", "--port", "0"],
            ["start", "--port", "65536"],
            ["start", "--port", "http"],
            ["search", "query"],
            ["search", "query", "wijk", "--kind", "person"],
            ["search", "query", "wijk", "--limit", "0"],
            ["search", "query", "wijk", "--limit", "101"],
            ["search", "query", "--file", "is-not-there.txt"],
            ["search", "analyse"],
            ["migrate-data"],
        ],
        ids=" ".join,
    )
    def test_is_exit_2(self, kb: Run, data: Path, arguments: list[str]) -> None:
        answer = kb(*arguments, *(["--data", str(data)] if len(arguments) > 1 else []))
        assert answer.code == 2
        assert answer.out == ""
        assert "Error: " in answer.err

    @pytest.mark.parametrize("command", ["query", "analyse"])
    def test_a_text_and_a_file(self, kb: Run, data: Path, command: str) -> None:
        answer = kb("search", command, "wijk", "--file", "-", "--data", data, stdin=b"buurt\n")
        assert answer.code == 2
        assert "Error: Give either TEXT or --file." in answer.err

    def test_nothing_at_all_shows_the_help(self, kb: Run) -> None:
        answer = kb()
        assert answer.code == 2
        assert "Commands:" in answer.err


def test_python_m_kb(data: Path) -> None:
    def kb(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kb", *arguments], capture_output=True, text=True, check=False
        )

    done = kb("db", "check", "--data", str(data))
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"Data folder: {data}\nThe database is at this program's version.\n"
    failed = kb("db", "check", "--data", str(data / "none"))
    assert (failed.returncode, failed.stdout) == (1, "")
