"""The one cache of the hub: a bounded mapping with a lock. The threads of a batch and of a web server share caches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import suppress
from threading import RLock
from time import monotonic
from typing import Any, TypeVar

from cachetools import LRUCache, TTLCache

K = TypeVar("K")
V = TypeVar("V")


class Remembered(MutableMapping[K, V]):
    """The `most` entries that were used last, each for `seconds` after its writing (None: without end).

    Each operation is atomic. Read with `get`: between a test with `in` and a read, an entry may be gone. `timer`
    returns seconds.
    """

    def __init__(self, most: int, seconds: float | None = None, timer: Callable[[], float] = monotonic) -> None:
        self._entries: MutableMapping[K, V] = LRUCache(most) if seconds is None else TTLCache(most, seconds, timer)
        self._lock = RLock()

    def __getitem__(self, key: K) -> V:
        """Return an entry. Raises KeyError if the entry is not there, or no longer."""
        with self._lock:
            return self._entries[key]

    def __setitem__(self, key: K, value: V) -> None:
        """Write an entry."""
        with self._lock:
            self._entries[key] = value

    def __delitem__(self, key: K) -> None:
        """Remove an entry. Raises KeyError."""
        with self._lock:
            del self._entries[key]

    def __iter__(self) -> Iterator[K]:
        """Yield the keys of this moment."""
        with self._lock:
            return iter(list(self._entries))

    def __len__(self) -> int:
        """Return the number of entries."""
        with self._lock:
            return len(self._entries)

    def pop(self, key: K, default: Any = None) -> Any:
        """Remove and return an entry; `default` without one. Never raises."""
        with self._lock:
            found = self._entries.get(key, default)
            with suppress(KeyError):  # the entry ends between two looks at the clock
                del self._entries[key]
            return found

    def setdefault(self, key: K, default: Any = None) -> Any:
        """Return an entry, written with `default` if there was none."""
        with self._lock:
            found = self._entries.get(key)
            if found is None:
                found = self._entries[key] = default
            return found
