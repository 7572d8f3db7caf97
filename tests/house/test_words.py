"""What may stand in our files: the project's own words, and nothing of the machine it was made on."""

from __future__ import annotations

import re

from tests.house.project import ROOT, files, named

TEXTS = [
    path
    for path in files()
    if path.suffix
    in {".cfg", ".css", ".html", ".ini", ".jinja", ".js", ".json", ".mako", ".md", ".po", ".pyi"}
    or path.suffix in {".py", ".svg", ".toml", ".tsv", ".txt", ".typed", ".yaml", ".yml"}
    or path.name in {"Makefile", "run", ".gitignore"}
]
TIDY = frozenset({".cfg", ".css", ".html", ".js", ".json", ".md", ".py", ".toml", ".yaml"})
# Put together here, so that this file does not hold them itself.
FOREIGN = re.compile(
    "|".join(
        [
            r"(?<![\w.-])/" + r"(?:root|home/\w+|Users/\w+|work|mnt|workspace)/",
            r"\.\./" + "shared",
            r"[A-Z]:" + r"\\\\Users",
            r"(?<![\w.-])/tmp" + "/",
            r"\b(?:TO" + r"DO|FIX" + r"ME|HA" + r"CK)\b",
            "<<<<<<" + "<|>>>>>>" + ">",
        ]
    )
)


def test_the_files_are_found() -> None:
    assert len(TEXTS) > 100
    names = {named(path) for path in TEXTS}
    assert {"Makefile", "README.md", ".ci/run", "kb/cli/base.py", "kb/templates/base.html"} <= names
    assert not [name for name in names if "/vendor/" in name or name.startswith((".venv", "instance"))]


def test_no_path_of_a_machine_and_nothing_left_over() -> None:
    found = {named(path): FOREIGN.findall(path.read_text(encoding="utf-8")) for path in TEXTS}
    assert {name: words for name, words in found.items() if words} == {}


def test_plain_text() -> None:
    """UTF-8 and no carriage returns; no tab but where make needs it, no space at a line's end, one line end at the end."""
    wrong = []
    for path in TEXTS:
        text = path.read_bytes().decode()
        if "\r" in text or text.startswith("\ufeff"):
            wrong.append(path)
        if path.suffix in TIDY and text:
            ends = text.endswith("\n") and not text.endswith("\n\n")
            if not ends or "\t" in text or re.search(r"[ \t]$", text, re.MULTILINE):
                wrong.append(path)
    assert [named(path) for path in wrong] == []


def test_one_word_for_one_thing() -> None:
    """The words of the house; the left one is not used in our Python names."""
    others = re.compile(
        r"\b(?:class|def) \w*(?:practice_?case|insight|keyword_tag|project_case)\w*", re.IGNORECASE
    )
    for path in files(ROOT / "kb", ".py"):
        assert others.findall(path.read_text(encoding="utf-8")) == []
