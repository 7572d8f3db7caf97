"""The files of the project: small, named after what they are, shipped, and with a reason for every exception."""

from __future__ import annotations

import re
import shutil
import subprocess
import tokenize
import tomllib
from configparser import ConfigParser
from importlib.resources import files as resources
from pathlib import Path

import pytest

from tests.house.project import PACKAGE, ROOT, files, named

LONGEST = 400
MADE = ("kb/translations/", "kb/static/", "kb/search/dutch_")
"""Where length is no measure: catalogues, style sheets, which have their own order, and lists of words."""
PYTHON = list(files(ROOT, ".py"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_no_file_is_too_long() -> None:
    lengths = {named(path): len(path.read_bytes().splitlines()) for path in files(PACKAGE)}
    assert {n: length for n, length in lengths.items() if length > LONGEST and not n.startswith(MADE)} == {}


def test_no_file_is_named_after_nothing() -> None:
    nothing = {"utils", "util", "helpers", "misc", "common", "tools", "functions"}
    assert [named(path) for path in PYTHON if path.stem in nothing or path.parent.name in nothing] == []


def test_every_folder_of_modules_is_a_package() -> None:
    folders = {path.parent for path in files(PACKAGE, ".py")}
    assert [named(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


class TestPackaging:
    def patterns(self) -> list[str]:
        setup = ConfigParser()
        setup.read(ROOT / "setup.cfg", encoding="utf-8")
        return setup["options.package_data"]["kb"].split()

    def shipped(self, name: str) -> bool:
        # As setuptools does it: "**" is any depth, "*" stays within a folder.
        for pattern in self.patterns():
            regex = re.escape(pattern).replace(r"/\*\*", "/.+").replace(r"\*", "[^/]*")
            if re.fullmatch(regex, name):
                return True
        return False

    def test_every_file_ships(self) -> None:
        there = [
            path.relative_to(PACKAGE).as_posix()
            for path in PACKAGE.rglob("*")
            if path.is_file() and path.suffix not in {".py", ".pyc"}
        ]
        assert len(there) > 40
        assert [name for name in there if not self.shipped(name)] == []

    @pytest.mark.parametrize(
        "name",
        [
            "py.typed",
            "cases/case.schema.json",
            "cases/samples/duiven-west.yaml",
            "migrations/env.py",
            "migrations/versions/v0001_cases.py",
            "static/css/site.css",
            "static/vendor/htmx-4.0.1/htmx.min.js",
            "templates/base.html",
            "templates/macros/cards.html",
            "translations/nl/LC_MESSAGES/messages.mo",
        ],
    )
    def test_it_is_found_as_a_resource(self, name: str) -> None:
        assert resources("kb").joinpath(name).is_file()
        assert name.endswith(".py") or self.shipped(name)

    def test_what_is_not_there_is_not_asked_for(self) -> None:
        for pattern in self.patterns():
            assert list(PACKAGE.glob(pattern.replace("/**", "/**/*"))), pattern


VENDORED = [
    folder
    for vendor in (PACKAGE / "static" / "vendor", ROOT / "tests" / "browser" / "vendor")
    for folder in vendor.iterdir()
    if folder.is_dir()
]


class TestVendored:
    @pytest.mark.parametrize("folder", VENDORED, ids=named)
    def test_each_has_its_version_and_licence(self, folder: Path) -> None:
        assert re.fullmatch(r"[a-z-]+-\d+\.\d+\.\d+", folder.name)
        assert [
            path for path in folder.iterdir() if path.name.startswith("LICENSE") and path.stat().st_size > 500
        ]

    def test_there_is_no_other_place_for_them(self) -> None:
        places = {path.parent for path in VENDORED}
        assert {path for name in ("kb", "tests") for path in (ROOT / name).rglob("vendor")} == places

    def test_each_is_told(self) -> None:
        told = (PACKAGE / "static" / "vendor" / "README.md").read_text(encoding="utf-8")
        folders = [folder for folder in VENDORED if PACKAGE in folder.parents]
        assert len(folders) >= 4
        assert all(f"`{folder.name}/`" in told for folder in folders)

    def test_no_page_names_a_folder_that_is_gone(self) -> None:
        named_in_pages = set()
        for path in [*files(PACKAGE, ".html"), *files(PACKAGE, ".css")]:
            named_in_pages |= set(
                re.findall(r"vendor/([a-z-]+-[\d.]+\d)/([\w./-]+)", path.read_text(encoding="utf-8"))
            )
        assert named_in_pages
        for folder, name in named_in_pages:
            assert (PACKAGE / "static" / "vendor" / folder / name).is_file()


EXCEPTION = re.compile(r"noqa|type:\s*ignore|pragma|ruff:|flake8:|mypy:|pylint|fmt: off")
REASONED = re.compile(
    r"^# (?:noqa: [A-Z]+\d+(?:, [A-Z]+\d+)* - |type: ignore\[[a-z-]+(?:, ?[a-z-]+)*\]  # )\S+ \S+"
)
"""How an exception is written: for this line alone, with its rule, and why."""


class TestExceptions:
    """Every rule that is set aside has its reason beside it."""

    def test_in_the_code(self) -> None:
        without = []
        for path in [*PYTHON, *files(ROOT, ".pyi")]:
            with path.open("rb") as file:
                for token in tokenize.tokenize(file.readline):
                    if token.type == tokenize.COMMENT and EXCEPTION.search(token.string):
                        without += [] if REASONED.search(token.string) else [(named(path), token.string)]
        assert without == []

    def test_in_pyproject(self) -> None:
        text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        lint = tomllib.loads(text)["tool"]["ruff"]["lint"]
        codes = [*lint["ignore"], *(code for codes in lint["per-file-ignores"].values() for code in codes)]
        assert lint["select"] == ["ALL"]
        assert len(codes) > 20
        with_reason = re.findall(r'^ +"([A-Z]+\d*)", +# \w+.*$', text, re.MULTILINE)
        assert sorted(with_reason) == sorted(codes)

    def test_in_setup(self) -> None:
        lines = (ROOT / "setup.cfg").read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if line.strip().startswith("ignore:"):
                assert lines[number - 1].strip().startswith("# ")
            if line.startswith("[mypy-"):
                assert lines[number - 1].startswith("# ")
        assert "    error" in lines  # warnings are


class TestMake:
    def test_every_word_is_explained(self) -> None:
        targets = set(re.findall(r"^([a-z][a-z-]*):(?!=)", MAKEFILE, re.MULTILINE))
        explained = set(re.findall(r"^([a-z][a-z-]*):(?!=).* ## \S", MAKEFILE, re.MULTILINE))
        assert {"help", "start", "test", "lint", "check"} <= targets
        assert targets == explained

    def test_every_word_works_whatever_files_there_are(self) -> None:
        targets = set(re.findall(r"^([a-z][a-z-]*):(?!=)", MAKEFILE, re.MULTILINE))
        (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
        assert set(phony.split()) == targets

    def test_help_lists_them(self) -> None:
        make = shutil.which("make")
        assert make
        done = subprocess.run(
            [make, "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
        assert {line.split()[0] for line in done.stdout.splitlines()} == set(phony.split())


def test_the_text_of_the_licence_is_there() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in text
