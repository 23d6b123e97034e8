"""Log lines and metrics of the operator's API: its audit trail and refused logins."""

from __future__ import annotations

from switchboard.accounts.audit.model import AuditRecord
from switchboard.observability.logs import count, logger


def audit_not_finished(record: AuditRecord, error: Exception) -> None:
    """Log a change whose outcome is missing in its record."""
    told = {"action": record.action, "actor": record.actor, "request_id": record.request_id}
    logger().error("audit.not_finished", extra={**told, "error": type(error).__name__})


def login_refused(sender: str, route: str) -> None:
    """Log and count a request whose token is not known, by the sender's address."""
    logger().warning("auth.refused", extra={"address": sender, "route": route})
    count("auth.refused")


def login_not_counted(error: Exception) -> None:
    """Log a refused login that could not be written."""
    logger().error("auth.refused_not_counted", extra={"error": type(error).__name__})
