"""Apply one queued event: fold the event into its call, store both, and queue the deliveries."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from switchboard.accounts.activity.model import Spent
from switchboard.calls.apply import apply, first_sight
from switchboard.calls.lost import is_outdated
from switchboard.calls.reuse import begins_another_call
from switchboard.deliveries.model import Delivery
from switchboard.deliveries.ports import DeliveryQueue
from switchboard.errors import Duplicate
from switchboard.intake.ports import AppliedEvents, Budgets
from switchboard.kernel.call import AppliedEvent, Call, CallEvent, Kind, Outcome
from switchboard.kernel.news import HUB

PlanDeliveries = Callable[[AppliedEvent], list[Delivery]]
Follower = Callable[[AppliedEvent], object]


@dataclass(frozen=True, slots=True)
class ApplyCallEvent:
    """Apply one event. The event's id is the idempotency key: a repeat changes nothing.

    Call, event and deliveries are written in one transaction; then the deliveries are queued. A repeat queues the
    untried deliveries again, under the same ids, in case the worker died in between. `followers` are called last,
    also for a repeat, so each follower must be idempotent. The hub's end of a call that was heard again since, or that
    has ended, changes nothing and is stored nowhere. Deliveries over the account's daily budget are held.
    """

    calls: AppliedEvents
    plan: PlanDeliveries
    queue: DeliveryQueue
    followers: Sequence[Follower] = ()
    budgets: Budgets | None = None

    def __call__(self, event: CallEvent) -> AppliedEvent:
        """Return the event with its outcome. Raises TryAgain if another worker changed the call first."""
        before = self._current_call(event) if event.call_id else None
        if before and is_outdated(before, event) and not self.calls.kept(event, before.id):
            return AppliedEvent(event, before, Outcome.STALE)
        applied = _fold(before, event)
        if event.kind is Kind.DEVICE_STARTED:
            self.calls.note_restart(event)
        deliveries = self._held(event.account, self.plan(applied))
        applied = _remembering_groups(applied, deliveries)
        try:
            self.calls.keep(applied, deliveries, before if before and before.version else None)
        except Duplicate:
            deliveries = self.calls.unsent(event, before.id if before else "")
            applied = AppliedEvent(event, before, Outcome.DUPLICATE)
        else:
            self._count(event.account, deliveries)
        self.queue.send(deliveries)
        for follow in self.followers:
            follow(applied)
        return applied

    def _held(self, account: str, deliveries: list[Delivery]) -> list[Delivery]:
        until = self.budgets.held_until(account) if self.budgets and deliveries else None
        return [replace(one, held_until=until) for one in deliveries] if until else deliveries

    def _count(self, account: str, deliveries: Sequence[Delivery]) -> None:
        if self.budgets:
            self.budgets.count(account, Spent(1, len(deliveries)))

    def _current_call(self, event: CallEvent) -> Call:
        first = self._first_call(event)
        call = first
        # A vendor's event means the newest call with this id. The hub's own news name exactly one call.
        if first.successor and event.dialect != HUB:
            call = self.calls.get(event.account, first.successor) or first_sight(event, first.successor)
        if begins_another_call(call, event, lambda: self.calls.restarted_at(event.account, event.source)):
            # The first events of both calls may be equal but for the time.
            successor = _digest(f"{event.source}@{event.id}@{event.at.isoformat()}")
            self.calls.supersede(first_sight(event, first.id), successor)
            return first_sight(event, successor)
        return call

    def _first_call(self, event: CallEvent) -> Call:
        """Return the first call with the event's id at its source. Of two sources with one id, the first keeps the id.

        The other source's call has an id made of source and id. Finding the call costs that source one more read.
        """
        call = self.calls.get(event.account, event.call_id)
        if call is None or call.source in ("", HUB, event.source) or event.dialect == HUB:
            return call or first_sight(event)
        own = _digest(f"{event.source}:{event.call_id}")
        return self.calls.get(event.account, own) or first_sight(event, own)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


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
