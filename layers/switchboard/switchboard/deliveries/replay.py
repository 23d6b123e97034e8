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
    """Which deliveries: in this state, of this call or subscription, made in this time."""

    state: DeliveryState
    call: str = ""
    subscription: int = 0
    since: datetime | None = None
    until: datetime | None = None

    def includes(self, record: DeliveryRecord) -> bool:
        """Whether a delivery is one of them."""
        return record.state is self.state and self._is_meant(record.delivery)

    def includes_again(self, record: DeliveryRecord) -> bool:
        """Whether a delivery is one that a replay has made pending: it may have been cut off before it was queued."""
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
    """How many were wanted and, unless it was a dry run, sent again; `more` where the rest needs another request."""

    count: int
    more: bool


def replay(record: DeliveryRecord, deliveries: Deliveries, queue: DeliveryQueue) -> Delivery:
    """Queue a delivery again under the same id; one that is under way is left to it.

    Conflict where somebody else replays it at this moment.
    """
    if record.state is DeliveryState.PENDING:
        queue.send([record.delivery])
    if not record.finished:
        return record.delivery
    reopened = deliveries.reopen(record)
    queue.send([reopened])
    return reopened


def replay_all(
    account: str, wanted: ReplayFilter, deliveries: Deliveries, queue: DeliveryQueue, *, dry_run: bool
) -> Replayed:
    """Queue all of these again, each call's in the order of its events; what is under way by then is left to it.

    What an earlier replay made pending is queued once more and not counted: the queue and its worker know a repeat.
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
        return  # somebody else replays it


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
