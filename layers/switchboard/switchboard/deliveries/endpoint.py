"""A receiver as the hub knows it: whether it takes what it is sent, and which calls wait for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Phase(StrEnum):
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
    numbers its times of trouble, each driven by one workflow, of which `part` is the one that counts; `step` is the
    place in the schedule while open.
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


@dataclass(frozen=True, slots=True)
class Lane:
    """One call that waits: how many deliveries, since when, and when it is tried again."""

    key: EndpointKey
    subject: str
    parked: int
    attempts: int
    phase: Phase
    since: datetime
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """A message of the queue of retries: a lane to be tried again, all of the endpoint's where `subject` is empty."""

    key: EndpointKey
    subject: str
