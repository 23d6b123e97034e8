"""Finding deliveries: by id, and by state."""

from __future__ import annotations

from switchboard.deliveries.model import DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Deliveries
from switchboard.errors import NotFound
from switchboard.paging import across


def find_delivery(delivery_id: str, accounts: list[str], deliveries: Deliveries) -> DeliveryRecord:
    """The record of a delivery of one of these accounts, or NotFound."""
    record = deliveries.get(delivery_id)
    if record is None or record.delivery.account not in accounts:
        raise NotFound("There is no such delivery.", "delivery")
    return record


def list_deliveries(
    accounts: list[str], state: DeliveryState, limit: int, cursor: str | None, deliveries: Deliveries
) -> tuple[list[DeliveryRecord], str | None]:
    """Deliveries in a state, newest first within an account, a page at a time."""
    return across(accounts, limit, cursor, lambda account, left, at: deliveries.in_state(account, state, left, at))
