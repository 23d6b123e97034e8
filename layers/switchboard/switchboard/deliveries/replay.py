"""Sending finished deliveries again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from switchboard.deliveries.model import Delivery, DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Deliveries, DeliveryQueue
from switchboard.errors import Conflict

PAGE = 200
MOST = 1000  # deliveries that one request replays; the answer says whether there are more


@dataclass(frozen=True, slots=True)
class ReplayFilter:
    """A filter of deliveries: state, call, subscription, and time of creation."""

    state: DeliveryState
    call: str = ""
    subscription: int = 0
    since: datetime | None = None
    until: datetime | None = None

    def includes(self, record: DeliveryRecord) -> bool:
        """Whether a delivery matches the filter."""
        return record.state is self.state and self._is_meant(record.delivery)

    def includes_again(self, record: DeliveryRecord) -> bool:
        """Whether a delivery matches and an earlier replay made it pending, perhaps without queueing it."""
        return (
            record.state is DeliveryState.PENDING and bool(record.delivery.replays) and self._is_meant(record.delivery)
        )

    def _is_meant(self, delivery: Delivery) -> bool:
        return (
            (not self.call or delivery.call_id == self.call)
            and (not self.subscription or delivery.subscription_id == self.subscription)
            and (self.since is None or delivery.created_at >= self.since)
            and (self.until is None or delivery.created_at < self.until)
        )


@dataclass(frozen=True, slots=True)
class Replayed:
    """The number of deliveries that match, or were queued again. `more` says that the rest needs another request."""

    count: int
    more: bool


def replay(record: DeliveryRecord, deliveries: Deliveries, queue: DeliveryQueue) -> Delivery:
    """Queue a finished delivery again under the same id. A parked delivery is left alone.

    Raises Conflict if another request replays the delivery at the same time.
    """
    if record.state is DeliveryState.PENDING:
        queue.send([record.delivery])
    if not record.finished:
        return record.delivery
    again = record.reopened()
    if not deliveries.reopen(record, again):
        raise Conflict("The delivery is being replayed already.", "delivery")
    queue.send([again.delivery])
    return again.delivery


def replay_all(
    account: str, wanted: ReplayFilter, deliveries: Deliveries, queue: DeliveryQueue, *, dry_run: bool
) -> Replayed:
    """Queue all matching deliveries again, in the order of creation. Unfinished deliveries are left alone.

    Deliveries that an earlier replay made pending are queued once more, and not counted. The worker drops repeats.
    """
    found = _in_order(_found(account, wanted.state, wanted, wanted.includes, deliveries))
    if dry_run:
        return Replayed(len(found), more=False)
    begun = _found(account, DeliveryState.PENDING, wanted, wanted.includes_again, deliveries)
    for record in _in_order([*begun, *found[:MOST]]):
        _again(record, deliveries, queue)
    return Replayed(min(len(found), MOST), more=len(found) > MOST)


def _in_order(records: Iterable[DeliveryRecord]) -> list[DeliveryRecord]:
    return sorted(records, key=lambda one: (one.delivery.created_at, one.delivery.sequence, one.delivery.part))


def _again(record: DeliveryRecord, deliveries: Deliveries, queue: DeliveryQueue) -> None:
    try:
        replay(record, deliveries, queue)
    except Conflict:
        return  # another request replays the delivery


def _found(
    account: str,
    state: DeliveryState,
    wanted: ReplayFilter,
    is_one: Callable[[DeliveryRecord], bool],
    deliveries: Deliveries,
) -> Iterator[DeliveryRecord]:
    if wanted.call:
        yield from filter(is_one, deliveries.of_call(account, wanted.call))
        return
    cursor: str | None = None
    while True:
        records, cursor = deliveries.in_state(account, state, PAGE, cursor)
        yield from filter(is_one, records)
        if cursor is None:
            return
