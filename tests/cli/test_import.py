"""`kb import`: all or nothing per file, and one clear line for everything that can be wrong with one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.house import House
from tests.cli.conftest import Run
from tests.conftest import MakeCase

GOOD = {
    "slug": "goed",
    "title": "Goed",
    "summary": "Een goede casus.",
    "lessons": [{"statement": "Vraag door."}],
}
LINE = json.dumps(GOOD).encode() + b"\n"
LONG = "x" * 10 * 2**20


def one(**fields: object) -> bytes:
    return json.dumps({"slug": "fout", "title": "Fout", "summary": "x", **fields}).encode() + b"\n"


# What is wrong; the file's name and content; the line and the field that must be named; a part of the reason.
BAD: list[tuple[str, str, bytes, int | None, str | None, str]] = [
    ("broken JSON", "a.json", b'{"title": "x",,}', 1, None, "is not valid JSON"),
    ("broken JSON Lines", "a.jsonl", LINE + b'{"title": \n', 2, None, "is not valid JSON"),
    ("broken YAML", "a.yaml", b"title: x\nsummary: [a\n", 3, None, "is not valid YAML"),
    ("wrong type", "a.jsonl", LINE + one(period_start="2016"), 2, "period_start", "is text, not a whole number"),
    ("unknown theme", "a.jsonl", LINE + one(themes=["inclusion", "sport"]), 2, "themes[1]", "'sport'"),
    ("unknown field", "a.jsonl", LINE + one(titel="x"), 2, "titel", "is not a field"),
    ("duplicate slug", "a.jsonl", LINE + b"\n" + LINE, 3, "slug", "'goed' is the slug of the case on line 1 already"),
    ("31 February", "a.jsonl", LINE + one(timeline=[{"date": "2016-02-31", "what": "x"}]), 2, "timeline[0].date", "February"),
    ("10 MB in one field", "a.jsonl", LINE + one(story=LONG), 2, "story", "10485760 characters, at most 500000"),
    ("NUL byte", "a.jsonl", LINE + b'{"title": "x\\u0000y", "summary": "z"}\n', 2, "title", "holds a NUL byte"),
    ("raw NUL byte", "a.jsonl", LINE + b'{"title": "x\0y", "summary": "z"}\n', 2, None, "NUL"),
    ("Latin-1", "a.jsonl", LINE + '{"title": "Café", "summary": "z"}\n'.encode("latin-1"), 2, "title", "UTF-8"),
    ("UTF-16", "a.jsonl", LINE.decode().encode("utf-16"), 1, None, "is UTF-16; save the file as UTF-8"),
    ("no title", "a.jsonl", LINE + b'{"summary": "z"}\n', 2, "title", "required"),
    ("a name without format", "a.txt", LINE, None, None, "can't tell its format"),
]  # fmt: skip


def contents(kb: Run, data: Path) -> str:
    answer = kb("export", "--data", data)
    assert answer.code == 0
    return answer.out


@pytest.fixture(autouse=True)
def _a_case_before(make_case: MakeCase) -> None:
    """Put a case there that nothing here is about."""
    make_case(slug="zuid", title="Zuid")


@pytest.mark.parametrize(
    ("name", "content", "line", "field", "why"), [row[1:] for row in BAD], ids=[row[0] for row in BAD]
)
def test_a_bad_file(  # noqa: PLR0917 - pytest passes them by name
    kb: Run,
    data: Path,
    tmp_path: Path,
    name: str,
    content: bytes,
    line: int | None,
    field: str | None,
    why: str,
) -> None:
    before = contents(kb, data)
    path = tmp_path / name
    path.write_bytes(content)
    answer = kb("import", path, "--data", data)
    assert answer.code == 1
    assert answer.out == ""
    where = ": ".join([f"{path}:{line}" if line else str(path), *([field] if field else [])])
    _folder, fault, verdict = answer.err.splitlines()
    assert fault.startswith(f"…{where[-50:]}: " if len(str(path)) > 100 else f"{where}: ")
    assert why in fault
    assert len(fault) <= 300
    assert fault.isprintable()
    assert verdict == f"{path}: nothing was imported."
    assert contents(kb, data) == before


@pytest.mark.parametrize(("make", "why"), [(False, "does not exist"), (True, "is a folder, not a file")])
def test_no_file(kb: Run, data: Path, tmp_path: Path, make: bool, why: str) -> None:
    path = tmp_path / "a.jsonl"
    if make:
        path.mkdir()
    before = contents(kb, data)
    answer = kb("import", path, "--data", data)
    assert answer.code == 1
    assert answer.err.splitlines()[1:] == [f"{path}: {why}", f"{path}: nothing was imported."]
    assert contents(kb, data) == before


def test_every_fault_is_a_line_up_to_a_hundred(kb: Run, data: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{}\n" * 60 + LINE)
    lines = kb("import", path, "--data", data).err.splitlines()[1:]
    assert len(lines) == 102
    assert [line for line in lines if "a.jsonl:50: " in line]
    assert lines[-2:] == [f"{path}: 20 more faults", f"{path}: nothing was imported."]


def test_the_good_files_of_several_are_imported(kb: Run, data: Path, tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in ("1.jsonl", "2.json", "3.yaml"))
    first.write_bytes(LINE)
    second.write_bytes(b"[{}]")
    third.write_bytes(b"slug: derde\ntitle: Derde\nstory: x\n")
    answer = kb("import", first, second, tmp_path / "none.jsonl", third, "--data", data)
    assert answer.code == 1
    lines = answer.err.splitlines()
    assert f"{first}: 1 new" in lines
    assert f"{second}: nothing was imported." in lines
    assert f"{tmp_path / 'none.jsonl'}: does not exist" in lines
    assert f"{third}: 1 new" in lines
    slugs = [json.loads(line)["slug"] for line in contents(kb, data).splitlines()]
    assert slugs == ["derde", "goed", "zuid"]
    assert kb("search", "check", "--data", data).code == 0


@pytest.mark.parametrize(
    ("options", "content"),
    [
        ([], LINE),
        (["--format", "jsonl"], LINE),
        (["--format", "json"], b"[" + LINE + b"]"),
        (["--format", "yaml"], b"slug: goed\ntitle: Goed\nstory: x\n"),
    ],
    ids=["as JSON Lines", "jsonl", "json", "yaml"],
)
def test_standard_input(kb: Run, data: Path, options: list[str], content: bytes) -> None:
    answer = kb("import", "-", *options, "--data", data, stdin=content)
    assert answer.err.splitlines()[1:] == ["-: 1 new"]
    assert answer.code == 0
    assert '"slug": "goed"' in contents(kb, data)


def test_a_fault_on_standard_input(kb: Run, data: Path) -> None:
    answer = kb("import", "-", "--data", data, stdin=LINE + b"{\n")
    assert answer.code == 1
    assert answer.err.splitlines()[1].startswith("standard input:2: ")


def test_the_option_wins_over_the_name(kb: Run, data: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"slug: goed\ntitle: Goed\nstory: x\n")
    assert kb("import", path, "--format", "yaml", "--data", data).code == 0


def test_again(kb: Run, data: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINE + one())
    assert kb("import", path, "--data", data).err.splitlines()[-1] == f"{path}: 2 new"
    assert kb("import", path, "--data", data).err.splitlines()[-1] == f"{path}: 2 unchanged"
    path.write_bytes(LINE + one(title="Beter") + one(slug="nog-een"))
    answer = kb("import", path, "--data", data)
    assert answer.err.splitlines()[-1] == f"{path}: 1 new, 1 unchanged, 1 updated"
    assert answer.code == 0
    assert '"title": "Beter"' in contents(kb, data)


def test_an_empty_file(kb: Run, data: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n")
    answer = kb("import", path, "--data", data)
    assert (answer.code, answer.err.splitlines()[-1]) == (0, f"{path}: no cases")


def test_a_dry_run_changes_nothing(kb: Run, data: Path, tmp_path: Path) -> None:
    kb("import", "-", "--data", data, stdin=LINE)
    before = contents(kb, data)
    path = tmp_path / "a.jsonl"
    path.write_bytes(json.dumps({**GOOD, "title": "Beter"}).encode() + b"\n" + one())
    answer = kb("import", path, "--dry-run", "--data", data)
    assert answer.code == 0
    assert answer.err.splitlines()[-1] == f"{path}: 1 new, 1 updated (dry run: nothing was saved)"
    assert contents(kb, data) == before
    assert kb("search", "check", "--data", data).code == 0


def test_a_dry_run_finds_the_faults(kb: Run, data: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(one(themes=["sport"]))
    assert kb("import", path, "--dry-run", "--data", data).code == 1


def test_what_was_imported_is_found_at_once(kb: Run, data: Path, house: House) -> None:
    kb("import", "-", "--data", data, stdin=LINE)
    answer = kb("search", "query", "doorvragen vraag", "--json", "--data", data)
    assert [hit["case"] for hit in json.loads(answer.out)["hits"]] == ["goed"]
    with house.database.reading() as session:
        assert house.search.waiting(session) == 0


@pytest.mark.whoosh
def test_it_makes_a_missing_index(kb: Run, data: Path) -> None:
    (data / "index" / "current").unlink()
    assert kb("import", "-", "--data", data, stdin=LINE).code == 0
    assert kb("search", "check", "--data", data).code == 0


def test_no_bars_off_a_terminal(kb: Run, data: Path) -> None:
    answer = kb("import", "-", "--data", data, stdin=LINE)
    assert answer.err == f"Data folder: {data}\n-: 1 new\n"
