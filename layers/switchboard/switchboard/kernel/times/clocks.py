"""Clocks of PBXs that are wrong: which time counts, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TOLERANCE = timedelta(days=1)


class Doubt(StrEnum):
    """Why a told time was replaced by the time of receipt."""

    AHEAD = "ahead"  # more than a day after the receipt
    BEFORE_SOURCE = "before_source"  # more than a day before the source was made: the box had no time yet
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Clock:
    """What a PBX told as the time of an event, the time that counts instead, and the reason."""

    told: str
    used: datetime
    reason: Doubt


def checked_clock(told: str, read: datetime | None, received_at: datetime, source_since: datetime) -> Clock | None:
    """None where the told time counts; else the time of receipt with the reason. `told` is the text as it came."""
    if read is None:
        return Clock(told, received_at, Doubt.UNREADABLE) if told else None
    if read > received_at + TOLERANCE:
        return Clock(told, received_at, Doubt.AHEAD)
    if read < source_since - TOLERANCE:
        return Clock(told, received_at, Doubt.BEFORE_SOURCE)
    return None
