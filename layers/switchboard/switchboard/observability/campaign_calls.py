"""Log lines of campaigns' calls."""

from __future__ import annotations

from switchboard.campaigns.dialling.state import Line
from switchboard.observability.logs import logger


def order_failed(line: Line, error: Exception) -> None:
    """Log an unexpected error in the order of a call; the call may have been placed."""
    ids = {"execution_id": line.execution, "call_id": line.call}
    logger().error("campaign_call.order_failed", extra={**ids, "error": type(error).__name__})
