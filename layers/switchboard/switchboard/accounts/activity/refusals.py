"""Keep and count the refused requests of sources, at a bounded cost under a flood of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from switchboard.accounts.activity.model import ActivityCounts, RefusalReason, RefusedRequest, hour_of
from switchboard.accounts.activity.ports import SourceActivity
from switchboard.errors import Refused, Suspended, TooLarge, TooMany, Unauthorized
from switchboard.kernel.hops import LoopRefused
from switchboard.kernel.remembered import Remembered

REMEMBERED = 1000  # sources
# Writes of one container: as many at once, and one more after each wait, in seconds.
OF_SOURCE, SOURCE_WAIT = 5, 10.0
OF_ALL, WAIT = 20, 1.0


def reason_of(error: Exception) -> RefusalReason:
    """Return the reason for which a request is refused with this error."""
    if isinstance(error, Unauthorized):
        return RefusalReason.CREDENTIALS
    if isinstance(error, Suspended):
        return RefusalReason.SUSPENDED
    if isinstance(error, TooMany):
        return RefusalReason.TOO_MANY
    if isinstance(error, TooLarge):
        return RefusalReason.TOO_LARGE
    if isinstance(error, LoopRefused):
        return RefusalReason.LOOP
    return RefusalReason.UNREADABLE if isinstance(error, Refused) else RefusalReason.FAILED


@dataclass(slots=True)
class TokenBucket:
    """Allows `most` at once, and one more after each `wait` seconds."""

    most: int
    wait: float
    left: float
    at: datetime

    def take(self, now: datetime) -> bool:
        """Whether one is allowed now."""
        self.left = min(self.most, self.left + (now - self.at).total_seconds() / self.wait)
        self.at = now
        allowed = self.left >= 1
        self.left -= allowed
        return allowed


@dataclass(slots=True)
class KeepRefusals:
    """Keeps refused requests for the operator, and counts them by source, hour and reason.

    Beyond the rate limit of a container a request is only counted in memory; the next write of its source adds these
    counts. A failure is reported, and raises nothing: the sender gets its answer.
    """

    activity: SourceActivity
    clock: Callable[[], datetime]
    measure: Callable[[str, int], object]
    failed: Callable[[Exception], object]
    _pending: Remembered[str, ActivityCounts] = field(default_factory=lambda: Remembered(REMEMBERED))
    _buckets: Remembered[str, TokenBucket] = field(default_factory=lambda: Remembered(REMEMBERED))
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, source_id: str, reason: RefusalReason, described: Callable[[datetime], RefusedRequest]) -> None:
        """Keep and count one request. `described` is called only for a request that is kept."""
        now = self.clock()
        counted = self._counted(source_id, reason, now)
        if counted is None:
            return
        try:
            for name, number in counted.refused.items():
                self.measure(name, number)
            self.activity.keep(source_id, described(now))
            self.activity.count(source_id, hour_of(now), counted)
        except Exception as error:  # noqa: BLE001 - see the class
            self.failed(error)

    def _counted(self, source_id: str, reason: RefusalReason, now: datetime) -> ActivityCounts | None:
        """Return the counts to be written now, None beyond the rate limit."""
        with self._lock:
            counts: ActivityCounts = self._pending.pop(source_id, ActivityCounts()) + ActivityCounts(
                refused={reason.value: 1}
            )
            if self._bucket(source_id, OF_SOURCE, SOURCE_WAIT, now).take(now) and self._bucket(
                "", OF_ALL, WAIT, now
            ).take(now):
                return counts
            self._pending[source_id] = counts
            return None

    def _bucket(self, name: str, most: int, wait: float, now: datetime) -> TokenBucket:
        if name not in self._buckets:
            self._buckets[name] = TokenBucket(most, wait, most, now)
        return self._buckets[name]
