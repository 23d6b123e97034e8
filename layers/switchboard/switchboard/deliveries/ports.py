"""The ports of deliveries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from switchboard.deliveries.endpoint import Drain, Endpoint, EndpointKey, Lane, RetryMessage
from switchboard.deliveries.model import Attempt, Delivery, DeliveryRecord, DeliveryState, PreparedRequest
from switchboard.deliveries.retry import Verdict
from switchboard.subscriptions.model import DeliveryCredentials, Subscription


class Deliveries(Protocol):
    """The records of deliveries. New records are written in the transaction of their event."""

    def get(self, delivery_id: str) -> DeliveryRecord | None: ...

    def write(self, records: Sequence[DeliveryRecord]) -> None:
        """Replace whole records. Raises if one could not be written."""

    def reopen(self, record: DeliveryRecord) -> Delivery:
        """Make a finished delivery pending again. Raises Conflict if the delivery is not finished."""

    def of_call(self, account: str, call_id: str) -> list[DeliveryRecord]: ...

    def in_state(
        self, account: str, state: DeliveryState, limit: int, cursor: str | None
    ) -> tuple[list[DeliveryRecord], str | None]:
        """Return a page of the deliveries in a state, newest first, and the cursor of the next page."""


class Endpoints(Protocol):
    """The records of receivers and their lanes. Every read is as of the last write."""

    def get(self, key: EndpointKey) -> Endpoint | None: ...
    def of_account(self, account: str) -> list[Endpoint]: ...
    def overdue(self, since: datetime) -> list[Endpoint]:
        """Return the receivers with a next attempt before `since`; without a workflow, the first lane's time counts."""

    def lane(self, key: EndpointKey, subject: str) -> Lane | None: ...

    def lanes(self, key: EndpointKey) -> list[Lane]:
        """Return the waiting lanes, the earliest due first."""

    def park(self, record: DeliveryRecord, at: datetime) -> bool:
        """Put a delivery at the end of its lane. Returns False if the lane no longer exists."""

    def park_failed(self, record: DeliveryRecord, at: datetime) -> Lane:
        """Begin a lane with a delivery whose first attempt failed. Raises TryAgain if the lane exists."""

    def park_unsent(self, record: DeliveryRecord, at: datetime, attempts: int) -> bool:
        """Begin a lane with an untried delivery, with `attempts` counted. Returns False if the breaker is closed."""

    def head(self, lane: Lane) -> DeliveryRecord | None:
        """Return the first delivery of a lane, None if its record is gone or the lane is empty."""

    def parked(self, lane: Lane) -> list[DeliveryRecord]:
        """Return the first deliveries of a lane, in order. Entries without a record are removed."""

    def settle(self, record: DeliveryRecord) -> None:
        """Write the record of a parked delivery. A finished delivery leaves its lane."""

    def leave(self, lane: Lane) -> bool:
        """Remove an empty lane. Returns False if the lane is not empty."""

    def reschedule(self, lane: Lane) -> None:
        """Write a lane's attempts, phase, round and times."""

    def failed(self, key: EndpointKey) -> Endpoint:
        """Count a lane whose fast attempts ran out."""

    def refused(self, key: EndpointKey, receiver: str) -> None:
        """Count a final refusal."""

    def succeeded(self, key: EndpointKey, at: datetime) -> None:
        """Forget failures and refusals, and close the breaker."""

    def begin_episode(self, endpoint: Endpoint, at: datetime, next_at: datetime) -> Endpoint:
        """Return the endpoint in its episode. Without an episode, a new one begins, with `next_at`."""

    def tell(self, endpoint: Endpoint) -> None:
        """Record that the operators know of the episode."""

    def hand_on(self, endpoint: Endpoint, part: int, at: datetime) -> None:
        """Let a newer part of the workflow drive the episode from `at` on. Older parts end at their next turn."""

    def open(self, endpoint: Endpoint) -> None:
        """Open the breaker and write `step` and `next_at`, unless a success came since the endpoint was read."""

    def plan(self, endpoint: Endpoint) -> None:
        """Write `step` and `next_at`, unless the breaker changed since the endpoint was read."""

    def begin_round(self, endpoint: Endpoint, at: datetime) -> Endpoint:
        """Begin a round, and return the updated endpoint."""

    def probe_failed(self, endpoint: Endpoint) -> None:
        """Count a failed probe of this round."""

    def end_round(self, endpoint: Endpoint) -> bool:
        """Write `step` and `next_at` after failed probes. Returns False if the round has already ended."""

    def rest(self, endpoint: Endpoint) -> bool:
        """Stop watching a receiver without an episode. Returns False if a lane waits."""

    def watch(self, endpoint: Endpoint, at: datetime) -> None:
        """Set the time of a receiver without an episode in the watch's index."""

    def recovered(self, endpoint: Endpoint) -> bool:
        """End the episode. Returns False if a lane waits."""


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


class RateLimiter(Protocol):
    """Counts requests to an endpoint."""

    def take(self, key: EndpointKey, rate: float, at: datetime) -> bool:
        """Count a request at `at`. Returns False if `rate` (requests a second) is reached."""


class Operations(Protocol):
    """Receives operational events, such as `delivery.dead`."""

    def tell(self, name: str, details: Mapping[str, object]) -> None: ...
