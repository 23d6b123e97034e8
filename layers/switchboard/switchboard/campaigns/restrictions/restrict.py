"""Whether numbers may be called now: asked right before calls are claimed, and by a dry run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from cachetools import TTLCache

from switchboard.campaigns.restrictions.model import Bounds, Restriction
from switchboard.campaigns.restrictions.ports import Restrictions
from switchboard.campaigns.restrictions.rules import day_of, judge, key_of, keys_about

REMEMBERED_FOR = 5  # seconds: for so long a list that was never used is not looked at, and a cap stays what it was
REMEMBERED = 1000

Calls = Sequence[tuple[str, str]]
"""Calls that are made, as (id, number); the same call has the same id however often it is told."""


def _unused_lists() -> TTLCache[str, bool]:
    return TTLCache(REMEMBERED, REMEMBERED_FOR)


def _bounds() -> TTLCache[str, Bounds]:
    return TTLCache(REMEMBERED, REMEMBERED_FOR)


@dataclass(frozen=True, slots=True)
class Restrict:
    """Judges numbers by the account's do-not-call list and its cap of calls to one number within a day.

    Of an account that uses neither nothing is read, but for a look every few seconds whether it has begun to.
    """

    rows: Restrictions
    bounds_of: Callable[[str], Bounds]
    unused: TTLCache[str, bool] = field(default_factory=_unused_lists)
    bounds: TTLCache[str, Bounds] = field(default_factory=_bounds)
    lock: Lock = field(default_factory=Lock)  # orders are given side by side, and each is counted

    def blocked(
        self,
        account: str,
        execution: str,  # noqa: ARG002 - the restrictions are the account's
        numbers: Sequence[str],
        now: datetime,
    ) -> Mapping[str, Restriction]:
        """Which numbers may not be called now, and why."""
        bounds, lengths = self._bounds(account), self._lengths(account)
        if not numbers or not (lengths or bounds.daily):
            return {}
        digits = {number: key_of(number, bounds.region) for number in numbers}
        keys = {one: keys_about(one, lengths) for one in digits.values()}
        wanted = {key for about in keys.values() for key in about}
        capped = digits.values() if bounds.daily else ()
        standing = self.rows.standing(account, wanted, day_of(now, bounds.timezone), capped)
        refused = {one: judge(one, keys[one], standing, bounds.daily, now) for one in keys}
        return {number: why for number, one in digits.items() if (why := refused[one])}

    def count(self, account: str, calls: Calls, now: datetime) -> None:
        """Count calls to their numbers, each id once, where there is a cap."""
        bounds = self._bounds(account)
        if bounds.daily:
            self.rows.count(account, day_of(now, bounds.timezone), _by_number(calls, bounds.region))

    def uncount(self, account: str, calls: Calls, now: datetime) -> None:
        """Take off what was counted at that time, and was not placed."""
        bounds = self._bounds(account)
        if bounds.daily:
            self.rows.uncount(account, day_of(now, bounds.timezone), _by_number(calls, bounds.region))

    def _bounds(self, account: str) -> Bounds:
        with self.lock:
            found = self.bounds.get(account)
            if found is None:
                found = self.bounds[account] = self.bounds_of(account)
            return found

    def _lengths(self, account: str) -> Collection[int]:
        if account in self.unused:
            return ()
        lengths = self.rows.lengths(account)
        if not lengths:
            self.unused[account] = True
        return lengths


def _by_number(calls: Calls, region: str) -> Mapping[str, Collection[str]]:
    made: dict[str, list[str]] = {}
    for id_, number in calls:
        made.setdefault(key_of(number, region), []).append(id_)
    return made
