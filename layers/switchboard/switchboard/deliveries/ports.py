"""The ports of deliveries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from switchboard.deliveries.change import EndpointChange
from switchboard.deliveries.endpoint import Drain, Endpoint, EndpointKey, Lane, ParkedDelivery, RetryMessage
from switchboard.deliveries.model import Attempt, Delivery, DeliveryRecord, DeliveryState, PreparedRequest
from switchboard.deliveries.rate import RateWindow
from switchboard.deliveries.retry import Verdict
from switchboard.subscriptions.model import DeliveryCredentials, Subscription


class Deliveries(Protocol):
    """The records of deliveries. New records are written in the transaction of their event."""

    def get(self, delivery_id: str) -> DeliveryRecord | None: ...

    def write(self, records: Sequence[DeliveryRecord]) -> None:
        """Replace whole records. Raises if one could not be written."""

    def reopen(self, before: DeliveryRecord, after: DeliveryRecord) -> bool:
        """Write `after`. Returns False if state or replays of the stored record are no longer those of `before`."""

    def of_call(self, account: str, call_id: str) -> list[DeliveryRecord]: ...

    def in_state(
        self, account: str, state: DeliveryState, limit: int, cursor: str | None
    ) -> tuple[list[DeliveryRecord], str | None]:
        """Return a page of the deliveries in a state, newest first, and the cursor of the next page."""

    def oldest_in_state(
        self,
        account: str,
        state: DeliveryState,
        limit: int,
        after: str,
        within: tuple[datetime | None, datetime | None] = (None, None),
    ) -> tuple[list[DeliveryRecord], str]:
        """Return the oldest deliveries behind the place `after`, and the next place; empty after the last.

        An empty `after` is the beginning. `within` bounds the time of creation: from the first time on, before the
        second. Deliveries of one time stay together, so a page may pass its limit.
        """


class Endpoints(Protocol):
    """The records of receivers and their lanes. Every read is as of the last write."""

    def get(self, key: EndpointKey) -> Endpoint | None: ...
    def of_account(self, account: str) -> list[Endpoint]:
        """Return an account's receivers that have a record."""

    def overdue(self, since: datetime) -> list[Endpoint]:
        """Return the watched receivers of all accounts whose `next_at` is before `since`."""

    def lane(self, key: EndpointKey, subject: str) -> Lane | None: ...

    def lanes(self, key: EndpointKey) -> list[Lane]:
        """Return the waiting lanes, the earliest due first."""

    def parked(self, lane: Lane, limit: int) -> list[ParkedDelivery]:
        """Return the first `limit` places of a lane with their deliveries, in the order of sending."""

    def commit(self, change: EndpointChange) -> bool:
        """Write a change. Returns False, and writes nothing, if a condition fails.

        Raises TryAgain if another worker writes the same rows.
        """


class DeliveryQueue(Protocol):
    """The queue of deliveries, first in first out within a group."""

    def send(self, deliveries: Sequence[Delivery]) -> None: ...


class DrainQueue(Protocol):
    """The queue of deliveries, for messages that drain lanes."""

    def drain(self, drains: Sequence[Drain]) -> None:
        """Queue the messages, each in its lane's group. The queue drops a repeat within five minutes."""


class RetryQueue(Protocol):
    """The queue of retries. Each message is delayed by its own `wait`, in seconds."""

    def send(self, again: RetryMessage, wait: float) -> None: ...


class Workflows(Protocol):
    """Starts the workflow of an endpoint's episode after `wait` seconds. Starting the same part twice does nothing."""

    def redeliver(self, endpoint: Endpoint, part: int, wait: float) -> None: ...


class CurrentSubscriptions(Protocol):
    """Subscriptions for sending: `at_least` returns a version or a newer one, None if the id is gone."""

    def at_least(self, account: str, key: str, version: int, id_: int) -> Subscription | None: ...

    def of_receiver(self, account: str, receiver: str) -> list[Subscription]:
        """Return the subscriptions with a URL at this receiver."""

    def disable(self, subscription: Subscription, reason: str, at: datetime) -> None: ...


class OpenCredentials(Protocol):
    """Opens the sealed credentials of a subscription. Raises Sealed."""

    def of(self, subscription: Subscription, at: datetime) -> DeliveryCredentials: ...


class Sender(Protocol):
    """Sends one request, and returns the attempt. A receiver's behaviour never raises."""

    def send(self, request: PreparedRequest, at: datetime) -> Attempt: ...


class Exchange(Protocol):
    """The part of a receiver's dialect in an attempt: fill in the delivery, and judge the answer.

    Both methods may be called again for the same delivery. Facts in an answer are stored before the delivery is closed.
    """

    @property
    def answer_limit(self) -> int:
        """The most bytes of an answer that the dialect reads."""

    def complete(self, delivery: Delivery, subscription: Subscription) -> Delivery:
        """Return the delivery as sent. Raises Unsent if the delivery cannot be completed."""

    def heard(self, record: DeliveryRecord, subscription: Subscription, attempt: Attempt) -> Verdict:
        """Return the verdict on an attempt, the last of the record."""


@dataclass(frozen=True, slots=True)
class Conducted:
    """A delivery after its requests: the record with its last address and body, the attempt, and the verdict."""

    record: DeliveryRecord
    attempt: Attempt
    verdict: Verdict


@runtime_checkable
class Conductor(Protocol):
    """A receiver's dialect whose delivery takes several requests, which the dialect's exchange sends itself."""

    def conduct(self, record: DeliveryRecord, subscription: Subscription, at: datetime) -> Conducted | None:
        """Send the requests of a delivery; None if the receiver takes the delivery in one plain request.

        May be called again for the same delivery. Raises Unsent if nothing more can be sent now, and TryAgain while
        the receiver allows no request.
        """


class RateLimiter(Protocol):
    """Counts requests to an endpoint."""

    def take(self, key: EndpointKey, window: RateWindow) -> bool:
        """Count a request in a window. Returns False if the window is full."""


class Operations(Protocol):
    """Receives operational events, such as `delivery.dead`."""

    def tell(self, name: str, details: Mapping[str, object]) -> None: ...
