"""Log lines of campaigns' calls."""

from __future__ import annotations

from switchboard.campaigns.dialling.messages import UntoldNews
from switchboard.campaigns.dialling.state import Line
from switchboard.kernel.campaign import Execution
from switchboard.observability.logs import count, logger

FAILED = "dialling.failed"  # the metrics behind alarms
STALLED = "campaign.stalled"


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


def campaign_stalled(execution: Execution) -> None:
    """Log and count a campaign whose workflow was overdue, and was started again."""
    logger().error("campaign.stalled", extra={"account": execution.account, "execution_id": execution.id})
    count(STALLED)


def health_lost(account: str, error: Exception) -> None:
    """Log that the failure of an account's dialling could not be stored."""
    logger().error("dialling.health_lost", extra={"account": account, "error": type(error).__name__})
