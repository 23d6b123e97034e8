"""What a source sent: counts for each hour, refused requests, and silences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

KEPT_REFUSALS = 20  # of each source
REFUSALS_KEPT_FOR = timedelta(days=7)
HOURS_KEPT_FOR = timedelta(days=35)
KEPT_OF_BODY = 1024  # characters
DAILY_EVENTS, DAILY_DELIVERIES = 2_000_000, 5_000_000
STEP = 1000  # parts of a budget that are written at once


class RefusalReason(StrEnum):
    """Why a request of a source was refused."""

    CREDENTIALS = "credentials"  # missing or wrong
    UNREADABLE = "unreadable"  # no reader found an event in the body
    TOO_LARGE = "too_large"
    LOOP = "loop"  # the event has passed too many hubs
    SUSPENDED = "suspended"  # the account is suspended or being deleted
    TOO_MANY = "too_many"  # the account sends more requests than it may
    FAILED = "failed"  # a fault of the hub


@dataclass(frozen=True, slots=True)
class RefusedRequest:
    """A refused request. `body` is the beginning of the text without credentials, `size` the bytes of the whole.

    `status` is the answer's, or 0 for an event of a stream, which has no answer. By `account` an erasure finds the
    requests of a source that was removed.
    """

    at: datetime
    status: int
    reason: RefusalReason
    content_type: str = ""
    size: int = 0
    body: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class ActivityCounts:
    """What was counted of a source in some time.

    `refused` is by RefusalReason, `unknown_names` by the event's name in the vendor's words, `doubtful_clocks` by the
    reason of the doubt.
    """

    events: int = 0
    last_event_at: datetime | None = None
    refused: Mapping[str, int] = field(default_factory=dict)
    unknown_names: Mapping[str, int] = field(default_factory=dict)
    doubtful_clocks: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: ActivityCounts) -> ActivityCounts:
        times = [at for at in (self.last_event_at, other.last_event_at) if at]
        return ActivityCounts(
            self.events + other.events,
            max(times, default=None),
            Counter(self.refused) + Counter(other.refused),
            Counter(self.unknown_names) + Counter(other.unknown_names),
            Counter(self.doubtful_clocks) + Counter(other.doubtful_clocks),
        )


@dataclass(frozen=True, slots=True)
class ActivityHour:
    """The counts of the hour that begins at `begins_at`."""

    begins_at: datetime
    counts: ActivityCounts


@dataclass(frozen=True, slots=True)
class SilenceWatch:
    """The watch on a source that must not be silent for `silent_after` seconds.

    `since` is when the watch began. `silent_since` is the time of the last event if the operator was told of the
    silence. `version` is the optimistic lock.
    """

    source: str
    account: str
    silent_after: int
    since: datetime
    silent_since: datetime | None = None
    version: int = 0


def hour_of(at: datetime) -> datetime:
    """Return the beginning of the hour of a time."""
    return at.replace(minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Spent:
    """A number of events and deliveries."""

    events: int = 0
    deliveries: int = 0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.events + other.events, self.deliveries + other.deliveries)

    def exceeds(self, limit: Spent) -> bool:
        """Whether one of the numbers is above the limit."""
        return self.events > limit.events or self.deliveries > limit.deliveries

    def is_part_of(self, limit: Spent) -> bool:
        """Whether one of the numbers is at least a thousandth of the limit."""
        return self.events * STEP >= limit.events or self.deliveries * STEP >= limit.deliveries
