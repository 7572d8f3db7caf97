"""Files are kept whole or not at all, once each, and only under their checksum."""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from pathlib import Path

import pytest

from kb.cases.files import Shelf
from kb.core import DataError

DATA = b"een bestand"
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "uploads")


def everything(shelf: Shelf) -> list[str]:
    return [path.name for path in shelf.folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_under_its_checksum(shelf: Shelf) -> None:
    assert shelf.size_used == 0
    assert shelf.put(DATA) == SHA
    assert shelf.path(SHA) == shelf.folder / SHA[:2] / SHA
    assert shelf.path(SHA).read_bytes() == DATA
    assert shelf.size_used == len(DATA)


def test_keeping_it_again_changes_nothing(shelf: Shelf) -> None:
    shelf.put(DATA)
    before = shelf.path(SHA).stat()
    assert shelf.put(DATA) == SHA
    assert shelf.path(SHA).stat().st_ino == before.st_ino
    assert everything(shelf) == [SHA]


def test_a_half_file_from_elsewhere_is_mended(shelf: Shelf) -> None:
    shelf.put(DATA)
    shelf.path(SHA).write_bytes(b"half")
    shelf.put(DATA)
    assert shelf.path(SHA).read_bytes() == DATA


def test_removing_it(shelf: Shelf) -> None:
    shelf.put(DATA)
    shelf.remove(SHA)
    shelf.remove(SHA)
    assert everything(shelf) == []
    assert shelf.size_used == 0
    assert shelf.put(DATA) == SHA


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", SHA.upper(), SHA + "\n", SHA[:-1], "/" + SHA[1:], SHA + "\0"]
)
def test_17_nothing_but_a_checksum_becomes_a_path(shelf: Shelf, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        shelf.path(name)
    with pytest.raises(ValueError, match="not a SHA-256"):
        shelf.remove(name)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_leaves_nothing_half(shelf: Shelf, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os if step == "fsync" else Path, step, full)
    with pytest.raises(DataError, match="no room left on the disk"):
        shelf.put(DATA)
    assert everything(shelf) == []
    monkeypatch.undo()
    assert shelf.put(DATA) == SHA


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "uploads").write_text("a file stands in the way")
    with pytest.raises(DataError, match="can't be written"):
        Shelf(tmp_path / "uploads").put(DATA)


def test_many_at_once(shelf: Shelf) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(shelf.put(DATA))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [SHA] * 12
    assert everything(shelf) == [SHA]
    assert shelf.path(SHA).read_bytes() == DATA


def test_a_left_over_of_a_power_cut_does_not_count(shelf: Shelf) -> None:
    shelf.put(DATA)
    (shelf.path(SHA).parent / ".incoming-x").write_bytes(bytes(1000))
    assert shelf.size_used == len(DATA)
