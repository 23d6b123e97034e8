"""Send a sample event to one destination: planned, stored, queued, sent and recorded like any other event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.calls.apply import apply, first_sight
from switchboard.deliveries.fan_out import PlanDeliveries, SubscriptionsWithLimits
from switchboard.deliveries.model import Delivery, DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Deliveries, DeliveryQueue
from switchboard.dialects.model import Renderer
from switchboard.errors import Conflict
from switchboard.kernel.call import AppliedEvent, CallEvent, Direction, Disposition, Kind, Number
from switchboard.subscriptions.model import EVERYTHING, ReceiverLimits, Subscription

DIALECT = "test"
# Numbers of an unassigned area code.
CALLER, LINE, EXTENSION = Number("+70000000001"), Number("+70000000002"), Number("100")
TALK = 60


@dataclass(frozen=True, slots=True)
class OneSubscription:
    """An account with this subscription only, without its filters."""

    subscription: Subscription
    limits: dict[str, ReceiverLimits]

    def with_limits(self, account: str) -> tuple[list[Subscription], dict[str, ReceiverLimits]]:  # noqa: ARG002 - a port's
        """Return the subscription, and the limits of its receiver."""
        return [replace(self.subscription, filters=EVERYTHING)], self.limits


@dataclass(frozen=True, slots=True)
class SendTest:
    """Send the first event of a sample call that the destination asks for, to this destination only.

    The call `test-...` is not stored. The delivery is stored like any other.
    """

    subscriptions: SubscriptionsWithLimits
    renderer_named: Callable[[str], Renderer]
    base_url: str
    deliveries: Deliveries
    queue: DeliveryQueue
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    def __call__(self, destination: Subscription) -> list[Delivery]:
        """Return the queued deliveries. Raises Conflict if the destination is disabled or no sample matches."""
        if destination.disabled:
            raise Conflict("The destination is disabled: enable it, then send the test again.", "state")
        alone = OneSubscription(destination, self.subscriptions.with_limits(destination.account)[1])
        plan = PlanDeliveries(alone, self.renderer_named, self.base_url, self.clock)
        for applied in story(destination.account, self.new_id(), self.clock()):
            if deliveries := plan(applied):
                self.deliveries.write([DeliveryRecord(one, DeliveryState.PENDING) for one in deliveries])
                self.queue.send(deliveries)
                return deliveries
        raise Conflict("There is no sample of the destination's events: add an event to `events`.", "events")


def story(account: str, id_: str, at: datetime) -> list[AppliedEvent]:
    """Return the sample: an incoming call that rings, is answered and ends, then every other kind of event."""
    steps = [
        (Kind.CALL_STARTED, {"caller": CALLER, "callee": LINE, "line": LINE}),
        (Kind.LEG_STARTED, {"extension": EXTENSION}),
        (Kind.CALL_ANSWERED, {"extension": EXTENSION}),
        (Kind.CALL_ENDED, {"extension": EXTENSION, "disposition": Disposition.ANSWERED, "talk_duration": TALK}),
        *((kind, {}) for kind in Kind),
    ]
    told: list[AppliedEvent] = []
    call = None
    for place, (kind, fields) in enumerate(steps):
        event = CallEvent(
            id=f"{id_}-{place}",
            account=account,
            source=DIALECT,
            dialect=DIALECT,
            kind=kind,
            name=kind.value,
            call_id=f"test-{id_}",
            at=at + timedelta(seconds=min(place, 3) * TALK - 3 * TALK),
            received_at=at,
            direction=Direction.INCOMING,
            **fields,  # type: ignore[arg-type]
        )
        before = call or first_sight(event)
        call, outcome = apply(before, event)
        told.append(AppliedEvent(event, call, outcome, before))
    return told
