"""Requests a second of an account: counted over ten seconds, in all functions together, at a small cost.

A container counts in memory, and adds a fiftieth of the limit at once to the row of the ten seconds. The answer to
this write is the count of all containers. So an account far below its limit costs next to nothing. The count of a flood
is late by a fiftieth of the limit for each container.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from switchboard.errors import TooMany
from switchboard.kernel.remembered import Remembered

WINDOW = 10  # seconds
PARTS = 50
REMEMBERED = 10_000
OVER = "The account sends more requests than it may: please try again in some seconds."


class RequestCounts(Protocol):
    """The requests of each account in each window."""

    def add_requests(self, account_id: str, window: int, requests: int) -> int:
        """Add to a window, atomically, and return its total. `window` is its beginning, in seconds since 1970."""


@dataclass(slots=True)
class _Counter:
    pending: int = 0
    refused_until: datetime | None = None


@dataclass(slots=True)
class CountRequests:
    """Counts the requests of accounts. One for each container.

    `limit_of` returns the requests a second that an account may send. A failed write is reported and refuses nothing.
    """

    counts: RequestCounts
    limit_of: Callable[[str], int]
    failed: Callable[[Exception], object]
    clock: Callable[[], datetime]
    _counters: Remembered[str, _Counter] = field(default_factory=lambda: Remembered(REMEMBERED))
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, account_id: str) -> None:
        """Count a request. Raises TooMany above the limit, until the window ends."""
        limit, now = self.limit_of(account_id) * WINDOW, self.clock()
        due = self._due(account_id, max(1, limit // PARTS), now)
        if not due:
            return
        window = int(now.timestamp()) // WINDOW * WINDOW
        try:
            total = self.counts.add_requests(account_id, window, due)
        except Exception as error:  # noqa: BLE001 - counts must not stop requests
            self.failed(error)
            return
        if total > limit:
            with self._lock:
                self._counter(account_id).refused_until = datetime.fromtimestamp(window, now.tzinfo) + timedelta(
                    seconds=WINDOW
                )
            raise TooMany(OVER)

    def _due(self, account_id: str, step: int, now: datetime) -> int:
        """Return the number of requests to write now. Raises TooMany if the window is over its limit already."""
        with self._lock:
            counter = self._counter(account_id)
            if counter.refused_until and now < counter.refused_until:
                raise TooMany(OVER)
            counter.pending += 1
            if counter.pending < step:
                return 0
            due, counter.pending = counter.pending, 0
            return due

    def _counter(self, account_id: str) -> _Counter:
        found: _Counter = self._counters.setdefault(account_id, _Counter())
        return found
