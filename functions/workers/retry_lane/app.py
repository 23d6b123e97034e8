"""The queue of retries: lanes whose time has come go to their groups, and an operator's tries have their turns."""

from typing import Any

from switchboard import bootstrap
from switchboard.aws.codec import load
from switchboard.deliveries.endpoint import RetryMessage
from switchboard.lambdas.lanes import LaneBatchHandler, Message

LANES_AT_ONCE = 10
RESERVE = 10.0  # seconds: nothing is sent to a receiver here


def retry_one(message: Message) -> None:
    """One lane, or one receiver."""
    again = load(message.body, RetryMessage)
    if again.drain is None:
        bootstrap.redeliver().try_now(again)
    else:
        bootstrap.delivery_queue().drain([again.drain])


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of them."""
    return LaneBatchHandler(retry_one, bootstrap.postpone_retries, LANES_AT_ONCE, RESERVE)(event, context)
