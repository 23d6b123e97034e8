"""The queue of deliveries: try or park each delivery, and drain lanes."""

from typing import Any

from switchboard import settings
from switchboard.aws.codec import load_queued
from switchboard.bootstrap.adapters import acknowledge
from switchboard.bootstrap.deliveries import deliver_batch
from switchboard.bootstrap.hands import hands
from switchboard.deliveries.endpoint import Drain
from switchboard.lambdas.lanes import Early, LaneBatchHandler, Message
from switchboard.lambdas.remaining import out_of_time

GROUPS_AT_ONCE = 10
OWN_TIME = 5.0  # seconds for reads and writes around an attempt
LONGEST_TIMEOUT = 30.0


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Send a batch of deliveries. Records are written before messages are acknowledged."""
    batch = deliver_batch()
    is_over = out_of_time(context, _reserve())

    def deliver_one(message: Message) -> None:
        wanted = load_queued(message.body)
        if isinstance(wanted, Drain):
            batch.drain(wanted, is_over)
        else:
            batch(wanted, first_receipt=message.first_receipt)

    queue_url = settings.deliveries_queue_url
    early = Early(batch.finish, acknowledge(queue_url))
    lanes = LaneBatchHandler(
        deliver_one, hands(queue_url), GROUPS_AT_ONCE, _reserve(), early=early, finish=batch.finish
    )
    return lanes(event, context)


def _reserve() -> float:
    return max(LONGEST_TIMEOUT, settings.delivery_settings().timeout) + OWN_TIME
