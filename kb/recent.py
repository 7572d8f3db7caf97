"""Holding in memory what is asked again and again, up to so many bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Values by key, for all threads. Where they take more than `limit` bytes, those unused for longest go first.

    `size` says how many bytes a value takes, the same each time.
    """

    def __init__(self, limit: int, size: Callable[[Value], int]) -> None:
        self.bytes = 0
        self._limit = limit
        self._size = size
        self._lock = Lock()
        self._held: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """Return the value of a key, or None when it is not held."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, key: Key, value: Value) -> None:
        """Hold a value for as long as there is room; the one that a key has already stays."""
        with self._lock:
            if key in self._held:
                return
            self._held[key] = value
            self.bytes += self._size(value)
            while self.bytes > self._limit:
                _, dropped = self._held.popitem(last=False)
                self.bytes -= self._size(dropped)
