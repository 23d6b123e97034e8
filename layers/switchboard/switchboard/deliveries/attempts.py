"""One attempt at one delivery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.deliveries.endpoint import EndpointKey
from switchboard.deliveries.model import KEPT_OF_ANSWER, Attempt, Delivery, DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import (
    Conducted,
    Conductor,
    CurrentSubscriptions,
    Exchange,
    OpenCredentials,
    Operations,
    RateLimiter,
    Sender,
)
from switchboard.deliveries.prepare import prepare
from switchboard.deliveries.rate import window_at
from switchboard.deliveries.retry import SEALED, UNSENT, Unsent, Verdict, judge
from switchboard.errors import Sealed, TryAgain
from switchboard.kernel.hops import carrying
from switchboard.subscriptions.model import DeliveryCredentials, Subscription

RATE_WINDOW = 1.0  # seconds: the window of a rate limit of at least one request a second
GONE = "the receiver answered 410 Gone"
LONGEST = 30.0  # seconds for an attempt, with its preparation
SHORTEST = 1.0

Report = Callable[[DeliveryRecord, Attempt | None], None]


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """The record after an attempt. `attempt` and `verdict` are None if nothing had to be sent."""

    record: DeliveryRecord
    verdict: Verdict | None = None
    attempt: Attempt | None = None


class PlainExchange:
    """Port Exchange, for dialects that add nothing to a delivery and judge an answer by its status."""

    answer_limit = KEPT_OF_ANSWER

    def complete(self, delivery: Delivery, subscription: Subscription) -> Delivery:  # noqa: ARG002
        """Return the delivery unchanged."""
        return delivery

    def heard(self, record: DeliveryRecord, subscription: Subscription, attempt: Attempt) -> Verdict:  # noqa: ARG002
        """Return the verdict by the status."""
        return judge(attempt)


def plain(_: str) -> Exchange:
    """Return the plain exchange, for any dialect."""
    return PlainExchange()


@dataclass(frozen=True, slots=True)
class TryDelivery:
    """Send a delivery once. The caller writes the record, because only the caller knows whether the delivery is parked.

    `timeout` (seconds) is the default of subscriptions without their own. `report` is called with every outcome.
    `exchange` gives the exchange of a dialect, for dialects whose messages depend on earlier answers.
    """

    subscriptions: CurrentSubscriptions
    credentials: OpenCredentials
    sender: Sender
    limiter: RateLimiter
    operations: Operations
    timeout: float
    clock: Callable[[], datetime]
    report: Report
    exchange: Callable[[str], Exchange] = plain

    def __call__(self, record: DeliveryRecord) -> AttemptResult:
        """Return the record after the attempt. Raises TryAgain if the receiver's rate limit is reached."""
        delivery, at = record.delivery, self.clock()
        subscription = self._subscription(delivery)
        if subscription is None or subscription.disabled:
            return self._unsent(record, subscription)
        if delivery.rate and not self.limiter.take(endpoint_of(delivery), window_at(delivery.rate, at)):
            raise TryAgain("The receiver's rate is used up.", max(RATE_WINDOW, 1 / delivery.rate))
        return self._exchanged(record, subscription, at)

    def is_wanted(self, record: DeliveryRecord) -> bool:
        """Whether a delivery would be sent: its subscription exists and is not disabled."""
        subscription = self._subscription(record.delivery)
        return subscription is not None and not subscription.disabled

    def _exchanged(self, record: DeliveryRecord, subscription: Subscription, at: datetime) -> AttemptResult:
        """Return the result, with the stored part of the answer and the verdict of the receiver's dialect."""
        try:
            credentials = self.credentials.of(subscription, at)
        except Sealed:  # no fault of the receiver; tried again like any failure
            attempt = Attempt(at, 0, error=SEALED)
            return self._judged(record.after(attempt), attempt, judge(attempt), subscription)
        exchange = self.exchange(subscription.dialect)
        try:
            with carrying(record.delivery.hops):
                told = exchange.conduct(record, subscription, at) if isinstance(exchange, Conductor) else None
                told = told or self._sent(record, subscription, credentials, exchange, at)
        except Unsent as unsent:
            took, error = round(self._since(at) * 1000), f"{UNSENT}{unsent.reason}"
            attempt = Attempt(at, took, error=error, retry_after=unsent.retry_after)
            return self._judged(record.after(attempt), attempt, unsent.verdict, subscription)
        kept = replace(told.attempt, answer=told.attempt.answer[:KEPT_OF_ANSWER])
        return self._judged(told.record.after(kept), kept, told.verdict, subscription)

    def _sent(
        self,
        record: DeliveryRecord,
        subscription: Subscription,
        credentials: DeliveryCredentials,
        exchange: Exchange,
        at: datetime,
    ) -> Conducted:
        """Send the completed delivery as one request. Raises Unsent if it cannot be completed."""
        complete = exchange.complete(record.delivery, subscription)
        record = record.addressed(subscription.url + complete.path, complete.body)
        left = max(SHORTEST, LONGEST - self._since(at))
        request = prepare(complete, subscription, credentials, at, min(subscription.timeout or self.timeout, left))
        if exchange.answer_limit != request.answer_limit:
            request = replace(request, answer_limit=exchange.answer_limit)
        attempt = self.sender.send(request, at)
        return Conducted(record, attempt, exchange.heard(record.after(attempt), subscription, attempt))

    def _since(self, at: datetime) -> float:
        return (self.clock() - at).total_seconds()

    def _subscription(self, delivery: Delivery) -> Subscription | None:
        return self.subscriptions.at_least(
            delivery.account, delivery.subscription_key, delivery.subscription_version, delivery.subscription_id
        )

    def _unsent(self, record: DeliveryRecord, subscription: Subscription | None) -> AttemptResult:
        if subscription is None:
            record = record.closed(DeliveryState.CANCELLED, self.clock(), "the subscription is gone")
        else:
            record = record.closed(DeliveryState.DEAD, self.clock(), "the subscription is disabled")
            self.operations.tell("delivery.dead", dead_letter(record))
        self.report(record, None)
        return AttemptResult(record)

    def _judged(
        self, record: DeliveryRecord, attempt: Attempt, verdict: Verdict, subscription: Subscription
    ) -> AttemptResult:
        if verdict is Verdict.DELIVERED:
            record = record.closed(DeliveryState.DELIVERED, attempt.at)
        if verdict is Verdict.GONE:
            self.subscriptions.disable(subscription, GONE, attempt.at)
            self.operations.tell("subscription.disabled", _about(subscription, GONE))
            record = record.closed(DeliveryState.DEAD, attempt.at, GONE)
            self.operations.tell("delivery.dead", dead_letter(record))
        self.report(record, attempt)
        return AttemptResult(record, verdict, attempt)


def endpoint_of(delivery: Delivery) -> EndpointKey:
    """Return the key of a delivery's receiver."""
    return EndpointKey(delivery.account, delivery.endpoint)


def dead_letter(record: DeliveryRecord) -> dict[str, object]:
    """Return the details of the operational event `delivery.dead`."""
    delivery = record.delivery
    return {"account": delivery.account, "delivery": delivery.id, "call": delivery.call_id, "reason": record.reason}


def _about(subscription: Subscription, reason: str) -> dict[str, object]:
    return {"account": subscription.account, "subscription": subscription.id, "reason": reason}
