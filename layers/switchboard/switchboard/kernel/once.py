"""Read a value once for each key, also if several threads ask at the same time."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Once(Generic[K, V]):
    """The values of `read`, for the life of a batch. A thread that asks during the read of its key waits for the value.

    A failed read is not remembered: the next thread reads again.
    """

    def __init__(self, read: Callable[[K], V]) -> None:
        self._read = read
        self._values: dict[K, V] = {}
        self._locks: dict[K, Lock] = {}
        self._lock = Lock()

    def __call__(self, key: K) -> V:
        """Return the value of a key. Raises what `read` raises."""
        if key not in self._values:
            with self._lock:
                reading = self._locks.setdefault(key, Lock())
            with reading:
                if key not in self._values:
                    self._values[key] = self._read(key)
        return self._values[key]
