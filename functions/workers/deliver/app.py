"""The queue of deliveries: one attempt at each, lane by lane."""

from typing import Any

from switchboard import bootstrap, settings
from switchboard.aws.codec import load
from switchboard.deliveries.model import Delivery
from switchboard.lambdas.lanes import Lanes, Message

LANES_AT_ONCE = 10
OWN_TIME = 5.0  # seconds for our own reading and writing around an attempt


def deliver_one(message: Message) -> None:
    """One delivery."""
    bootstrap.deliver()(load(message.body, Delivery), first_receipt=message.first_receipt)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of deliveries."""
    reserve = settings.delivery_settings().timeout + OWN_TIME
    return Lanes(deliver_one, bootstrap.postpone_deliveries, LANES_AT_ONCE, reserve)(event, context)
