"""The queue of retries: lanes whose time has come go to their groups, and an operator's tries have their turns."""

from typing import Any

from switchboard import settings
from switchboard.aws.codec import load
from switchboard.bootstrap.adapters import delivery_queue, postpone
from switchboard.bootstrap.deliveries import redeliver
from switchboard.deliveries.endpoint import Again
from switchboard.lambdas.lanes import Lanes, Message

LANES_AT_ONCE = 10
RESERVE = 10.0  # seconds: nothing is sent to a receiver here


def retry_one(message: Message) -> None:
    """One lane, or one receiver."""
    again = load(message.body, Again)
    if again.drain is None:
        redeliver().try_now(again)
    else:
        delivery_queue().drain([again.drain])


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of them."""
    return Lanes(retry_one, postpone(settings.retries_queue_url), LANES_AT_ONCE, RESERVE)(event, context)
