"""Entries of a do-not-call list, and why a number is not called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Restriction(StrEnum):
    """Why a number is not called; the words stand in the report as they are here."""

    DO_NOT_CALL = "do_not_call"
    DAILY_CAP = "daily_cap"


@dataclass(frozen=True, slots=True)
class Entry:
    """A number that is not called, or the beginning of such numbers with `*` at its end.

    `key` is E.164 without `+`, or the digits that are dialled where no numbering plan knows the number. It holds
    before `until`, or for ever.
    """

    account: str
    key: str
    added_at: datetime
    reason: str = ""
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it is not over yet."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an account's calls are judged by: the plan of its numbers, its zone, and its calls to a number in a day.

    `daily` is 0 for any number.
    """

    region: str
    timezone: str
    daily: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of some numbers: the entries that may concern them, and the ids of today's calls to each."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    calls: Mapping[str, frozenset[str]] = field(default_factory=dict)
