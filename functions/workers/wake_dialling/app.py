"""The queue of wake-ups: each message sends a tick to an account's conductor."""

from typing import Any

from switchboard import settings
from switchboard.aws.codec import load
from switchboard.bootstrap.adapters import dialling_queue
from switchboard.bootstrap.hands import hands
from switchboard.campaigns.dialling.messages import WakeMessage
from switchboard.lambdas.lanes import LaneBatchHandler, Message

ACCOUNTS_AT_ONCE = 5
RESERVE = 5.0


def wake_one(message: Message) -> None:
    """Send the tick of one wake-up."""
    waking = load(message.body, WakeMessage)
    dialling_queue().tick(waking.account, waking.name, waking.laps)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of wake-ups."""
    return LaneBatchHandler(wake_one, hands(settings.wakes_queue_url), ACCOUNTS_AT_ONCE, RESERVE)(event, context)
