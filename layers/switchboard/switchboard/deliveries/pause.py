"""Pause and resume a receiver: nothing is sent to a paused receiver, and deliveries wait in their lanes, in order."""

from __future__ import annotations

from datetime import datetime

from switchboard.deliveries.change import Condition, EndpointChange, RowChange
from switchboard.deliveries.endpoint import Endpoint, RetryMessage
from switchboard.deliveries.ports import Endpoints, RetryQueue
from switchboard.errors import Conflict

NOT_PAUSED = Condition("paused_at", None)


def pause(endpoint: Endpoint, at: datetime) -> EndpointChange:
    """Return the change that pauses a receiver, which may have no record yet. A paused receiver stays as it is."""
    to = {"receiver": endpoint.receiver, "paused_at": at}
    return EndpointChange(endpoint.key, endpoint=RowChange((NOT_PAUSED,), exists=None, to=to))


def resume(endpoint: Endpoint, at: datetime) -> EndpointChange:
    """Return the change that resumes a receiver. The watch looks at the receiver, in case the message is lost."""
    to = {"paused_at": None, "resumed_at": at, "next_at": at, "step": int(endpoint.open), "watched": True}
    return EndpointChange(endpoint.key, endpoint=RowChange((Condition("paused_at", endpoint.paused_at),), to=to))


def pause_receiver(endpoint: Endpoint, endpoints: Endpoints, at: datetime) -> Endpoint:
    """Pause a receiver, and return its record. A request that is under way ends."""
    endpoints.commit(pause(endpoint, at))
    return endpoints.get(endpoint.key) or endpoint


def resume_receiver(endpoint: Endpoint, endpoints: Endpoints, queue: RetryQueue, at: datetime) -> Endpoint:
    """Resume a receiver, queue what waits, and return the record. A repeat queues the same again, which is harmless."""
    if endpoint.paused_at is not None:
        endpoints.commit(resume(endpoint, at))
    queue.send(RetryMessage(endpoint.key, resumed=True), 0)
    return endpoints.get(endpoint.key) or endpoint


def require_running(endpoint: Endpoint) -> None:
    """Raise Conflict for a paused receiver."""
    if endpoint.paused_at is not None:
        raise Conflict("The receiver is paused: resume it first.", "endpoint")
