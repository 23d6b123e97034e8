"""The retry rule: data and pure functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from switchboard.deliveries.model import Attempt
from switchboard.errors import SwitchboardError

GONE = 410
THROTTLED = 429
# The request itself is at fault: a repeat would not help.
FINAL = frozenset({400, 405, 413, 415, 422})
# Final as well, but a receiver that took deliveries before may only be in the middle of a change. See `fate`.
DENIALS = frozenset({401, 403, 404})
TIMEOUTS = frozenset({"timeout", "connect_timeout", "name_timeout"})
SEALED = "credentials_sealed"  # nothing was sent: the receiver's credentials could not be opened
UNSENT = "unsent."  # prefix of the reason why a delivery could not be prepared
STATUS = "_status_"  # in the reason, before the status of the server that refused the preparation
FIRST_STEP = 5.0  # seconds: the first entry of the default schedule; PENALTY scales with the first entry in use
PENALTY = 60.0  # least wait after a time-out or 429
LONGEST_WAIT = 12 * 3600.0
JITTER = 0.2


class Verdict(StrEnum):
    """The meaning of an attempt for the delivery and for its receiver."""

    DELIVERED = "delivered"
    FAILED = "failed"  # try again
    REFUSED = "refused"  # the receiver refused this delivery for good
    DENIED = "denied"  # refused for good, unless the receiver took deliveries before
    GONE = "gone"  # the receiver wants no further deliveries


class Unsent(SwitchboardError):
    """A delivery could not be prepared, and nothing was sent. `reason` says why, and `verdict` what follows.

    `retry_after` is the header Retry-After of the server that refused the preparation, as received.
    """

    def __init__(self, reason: str, verdict: Verdict, retry_after: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.verdict, self.retry_after = reason, verdict, retry_after


def judge(attempt: Attempt) -> Verdict:
    """Return the verdict: 2xx is a success, 410 ends the subscription, and the statuses in FINAL end the delivery."""
    if attempt.succeeded:
        return Verdict.DELIVERED
    if attempt.status == GONE:
        return Verdict.GONE
    if is_denial(attempt):
        return Verdict.DENIED
    return Verdict.REFUSED if attempt.status in FINAL else Verdict.FAILED


def is_denial(attempt: Attempt) -> bool:
    """Whether the receiver answered 401, 403 or 404, to the delivery or to its preparation."""
    error = attempt.error or ""
    of_preparation = error.rpartition(STATUS)[2] if error.startswith(UNSENT) and STATUS in error else ""
    return attempt.status in DENIALS or of_preparation in {str(status) for status in DENIALS}


def tells_of_receiver(attempt: Attempt | None) -> bool:
    """Whether an attempt counts for the receiver's breaker. Sealed credentials and unsent deliveries do not."""
    return attempt is not None and attempt.error != SEALED and not (attempt.error or "").startswith(UNSENT)


@dataclass(frozen=True, slots=True)
class RetryRule:
    """When a failed delivery is tried again. Waits are in seconds.

    `fast_attempts` are made within about a minute; then `schedule` begins. The sum of the schedule is the longest
    time that a delivery is tried. `chance` returns a number from 0 to 1 for the jitter. `final_after` is how long 401,
    403 and 404 of a receiver that took deliveries before are tried.
    """

    schedule: tuple[float, ...]
    fast_attempts: int
    chance: Callable[[], float]
    final_after: timedelta = timedelta(hours=1)

    @property
    def horizon(self) -> timedelta:
        """The longest time that a delivery is parked: the fast attempts and the schedule."""
        return timedelta(seconds=sum(self.schedule) + self.fast_attempts * self.schedule[0])

    def fast_wait(self, attempt: Attempt | None) -> float:
        """Return the wait before the next fast attempt. Retry-After and penalties make the wait longer."""
        return self._wait(self.schedule[0], attempt)

    def slow_wait(self, step: int, attempt: Attempt | None) -> float:
        """Return the wait after attempt number `step` (from 0) of the schedule. The last entry repeats."""
        return self._wait(self.schedule[min(step, len(self.schedule) - 1)], attempt)

    def least_wait(self, attempt: Attempt | None) -> float:
        """Return the least wait: Retry-After, or a minute after a time-out or 429."""
        return max(_asked_for(attempt) if attempt else 0.0, self._penalty(attempt))

    def _wait(self, planned: float, attempt: Attempt | None) -> float:
        spread = planned * (1 + JITTER * (2 * self.chance() - 1))
        return max(spread, self.least_wait(attempt))

    def _penalty(self, attempt: Attempt | None) -> float:
        if attempt and (attempt.status == THROTTLED or attempt.error in TIMEOUTS):
            return PENALTY * self.schedule[0] / FIRST_STEP
        return 0.0


def _asked_for(attempt: Attempt) -> float:
    """Return Retry-After in seconds (RFC 9110, section 10.2.3), at most twelve hours, 0 without the header."""
    asked = (attempt.retry_after or "").strip()
    if asked.isdecimal():
        return min(float(asked), LONGEST_WAIT)
    until = _date(asked)
    return min(max(0.0, (until - attempt.at).total_seconds()), LONGEST_WAIT) if until else 0.0


def _date(text: str) -> datetime | None:
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # a year beyond all calendars
        return None
    return until if until.tzinfo else None
