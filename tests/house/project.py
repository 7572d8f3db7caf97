"""The project's own files, as the tests about the house look at them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "kb"
DOCS = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))

_NOT_OURS = frozenset({"__pycache__", "build", "dist", "instance", "vendor", "out"})
"""Folders with what was made by running, and with other people's files."""


def files(folder: Path = ROOT, suffix: str = "") -> Iterator[Path]:
    """Yield our own files in the folder and below it: nothing hidden but `.ci`, made or vendored."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            hidden = path.name.startswith(".") and path.name != ".ci"
            if not (hidden or path.name in _NOT_OURS or path.suffix == ".egg-info"):
                yield from files(path, suffix)
        elif path.name.endswith(suffix):
            yield path


def named(path: Path) -> str:
    """Return a path as people name it, from the project's root."""
    return path.relative_to(ROOT).as_posix()
