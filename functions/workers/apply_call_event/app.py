"""The queue of call events: fold each into its call and fan it out."""

from typing import Any

from switchboard import bootstrap
from switchboard.aws.codec import load
from switchboard.calls.model import CallEvent
from switchboard.lambdas.lanes import Lanes, Message
from switchboard.lambdas.logs import call_event_applied

CALLS_AT_ONCE = 5
RESERVE = 5.0


def apply_one(message: Message) -> None:
    """One event."""
    call_event_applied(bootstrap.apply_call_event()(load(message.body, CallEvent)))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of events."""
    return Lanes(apply_one, bootstrap.postpone_events, CALLS_AT_ONCE, RESERVE)(event, context)
