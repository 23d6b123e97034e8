"""The retry rule: data and a pure function."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.deliveries.model import Attempt, DeliveryState


@dataclass(frozen=True, slots=True)
class RetryRule:
    """Seconds to wait before the second attempt, the third and so on, and how many attempts the queue makes.

    A schedule that is shorter than the attempts repeats its last entry.
    """

    schedule: tuple[float, ...]
    fast_attempts: int

    def wait_after(self, attempts: int) -> float:
        """Seconds to wait after this many attempts."""
        return self.schedule[min(attempts, len(self.schedule)) - 1]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an attempt led to. `retry_after` (seconds) is set while there is another to come."""

    state: DeliveryState
    retry_after: float | None = None


def judge(attempt: Attempt, attempts: int, rule: RetryRule) -> Verdict:
    """What follows attempt number `attempts` (the first is 1).

    When the fast path is used up the delivery is a dead letter; the long schedule of a failing endpoint takes
    over at this point.
    """
    if attempt.succeeded:
        return Verdict(DeliveryState.DELIVERED)
    if attempts >= rule.fast_attempts:
        return Verdict(DeliveryState.DEAD)
    return Verdict(DeliveryState.PENDING, rule.wait_after(attempts))
