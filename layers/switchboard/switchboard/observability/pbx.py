"""The log of PBXs' connections."""

from __future__ import annotations

from switchboard.observability.logs import count, logger
from switchboard.telephony.asterisk.ports import PbxConnection


def connection_replaced(old: PbxConnection, new: PbxConnection) -> None:
    """Log a connection that a later one of the same account replaced while it was open.

    After an outage of the network this is normal; often repeated, two PBXs have the credentials of one account.
    """
    extra = {"account": new.account, "connection": new.id, "replaced": old.id, "times": new.replaced}
    logger().warning("pbx.replaced", extra=extra)


def pbx_silent(connection: PbxConnection) -> None:
    """Log and count a PBX that answers no pings."""
    extra = {"account": connection.account, "connection": connection.id}
    logger().error("pbx.silent", extra=extra)
    count("pbx.silent")


def frame_failed(connection: str, error: Exception) -> None:
    """Log and count a frame that could not be queued."""
    logger().exception("pbx.frame_failed", extra={"connection": connection, "error": type(error).__name__})
    count("pbx.frame_failed")


def pbx_refused(error: Exception) -> None:
    """Log a PBX whose credentials are wrong."""
    logger().warning("pbx.refused", extra={"error": type(error).__name__})
