"""The queue of mailings: send a mailing's messages, or divide the mailing."""

from typing import Any

from switchboard import settings
from switchboard.aws.codec import load
from switchboard.bootstrap.emails import send_emails
from switchboard.bootstrap.hands import hands
from switchboard.campaigns.emails.model import Mailing
from switchboard.lambdas.lanes import LaneBatchHandler, Message

MAILINGS_AT_ONCE = 2
RESERVE = 20.0  # seconds for ten messages through a slow service


def send_one(message: Message) -> None:
    """Send or divide one mailing."""
    send_emails()(load(message.body, Mailing))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of mailings."""
    return LaneBatchHandler(send_one, hands(settings.mailings_queue_url), MAILINGS_AT_ONCE, RESERVE)(event, context)
