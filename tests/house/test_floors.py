"""Imports go down only, and each library stays in its room."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

from tests.house.project import PACKAGE, ROOT, files, named

MODULES = list(files(PACKAGE, ".py"))

# Who may use what, by the start of the module's name; what is not named here is free.
HOMES: dict[str, tuple[str, ...]] = {
    "flask": (
        "kb/__init__.py",
        "kb/accounts/door.py",
        "kb/accounts/forms/",
        "kb/accounts/views/",
        "kb/accounts/words.py",
        "kb/admin/",
        "kb/api/views.py",
        "kb/cases/fields.py",
        "kb/cases/forms/",
        "kb/cases/consent_presenter.py",
        "kb/cases/history_presenter.py",
        "kb/cases/letters.py",
        "kb/cases/presenters.py",
        "kb/cases/review_presenter.py",
        "kb/cases/recognising_form.py",
        "kb/cases/review_words.py",
        "kb/cases/views/",
        "kb/cases/words.py",
        "kb/events/board_page.py",
        "kb/events/event_page.py",
        "kb/events/forms/",
        "kb/events/harvest_page.py",
        "kb/events/letters.py",
        "kb/events/participants_page.py",
        "kb/events/presenters.py",
        "kb/events/report_files.py",
        "kb/events/report_page.py",
        "kb/events/views/",
        "kb/events/when.py",
        "kb/events/words.py",
        "kb/pages/",
        "kb/serving.py",
        "kb/web/",
    ),
    "psycopg": ("kb/backends.py", "kb/search/postgres_"),
    "sqlite3": ("kb/backends.py",),
    "whoosh": (
        "kb/search/codec.py",
        "kb/search/segments.py",
        "kb/search/snapshot.py",
        "kb/search/whoosh_engine.py",
    ),
    "rapidfuzz": ("kb/search/spelling.py",),
    "simplemma": ("kb/search/stemming.py",),
    "Stemmer": ("kb/search/stemming.py",),
    "alembic": ("kb/db.py", "kb/migrations/"),
    "waitress": ("kb/serving.py",),
    "click": ("kb/cli/",),
    "yaml": ("kb/cases/format/",),
    "jsonschema": ("kb/cases/format/",),
    "nh3": ("kb/markup.py",),
    "markdown_it": ("kb/markup.py",),
    "argon2": ("kb/accounts/passwords.py",),
    "pyotp": ("kb/accounts/two_step.py",),
    "segno": ("kb/accounts/two_step.py", "kb/events/views/board.py"),
    "icalendar": ("kb/events/calendar.py",),
    "limits": ("kb/web/limits.py",),
    "mammoth": ("kb/cases/word_file/convert.py",),
    "markdownify": ("kb/cases/word_file/convert.py",),
    "bs4": ("kb/cases/word_file/convert.py",),
    "docx": ("kb/events/report_files.py",),
    "numpy": (
        "kb/search/postgres_engine.py",
        "kb/search/postgres_segments.py",
        "kb/search/postgres_tables.py",
        "kb/search/postgres_writer.py",
        "kb/search/codec.py",
        "kb/search/columns.py",
        "kb/search/facets.py",
        "kb/search/segments.py",
        "kb/search/signature.py",
        "kb/search/snapshot.py",
        "kb/search/whoosh_engine.py",
    ),
    "prometheus_client": ("kb/pages/metrics.py",),
    "boto3": ("kb/cases/files/bucket.py",),
    "PIL": ("kb/cases/files/pictures.py",),
    "smtplib": ("kb/mail/line.py",),
}
SAME = {
    "flask_babel": "flask",
    "flask_login": "flask",
    "flask_wtf": "flask",
    "wtforms": "flask",
    "werkzeug": "flask",
    "babel": "flask",
    "botocore": "boto3",
    "urllib3": "boto3",
}


def imported(path: Path) -> Iterator[str]:
    """Yield the full names of what a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_contract_is_kept() -> None:
    # In a process of its own: the linter silences the loggers of whoever calls it.
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    options = ["--no-cache", "--no-logo", "--config", "setup.cfg"]
    done = subprocess.run(
        [sys.executable, "-c", program, *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_the_contract_of_floors_knows_every_room() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    floors = setup["importlinter:contract:floors"]
    assert floors["type"] == "layers"
    assert floors["exhaustive"] == "True"
    rooms = {name.strip() for line in floors["layers"].split("\n") for name in line.split("|")} - {""}
    rooms |= set(floors["exhaustive_ignores"].split())
    there = {path.stem for path in PACKAGE.glob("*.py")} | {
        path.parent.name for path in PACKAGE.glob("*/__init__.py")
    }
    assert rooms == there - {"__init__"}


def test_each_library_stays_in_its_room() -> None:
    astray = []
    for path in MODULES:
        for name in imported(path):
            library = name.split(".")[0]
            homes = HOMES.get(SAME.get(library, library))
            if homes and not named(path).startswith(homes):
                astray.append((named(path), library))
    assert astray == []


def test_nobody_imports_the_door() -> None:
    """`create_app` puts the house together; only who opens a door of it calls it."""
    found = {named(path) for path in MODULES if "kb.create_app" in imported(path)}
    assert found == {"kb/cli/search.py", "kb/serving.py"}


def test_the_analysis_alone_loads_no_flask() -> None:

    program = "import sys, kb.search.analysis, kb.cases.format; print(*sorted({n.split('.')[0] for n in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert "kb" in loaded.split()
    assert not {"flask", "werkzeug", "sqlalchemy", "whoosh"} & set(loaded.split())
