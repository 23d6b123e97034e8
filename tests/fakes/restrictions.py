"""Do-not-call lists and the calls of a day in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from switchboard.campaigns.dialling.state import DailyCount
from switchboard.campaigns.restrictions.model import DoNotCallEntry, RestrictionFacts
from switchboard.campaigns.restrictions.rules import length_of


class MemoryRestrictions:
    """Ports DoNotCall and Restrictions. `reads` counts what was looked up."""

    def __init__(self) -> None:
        self.reads = 0
        self._entries: dict[str, dict[str, DoNotCallEntry]] = {}
        self._lengths: dict[str, set[int]] = {}
        self._calls: dict[tuple[str, str, str], set[str]] = {}

    def add(self, account: str, entries: Sequence[DoNotCallEntry]) -> None:
        for entry in entries:
            self._entries.setdefault(account, {})[entry.key] = entry
            self._lengths.setdefault(account, set()).add(length_of(entry.key))

    def get(self, account: str, key: str) -> DoNotCallEntry | None:
        return self._entries.get(account, {}).get(key)

    def remove(self, account: str, key: str) -> bool:
        return self._entries.get(account, {}).pop(key, None) is not None

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[DoNotCallEntry], str | None]:
        own = self._entries.get(account, {})
        keys = [key for key in sorted(own) if key > (cursor or "")]
        return [own[key] for key in keys[:limit]], keys[limit - 1] if len(keys) > limit else None

    def lengths(self, account: str) -> Collection[int]:
        self.reads += 1
        return frozenset(self._lengths.get(account, ()))

    def standing(self, account: str, keys: Iterable[str], day: str, numbers: Iterable[str]) -> RestrictionFacts:
        self.reads += 1
        own = self._entries.get(account, {})
        counted = {one: frozenset(self._calls.get((account, day, one), ())) for one in numbers}
        return RestrictionFacts(
            {key: own[key] for key in keys if key in own}, {one: ids for one, ids in counted.items() if ids}
        )

    def has_room(self, account: str, one: DailyCount) -> bool:
        """Whether a call may count."""
        ids = self._calls.get((account, one.day, one.telephone), set())
        return one.call in ids or len(ids) < one.cap

    def count(self, account: str, day: str, calls: Mapping[str, Collection[str]]) -> None:
        for number, ids in calls.items():
            self._calls.setdefault((account, day, number), set()).update(ids)

    def uncount(self, account: str, day: str, calls: Mapping[str, Collection[str]]) -> None:
        for number, ids in calls.items():
            self._calls.get((account, day, number), set()).difference_update(ids)
