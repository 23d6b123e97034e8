"""The queue of simulated calls: play each on to what is due."""

from typing import Any

from switchboard import settings
from switchboard.aws.codec import load
from switchboard.bootstrap.adapters import postpone
from switchboard.bootstrap.telephony import advance_simulated_call
from switchboard.lambdas.lanes import Lanes, Message
from switchboard.telephony.simulator.model import Advance

CALLS_AT_ONCE = 10
RESERVE = 5.0


def advance_one(message: Message) -> None:
    """One call."""
    advance_simulated_call()(load(message.body, Advance), first_receipt=message.first_receipt)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of calls."""
    return Lanes(advance_one, postpone(settings.advances_queue_url), CALLS_AT_ONCE, RESERVE)(event, context)
