"""A receiver as the hub knows it: whether it takes what it is sent, and which calls wait for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from switchboard.laps import NO_LAPS, Laps


class RetryPhase(StrEnum):
    """How a lane that failed is tried again."""

    FAST = "fast"  # by its own messages on the queue of retries
    SLOW = "slow"  # by the endpoint's redelivery workflow


@dataclass(frozen=True, slots=True)
class EndpointKey:
    """One receiver of one account."""

    account: str
    id: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A receiver that failed lately; one that did not needs no record.

    `lanes` counts the calls that wait for it. `failures` counts the calls whose fast attempts ran out since its
    last success, `refusals` the final refusals since then. While `open` nothing is sent but probes. `episode`
    numbers its times of trouble, each driven by one workflow, of which `part` is the one that counts, and `told` says
    whether the operators heard of it; `step` is the place in the schedule while open. `round` is when the latest round
    of tries began that takes in every lane, due or not: while open the probes, of which `failed_probes` failed.
    """

    key: EndpointKey
    receiver: str
    lanes: int = 0
    failures: int = 0
    refusals: int = 0
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


@dataclass(frozen=True, slots=True)
class Lane:
    """One call that waits: how many deliveries, since when its first one does, and when it is tried again.

    `group` is the queue's, whose holder alone may send what is in the lane, or change it. `round` is the latest round
    of its receiver in which it was tried.
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
        """When it is tried again; one that was parked unsent is due from the beginning."""
        return self.next_at or self.since


@dataclass(frozen=True, slots=True)
class Drain:
    """A message of the queue of deliveries: whoever gets it, and with it the group, sends what waits in a lane.

    `ask` is the moment that the lane is planned for or, `in_round`, that its receiver's round began, so that what is
    asked for twice is done once. Where `send` is not, only what is not to be sent any more is taken out. `page` counts
    the messages of an ask. Two that differ in their `laps` alone ask for the same.
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
    """A message of the queue of retries: a lane's turn that is still to come, or an operator's try of a whole receiver.

    `round` is what the try began; None while it has begun nothing.
    """

    key: EndpointKey
    drain: Drain | None = None
    round: datetime | None = None
    laps: Laps = NO_LAPS
