"""The queue of settlements: end the wait of pending commands."""

from typing import Any

from switchboard import settings
from switchboard.aws.codec import load
from switchboard.bootstrap.correlation import correlate
from switchboard.bootstrap.hands import hands
from switchboard.lambdas.lanes import LaneBatchHandler, Message
from switchboard.observability.logs import command_waited
from switchboard.telephony.pending import PendingKey

COMMANDS_AT_ONCE = 5
RESERVE = 5.0


def settle_one(message: Message) -> None:
    """Settle one command."""
    key = load(message.body, PendingKey)
    command_waited(key, correlate().settle(key))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Settle a batch of commands."""
    return LaneBatchHandler(settle_one, hands(settings.settlements_queue_url), COMMANDS_AT_ONCE, RESERVE)(
        event, context
    )
