"""The queue of calls that go on by the clock: play the due steps of simulated calls, and look after limits."""

from typing import Any

from switchboard import settings
from switchboard.aws.codec import load_step
from switchboard.bootstrap.hands import hands
from switchboard.bootstrap.telephony import advance_call
from switchboard.lambdas.lanes import LaneBatchHandler, Message

CALLS_AT_ONCE = 10
RESERVE = 5.0


def advance_one(message: Message) -> None:
    """Go on with one call."""
    advance_call(load_step(message.body), first_receipt=message.first_receipt)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Go on with a batch of calls."""
    return LaneBatchHandler(advance_one, hands(settings.advances_queue_url), CALLS_AT_ONCE, RESERVE)(event, context)
