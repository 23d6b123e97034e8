"""The queue of call events: apply each event, and queue its deliveries."""

from typing import Any

from switchboard import settings
from switchboard.aws.codec import load
from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import account_states
from switchboard.bootstrap.activity import count_events
from switchboard.bootstrap.hands import hands
from switchboard.bootstrap.intake import apply_call_events
from switchboard.bootstrap.spill import take_in_spilled
from switchboard.kernel.call import CallEvent
from switchboard.lambdas.lanes import MOST_RECEIVES, Early, LaneBatchHandler, Message, receives_of
from switchboard.observability.logs import call_event_applied

CALLS_AT_ONCE = 5
RESERVE = 5.0


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Apply a batch of events. Deliveries are queued, and streams written, before messages are acknowledged.

    Events that the queue refused earlier are applied first. An event of an account that is being deleted is dropped.
    """
    batch = apply_call_events(repeated=any(receives_of(record) > 1 for record in event["Records"]))
    is_ending = account_states().is_ending

    def apply_one(event: CallEvent) -> None:
        if not is_ending(event.account):
            call_event_applied(batch.apply(event), now())

    take_in = take_in_spilled(apply_one, MOST_RECEIVES)

    def apply_message(message: Message) -> None:
        event = load(message.body, CallEvent)
        if not take_in(event, message.receives):
            apply_one(event)

    def finish() -> None:
        count_events().flush()
        batch.finish()

    queue = hands(settings.events_queue_url)
    early = Early(batch.settle)
    lanes = LaneBatchHandler(apply_message, queue, CALLS_AT_ONCE, RESERVE, early=early, finish=finish)
    return lanes(event, context)
