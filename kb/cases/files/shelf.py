"""Keeps files by the checksum of their content, in a folder of the data folder.

Equal content is kept once, a file never changes once it is there, and a name from outside never becomes a path. A file
is written aside, brought to the disk and then moved to its place, so a power cut or a full disk leaves nothing half.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
from pathlib import Path

from kb.core import DataError

_CHECKSUM = re.compile(r"[0-9a-f]{64}")
_ASIDE = ".incoming-"


class Shelf:
    """The files under one folder, which is made when the first one comes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Return where the file with this checksum stands, or would stand.

        Raises:
            ValueError: it is no checksum.

        """
        if not _CHECKSUM.fullmatch(sha256):
            raise ValueError("not a SHA-256 checksum in lower-case hexadecimals")
        return self.folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Keep a file and return its checksum; keeping it again changes nothing.

        Raises:
            DataError: it can't be written.

        """
        checksum = hashlib.sha256(data).hexdigest()
        place = self.path(checksum)
        try:
            if not _holds(place, len(data)):
                _write(place, data)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise DataError("There is no room left on the disk for this file.") from error
            raise DataError(f"The file can't be written to the data folder: {error.strerror}.") from error
        return checksum

    def remove(self, sha256: str) -> None:
        """Remove a file; nothing happens when it is not there.

        Raises:
            DataError: it can't be removed.

        """
        place = self.path(sha256)
        try:
            place.unlink(missing_ok=True)
        except OSError as error:
            raise DataError(f"The file can't be removed from the data folder: {error.strerror}.") from error

    @property
    def size_used(self) -> int:
        """The bytes all files take together."""
        return sum(
            path.stat().st_size
            for path in self.folder.glob("[0-9a-f][0-9a-f]/*")
            if _CHECKSUM.fullmatch(path.name)
        )


def _holds(place: Path, size: int) -> bool:
    """Tell whether the file is there and whole."""
    try:
        return place.stat().st_size == size
    except FileNotFoundError:
        return False


def _write(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_ASIDE, dir=place.parent)
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(place)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
