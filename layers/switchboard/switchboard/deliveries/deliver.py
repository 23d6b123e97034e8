"""One delivery out of the queue: send it, record the attempt, and say what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from switchboard.deliveries.model import Attempt, Delivery, DeliveryState
from switchboard.deliveries.ports import CurrentSubscriptions, Deliveries, Sender
from switchboard.deliveries.prepare import prepare
from switchboard.deliveries.retry import RetryRule, judge
from switchboard.errors import TryAgain


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one run of a delivery came to; `attempt` is None where nothing was sent."""

    state: DeliveryState
    attempts: int = 0
    attempt: Attempt | None = None


Report = Callable[[Delivery, Delivered], None]


@dataclass(frozen=True, slots=True)
class Deliver:
    """Make one attempt at a delivery. `timeout` is in seconds; `report` hears of every outcome."""

    records: Deliveries
    subscriptions: CurrentSubscriptions
    sender: Sender
    rule: RetryRule
    timeout: float
    clock: Callable[[], datetime]
    report: Report

    def __call__(self, delivery: Delivery, *, first_receipt: bool) -> Delivered:
        """Deliver, or raise TryAgain with the time to wait.

        The record is read only where the queue hands a message out again: then earlier attempts count, and a
        delivery that is finished is left alone.
        """
        made = 0
        if not first_receipt:
            record = self.records.get(delivery.id)
            if record and record.state is not DeliveryState.PENDING:
                return Delivered(record.state)
            made = record.attempts_made if record else 0
        return self._attempt(delivery, made)

    def _attempt(self, delivery: Delivery, made: int) -> Delivered:
        at = self.clock()
        subscription = self.subscriptions.at_least(
            delivery.account,
            delivery.subscription_key,
            delivery.subscription_version,
            delivery.subscription_id,
        )
        if subscription is None:
            self.records.finish(delivery, DeliveryState.CANCELLED, at)
            return self._reported(delivery, Delivered(DeliveryState.CANCELLED))
        attempt = self.sender.send(prepare(delivery, subscription, at, self.timeout), at)
        verdict = judge(attempt, made + 1, self.rule)
        self.records.record(delivery, attempt, verdict.state)
        done = self._reported(delivery, Delivered(verdict.state, made + 1, attempt))
        if verdict.retry_after is not None:
            raise TryAgain("The receiver did not take the delivery.", verdict.retry_after)
        return done

    def _reported(self, delivery: Delivery, done: Delivered) -> Delivered:
        self.report(delivery, done)
        return done
