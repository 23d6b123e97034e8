"""A delivery, its requests and attempts, and its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from switchboard.kernel.targets import shown_url

SUCCESS = 2  # the first digit


class DeliveryState(StrEnum):
    """The state of a delivery."""

    PENDING = "pending"
    PARKED = "parked"  # in a lane, waiting for the receiver
    DELIVERED = "delivered"
    DEAD = "dead"  # refused for good, or out of schedule; can be replayed
    CANCELLED = "cancelled"  # its subscription is gone


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one subscription, rendered.

    `id` is derived from subscription and event, and is the `webhook-id` of every attempt. `sequence` numbers the
    events of a call, and `part` the messages of one event. `subscription_version` is the lowest version of the
    subscription that may be used.

    `receiver` is scheme, host and port, `endpoint` the id of the receiver, and `subject` the call. Receiver and subject
    are the lane. `group` is the queue's group: a receiver has one group for each request that it allows in flight.
    `rate` is the receiver's limit in requests a second, 0 for none.

    `path` is appended to the subscription's URL. `note` is the dialect's own data for the attempt. `hops` is how many
    hubs the call's events have passed before this hub. `late` is the outcome of an event that came after the call had
    moved on, else empty. Before `held_until` the delivery waits in its lane: the account is over its daily budget.
    `received_at` is when the webhook received the event; None for deliveries of earlier releases.
    """

    id: str
    account: str
    call_id: str
    event_id: str
    event_name: str
    subscription_id: int
    subscription_key: str
    subscription_version: int
    sequence: int
    receiver: str
    endpoint: str
    subject: str
    group: str
    rate: float
    body: str
    created_at: datetime
    replays: int = 0
    part: int = 0
    path: str = ""
    note: str = ""
    hops: int = 0
    late: str = ""
    held_until: datetime | None = None
    received_at: datetime | None = None


KEPT_OF_ANSWER = 1024  # bytes


@dataclass(frozen=True, slots=True)
class PreparedRequest:
    """The HTTP request of one attempt. `timeout` is in seconds; at most `answer_limit` bytes of the answer are read."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    timeout: float
    answer_limit: int = KEPT_OF_ANSWER


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt with its result. Without an answer, `status` is None, and `error` names the reason.

    `answer` is the first KiB of the receiver's answer; the receiver's dialect may read more before the record is
    written. `retry_after` is the header Retry-After as received. `address` is the IP address of the connection.
    """

    at: datetime
    duration_ms: int
    status: int | None = None
    error: str | None = None
    answer: str = ""
    address: str | None = None
    retry_after: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the status is 2xx. Redirects are not followed, and are no success."""
        return self.status is not None and self.status // 100 == SUCCESS


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A delivery with its state and attempts.

    A replay starts a new count of attempts, after the `earlier` ones. `reason` says why a delivery is dead or
    cancelled. `sent_to` is the URL of the last attempt, without the values of its query. `sent_body` is the body of the
    last attempt if the receiver's dialect changed the rendered body; neither holds the receiver's token.
    """

    delivery: Delivery
    state: DeliveryState
    attempts: tuple[Attempt, ...] = ()
    earlier: int = 0
    finished_at: datetime | None = None
    parked_at: datetime | None = None
    reason: str = ""
    sent_to: str = ""
    sent_body: str = ""

    @property
    def body(self) -> str:
        """The body as last sent; as rendered, if nothing was sent."""
        return self.sent_body or self.delivery.body

    @property
    def finished(self) -> bool:
        """Whether the state is final. Only a replay changes a final state."""
        return self.state not in (DeliveryState.PENDING, DeliveryState.PARKED)

    def after(self, attempt: Attempt) -> DeliveryRecord:
        """Return the record with one more attempt."""
        return replace(self, attempts=(*self.attempts, attempt))

    def addressed(self, url: str, body: str) -> DeliveryRecord:
        """Return the record with the address and the body of its next attempt."""
        return replace(self, sent_to=shown_url(url), sent_body="" if body == self.delivery.body else body)

    def closed(self, state: DeliveryState, at: datetime, reason: str = "") -> DeliveryRecord:
        """Return the record in a final state."""
        return replace(self, state=state, finished_at=at, reason=reason)

    def reopened(self) -> DeliveryRecord:
        """Return the record of a finished delivery, pending once more, with a new count of attempts."""
        again = replace(self.delivery, replays=self.delivery.replays + 1)
        pending = replace(self, delivery=again, state=DeliveryState.PENDING, earlier=len(self.attempts))
        return replace(pending, finished_at=None, parked_at=None, reason="")

    @property
    def attempts_made(self) -> int:
        """Attempts since the last replay, or since the beginning."""
        return len(self.attempts) - self.earlier
