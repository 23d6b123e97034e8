"""Values that are read again after a while. While reading fails in an outage, the value that was read last serves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

from switchboard.kernel.remembered import Remembered

K = TypeVar("K")
V = TypeVar("V")

PAUSE = 10.0  # seconds between two attempts at a value that cannot be read


@dataclass(frozen=True, slots=True)
class Ages:
    """Seconds for which a value is fresh, and for which the value may serve in an outage, both since its reading."""

    fresh: float
    stale: float


@dataclass(slots=True)
class _Kept(Generic[V]):
    value: V
    read_at: float
    tried_at: float
    told: bool = False


def never_an_outage(error: Exception) -> bool:  # noqa: ARG001 - a port has it
    """Return False: every error is raised."""
    return False


@dataclass(frozen=True, slots=True)
class Outages:
    """What tells errors that pass by themselves, and what hears of a value that serves meanwhile."""

    is_outage: Callable[[Exception], bool] = never_an_outage
    told: Callable[[Exception], object] = lambda _: None


class LastKnown(Generic[K, V]):
    """The `most` values that were used last.

    `is_outage` tells errors that pass by themselves; any other error is raised. `told` hears of an outage once for each
    value, until the value is read again. Safe for threads. `timer` returns seconds.
    """

    def __init__(
        self,
        most: int,
        ages: Ages,
        is_outage: Callable[[Exception], bool] = never_an_outage,
        told: Callable[[Exception], object] = lambda _: None,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self._ages, self._is_outage, self._told, self._timer = ages, is_outage, told, timer
        self._entries: Remembered[K, _Kept[V]] = Remembered(most)
        self._lock = Lock()

    def get(self, key: K, read: Callable[[], V]) -> V:
        """Return a fresh value, or what `read` returns. Raises what `read` raises if no old value may serve.

        None is not kept.
        """
        now = self._timer()
        kept = self._entries.get(key)
        if kept and (now - kept.read_at < self._ages.fresh or self._pauses(kept, now)):
            return kept.value
        try:
            value = read()
        except Exception as error:
            if kept is None or now - kept.read_at >= self._ages.stale or not self._is_outage(error):
                raise
            return self._served(kept, error)
        self.put(key, value)
        return value

    def put(self, key: K, value: V) -> None:
        """Keep a value that was read now."""
        now = self._timer()
        if value is None:
            self._entries.pop(key, None)
        else:
            self._entries[key] = _Kept(value, now, now)

    def _pauses(self, kept: _Kept[V], now: float) -> bool:
        return kept.told and now - kept.tried_at < PAUSE and now - kept.read_at < self._ages.stale

    def _served(self, kept: _Kept[V], error: Exception) -> V:
        with self._lock:
            is_first, kept.told, kept.tried_at = not kept.told, True, self._timer()
        if is_first:
            self._told(error)
        return kept.value
