"""The activity of sources in memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime

from switchboard.accounts.activity.model import (
    KEPT_REFUSALS,
    ActivityCounts,
    ActivityHour,
    RefusedRequest,
    SilenceWatch,
    Spent,
)
from switchboard.accounts.ports import DailyUse
from switchboard.errors import Conflict


class MemorySourceActivity:
    """Port SourceActivity. `writes` counts the writes; with `broken` each of them fails."""

    def __init__(self) -> None:
        self._hours: dict[str, dict[datetime, ActivityCounts]] = {}
        self._refused: dict[str, list[RefusedRequest]] = {}
        self.writes = 0
        self.broken = False

    def count(self, source_id: str, hour: datetime, counts: ActivityCounts) -> None:
        self._write()
        hours = self._hours.setdefault(source_id, {})
        hours[hour] = hours.get(hour, ActivityCounts()) + counts

    def hours(self, source_id: str, since: datetime) -> list[ActivityHour]:
        found = sorted(self._hours.get(source_id, {}).items(), reverse=True)
        return [ActivityHour(hour, counts) for hour, counts in found if hour >= since]

    def last_event_at(self, source_id: str) -> datetime | None:
        times = [counts.last_event_at for counts in self._hours.get(source_id, {}).values() if counts.last_event_at]
        return max(times, default=None)

    def keep(self, source_id: str, refused: RefusedRequest) -> None:
        self._write()
        self._refused[source_id] = [refused, *self._refused.get(source_id, [])][:KEPT_REFUSALS]

    def refused(self, source_id: str, since: datetime) -> list[RefusedRequest]:
        kept = [one for one in self._refused.get(source_id, []) if one.at >= since]
        return sorted(kept, key=lambda one: one.at, reverse=True)

    def _write(self) -> None:
        if self.broken:
            raise ConnectionError("no table")
        self.writes += 1


class MemorySilences:
    """Port Silences."""

    def __init__(self) -> None:
        self._rows: dict[str, SilenceWatch] = {}

    def get(self, source_id: str) -> SilenceWatch | None:
        return self._rows.get(source_id)

    def all(self) -> list[SilenceWatch]:
        return list(self._rows.values())

    def save(self, watch: SilenceWatch) -> SilenceWatch:
        stored = self._rows.get(watch.source)
        if watch.version != (stored.version if stored else 0):
            raise Conflict("Another request changed it.", "id")
        self._rows[watch.source] = replace(watch, version=watch.version + 1)
        return self._rows[watch.source]

    def remove(self, source_id: str) -> None:
        self._rows.pop(source_id, None)


class MemorySpending:
    """Ports Spending, DailyUses, RequestCounts and StoredBytes.

    `writes` counts the writes; with `broken` each of them fails.
    """

    def __init__(self) -> None:
        self._days: dict[tuple[str, date], Spent] = {}
        self._used: Counter[tuple[str, date, DailyUse]] = Counter()
        self._stored: Counter[tuple[str, date]] = Counter()
        self._held: dict[tuple[str, str], int] = {}
        self._requests: Counter[tuple[str, int]] = Counter()
        self._told: set[tuple[str, date]] = set()
        self.writes = 0
        self.broken = False

    def add(self, account: str, day: date, spent: Spent) -> Spent:
        if self.broken:
            raise OSError("The table is away.")
        self.writes += 1
        self._days[account, day] = self.of(account, day) + spent
        return self._days[account, day]

    def of(self, account: str, day: date) -> Spent:
        return self._days.get((account, day), Spent())

    def is_first_told(self, account: str, day: date) -> bool:
        if self.broken:
            raise OSError("The table is away.")
        first = (account, day) not in self._told
        self._told.add((account, day))
        return first

    def take(self, account_id: str, day: date, what: DailyUse, amount: int, limit: int) -> bool:
        if self._used[account_id, day, what] + amount > limit:
            return False
        self._used[account_id, day, what] += amount
        return True

    def add_requests(self, account_id: str, window: int, requests: int) -> int:
        if self.broken:
            raise OSError("The table is away.")
        self.writes += 1
        self._requests[account_id, window] += requests
        return self._requests[account_id, window]

    def add_bytes(self, account_id: str, until: date, size: int) -> None:
        self._stored[account_id, until] += size

    def hold_bytes(self, account_id: str, object_id: str, size: int) -> None:
        self._held[account_id, object_id] = size

    def bytes_from(self, account_id: str, day: date) -> int:
        kept = sum(size for (account, until), size in self._stored.items() if account == account_id and until >= day)
        return kept + sum(size for (account, _), size in self._held.items() if account == account_id)
