"""The queue of simulated calls: play the due steps of each call."""

from typing import Any

from switchboard import settings
from switchboard.aws.codec import load
from switchboard.bootstrap.hands import hands
from switchboard.bootstrap.telephony import advance_simulated_call
from switchboard.lambdas.lanes import LaneBatchHandler, Message
from switchboard.telephony.simulator.model import Advance

CALLS_AT_ONCE = 10
RESERVE = 5.0


def advance_one(message: Message) -> None:
    """Play one call."""
    advance_simulated_call()(load(message.body, Advance), first_receipt=message.first_receipt)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Play a batch of calls."""
    return LaneBatchHandler(advance_one, hands(settings.advances_queue_url), CALLS_AT_ONCE, RESERVE)(event, context)
