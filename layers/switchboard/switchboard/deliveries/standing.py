"""How a receiver stands: out of its record, and out of the newest deliveries to the receiver."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from switchboard.deliveries.endpoint import Endpoint
from switchboard.deliveries.model import Attempt, DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Deliveries

PAGE, MOST_PAGES = 200, 5  # newest deliveries of an account in a state that are looked at


class ReceiverState(StrEnum):
    """The state of a receiver, as its last attempts show."""

    OK = "ok"  # the receiver took the last delivery
    REFUSING = "refusing"  # the receiver refused the last delivery for good
    FAILING = "failing"  # calls wait
    DOWN = "down"  # nothing is sent but probes
    IDLE = "idle"  # no attempt is known
    PAUSED = "paused"  # an operator has stopped the sending


@dataclass(frozen=True, slots=True)
class Seen:
    """What the newest deliveries show of a receiver. Counts are of the deliveries that were looked at.

    `last_success` and `last_attempt` are the newest, None if none was seen.
    """

    last_success: Attempt | None = None
    last_attempt: Attempt | None = None
    waiting: int = 0
    dead: int = 0

    def after(self, record: DeliveryRecord) -> Seen:
        """Return what is known with one more delivery."""
        last = record.attempts[-1] if record.attempts else None
        taken = last if record.state is DeliveryState.DELIVERED else None
        waits = record.state in (DeliveryState.PENDING, DeliveryState.PARKED)
        return Seen(
            _newer(self.last_success, taken),
            _newer(self.last_attempt, last),
            self.waiting + waits,
            self.dead + (record.state is DeliveryState.DEAD),
        )


NOTHING_SEEN = Seen()


def seen_of(account: str, deliveries: Deliveries) -> dict[str, Seen]:
    """Return what the newest deliveries of an account show, by the id of the receiver."""
    found: dict[str, Seen] = {}
    for record in _newest(account, deliveries):
        endpoint = record.delivery.endpoint
        found[endpoint] = found.get(endpoint, NOTHING_SEEN).after(record)
    return found


def state_of(endpoint: Endpoint, seen: Seen) -> ReceiverState:
    """Return the state of a receiver: trouble by its record, all else by its last attempt."""
    if endpoint.paused_at:
        return ReceiverState.PAUSED
    if endpoint.open:
        return ReceiverState.DOWN
    if endpoint.failing or endpoint.lanes:
        return ReceiverState.FAILING
    if seen.last_attempt is None:
        return ReceiverState.OK if endpoint.last_success_at else ReceiverState.IDLE
    return ReceiverState.OK if seen.last_attempt.succeeded else ReceiverState.REFUSING


def _newest(account: str, deliveries: Deliveries) -> Iterable[DeliveryRecord]:
    for state in (DeliveryState.DELIVERED, DeliveryState.DEAD, DeliveryState.PARKED, DeliveryState.PENDING):
        cursor: str | None = None
        for _ in range(1 if state is DeliveryState.DELIVERED else MOST_PAGES):
            records, cursor = deliveries.in_state(account, state, PAGE, cursor)
            yield from records
            if cursor is None:
                break


def _newer(one: Attempt | None, other: Attempt | None) -> Attempt | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda attempt: attempt.at)
