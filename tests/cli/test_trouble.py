"""When the data can't be used: one clear line, exit 1, and nothing is touched."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kb import backends
from tests.cli.conftest import Run
from tests.cli.test_commands import COMMANDS

OPENING = [name for name in COMMANDS if name not in {"start", "search analyse", "db upgrade", "migrate-data"}]
"""The commands that need a knowledge base to be there."""
pytestmark = pytest.mark.sqlite
ALL = [*OPENING, "db upgrade", "start"]


def files(data: Path) -> dict[Path, bytes]:
    """Return what is in the data folder but for SQLite's own files, which come and go."""
    return {
        path: path.read_bytes()
        for path in data.rglob("*")
        if path.is_file() and path.suffix not in {".sqlite3-wal", ".sqlite3-shm"}
    }


@pytest.mark.parametrize("name", OPENING)
def test_no_knowledge_base_there(kb: Run, tmp_path: Path, name: str) -> None:
    data = tmp_path / "none"
    why = kb(*name.split(), *COMMANDS[name], "--data", data).failed(data)
    assert why == f"There is no knowledge base in {data}; `kb start` makes one."
    assert not data.exists()


@pytest.mark.parametrize("name", ALL)
def test_a_database_of_a_newer_program(kb: Run, data: Path, name: str) -> None:
    with closing(sqlite3.connect(data / "kb.sqlite3")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = files(data)
    why = kb(*name.split(), *COMMANDS[name], "--data", data).failed(data)
    assert why == "The database was made by a newer version of this program; nothing was changed."
    assert files(data) == before


@pytest.mark.parametrize("name", OPENING)
def test_a_database_of_an_older_program(kb: Run, data: Path, name: str) -> None:
    with closing(sqlite3.connect(data / "kb.sqlite3")) as connection:
        connection.execute("DELETE FROM alembic_version")
        connection.commit()
    before = files(data)
    why = kb(*name.split(), *COMMANDS[name], "--data", data).failed(data)
    assert why == "The database is not at this program's version; `kb db upgrade` brings it there."
    assert files(data) == before


@pytest.mark.parametrize("name", ALL)
def test_random_bytes_for_a_database(kb: Run, data: Path, name: str) -> None:
    (data / "kb.sqlite3").write_bytes(os.urandom(9000))
    before = files(data)
    why = kb(*name.split(), *COMMANDS[name], "--data", data).failed(data)
    assert why == "The database can't be used: file is not a database."
    assert files(data) == before


@pytest.mark.parametrize("name", ["export", "search check", "search query", "search rebuild"])
def test_a_database_that_is_broken_inside(kb: Run, sample_data: Path, name: str) -> None:
    file = sample_data / "kb.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'case'").fetchone()
    content = bytearray(file.read_bytes())
    content[size * (page - 1) : size * page] = bytes(size)
    file.write_bytes(content)
    why = kb(*name.split(), *COMMANDS[name], "--data", sample_data).failed(sample_data)
    assert why == "The database can't be used: database disk image is malformed."


def test_a_database_that_others_keep_busy(kb: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "BUSY_TIMEOUT_MS", 10)
    with closing(sqlite3.connect(data / "kb.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = kb("import", "-", "--data", data, stdin=b'{"title": "x", "summary": "y"}\n')
        assert answer.failed(data) == "The database can't be used: database is locked."
        # Whoever only reads does not wait.
        for name in ("export", "db check", "search check", "search sync"):
            assert kb(*name.split(), "--data", data).code == 0


@pytest.mark.parametrize("name", ["start", "db upgrade"])
@pytest.mark.parametrize("inside", [True, False], ids=["under a file", "a file"])
def test_a_data_folder_that_cannot_be_written(kb: Run, tmp_path: Path, name: str, inside: bool) -> None:
    (tmp_path / "file").write_text("x")
    data = tmp_path / "file" / "data" if inside else tmp_path / "file"
    why = kb(*name.split(), "--data", data).failed(data)
    assert why.startswith(f"The data folder {data} can't be written: ")


@pytest.mark.parametrize("name", OPENING)
def test_a_data_folder_that_cannot_be_read(kb: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x")
    data = tmp_path / "file" / "data"
    why = kb(*name.split(), *COMMANDS[name], "--data", data).failed(data)
    assert why == f"{data / 'settings.toml'} can't be read: Not a directory."


def test_a_database_that_cannot_be_opened(kb: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_DATABASE_URL", f"sqlite:///{data / 'index'}")
    assert kb("export", "--data", data).failed(data) == (
        "The database can't be used: unable to open database file."
    )


@pytest.mark.parametrize("name", ALL)
def test_a_weak_secret_key(kb: Run, data: Path, name: str) -> None:
    (data / "secret-key").write_text("hunter2\n")
    why = kb(*name.split(), *COMMANDS[name], "--data", data).failed(data)
    assert why.startswith(f"The secret key in {data / 'secret-key'}: it is too weak; ")
    assert "hunter2" not in why


def test_no_secret_key_yet(kb: Run, data: Path) -> None:
    (data / "secret-key").write_text("")
    why = kb("search", "query", "wijk", "--data", data).failed(data)
    assert why == "There is no secret key; `kb start` makes one, or set KB_SECRET_KEY."
    assert kb("export", "--data", data).code == 0


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('KB_SITENAME = "x"', "has an unknown setting 'KB_SITENAME'"),
        ('KB_LANGUAGE = "fr"', "KB_LANGUAGE is 'fr': it may be nl or en"),
        ("KB_PROXIES = 1", 'KB_PROXIES must stand in quotes, such as KB_PROXIES = "1"'),
        ("KB_LANGUAGE: nl", "can't be read: "),
        ('KB_SITE_NAME = "\xe9"', "can't be read: "),
    ],
    ids=["unknown name", "wrong value", "not text", "not TOML", "not UTF-8"],
)
def test_a_wrong_setting(kb: Run, data: Path, name: str, text: str, why: str) -> None:
    (data / "settings.toml").write_text(text, encoding="latin-1")
    assert why in kb(*name.split(), *COMMANDS[name], "--data", data).failed(data)


def test_a_full_disk(kb: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "aside")

    monkeypatch.setattr("kb.cases.transfer.tempfile.TemporaryFile", full)
    answer = kb("import", "-", "--data", data, stdin=b'{"title": "x", "summary": "y"}\n')
    assert answer.failed(data) == "aside can't be used: No space left on device."
