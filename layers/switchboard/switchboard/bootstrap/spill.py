"""Events that the queue refused. A table or a bucket keeps the events, and a schedule queues the events again."""

from __future__ import annotations

from functools import cache
from time import monotonic, sleep
from typing import TYPE_CHECKING

from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import (
    dead_letters,
    event_queue,
    event_queue_at_the_door,
    spilled_objects,
    spilled_rows,
    spilled_rows_at_the_door,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from switchboard.intake.ports import SpillPlace
    from switchboard.intake.spill import DrainSpilled, FlaggedPlaces, SpillingQueue, TakeInSpilled
    from switchboard.kernel.call import CallEvent


@cache
def door_queue() -> SpillingQueue:
    """Return the queue of events for functions whose caller waits. An event that the queue refuses is kept."""
    from switchboard.aws.outages import is_outage
    from switchboard.intake.spill import SpillingQueue
    from switchboard.observability.spills import event_spilled

    def places() -> Sequence[SpillPlace]:
        return spilled_rows_at_the_door(), spilled_objects()

    return SpillingQueue(event_queue_at_the_door(), places, is_outage, now, event_spilled, sleep)


@cache
def flagged_places() -> FlaggedPlaces:
    """Return the places that may hold spilled events, remembered by all batches of a container."""
    from switchboard.intake.spill import FlaggedPlaces

    return FlaggedPlaces([spilled_rows(), spilled_objects()], monotonic)


def take_in_spilled(apply: Callable[[CallEvent], object], most_receives: int) -> TakeInSpilled:
    """Return what applies spilled events before an event of the queue, new for each batch."""
    from switchboard.aws.outages import is_outage
    from switchboard.intake.spill import TakeInSpilled
    from switchboard.setbacks import setback

    def gives_up(error: Exception, receives: int) -> bool:
        return setback(error, receives, most_receives, outage=is_outage(error)).poison

    def set_aside(event: CallEvent, error: str) -> None:
        from switchboard.aws.messages import event_text

        order = {"MessageGroupId": f"{event.account}:{event.lane}", "MessageDeduplicationId": event.id}
        dead_letters().add({"body": event_text(event), "attributes": order}, error)

    return TakeInSpilled(flagged_places(), apply, gives_up, set_aside)


def drain_spilled() -> DrainSpilled:
    """Return what queues the spilled events again."""
    from switchboard.aws.outages import is_outage
    from switchboard.intake.spill import DrainSpilled
    from switchboard.observability.spills import spill_late

    return DrainSpilled([spilled_rows(), spilled_objects()], event_queue().send_again, is_outage, now, spill_late)
