"""Log lines of e-mails."""

from __future__ import annotations

from switchboard.campaigns.emails.model import EmailKey, EmailResult
from switchboard.observability.logs import logger


def email_settled(posting: EmailKey, posted: EmailResult) -> None:
    """Log the final state of an e-mail, with the digest of the address."""
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
