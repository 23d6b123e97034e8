"""What is told of campaigns: what became of a subscriber, and what a dry run foresees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from switchboard.kernel.campaign import Limits, Subscriber, SubscriberRecord


@dataclass(frozen=True, slots=True)
class Outcome:
    """A subscriber, and what became of it so far; calls that last are the last of its calls."""

    subscriber: Subscriber
    record: SubscriberRecord


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many calls it would be, and when the last of them would be over."""

    calls: int
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DryRun:
    """`skipped` counts by reason. Without channels nothing would be called, and there are no times."""

    size: int
    called: int
    skipped: dict[str, int]
    limits: Limits
    can_start: bool
    now: datetime
    begins_at: datetime | None = None
    shortest: Forecast | None = None
    longest: Forecast | None = None
