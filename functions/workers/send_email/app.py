"""The queue of mailings: send a mailing's messages, or divide the mailing."""

from typing import Any

from switchboard.aws.codec import load
from switchboard.bootstrap import emails
from switchboard.campaigns.emails.model import Mailing
from switchboard.lambdas.lanes import LaneBatchHandler, Message

MAILINGS_AT_ONCE = 2
RESERVE = 20.0  # seconds for ten messages through a slow service


def send_one(message: Message) -> None:
    """Send or divide one mailing."""
    emails.send_emails()(load(message.body, Mailing))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of mailings."""
    return LaneBatchHandler(send_one, emails.postpone_mailings, MAILINGS_AT_ONCE, RESERVE)(event, context)
