"""Clocks of PBXs that are wrong: which time counts, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST_AHEAD = timedelta(days=1)


class Doubt(StrEnum):
    """Why the hub does not count a reported time."""

    AHEAD = "ahead"  # more than MOST_AHEAD after the receipt
    BEFORE_SOURCE = "before_source"  # earlier than any call of the source: the PBX had no time yet
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Clock:
    """A reported time that does not count, as the PBX wrote the time; the event's time instead; and the reason."""

    told: str
    used: datetime
    reason: Doubt


def doubt_of(at: datetime, received_at: datetime, earliest: datetime) -> Doubt | None:
    """Return why a reported time does not count, None if the time counts. No time before `earliest` does."""
    if at - received_at > MOST_AHEAD:
        return Doubt.AHEAD
    return Doubt.BEFORE_SOURCE if at < earliest else None
