"""What became of a call at one destination: pure decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from switchboard.calls.ports import KeptEvent
from switchboard.deliveries.call_file import CallFile
from switchboard.deliveries.model import Attempt, DeliveryRecord, DeliveryState
from switchboard.dialects.model import Rendered
from switchboard.kernel.call import AppliedEvent, Outcome
from switchboard.subscriptions.filters import matches_filters
from switchboard.subscriptions.model import EVERYTHING, Filters, Subscription


class Reach(StrEnum):
    """How far the events of a call came at a destination."""

    DELIVERED = "delivered"
    WAITING = "waiting"
    PAUSED = "paused"  # waits, because the receiver is paused
    HELD = "held"  # waits, because the account is over its daily budget
    SUSPENDED = "suspended"  # waits, because the account is suspended
    DEAD = "dead"
    CANCELLED = "cancelled"  # the destination was removed first
    DISABLED = "disabled"  # not sent: the destination was disabled
    MADE_LATER = "made_later"  # not sent: the destination did not exist yet
    FILTERED = "filtered"  # not sent: a filter does not match; `detail` names the filter
    OTHER_EVENTS = "other_events"  # not sent: the destination asks for other events
    NO_MESSAGE = "no_message"  # not sent: the dialect has no message for these events
    NOT_THEN = "not_then"  # not sent: filters or events did not match at the time of the events


@dataclass(frozen=True, slots=True)
class Explanation:
    """One line: a destination and a call. `record` is the delivery that decides, None if nothing was sent.

    `at` is when the delivery ended, or when the destination was made or disabled. `since` is since when the delivery
    waits.
    """

    reach: Reach
    records: tuple[DeliveryRecord, ...] = ()
    record: DeliveryRecord | None = None
    at: datetime | None = None
    since: datetime | None = None
    next_at: datetime | None = None
    detail: str = ""

    @property
    def last_attempt(self) -> Attempt | None:
        """The last attempt of the deciding delivery."""
        return self.record.attempts[-1] if self.record and self.record.attempts else None


@dataclass(frozen=True, slots=True)
class Waits:
    """What is known at `now`: the next attempt of a delivery, and since when its receiver is paused.

    `suspended` says whether the account is suspended.
    """

    now: datetime
    next_attempt: Callable[[DeliveryRecord], datetime | None]
    paused_at: Callable[[DeliveryRecord], datetime | None]
    suspended: bool = False


Render = Callable[[AppliedEvent], Sequence[Rendered]]
"""Renders an event in the dialect of the destination."""


def explain_sent(records: Sequence[DeliveryRecord], waits: Waits) -> Explanation:
    """Return what became of deliveries. The worst decides: a dead letter, then a delivery that waits."""
    told = tuple(sorted(records, key=lambda one: (one.delivery.sequence, one.delivery.part)))
    dead = [one for one in told if one.state is DeliveryState.DEAD]
    waiting = [one for one in told if not one.finished]
    if dead:
        return Explanation(Reach.DEAD, told, dead[0], dead[0].finished_at, detail=dead[0].reason)
    if waiting:
        return replace(_waiting(waiting[0], waits), records=told)
    last = next((one for one in reversed(told) if one.state is DeliveryState.DELIVERED), told[-1])
    reach = Reach.DELIVERED if last.state is DeliveryState.DELIVERED else Reach.CANCELLED
    return Explanation(reach, told, last, last.finished_at, detail=last.reason)


def _waiting(record: DeliveryRecord, waits: Waits) -> Explanation:
    delivery = record.delivery
    since = record.attempts[0].at if record.attempts else delivery.created_at
    if waits.suspended:
        return Explanation(Reach.SUSPENDED, record=record, since=since)
    if paused := waits.paused_at(record):
        return Explanation(Reach.PAUSED, record=record, at=paused, since=since)
    held = delivery.held_until
    if held and held > waits.now and not record.attempts:
        return Explanation(Reach.HELD, record=record, since=since, next_at=held)
    return Explanation(Reach.WAITING, record=record, since=since, next_at=waits.next_attempt(record))


def explain_unsent(subscription: Subscription, file: CallFile, render: Render) -> Explanation:
    """Return why a destination has no delivery of a call: the first reason that explains every event."""
    heard = max((kept.event.received_at for kept in file.events), default=file.call.first_at)
    if subscription.created_at > heard:
        return Explanation(Reach.MADE_LATER, at=subscription.created_at)
    if subscription.disabled:
        return Explanation(Reach.DISABLED, at=subscription.disabled_at, detail=subscription.disabled)
    events = [AppliedEvent(kept.event, file.call, _outcome(kept)) for kept in file.events]
    if name := _closed_filter(subscription.filters, events):
        return Explanation(Reach.FILTERED, detail=name)
    return Explanation(_by_messages(subscription, events, render))


def _by_messages(subscription: Subscription, events: Iterable[AppliedEvent], render: Render) -> Reach:
    rendered = [(applied, words) for applied in events for words in render(applied)]
    if not rendered:
        return Reach.NO_MESSAGE
    for applied, words in rendered:
        if subscription.asks_for((words.kind or applied.event.kind).value, words.event_names):
            return Reach.NOT_THEN
    return Reach.OTHER_EVENTS


def _closed_filter(filters: Filters, events: Sequence[AppliedEvent]) -> str:
    """Return the name of the filter that lets no event through, by what is known of the call today; else nothing."""
    parts = {
        "direction": replace(EVERYTHING, direction=filters.direction),
        "extensions": replace(EVERYTHING, extensions=filters.extensions),
        "numbers": replace(EVERYTHING, numbers=filters.numbers),
    }
    return next((name for name, one in parts.items() if not any(matches_filters(one, event) for event in events)), "")


def _outcome(kept: KeptEvent) -> Outcome:
    return Outcome(kept.outcome)
