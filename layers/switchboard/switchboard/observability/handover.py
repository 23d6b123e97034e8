"""Log lines of campaigns that another system calls."""

from __future__ import annotations

from switchboard.kernel.campaign import Execution
from switchboard.observability.logs import logger


def handover_hindered(execution: Execution, error: Exception) -> None:
    """Log a hand-over that failed, for now or for good. The errors are the hub's own texts."""
    ids = {"account": execution.account, "execution_id": execution.id}
    logger().warning("campaign.handover_hindered", extra={**ids, "error": type(error).__name__, "reason": str(error)})
