"""Sending a finished delivery again."""

from __future__ import annotations

from switchboard.deliveries.model import Delivery, DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Deliveries, DeliveryQueue


def replay(record: DeliveryRecord, deliveries: Deliveries, queue: DeliveryQueue) -> Delivery:
    """Queue a delivery again under the same id; one that is still under way is left to it.

    Conflict where somebody else replays it at this moment.
    """
    if record.state is DeliveryState.PENDING:
        queue.send([record.delivery])
        return record.delivery
    reopened = deliveries.reopen(record)
    queue.send([reopened])
    return reopened
