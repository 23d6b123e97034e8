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
# The request itself is at fault: to repeat it would not help.
FINAL = frozenset({400, 401, 403, 404, 405, 413, 415, 422})
TIMEOUTS = frozenset({"timeout", "connect_timeout", "name_timeout"})
SEALED = "credentials_sealed"  # nothing was sent: what the receiver wants to see could not be opened
UNSENT = "unsent."  # before the reason why a message could not be made ready, and was not sent
FIRST_STEP = 5.0  # seconds of the default schedule's first entry, which the waits below go with
PENALTY = 60.0  # least wait after a time-out or 429
LONGEST_WAIT = 12 * 3600.0
JITTER = 0.2


class Verdict(StrEnum):
    """What an attempt says of the delivery and of its receiver."""

    DELIVERED = "delivered"
    FAILED = "failed"  # try again
    REFUSED = "refused"  # this one is refused for good
    GONE = "gone"  # the receiver wants nothing any more


class Unsent(SwitchboardError):
    """A delivery could not be made ready, and nothing of it was sent: `reason` says why, `verdict` what follows.

    `retry_after` is what the other side said of when to try again, as it came.
    """

    def __init__(self, reason: str, verdict: Verdict, retry_after: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.verdict, self.retry_after = reason, verdict, retry_after


def judge(attempt: Attempt) -> Verdict:
    """Any 2xx is a success, 410 the end of the subscription, some 4xx the end of the delivery."""
    if attempt.succeeded:
        return Verdict.DELIVERED
    if attempt.status == GONE:
        return Verdict.GONE
    return Verdict.REFUSED if attempt.status in FINAL else Verdict.FAILED


def tells_of_receiver(attempt: Attempt | None) -> bool:
    """Whether a failure is the receiver's: sealed credentials are ours, and what was not sent it did not refuse.

    410 is no failure, but an end.
    """
    return attempt is not None and attempt.error != SEALED and not (attempt.error or "").startswith(UNSENT)


@dataclass(frozen=True, slots=True)
class RetryRule:
    """When a failed delivery is tried again. Waits are in seconds.

    `fast_attempts` are made within about a minute; then the schedule begins, whose sum is how long a delivery
    is kept trying. `chance` gives a number from 0 to 1 for the jitter.
    """

    schedule: tuple[float, ...]
    fast_attempts: int
    chance: Callable[[], float]

    @property
    def horizon(self) -> timedelta:
        """How long a delivery waits for its receiver before it is a dead letter: the fast attempts and the schedule."""
        return timedelta(seconds=sum(self.schedule) + self.fast_attempts * self.schedule[0])

    def fast_wait(self, attempt: Attempt | None) -> float:
        """Wait between two fast attempts; a little longer where the receiver asks for it."""
        return self._wait(self.schedule[0], attempt)

    def slow_wait(self, step: int, attempt: Attempt | None) -> float:
        """Wait after attempt number `step` (from 0) of the schedule; its last entry repeats."""
        return self._wait(self.schedule[min(step, len(self.schedule) - 1)], attempt)

    def least_wait(self, attempt: Attempt | None) -> float:
        """Wait that the receiver asks for by its answer, or by having none."""
        return max(_asked_for(attempt) if attempt else 0.0, self._penalty(attempt))

    def _wait(self, planned: float, attempt: Attempt | None) -> float:
        spread = planned * (1 + JITTER * (2 * self.chance() - 1))
        return max(spread, self.least_wait(attempt))

    def _penalty(self, attempt: Attempt | None) -> float:
        if attempt and (attempt.status == THROTTLED or attempt.error in TIMEOUTS):
            return PENALTY * self.schedule[0] / FIRST_STEP
        return 0.0


def _asked_for(attempt: Attempt) -> float:
    """Retry-After in seconds, a number or a date, at most twelve hours; 0 where there is none."""
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
