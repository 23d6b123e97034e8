"""The log's line of a message by e-mail."""

from __future__ import annotations

from switchboard.campaigns.emails.model import EmailKey, EmailResult
from switchboard.observability.logs import logger


def email_settled(posting: EmailKey, posted: EmailResult) -> None:
    """A message was sent, or never will be; its address is told by its digest."""
    logger().info(
        "email.settled",
        extra={
            "account": posting.account,
            "execution": posting.execution,
            "subscriber": posting.subscriber,
            "address": posting.digest,
            "state": posted.state.value,
            "detail": posted.detail,
        },
    )
