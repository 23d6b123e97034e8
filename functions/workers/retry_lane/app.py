"""The queue of retries: queue due lanes in their groups, and take turns of operators' tries."""

from typing import Any

from switchboard import settings
from switchboard.aws.codec import load
from switchboard.bootstrap.adapters import delivery_queue
from switchboard.bootstrap.deliveries import redeliver
from switchboard.bootstrap.hands import hands
from switchboard.deliveries.endpoint import RetryMessage
from switchboard.lambdas.lanes import LaneBatchHandler, Message

LANES_AT_ONCE = 10
RESERVE = 10.0  # seconds: this worker sends nothing to receivers


def retry_one(message: Message) -> None:
    """Retry one lane, or one receiver."""
    again = load(message.body, RetryMessage)
    if again.drain is None:
        redeliver().try_now(again)
    else:
        delivery_queue().drain([again.drain])


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a batch of retries."""
    return LaneBatchHandler(retry_one, hands(settings.retries_queue_url), LANES_AT_ONCE, RESERVE)(event, context)
