"""A delivery and its attempts. The phases are types: what is asked for, what was tried, what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

SUCCESS = 2  # the first digit


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    PARKED = "parked"  # behind a failure of its own call's, waiting for the receiver
    DELIVERED = "delivered"
    DEAD = "dead"  # refused for good, or out of schedule; can be replayed
    CANCELLED = "cancelled"  # its subscription is gone


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one subscription, rendered.

    `id` is derived from subscription and event, and is the `webhook-id` of every attempt. `sequence` numbers the
    events of a call, and `part` the messages that one event is told by. `subscription_version` is the least version
    of the subscription that may be used. `receiver` is scheme, host and port, `endpoint` its id, and `subject` the
    call: order is kept within the two. `group` is the queue's, of which a receiver has as many as it may have
    requests in flight; `rate` is its limit of requests a second, 0 for none. `path` is where it goes below the
    subscription's URL, and `note` is what the dialect wants to know then.
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


KEPT_OF_ANSWER = 1024  # bytes


@dataclass(frozen=True, slots=True)
class PreparedRequest:
    """What goes over the wire, how long it may take (seconds), and how many bytes of the answer are wanted."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    timeout: float
    answer_limit: int = KEPT_OF_ANSWER


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: when, with what result. `status` is None where no answer came, and `error` says why then.

    `answer` is the first KiB of the receiver's answer (more only until it has been read by the receiver's dialect),
    and `retry_after` the header of that name as it came.
    `address` is the one that was connected to, or that could not be.
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
        """Any 2xx is a success; a redirect is not followed and is none."""
        return self.status is not None and self.status // 100 == SUCCESS


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A delivery with all that became of it.

    A replay starts the count of attempts anew, after `earlier` ones. `reason` says why a delivery is dead or
    cancelled.
    """

    delivery: Delivery
    state: DeliveryState
    attempts: tuple[Attempt, ...] = ()
    earlier: int = 0
    finished_at: datetime | None = None
    parked_at: datetime | None = None
    reason: str = ""

    @property
    def finished(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.state not in (DeliveryState.PENDING, DeliveryState.PARKED)

    def after(self, attempt: Attempt) -> DeliveryRecord:
        """The record with one more attempt."""
        return replace(self, attempts=(*self.attempts, attempt))

    def closed(self, state: DeliveryState, at: datetime, reason: str = "") -> DeliveryRecord:
        """The record in its final state."""
        return replace(self, state=state, finished_at=at, reason=reason)

    @property
    def attempts_made(self) -> int:
        """Attempts since the last replay, or since the beginning."""
        return len(self.attempts) - self.earlier
