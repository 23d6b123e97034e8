"""A batch of the queue of deliveries: each delivery is tried once, or parked behind its waiting lane.

The queue also holds messages that drain a lane. Only the worker that holds a group sends the deliveries of the group.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from switchboard.deliveries import parking
from switchboard.deliveries.attempts import AttemptResult, TryDelivery, endpoint_of
from switchboard.deliveries.drain import DrainLane
from switchboard.deliveries.endpoint import Drain, Endpoint, EndpointKey
from switchboard.deliveries.lanes import Lanes
from switchboard.deliveries.model import Delivery, DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Deliveries, Endpoints
from switchboard.deliveries.retry import Verdict

# The queue drops repeats for five minutes. Later, an event that is applied again makes a new message.
SENT_ONCE_FOR = timedelta(minutes=4)


@dataclass(slots=True)
class DeliverBatch:
    """One batch. `finish` writes all new records at once, before the messages are acknowledged.

    Each receiver's record is read once, when first needed. No other worker can begin a lane of a group that this worker
    holds. If this worker drained the lane meanwhile, `_park` returns False.
    """

    records: Deliveries
    endpoints: Endpoints
    try_delivery: TryDelivery
    lanes: Lanes
    drain_lane: DrainLane
    clock: Callable[[], datetime]
    _seen: dict[EndpointKey, Endpoint | None] = field(default_factory=dict)
    _parked: set[tuple[EndpointKey, str]] = field(default_factory=set)
    _done: dict[str, DeliveryRecord] = field(default_factory=dict)
    _written: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, delivery: Delivery, *, first_receipt: bool) -> DeliveryState:
        """Try or park one delivery, and return its state. A finished delivery is not sent again.

        The stored record is read only if the message may have been received before. A delivery of an account that is
        being deleted is dropped.
        """
        if self.lanes.suspensions.is_ending(delivery.account):
            return DeliveryState.CANCELLED
        record = self._record(delivery, first_receipt=first_receipt)
        if record.state is DeliveryState.PARKED:
            if lane := self.endpoints.lane(endpoint_of(delivery), delivery.subject):
                self.lanes.drive(lane)
            return record.state
        if record.finished or self._park_behind(record) or self._hold(record):
            return record.state
        return self._settle(self.try_delivery(record))

    def drain(self, drain: Drain, out_of_time: Callable[[], bool]) -> None:
        """Send the deliveries of a lane."""
        self.drain_lane(drain, out_of_time)

    def finish(self) -> None:
        """Write the records of deliveries that were delivered or refused since the last call."""
        fresh = {id_: record for id_, record in list(self._done.items()) if id_ not in self._written}
        self.records.write(list(fresh.values()))
        self._written |= fresh.keys()

    def _record(self, delivery: Delivery, *, first_receipt: bool) -> DeliveryRecord:
        done = self._done.get(delivery.id)
        if done is not None:  # the batch holds the message twice
            return done
        young = self.clock() - delivery.created_at < SENT_ONCE_FOR
        fresh = first_receipt and young and not delivery.replays
        stored = None if fresh else self.records.get(delivery.id)
        return stored or DeliveryRecord(delivery, DeliveryState.PENDING)

    def _park_behind(self, record: DeliveryRecord) -> bool:
        """Park a delivery if its lane waits, or the receiver is paused or down. Returns whether it is parked now."""
        key, subject = endpoint_of(record.delivery), record.delivery.subject
        endpoint = self._endpoint(key)
        waits = (key, subject) in self._parked or (endpoint and endpoint.lanes and self.endpoints.lane(key, subject))
        if waits:
            return self._park(record)
        if endpoint and self._begins_waiting(record, endpoint):
            self._parked.add((key, subject))
            return True
        return False

    def _begins_waiting(self, record: DeliveryRecord, endpoint: Endpoint) -> bool:
        if endpoint.paused_at:
            return self.lanes.park_paused(record, endpoint)
        return endpoint.open and self.lanes.park_unsent(record)

    def _hold(self, record: DeliveryRecord) -> bool:
        """Begin a lane with a delivery whose account is suspended or over its budget. Returns whether it is parked."""
        until = self.lanes.held_until(record.delivery)
        if until is None:
            return False
        self.lanes.hold(record, until)
        self._parked.add((endpoint_of(record.delivery), record.delivery.subject))
        return True

    def _park(self, record: DeliveryRecord) -> bool:
        """Put a delivery into its lane. Returns whether the lane has the delivery, also if the message came twice."""
        # A held delivery has its whole schedule ahead from the next day on.
        at = max(self.clock(), record.delivery.held_until or self.clock())
        if self.endpoints.commit(parking.park_behind(record, at)):
            return True
        stored = self.records.get(record.delivery.id)
        return stored is not None and stored.state is DeliveryState.PARKED

    def _settle(self, tried: AttemptResult) -> DeliveryState:
        key = endpoint_of(tried.record.delivery)
        tried = self.lanes.decide(tried, self._endpoint(key))
        if tried.record.finished:
            self._done[tried.record.delivery.id] = tried.record
            self._note_success(key, tried)
            return tried.record.state
        self.lanes.begin_lane(tried)
        self._parked.add((key, tried.record.delivery.subject))
        return DeliveryState.PARKED

    def _note_success(self, key: EndpointKey, tried: AttemptResult) -> None:
        if tried.verdict is Verdict.DELIVERED and self.lanes.note_success(self._endpoint(key), tried.record.delivery):
            with self._lock:
                self._seen[key] = self.endpoints.get(key)

    def _endpoint(self, key: EndpointKey) -> Endpoint | None:
        with self._lock:
            if key not in self._seen:
                self._seen[key] = self.endpoints.get(key)
            return self._seen[key]
