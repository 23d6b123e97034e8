"""Log lines of campaigns' calls."""

from __future__ import annotations

from switchboard.campaigns.dialling.messages import UntoldNews
from switchboard.campaigns.dialling.state import Line
from switchboard.observability.logs import count, logger

FAILED = "dialling.failed"  # the metric behind an alarm


def order_failed(line: Line, error: Exception) -> None:
    """Log an unexpected error in the order of a call; the call may have been placed."""
    ids = {"execution_id": line.execution, "call_id": line.call}
    logger().error("campaign_call.order_failed", extra={**ids, "error": type(error).__name__})


def follower_failed(account: str, untold: UntoldNews, error: Exception) -> None:
    """Log news that a follower of dialling could not take; the news waits in a queue."""
    ids = {"account": account, "follower": untold.follower, "news": len(untold.news)}
    executions = sorted({one.execution for one in untold.news})
    logger().error("dialling.follower_failed", extra={**ids, "executions": executions, "error": type(error).__name__})


def count_failure() -> None:
    """Count a failure of an account's dialling."""
    count(FAILED)


def health_lost(account: str, error: Exception) -> None:
    """Log that the failure of an account's dialling could not be stored."""
    logger().error("dialling.health_lost", extra={"account": account, "error": type(error).__name__})
