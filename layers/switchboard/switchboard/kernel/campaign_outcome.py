"""Results of campaigns: a subscriber's outcome, and the forecast of a dry run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from switchboard.kernel.campaign import Limits, Subscriber, SubscriberRecord


@dataclass(frozen=True, slots=True)
class SubscriberOutcome:
    """A subscriber with its record; calls in progress are last in the record."""

    subscriber: Subscriber
    record: SubscriberRecord


@dataclass(frozen=True, slots=True)
class Forecast:
    """The number of calls, and the end of the last call."""

    calls: int
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DryRun:
    """The result of a dry run. `skipped` counts subscribers by reason. Without channels there are no times."""

    size: int
    called: int
    skipped: dict[str, int]
    limits: Limits
    can_start: bool
    now: datetime
    begins_at: datetime | None = None
    shortest: Forecast | None = None
    longest: Forecast | None = None
