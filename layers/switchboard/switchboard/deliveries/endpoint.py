"""A receiver's record: failures, breaker and episode, the lanes that wait, and the messages that drive them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from switchboard.deliveries.model import DeliveryRecord
from switchboard.laps import NO_LAPS, Laps


class RetryPhase(StrEnum):
    """How a waiting lane is retried."""

    FAST = "fast"  # by messages in the queue of retries
    SLOW = "slow"  # by the endpoint's redelivery workflow


@dataclass(frozen=True, slots=True)
class EndpointKey:
    """One receiver of one account."""

    account: str
    id: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The record of a receiver that took a delivery, or has failures. Other receivers have no record.

    `lanes` counts the waiting lanes. `failures` counts the lanes whose fast attempts ran out since the last success.
    `open` is the state of the breaker: while open, only probes are sent. `last_success_at` is the first success, or a
    later one that ended failures; None if the receiver never took a delivery. `denied_since` is the first of the latest
    failures in a row with 401, 403 or 404.

    `episode` is the number of the episode, and `part` the newest part of its workflow. `told` says whether the
    operators know of the episode. While the breaker is open, `step` is the place in the schedule. `round` is the start
    of the latest round; `failed_probes` counts the failed probes of this round.

    `next_at` is the workflow's next turn. Without an episode, no workflow runs, and `next_at` is the time from which
    the watch counts. `watched` says whether the watch looks at the receiver at all.

    From `paused_at` on nothing is sent, until an operator resumes the receiver. The latest pause ended at `resumed_at`.
    """

    key: EndpointKey
    receiver: str
    lanes: int = 0
    failures: int = 0
    open: bool = False
    failing: bool = False
    episode: int = 0
    part: int = 0
    step: int = 0
    failing_since: datetime | None = None
    next_at: datetime | None = None
    last_success_at: datetime | None = None
    told: bool = False
    round: datetime | None = None
    failed_probes: int = 0
    watched: bool = False
    denied_since: datetime | None = None
    paused_at: datetime | None = None
    resumed_at: datetime | None = None

    def waiting_since(self, at: datetime) -> datetime:
        """Return from when the schedule of a delivery counts that waits since `at`: a pause costs no time."""
        return max(at, self.resumed_at or at)


@dataclass(frozen=True, slots=True)
class Lane:
    """The parked deliveries of one call to one receiver.

    `parked` counts the deliveries, `since` is when the first was parked, and `next_at` the next try. Only the worker
    that holds `group` may send or change the lane. `round` is the latest round in which the lane was tried.
    """

    key: EndpointKey
    subject: str
    group: str
    parked: int
    attempts: int
    phase: RetryPhase
    since: datetime
    next_at: datetime | None = None
    round: datetime | None = None

    @property
    def due_at(self) -> datetime:
        """The time of the next try; a lane parked unsent is due at once."""
        return self.next_at or self.since


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a delivery in its lane. Positions sort in the order of sending."""

    position: str
    delivery: str


@dataclass(frozen=True, slots=True)
class ParkedDelivery:
    """A place of a lane with its delivery's record, None if the record has expired."""

    place: Place
    record: DeliveryRecord | None


@dataclass(frozen=True, slots=True)
class Drain:
    """A message in the queue of deliveries: the worker that receives it drains a lane.

    `ask` is the idempotency key: a second message with the same value does nothing. The value is the planned time of
    the lane or, with `in_round`, the start of the receiver's round. Without `send`, the worker only closes deliveries
    that must not be sent any more. `page` counts the messages of one `ask`. `laps` is no part of the key.
    """

    key: EndpointKey
    subject: str
    group: str
    ask: datetime
    in_round: bool = False
    send: bool = True
    page: int = 0
    laps: Laps = field(default=NO_LAPS, compare=False)


@dataclass(frozen=True, slots=True)
class RetryMessage:
    """A message in the queue of retries: the planned try of a lane, or an operator's try of a whole receiver.

    `round` is the round that the operator's try began; None before the round begins. `resumed` marks the message after
    a pause: the lanes that are due are tried.
    """

    key: EndpointKey
    drain: Drain | None = None
    round: datetime | None = None
    laps: Laps = NO_LAPS
    resumed: bool = False
