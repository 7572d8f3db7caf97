"""Files are kept whole or not at all, once each, and only under their checksum; in a folder as in a bucket."""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb.cases.files import Shelf, shelf_for
from kb.cases.files.folder import FolderShelf
from kb.core import DataError
from kb.uploads_url import bucket as read
from tests.storage import Emptied

DATA = b"een bestand"
SHA = hashlib.sha256(DATA).hexdigest()
OTHER = hashlib.sha256(b"een ander bestand").hexdigest()
LARGE = os.urandom(1_500_000)

Spoil = Callable[[bytes], None]
"""Puts other bytes where `DATA` stands, past the shelf."""


def content(shelf: Shelf, sha256: str = SHA) -> bytes | None:
    file = shelf.open(sha256)
    if file is None:
        return None
    with file:
        return file.read()


@pytest.fixture(params=["folder", "bucket"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def shelf(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Shelf]:
    url = request.getfixturevalue("bucket").url if kind == "bucket" else ""
    shelf = shelf_for(read(url), tmp_path / "uploads")
    yield shelf
    shelf.close()


@pytest.fixture
def names(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], list[str]]:
    """Give what tells the names of all that is kept, left-overs too."""
    if kind == "bucket":
        bucket: Emptied = request.getfixturevalue("bucket")
        return bucket.names

    def in_folder() -> list[str]:
        return [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]

    return in_folder


@pytest.fixture
def spoil(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Spoil:
    where = f"uploads/{SHA[:2]}/{SHA}"
    if kind == "bucket":
        bucket: Emptied = request.getfixturevalue("bucket")
        return lambda data: bucket.client.put_object(Bucket=bucket.name, Key=where, Body=data)

    def in_folder(data: bytes) -> None:
        (tmp_path / where).write_bytes(data)

    return in_folder


class TestBoth:
    def test_a_file_is_kept_under_its_checksum(self, shelf: Shelf, names: Callable[[], list[str]]) -> None:
        assert shelf.size_used == 0
        assert shelf.put(DATA) == SHA
        assert content(shelf) == DATA
        assert shelf.size(SHA) == shelf.size_used == len(DATA)
        assert names() == [f"uploads/{SHA[:2]}/{SHA}"]

    def test_what_is_not_there(self, shelf: Shelf) -> None:
        assert (shelf.size(SHA), shelf.open(SHA)) == (None, None)
        shelf.put(DATA)
        assert (shelf.size(OTHER), shelf.open(OTHER)) == (None, None)

    def test_a_large_file(self, shelf: Shelf) -> None:
        sha256 = shelf.put(LARGE)
        assert content(shelf, sha256) == LARGE
        assert shelf.size(sha256) == len(LARGE)

    def test_it_can_be_read_from_the_middle(self, shelf: Shelf) -> None:
        shelf.put(DATA)
        file = shelf.open(SHA)
        assert file
        with file:
            assert file.seek(4) == 4
            assert file.read(7) == b"bestand"

    def test_keeping_it_again_changes_nothing(
        self, shelf: Shelf, names: Callable[[], list[str]], kind: str, request: pytest.FixtureRequest
    ) -> None:
        def made() -> object:
            if kind == "folder":
                (path,) = request.getfixturevalue("tmp_path").glob("uploads/*/*")
                return path.stat().st_ino
            bucket: Emptied = request.getfixturevalue("bucket")
            return bucket.client.head_object(Bucket=bucket.name, Key=names()[0])["Metadata"]

        shelf.put(DATA)
        if kind == "bucket":
            bucket: Emptied = request.getfixturevalue("bucket")
            bucket.client.put_object(Bucket=bucket.name, Key=names()[0], Body=DATA, Metadata={"mine": "yes"})
        before = made()
        assert shelf.put(DATA) == SHA
        assert made() == before
        assert len(names()) == 1

    @pytest.mark.parametrize("half", [b"", b"half"])
    def test_a_half_file_from_elsewhere_is_mended(self, shelf: Shelf, spoil: Spoil, half: bytes) -> None:
        shelf.put(DATA)
        spoil(half)
        assert shelf.size(SHA) == len(half)
        shelf.put(DATA)
        assert content(shelf) == DATA

    def test_removing_it(self, shelf: Shelf, names: Callable[[], list[str]]) -> None:
        shelf.put(DATA)
        shelf.remove(SHA)
        shelf.remove(SHA)
        assert names() == []
        assert shelf.size_used == 0
        assert shelf.put(DATA) == SHA

    @pytest.mark.parametrize(
        "name", ["", "..", "../../etc/passwd", SHA.upper(), SHA + "\n", SHA[:-1], "/" + SHA[1:], SHA + "\0"]
    )
    def test_17_nothing_but_a_checksum_becomes_a_name(self, shelf: Shelf, name: str) -> None:
        for ask in (shelf.size, shelf.open, shelf.remove):
            with pytest.raises(ValueError, match="not a SHA-256"):
                ask(name)

    def test_many_at_once(self, shelf: Shelf, names: Callable[[], list[str]]) -> None:
        found: list[str] = []
        threads = [threading.Thread(target=lambda: found.append(shelf.put(DATA))) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [SHA] * 12
        assert len(names()) == 1
        assert content(shelf) == DATA

    def test_what_else_is_there_does_not_count(self, shelf: Shelf, kind: str, tmp_path: Path) -> None:
        shelf.put(DATA)
        shelf.put(LARGE)
        if kind == "folder":  # what a power cut may leave
            (tmp_path / "uploads" / SHA[:2] / ".incoming-x").write_bytes(bytes(1000))
        assert shelf.size_used == len(DATA) + len(LARGE)

    def test_closed_it_opens_again_when_asked(self, shelf: Shelf) -> None:
        shelf.put(DATA)
        shelf.close()
        shelf.close()
        assert content(shelf) == DATA


class TestFolder:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> FolderShelf:
        return FolderShelf(tmp_path / "uploads")

    @pytest.mark.parametrize("step", ["fsync", "replace"])
    def test_a_full_disk_leaves_nothing_half(
        self, folder: FolderShelf, step: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_arguments: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os if step == "fsync" else Path, step, full)
        with pytest.raises(DataError, match="no room left on the disk"):
            folder.put(DATA)
        assert [path for path in folder.folder.rglob("*") if path.is_file()] == []
        monkeypatch.undo()
        assert folder.put(DATA) == SHA

    def test_one_that_can_not_be_made_is_told(self, tmp_path: Path, folder: FolderShelf) -> None:
        (tmp_path / "uploads").write_text("a file stands in the way")
        with pytest.raises(DataError, match="can't be written"):
            folder.put(DATA)
        assert folder.size(SHA) is None

    def test_one_that_can_not_be_read_is_told(self, folder: FolderShelf) -> None:
        folder.path(SHA).parent.mkdir(parents=True)
        folder.path(SHA).parent.joinpath(SHA).symlink_to(SHA)  # to itself, without end
        for ask in (folder.size, folder.open):
            with pytest.raises(DataError, match="can't be read from the data folder: Too many levels"):
                ask(SHA)
