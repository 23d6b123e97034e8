"""Messages that no worker can read."""

from typing import Any

from switchboard.lambdas.lanes import MOST_RECEIVES
from tests.support.hub import Hub

# The workers, and whether their queue is in order.
WORKERS = {
    "apply_call_event": True,
    "deliver": True,
    "retry_lane": False,
    "settle_command": False,
    "advance_simulated_call": False,
    "hear_pbx": True,
    "make_crm_call": False,
    "conduct_dialling": True,
    "wake_dialling": False,
    "send_email": False,
}


def by_poison(hub: Hub) -> None:
    """A message that no worker can read: at first and for the last time."""
    for worker, is_fifo in WORKERS.items():
        for receives in (1, MOST_RECEIVES):
            hub.invoke(f"workers/{worker}", {"Records": [poison(receives, is_fifo=is_fifo)]})


def poison(receives: int, *, is_fifo: bool) -> dict[str, Any]:
    """A message without a body that means anything."""
    attributes = {"ApproximateReceiveCount": str(receives)}
    if is_fifo:
        attributes |= {"MessageGroupId": "g", "MessageDeduplicationId": "d"}
    return {"messageId": "m", "receiptHandle": "r", "body": "{", "attributes": attributes}
