"""docs/settings.md says of every setting what the program says of it, and of no other."""

from __future__ import annotations

import re

import pytest

from kb.config import SETTINGS, Setting
from tests.house.project import DOCS, PACKAGE, ROOT, files, named

TEXT = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(KB_[A-Z_]+)` \| *(?:`([^`]*)`)? *\| (.+) \|$", re.MULTILINE)
OUTSIDE = {
    "KB_DATA",
    "KB_CHROMIUM",
    "KB_REQUIRE_BROWSER",
    "KB_REQUIRE_NGINX",
    "KB_REQUIRE_POSTGRES",
    "KB_TEST_DATABASE_URL",
}
"""Read from the environment alone."""


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_told_in_its_own_words(setting: Setting) -> None:
    rows = [row for row in ROW.findall(TEXT) if row[0] == setting.name]
    assert rows == [(setting.name, setting.default, setting.meaning)]


def test_no_other_is_told() -> None:
    assert {name for name, _, _ in ROW.findall(TEXT)} == {setting.name for setting in SETTINGS} | OUTSIDE


@pytest.mark.parametrize(
    "path", [*DOCS, ROOT / ".ci" / "run", ROOT / "Makefile", *files(PACKAGE, ".py")], ids=named
)
def test_every_setting_that_is_spoken_of_exists(path: str) -> None:
    spoken_of = set(re.findall(r"\bKB_[A-Z_]+\b", (ROOT / path).read_text(encoding="utf-8")))
    assert spoken_of <= {setting.name for setting in SETTINGS} | OUTSIDE
