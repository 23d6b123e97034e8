"""The queue of calls that CRMs asked for: make each."""

from typing import Any

from switchboard.aws.codec import load
from switchboard.bootstrap import crm
from switchboard.crm.model import Asked
from switchboard.lambdas.lanes import Lanes, Message

CALLS_AT_ONCE = 10
RESERVE = 10.0  # seconds that a telephony may take to answer, and our own reading and writing


def make_one(message: Message) -> None:
    """One call."""
    crm.make_call()(load(message.body, Asked))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of calls."""
    return Lanes(make_one, crm.postpone_crm_calls, CALLS_AT_ONCE, RESERVE)(event, context)
