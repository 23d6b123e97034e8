"""Apply one queued event: fold the event into its call, store both, and queue the deliveries."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from switchboard.calls.apply import apply, first_sight
from switchboard.deliveries.model import Delivery
from switchboard.deliveries.ports import DeliveryQueue
from switchboard.errors import Duplicate
from switchboard.intake.ports import AppliedEvents
from switchboard.kernel.call import AppliedEvent, Call, CallEvent, Kind, Outcome, State
from switchboard.kernel.news import HUB

# Some vendors restart their call ids at one. A call.started this long after the last event of an ended call with the
# same id begins another call.
REUSED_AFTER = timedelta(hours=1)


PlanDeliveries = Callable[[AppliedEvent], list[Delivery]]
Follower = Callable[[AppliedEvent], object]


@dataclass(frozen=True, slots=True)
class ApplyCallEvent:
    """Apply one event. The event's id is the idempotency key: a repeat changes nothing.

    Call, event and deliveries are written in one transaction; then the deliveries are queued. A repeat queues the
    untried deliveries again, under the same ids, in case the worker died in between. `followers` are called last,
    also for a repeat, so each follower must be idempotent.
    """

    calls: AppliedEvents
    plan: PlanDeliveries
    queue: DeliveryQueue
    followers: Sequence[Follower] = ()

    def __call__(self, event: CallEvent) -> AppliedEvent:
        """Return the event with its outcome. Raises TryAgain if another worker changed the call first."""
        before = self._current_call(event) if event.call_id else None
        applied = _fold(before, event)
        deliveries = self.plan(applied)
        applied = _remembering_groups(applied, deliveries)
        try:
            self.calls.keep(applied, deliveries, before if before and before.version else None)
        except Duplicate:
            deliveries = self.calls.unsent(event, before.id if before else "")
            applied = AppliedEvent(event, before, Outcome.DUPLICATE)
        self.queue.send(deliveries)
        for follow in self.followers:
            follow(applied)
        return applied

    def _current_call(self, event: CallEvent) -> Call:
        call = self.calls.get(event.account, event.call_id) or first_sight(event)
        # A vendor's event means the newest call with this id. The hub's own news name exactly one call.
        if call.successor and event.dialect != HUB:
            call = self.calls.get(event.account, call.successor) or first_sight(event, call.successor)
        if _is_another_call(call, event):
            # The first events of both calls may be equal but for the time.
            successor = hashlib.sha256(f"{event.id}@{event.at.isoformat()}".encode()).hexdigest()[:32]
            self.calls.supersede(first_sight(event), successor)
            return first_sight(event, successor)
        return call


def _fold(before: Call | None, event: CallEvent) -> AppliedEvent:
    if before is None:
        return AppliedEvent(event, None, Outcome.NOTED)
    call, outcome = apply(before, event)
    return AppliedEvent(event, call, outcome, before)


def _remembering_groups(applied: AppliedEvent, deliveries: Sequence[Delivery]) -> AppliedEvent:
    """Return the event with the groups of its deliveries stored in the call."""
    if applied.call is None:
        return applied
    groups = {**{one.endpoint: one.group for one in deliveries}, **applied.call.groups}
    return replace(applied, call=replace(applied.call, groups=groups))


def _is_another_call(call: Call, event: CallEvent) -> bool:
    return (
        event.reusable_ids
        and event.kind is Kind.CALL_STARTED
        and call.state is State.ENDED
        and call.last_at is not None
        and event.at - call.last_at > REUSED_AFTER
    )
