"""Where the bytes of attachments are kept, each file under the SHA-256 checksum of its content.

Equal content is kept once, a file never changes once it is there, and a name from outside never becomes a path.
"""

from __future__ import annotations

import hashlib
import re
from typing import IO, Protocol

CHECKSUM = re.compile(r"[0-9a-f]{64}")


class Shelf(Protocol):
    """Keeps files. All that goes wrong with the place where they are is a DataError, in one sentence."""

    def put(self, data: bytes) -> str:
        """Keep a file and return its checksum; keeping it again changes nothing, and mends one that is not whole.

        Raises:
            DataError: it can't be written; nothing half is left.

        """

    def size(self, sha256: str) -> int | None:
        """Return how many bytes a file has; None when it is not there.

        Raises:
            ValueError: it is no checksum.
            DataError: nobody can tell.

        """

    def open(self, sha256: str) -> IO[bytes] | None:
        """Return a file to read from, at its beginning; None when it is not there. Who asks for it closes it.

        Raises:
            ValueError: it is no checksum.
            DataError: it can't be read.

        """

    def remove(self, sha256: str) -> None:
        """Remove a file; nothing happens when it is not there.

        Raises:
            ValueError: it is no checksum.
            DataError: it can't be removed.

        """

    @property
    def size_used(self) -> int:
        """The bytes all files take together. Raises DataError."""

    def close(self) -> None:
        """Let go of all connections."""


def checksum(data: bytes) -> str:
    """Return the name under which a file is kept."""
    return hashlib.sha256(data).hexdigest()


def place(sha256: str) -> str:
    """Return where the file with this checksum stands, or would stand, with "/" between folder and file.

    Raises:
        ValueError: it is no checksum.

    """
    if not CHECKSUM.fullmatch(sha256):
        raise ValueError("not a SHA-256 checksum in lower-case hexadecimals")
    return f"{sha256[:2]}/{sha256}"
