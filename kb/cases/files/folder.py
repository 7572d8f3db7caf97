"""Keeps files in a folder of the data folder.

A file is written aside, brought to the disk and then moved to its place, so a power cut or a full disk leaves nothing half.
"""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import IO

from kb.cases.files.shelf import CHECKSUM, checksum, place
from kb.core import DataError

_ASIDE = ".incoming-"
_NOT_THERE = (FileNotFoundError, NotADirectoryError)


class FolderShelf:
    """The files under one folder, which is made when the first one comes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Return where the file with this checksum stands, or would stand. Raises ValueError: it is no checksum."""
        return self.folder / place(sha256)

    def put(self, data: bytes) -> str:
        """Keep a file and return its checksum; see `Shelf`."""
        sha256 = checksum(data)
        try:
            if self.size(sha256) != len(data):
                _write(self.path(sha256), data)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise DataError("There is no room left on the disk for this file.") from error
            raise DataError(f"The file can't be written to the data folder: {error.strerror}.") from error
        return sha256

    def size(self, sha256: str) -> int | None:
        """Return how many bytes a file has; see `Shelf`."""
        path = self.path(sha256)
        try:
            return path.stat().st_size
        except _NOT_THERE:
            return None
        except OSError as error:
            raise _unreadable(error) from error

    def open(self, sha256: str) -> IO[bytes] | None:
        """Return a file to read from; see `Shelf`."""
        path = self.path(sha256)
        try:
            return path.open("rb")
        except _NOT_THERE:
            return None
        except OSError as error:
            raise _unreadable(error) from error

    def remove(self, sha256: str) -> None:
        """Remove a file; see `Shelf`."""
        path = self.path(sha256)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise DataError(f"The file can't be removed from the data folder: {error.strerror}.") from error

    @property
    def size_used(self) -> int:
        """The bytes all files take together."""
        return sum(
            path.stat().st_size
            for path in self.folder.glob("[0-9a-f][0-9a-f]/*")
            if CHECKSUM.fullmatch(path.name)
        )

    def close(self) -> None:
        """Let go of nothing: a folder is not kept open."""


def _unreadable(error: OSError) -> DataError:
    return DataError(f"The file can't be read from the data folder: {error.strerror}.")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_ASIDE, dir=path.parent)
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
