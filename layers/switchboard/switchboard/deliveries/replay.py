"""Sending one finished delivery again."""

from __future__ import annotations

from switchboard.deliveries.model import Delivery, DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Deliveries, DeliveryQueue
from switchboard.errors import Conflict


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
