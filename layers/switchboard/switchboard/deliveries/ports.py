"""What deliveries need from the outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from switchboard.deliveries.endpoint import Drain, Endpoint, EndpointKey, Lane, RetryMessage
from switchboard.deliveries.model import Attempt, Delivery, DeliveryRecord, DeliveryState, PreparedRequest
from switchboard.deliveries.retry import Verdict
from switchboard.subscriptions.model import DeliveryCredentials, Subscription


class Deliveries(Protocol):
    """The record of deliveries. New ones are written together with the event that causes them."""

    def get(self, delivery_id: str) -> DeliveryRecord | None: ...

    def write(self, records: Sequence[DeliveryRecord]) -> None:
        """Write whole records, all of them or raise; what was there before is replaced."""

    def reopen(self, record: DeliveryRecord) -> Delivery:
        """Make a finished delivery pending again; Conflict where it is not finished."""

    def of_call(self, account: str, call_id: str) -> list[DeliveryRecord]: ...

    def in_state(
        self, account: str, state: DeliveryState, limit: int, cursor: str | None
    ) -> tuple[list[DeliveryRecord], str | None]:
        """Newest first, a page at a time."""


class Endpoints(Protocol):
    """Receivers in trouble and the lanes that wait for them. Every read is as of the last write."""

    def get(self, key: EndpointKey) -> Endpoint | None: ...
    def of_account(self, account: str) -> list[Endpoint]: ...
    def overdue(self, since: datetime) -> list[Endpoint]:
        """Receivers in trouble whose next attempt, or first lane while no workflow drives them, was before that."""

    def lane(self, key: EndpointKey, subject: str) -> Lane | None: ...

    def lanes(self, key: EndpointKey) -> list[Lane]:
        """Every lane that waits, those first whose time is earliest."""

    def park(self, record: DeliveryRecord, at: datetime) -> bool:
        """Put a delivery at the end of its lane; False where the lane has been drained meanwhile."""

    def park_failed(self, record: DeliveryRecord, at: datetime) -> Lane:
        """Make a lane of a delivery whose first attempt failed; TryAgain where there is one."""

    def park_unsent(self, record: DeliveryRecord, at: datetime, attempts: int) -> bool:
        """Make a lane of a delivery that was not tried, counted as `attempts`; False where the breaker is closed."""

    def head(self, lane: Lane) -> DeliveryRecord | None:
        """The first delivery of a lane; None where it is gone, or none waits."""

    def parked(self, lane: Lane) -> list[DeliveryRecord]:
        """The first deliveries of a lane, in order; places whose delivery is gone are given up."""

    def settle(self, record: DeliveryRecord) -> None:
        """Write what became of a parked delivery; once it is finished it leaves its lane."""

    def leave(self, lane: Lane) -> bool:
        """Take away an empty lane; False where something was parked in the meantime."""

    def reschedule(self, lane: Lane) -> None:
        """Write a lane's attempts, phase, round and times."""

    def failed(self, key: EndpointKey) -> Endpoint:
        """Count a lane whose fast attempts ran out."""

    def refused(self, key: EndpointKey, receiver: str) -> None:
        """Count a final refusal."""

    def succeeded(self, key: EndpointKey, at: datetime) -> None:
        """Forget failures and refusals, and close the breaker."""

    def begin(self, endpoint: Endpoint, at: datetime, next_at: datetime) -> Endpoint:
        """The endpoint in its episode of trouble; where there was none a new one, with `next_at`."""

    def tell(self, endpoint: Endpoint) -> None:
        """Note that the operators heard of the episode."""

    def hand_on(self, endpoint: Endpoint, part: int, at: datetime) -> None:
        """Have a newer part of the workflow drive the episode from `at` on; older parts end at their next turn."""

    def open(self, endpoint: Endpoint) -> None:
        """Open the breaker, with `step` and `next_at`, unless a success has come in between."""

    def plan(self, endpoint: Endpoint) -> None:
        """Write `step` and `next_at`, unless the breaker was opened or closed in between."""

    def begin_round(self, endpoint: Endpoint, at: datetime) -> Endpoint:
        """Begin a round of tries that takes in every lane; the endpoint as it is then."""

    def probe_failed(self, endpoint: Endpoint) -> None:
        """Count a probe of this round that came to nothing."""

    def end_round(self, endpoint: Endpoint) -> bool:
        """Write `step` and `next_at` after probes that came to nothing; False where this round is over already."""

    def rest(self, endpoint: Endpoint) -> bool:
        """Have nobody watch a receiver without an episode; False where a lane waits for it still."""

    def watch(self, endpoint: Endpoint, at: datetime) -> None:
        """Have a receiver without an episode looked at again, if it is overdue after that."""

    def recovered(self, endpoint: Endpoint) -> bool:
        """End the episode; False where a lane waits for the workflow still."""


class DeliveryQueue(Protocol):
    """The queue of deliveries, first in first out within a group."""

    def send(self, deliveries: Sequence[Delivery]) -> None: ...


class DrainQueue(Protocol):
    """The queue of deliveries, as those see it who have lanes drained."""

    def drain(self, drains: Sequence[Drain]) -> None:
        """Put lanes into their groups; what is asked for again within minutes is one message."""


class RetryQueue(Protocol):
    """The queue of what is to be tried again, each after its own wait in seconds."""

    def send(self, again: RetryMessage, wait: float) -> None: ...


class Workflows(Protocol):
    """Starts the workflow of an endpoint's episode; the same part twice is one."""

    def redeliver(self, endpoint: Endpoint, part: int, wait: float) -> None: ...


class CurrentSubscriptions(Protocol):
    """Subscriptions as of a version or newer; None where the one of this id is gone."""

    def at_least(self, account: str, key: str, version: int, id_: int) -> Subscription | None: ...

    def of_receiver(self, account: str, receiver: str) -> list[Subscription]:
        """The subscriptions that lead to a receiver."""

    def disable(self, subscription: Subscription, reason: str, at: datetime) -> None: ...


class OpenCredentials(Protocol):
    """Opens what a subscription keeps sealed; Sealed where it cannot be opened."""

    def of(self, subscription: Subscription, at: datetime) -> DeliveryCredentials: ...


class Sender(Protocol):
    """Sends one request and tells what came of it; never raises for what a receiver does."""

    def send(self, request: PreparedRequest, at: datetime) -> Attempt: ...


class Exchange(Protocol):
    """What a receiver's dialect adds to an attempt: what is filled in before it, and what its answer means.

    Both may be asked again for the same delivery. What an answer tells is kept before its delivery is done with.
    """

    @property
    def answer_limit(self) -> int:
        """How many bytes of an answer it reads."""

    def complete(self, delivery: Delivery, subscription: Subscription) -> Delivery:
        """The delivery as it is sent; Unsent where it cannot be."""

    def heard(self, record: DeliveryRecord, subscription: Subscription, attempt: Attempt) -> Verdict:
        """What follows from an attempt, the last of the record's."""


class RateLimiter(Protocol):
    """Counts requests to an endpoint."""

    def take(self, key: EndpointKey, rate: float, at: datetime) -> bool:
        """Whether one more may go out in this second."""


class Operations(Protocol):
    """Hears of what an operator should know."""

    def tell(self, name: str, details: Mapping[str, object]) -> None: ...
