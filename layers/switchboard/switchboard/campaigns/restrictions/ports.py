"""Ports of restrictions: do-not-call lists and counts of calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from switchboard.campaigns.restrictions.model import DoNotCallEntry, RestrictionFacts


class DoNotCall(Protocol):
    """Accounts' do-not-call lists."""

    def add(self, account: str, entries: Sequence[DoNotCallEntry]) -> None:
        """Upsert entries with different keys."""

    def get(self, account: str, key: str) -> DoNotCallEntry | None: ...

    def remove(self, account: str, key: str) -> bool:
        """Delete an entry; return whether there was one."""

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[DoNotCallEntry], str | None]:
        """Return a page by key, and the next cursor, which is the page's last key."""


class RestrictionStore(Protocol):
    """The facts that are read before a number is called."""

    def lengths(self, account: str) -> Collection[int]:
        """Return the lengths of the list's prefixes in digits, 0 for whole numbers; empty for an unused list.

        The lengths of removed entries may be among them.
        """

    def standing(self, account: str, keys: Iterable[str], day: str, numbers: Iterable[str]) -> RestrictionFacts:
        """Return the entries with these keys, and the ids of calls counted for these numbers on a day."""

    def count(self, account: str, day: str, calls: Mapping[str, Collection[str]]) -> None:
        """Add the ids of calls to a day's set for each number. A repeat changes nothing."""

    def uncount(self, account: str, day: str, calls: Mapping[str, Collection[str]]) -> None:
        """Remove the ids of calls from a day's set for each number. A repeat changes nothing."""
