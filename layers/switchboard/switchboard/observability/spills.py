"""Log lines and metrics of outages: events that the queue of events refused, and old values that serve."""

from __future__ import annotations

from switchboard.kernel.call import CallEvent
from switchboard.observability.logs import count, logger


def event_spilled(event: CallEvent, error: str) -> None:
    """Log and count an event that the queue refused, and that is kept elsewhere."""
    ids = {"account": event.account, "call_id": event.call_id, "event_id": event.id}
    logger().warning("event.spilled", extra={**ids, "error": error})
    count("event.spilled")


def spill_late(lanes: int) -> None:
    """Log and count that calls have a spilled event that waits for more than ten minutes."""
    logger().error("spill.late", extra={"lanes": lanes})
    count("spill.late")


def spill_not_asked(error: Exception) -> None:
    """Log that the bucket could not tell whether it holds spilled events. Events of the queue go on."""
    logger().warning("spill.not_asked", extra={"error": type(error).__name__})


def stale_served(error: Exception) -> None:
    """Log once that an old value serves, such as a secret or a source, because the present one cannot be read."""
    logger().warning("stale.served", extra={"error": type(error).__name__})
