"""The queue of retries: one lane that waits, or one endpoint that an operator wants tried now."""

from typing import Any

from switchboard import bootstrap
from switchboard.aws.codec import load
from switchboard.deliveries.endpoint import Again
from switchboard.lambdas.lanes import Lanes, Message
from switchboard.lambdas.remaining import out_of_time

LANES_AT_ONCE = 10
RESERVE = 35.0  # seconds: the longest time-out of a receiver, and our own reading and writing


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of lanes."""
    is_over = out_of_time(context, RESERVE)

    def retry_one(message: Message) -> None:
        again = load(message.body, Again)
        if again.subject:
            bootstrap.lanes().retry(again.key, again.subject, is_over)
        else:
            bootstrap.redeliver()(again.key, episode=0, out_of_time=is_over, now=True)

    return Lanes(retry_one, bootstrap.postpone_retries, LANES_AT_ONCE, RESERVE)(event, context)
