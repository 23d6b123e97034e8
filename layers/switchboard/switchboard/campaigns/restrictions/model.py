"""Do-not-call entries, and the reasons of restrictions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Restriction(StrEnum):
    """Why a number is not called; the report shows these words."""

    DO_NOT_CALL = "do_not_call"
    DAILY_CAP = "daily_cap"
    NOT_PERMITTED = "not_permitted"  # a number abroad or of premium rate, which the operator does not allow


@dataclass(frozen=True, slots=True)
class DoNotCallEntry:
    """A number that must not be called, or a prefix of such numbers, ending in `*`.

    `key` is E.164 without `+`, or the dialled digits if no numbering plan knows the number. The entry is valid
    before `until`, or for ever.
    """

    account: str
    key: str
    added_at: datetime
    reason: str = ""
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether the entry is valid at `now`."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class RestrictionSettings:
    """An account's numbering plan (region), time zone, and daily cap of calls to one number.

    A `daily` of 0 means no cap.
    """

    region: str
    timezone: str
    daily: int = 0


@dataclass(frozen=True, slots=True)
class RestrictionFacts:
    """Stored facts about some numbers: do-not-call entries by key, and the ids of today's calls by number."""

    entries: Mapping[str, DoNotCallEntry] = field(default_factory=dict)
    calls: Mapping[str, frozenset[str]] = field(default_factory=dict)
