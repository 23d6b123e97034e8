"""The daily budget of an account: so many events and deliveries. What is over the budget waits for the next day (UTC).

Counting is approximate and cheap. A container counts in memory, and adds a thousandth of the budget at once to the
day's row. The answer to this write is the day's total. No read and no write belongs to a single event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Protocol

from switchboard.accounts.activity.model import Spent
from switchboard.kernel.remembered import Remembered

NOTHING = Spent()
REMEMBERED, LIMITS_FOR = 10_000, 300  # accounts, seconds


class Spending(Protocol):
    """What each account spent on each day, kept for 35 days."""

    def add(self, account: str, day: date, spent: Spent) -> Spent:
        """Add to a day, atomically, and return the day's total."""

    def of(self, account: str, day: date) -> Spent:
        """Return the total of a day."""

    def is_first_told(self, account: str, day: date) -> bool:
        """Note by compare-and-set that the operator is told of a day. Returns whether nobody had noted it before."""


@dataclass(slots=True)
class _Day:
    day: date
    total: Spent = NOTHING
    pending: Spent = NOTHING
    told: bool = False


@dataclass(slots=True)
class KeepBudgets:
    """Counts what accounts spend, and tells until when their deliveries wait. One for each container.

    `limit_of` reads the budget of an account. `tell` is called once a day for an account that is over its budget. A
    mark in the day's row is the idempotency key of all containers. A failed write is reported and repeated later.
    """

    spending: Spending
    limit_of: Callable[[str], Spent]
    tell: Callable[[str], object]
    failed: Callable[[Exception], object]
    clock: Callable[[], datetime]
    _days: Remembered[str, _Day] = field(default_factory=lambda: Remembered(REMEMBERED))
    _limits: Remembered[str, Spent] = field(init=False)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._limits = Remembered(REMEMBERED, LIMITS_FOR, timer=lambda: self.clock().timestamp())

    def held_until(self, account: str) -> datetime | None:
        """Return the beginning of the next day if the account is over its budget, else None."""
        limit = self._limit(account)
        with self._lock:
            day = self._today(account)
            if not (day.total + day.pending).exceeds(limit):
                return None
            first, day.told = not day.told, True
        if first:
            self._tell_once(account, day)
        return _next_day(self.clock())

    def count(self, account: str, spent: Spent) -> None:
        """Count an event and its deliveries, and write the counts if they are a thousandth of the budget."""
        limit = self._limit(account)
        with self._lock:
            day = self._today(account)
            day.pending += spent
            if not day.pending.is_part_of(limit):
                return
            due, day.pending = day.pending, NOTHING
        try:
            total = self.spending.add(account, day.day, due)
        except Exception as error:  # noqa: BLE001 - counts must not stop events
            self.failed(error)
            with self._lock:
                day.pending += due
            return
        with self._lock:
            day.total = total

    def _tell_once(self, account: str, day: _Day) -> None:
        try:
            first = self.spending.is_first_told(account, day.day)
        except Exception as error:  # noqa: BLE001 - a delivery must not fail for it
            self.failed(error)
            with self._lock:
                day.told = False
            return
        if first:
            self.tell(account)

    def _limit(self, account: str) -> Spent:
        with self._lock:
            known = self._limits.get(account)
        if known is None:
            known = self.limit_of(account)
            with self._lock:
                self._limits[account] = known
        return known

    def _today(self, account: str) -> _Day:
        today = self.clock().date()
        found: _Day | None = self._days.get(account)
        if found is None or found.day != today:
            found = self._days[account] = _Day(today)
        return found


def _next_day(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
