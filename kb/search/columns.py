"""A file of named arrays: what is known of a segment's documents besides their words.

It is written once and never changed. A reader maps it into memory, so that opening takes no longer for a large one and
only what is looked at is read. On disk: the length of a head of JSON, the head, then the arrays as they are, little-endian,
each at a multiple of 8 bytes.
"""

from __future__ import annotations

import json
import mmap
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_LENGTH: Final = struct.Struct("<Q")
_STEP: Final = 8


def packed(value: Any) -> NDArray[np.uint8]:
    """Return anything that JSON can say as an array, to stand among the others; `Columns.value` gives it back."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return np.frombuffer(text.encode(), np.uint8)


def write(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays of one dimension to a new file. Raises OSError when that fails."""
    places, at = {}, 0
    for name, values in arrays.items():
        places[name] = (values.dtype.newbyteorder("<").str, at, len(values))
        at += _padded(values.nbytes)
    head = json.dumps(places).encode()
    head += b" " * (_padded(len(head)) - len(head))
    with path.open("xb") as file:
        file.write(_LENGTH.pack(len(head)) + head)
        for values in arrays.values():
            file.write(values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes())
            file.write(b"\0" * (_padded(values.nbytes) - values.nbytes))


class Columns:
    """The arrays of such a file. They can't be written to, and stay good when the file is deleted."""

    def __init__(self, path: Path) -> None:
        """Map a file. Raises OSError or ValueError when it can't be read or is none of these."""
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if len(self._map) < _LENGTH.size:
            raise ValueError(path.name)
        (length,) = _LENGTH.unpack_from(self._map)
        self._start = _LENGTH.size + length
        self._places: dict[str, tuple[str, int, int]] = json.loads(self._map[_LENGTH.size : self._start])
        sizes = (at + count * np.dtype(kind).itemsize for kind, at, count in self._places.values())
        if len(self._map) < self._start + max(sizes, default=0):
            raise ValueError(path.name)

    def __contains__(self, name: str) -> bool:
        """Whether there is an array of that name."""
        return name in self._places

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return an array. Raises KeyError when there is none of that name."""
        kind, at, length = self._places[name]
        return np.frombuffer(self._map, np.dtype(kind), length, self._start + at)

    def named(self, beginning: str) -> list[str]:
        """Return the names that begin so, in the order in which they were written."""
        return [name for name in self._places if name.startswith(beginning)]

    def value(self, name: str) -> Any:
        """Return what `packed` made into an array."""
        return json.loads(self[name].tobytes())


def _padded(size: int) -> int:
    return -(-size // _STEP) * _STEP
