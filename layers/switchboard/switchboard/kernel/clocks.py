"""Clocks of PBXs that are wrong: which time counts, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST_AHEAD = timedelta(days=1)
HISTORY = timedelta(days=400)
"""How far before the making of its source a call may lie: a PBX may report the calls of the year before."""


class Doubt(StrEnum):
    """Why the hub does not count a reported time."""

    AHEAD = "ahead"  # more than MOST_AHEAD after the receipt
    BEFORE_SOURCE = "before_source"  # more than HISTORY before the source was made: the PBX had no time yet
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Clock:
    """A reported time that does not count, as the PBX wrote the time; the event's time instead; and the reason."""

    told: str
    used: datetime
    reason: Doubt


def doubt_of(at: datetime, received_at: datetime, source_since: datetime) -> Doubt | None:
    """Return why a reported time does not count, None if the time counts. `source_since` is the source's creation."""
    if at - received_at > MOST_AHEAD:
        return Doubt.AHEAD
    return Doubt.BEFORE_SOURCE if source_since - at > HISTORY else None
