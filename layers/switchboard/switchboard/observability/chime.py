"""The log of Amazon Chime's events."""

from __future__ import annotations

from switchboard.observability.logs import count, logger


def event_failed(transaction: str, error: Exception) -> None:
    """Log and count an event that was not applied, or whose news could not be told."""
    logger().exception("chime.event_failed", extra={"transaction": transaction, "error": type(error).__name__})
    count("chime.event_failed")


def caller_refused(transaction: str) -> None:
    """Log a caller: the hub takes no calls from Amazon Chime."""
    logger().warning("chime.caller_refused", extra={"transaction": transaction})
