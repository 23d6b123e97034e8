"""A sample event for one destination, by the way that every event goes: planned, kept, queued, sent, recorded."""

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
# Numbers that nobody can have: a code that is not given out.
CALLER, LINE, EXTENSION = Number("+70000000001"), Number("+70000000002"), Number("100")
TALK = 60


@dataclass(frozen=True, slots=True)
class OneSubscription:
    """The subscriptions of an account as if there were this one alone, which wants to hear of every call."""

    subscription: Subscription
    limits: dict[str, ReceiverLimits]

    def with_limits(self, account: str) -> tuple[list[Subscription], dict[str, ReceiverLimits]]:  # noqa: ARG002 - a port's
        """It alone, and the limits of its receiver."""
        return [replace(self.subscription, filters=EVERYTHING)], self.limits


@dataclass(frozen=True, slots=True)
class SendTest:
    """The first event of a made-up call that the destination asks for, told to it alone.

    The call is kept nowhere; the delivery is a delivery like any other, of the call `test-...`.
    """

    subscriptions: SubscriptionsWithLimits
    renderer_named: Callable[[str], Renderer]
    base_url: str
    deliveries: Deliveries
    queue: DeliveryQueue
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    def __call__(self, destination: Subscription) -> list[Delivery]:
        """What is on its way; Conflict where it is disabled, or there is no sample of anything that it asks for."""
        if destination.disabled:
            raise Conflict("It is disabled.", "state")
        alone = OneSubscription(destination, self.subscriptions.with_limits(destination.account)[1])
        plan = PlanDeliveries(alone, self.renderer_named, self.base_url, self.clock)
        for applied in story(destination.account, self.new_id(), self.clock()):
            if deliveries := plan(applied):
                self.deliveries.write([DeliveryRecord(one, DeliveryState.PENDING) for one in deliveries])
                self.queue.send(deliveries)
                return deliveries
        raise Conflict("There is no sample of the events that it asks for.", "events")


def story(account: str, id_: str, at: datetime) -> list[AppliedEvent]:
    """A call that comes in, rings, is answered and ends, and what the hub tells of it then."""
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
