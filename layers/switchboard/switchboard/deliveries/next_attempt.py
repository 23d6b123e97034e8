"""When a waiting delivery, or a receiver with waiting calls, is tried next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.deliveries.attempts import endpoint_of
from switchboard.deliveries.endpoint import Endpoint, EndpointKey, Lane, RetryPhase
from switchboard.deliveries.model import DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Endpoints


def of_lane(lane: Lane, endpoint: Endpoint | None) -> datetime:
    """Return the time of a lane's next try: the receiver's behind an open breaker. The past means: at once."""
    probed = endpoint is not None and endpoint.open and lane.phase is RetryPhase.SLOW
    return (endpoint.next_at if probed and endpoint else None) or lane.due_at


def of_endpoint(endpoint: Endpoint, lanes: Sequence[Lane]) -> datetime | None:
    """Return the time of a receiver's next attempt, None if the receiver is paused, or if nothing waits."""
    if endpoint.paused_at:
        return None
    times = [of_lane(lane, endpoint) for lane in lanes]
    waits = endpoint.failing or endpoint.lanes > 0
    return min(times, default=endpoint.next_at if waits else None)


@dataclass(frozen=True, slots=True)
class NextAttempts:
    """Finds the next attempts of deliveries. The lanes of a receiver are read once."""

    endpoints: Endpoints
    _seen: dict[EndpointKey, tuple[Endpoint | None, dict[str, Lane]]] = field(default_factory=dict)

    def __call__(self, record: DeliveryRecord) -> datetime | None:
        """Return the time of the next attempt: None if finished or paused, the past for a delivery in the queue."""
        if record.finished:
            return None
        if record.state is DeliveryState.PENDING:
            return record.delivery.created_at
        endpoint, lanes = self._trouble(endpoint_of(record.delivery))
        if endpoint and endpoint.paused_at:
            return None
        lane = lanes.get(record.delivery.subject)
        return of_lane(lane, endpoint) if lane else record.parked_at

    def _trouble(self, key: EndpointKey) -> tuple[Endpoint | None, dict[str, Lane]]:
        if key not in self._seen:
            self._seen[key] = self.endpoints.get(key), {lane.subject: lane for lane in self.endpoints.lanes(key)}
        return self._seen[key]
