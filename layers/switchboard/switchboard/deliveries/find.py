"""Find deliveries by id and by state, and receivers by account."""

from __future__ import annotations

from datetime import datetime

from switchboard.deliveries.endpoint import Endpoint, EndpointKey
from switchboard.deliveries.fan_out import endpoint_id
from switchboard.deliveries.model import DeliveryRecord, DeliveryState
from switchboard.deliveries.next_attempt import of_endpoint
from switchboard.deliveries.ports import Deliveries, Endpoints
from switchboard.errors import NotFound
from switchboard.paging import across
from switchboard.subscriptions.model import ReceiverLimits
from switchboard.subscriptions.ports import Subscriptions


def find_delivery(delivery_id: str, accounts: list[str], deliveries: Deliveries) -> DeliveryRecord:
    """Return a delivery of one of these accounts. Raises NotFound."""
    record = deliveries.get(delivery_id)
    if record is None or record.delivery.account not in accounts:
        raise NotFound("There is no such delivery.", "delivery")
    return record


def list_deliveries(
    accounts: list[str], state: DeliveryState, limit: int, cursor: str | None, deliveries: Deliveries
) -> tuple[list[DeliveryRecord], str | None]:
    """Return a page of the deliveries in a state, newest first within each account, and the next cursor."""
    return across(accounts, limit, cursor, lambda account, left, at: deliveries.in_state(account, state, left, at))


def list_endpoints(
    account: str, endpoints: Endpoints, subscriptions: Subscriptions
) -> list[tuple[Endpoint, ReceiverLimits, datetime | None]]:
    """Return an account's receivers, with their limits and next attempts: subscribed ones, and ones with a record."""
    subscribed, limits = subscriptions.with_limits(account)
    known = {endpoint.receiver: endpoint for endpoint in endpoints.of_account(account)}
    receivers = {**dict.fromkeys(one.receiver for one in subscribed), **known}
    found = [known.get(receiver) or _healthy(account, receiver) for receiver in receivers]
    return [_with_next(one, limits.get(one.receiver, ReceiverLimits()), endpoints) for one in found]


def find_endpoint(
    account: str, id_: str, endpoints: Endpoints, subscriptions: Subscriptions
) -> tuple[Endpoint, ReceiverLimits, datetime | None]:
    """Return a receiver of an account, with its limits and its next attempt. Raises NotFound."""
    for endpoint, limits, _ in list_endpoints(account, endpoints, subscriptions):
        if endpoint.key.id == id_:
            return _with_next(endpoints.get(endpoint.key) or endpoint, limits, endpoints)
    raise NotFound("There is no such endpoint.", "endpoint")


def _with_next(
    endpoint: Endpoint, limits: ReceiverLimits, endpoints: Endpoints
) -> tuple[Endpoint, ReceiverLimits, datetime | None]:
    lanes = endpoints.lanes(endpoint.key) if endpoint.lanes else []
    return endpoint, limits, of_endpoint(endpoint, lanes)


def _healthy(account: str, receiver: str) -> Endpoint:
    return Endpoint(EndpointKey(account, endpoint_id(receiver)), receiver)
