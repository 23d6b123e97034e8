"""What restrictions need from the outside."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from switchboard.campaigns.restrictions.model import Entry, Standing


class DoNotCall(Protocol):
    """Accounts' do-not-call lists."""

    def add(self, account: str, entries: Sequence[Entry]) -> None:
        """Keep entries of different keys, each in place of what was there under its key."""

    def get(self, account: str, key: str) -> Entry | None: ...

    def remove(self, account: str, key: str) -> bool:
        """Whether there was such an entry."""

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[Entry], str | None]:
        """By key, a page at a time; the cursor is the last key of the page before."""


class Restrictions(Protocol):
    """What is looked up before a number is called."""

    def lengths(self, account: str) -> Collection[int]:
        """How many digits the entries of the account's list have, 0 for whole numbers; nothing of a list never used.

        A length that was there once may still be told.
        """

    def standing(self, account: str, keys: Iterable[str], day: str, numbers: Iterable[str]) -> Standing:
        """The entries under these keys, and the ids of the calls that were counted for these numbers on a day."""

    def count(self, account: str, day: str, calls: Mapping[str, Collection[str]]) -> None:
        """Add the ids of calls to those of their numbers' day; one that is there already changes nothing."""

    def uncount(self, account: str, day: str, calls: Mapping[str, Collection[str]]) -> None:
        """Take the ids of calls off those of their numbers' day; one that is not there changes nothing."""
