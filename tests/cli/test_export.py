"""`kb export`: what import reads, losslessly, and a stream that may be cut off."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.conftest import MakeCase

KB = (sys.executable, "-m", "kb")


@pytest.mark.parametrize("form", ["jsonl", "json", "yaml"])
def test_round_trip(kb: Run, data: Path, sample_data: Path, form: str) -> None:
    first = kb("export", "--format", form, "--data", sample_data)
    assert first.code == 0
    assert first.out.count("duiven-west") >= 1
    there = kb("import", "-", "--format", form, "--data", data, stdin=first.out.encode())
    assert there.err.splitlines()[-1] == "-: 15 new"
    assert kb("export", "--format", form, "--data", data).out == first.out
    assert kb("search", "check", "--data", data).code == 0


def test_round_trip_through_a_pipe(kb: Run, data: Path, sample_data: Path) -> None:
    with subprocess.Popen(
        [*KB, "export", "--data", str(sample_data)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as exporting:
        assert exporting.stdout
        importing = subprocess.run(
            [*KB, "import", "-", "--data", str(data)],
            stdin=exporting.stdout,
            capture_output=True,
            check=False,
        )
    assert (exporting.returncode, importing.returncode) == (0, 0)
    assert importing.stderr.decode().splitlines()[-1] == "-: 15 new"
    exports = [kb("export", "--data", folder).out for folder in (sample_data, data)]
    assert exports[0] == exports[1]
    assert exports[0].count("\n") == 15


def test_sorted_by_slug_whatever_the_status(kb: Run, data: Path, make_case: MakeCase) -> None:
    for slug, status in (("zuid", "published"), ("noord", "draft"), ("oost", "archived")):
        make_case(slug=slug, status=status)
    rows = [json.loads(line) for line in kb("export", "--data", data).out.splitlines()]
    assert [(row["slug"], row["status"]) for row in rows] == [
        ("noord", "draft"),
        ("oost", "archived"),
        ("zuid", "published"),
    ]


def test_lessons(kb: Run, data: Path, make_case: MakeCase) -> None:
    make_case(slug="zuid", lessons=[{"statement": "Derde."}])
    make_case(slug="noord", lessons=[{"statement": "Eerste."}, {"statement": "Tweede."}])
    make_case(slug="oost", lessons=[])
    rows = [json.loads(line) for line in kb("export", "--kind", "lessons", "--data", data).out.splitlines()]
    assert [(row["case"], row["statement"]) for row in rows] == [
        ("noord", "Eerste."),
        ("noord", "Tweede."),
        ("zuid", "Derde."),
    ]
    assert kb("export", "--kind", "lessons", "--format", "yaml", "--data", data).out.count("---\n") == 3


@pytest.mark.parametrize(("form", "empty"), [("jsonl", ""), ("json", "[]\n"), ("yaml", "")])
def test_an_empty_knowledge_base(kb: Run, data: Path, form: str, empty: str) -> None:
    answer = kb("export", "--format", form, "--data", data)
    assert (answer.code, answer.out) == (0, empty)
    assert kb("import", "-", "--format", form, "--data", data, stdin=empty.encode()).code == 0


def test_a_reader_that_has_enough_of_it(data: Path, make_case: MakeCase) -> None:
    # More than a pipe holds, so that writing meets the closed end whatever the moment.
    for _ in range(3):
        make_case(story="x" * 100_000, index=False)
    with subprocess.Popen(
        [*KB, "export", "--data", str(data)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as exporting:
        assert exporting.stdout
        assert exporting.stderr
        assert exporting.stdout.read(1) == b"{"
        exporting.stdout.close()
        assert exporting.stderr.read().decode() == f"Data folder: {data}\n"
    assert exporting.returncode == 1
