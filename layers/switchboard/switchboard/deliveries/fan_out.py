"""Fan-out: render an event once for each dialect, and make a delivery for each subscription that asks for the event."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zlib import crc32

from switchboard.deliveries.model import Delivery
from switchboard.dialects.model import Rendered, Renderer
from switchboard.kernel.call import AppliedEvent, Outcome
from switchboard.kernel.news import OF_SUBSCRIBERS
from switchboard.kernel.once import Once
from switchboard.subscriptions.filters import passes_filters
from switchboard.subscriptions.model import ReceiverLimits, Subscription

UNLIMITED = ReceiverLimits()
# The outcomes of events that come after the call has moved on. Receivers are told with a mark.
LATE = frozenset({Outcome.STALE, Outcome.IMPOSSIBLE, Outcome.MENDED})


class SubscriptionsWithLimits(Protocol):
    """The subscriptions of an account and the limits of its receivers, as of the last write."""

    def with_limits(self, account: str) -> tuple[list[Subscription], dict[str, ReceiverLimits]]: ...


class ReadOnce:
    """The subscriptions of each account, as of the account's first event in a batch."""

    def __init__(self, subscriptions: SubscriptionsWithLimits) -> None:
        self._read = Once(subscriptions.with_limits)

    def with_limits(self, account: str) -> tuple[list[Subscription], dict[str, ReceiverLimits]]:
        """Return the account's subscriptions, and the limits of their receivers."""
        return self._read(account)


@dataclass(frozen=True, slots=True)
class PlanDeliveries:
    """Make the deliveries of an event. Each subscribed dialect renders the event once."""

    subscriptions: SubscriptionsWithLimits
    dialect_named: Callable[[str], Renderer]
    base_url: str
    clock: Callable[[], datetime]

    def __call__(self, applied: AppliedEvent) -> list[Delivery]:
        """Return the deliveries in the order of subscriptions and messages, none without subscribers.

        A repeat in other words is told to nobody: its transition was told when the call made the transition.
        """
        everything, limits = self.subscriptions.with_limits(applied.event.account)
        subscriptions = [subscription for subscription in everything if not subscription.disabled]
        rendered = {
            name: self.dialect_named(name).render(applied, self.base_url)
            for name in {subscription.dialect for subscription in subscriptions}
        }
        at = self.clock()
        return [
            self._delivery(applied, subscription, (part, words), limits.get(subscription.receiver, UNLIMITED), at)
            for subscription in subscriptions
            if passes_filters(subscription, applied)
            for part, words in enumerate(rendered[subscription.dialect])
            if (words.by_state or applied.outcome is not Outcome.REPEATED)
            and subscription.asks_for((words.kind or applied.event.kind).value, words.event_names)
        ]

    @staticmethod
    def _delivery(
        applied: AppliedEvent,
        subscription: Subscription,
        message: tuple[int, Rendered],
        limits: ReceiverLimits,
        at: datetime,
    ) -> Delivery:
        event, call = applied.event, applied.call
        part, words = message
        endpoint = endpoint_id(subscription.receiver)
        subject = call.id if call else event.lane
        return Delivery(
            id=delivery_id(subscription, subject, event.id, part),
            account=event.account,
            call_id=call.id if call else "",
            event_id=event.id,
            event_name=subscription.one_event or next(iter(words.event_names), event.kind.value),
            subscription_id=subscription.id,
            subscription_key=subscription.key,
            subscription_version=subscription.version,
            sequence=call.version if call else 0,
            receiver=subscription.receiver,
            endpoint=endpoint,
            subject=subject,
            group=_group(endpoint, applied, limits),
            rate=limits.rate,
            body=json.dumps(words.body, ensure_ascii=False, separators=(",", ":")),
            created_at=at,
            part=part,
            path=words.path,
            note=words.note,
            hops=max(event.hops, call.hops if call else 0),
            late=applied.outcome.value if applied.outcome in LATE else "",
            received_at=event.received_at,
        )


def _group(endpoint: str, applied: AppliedEvent, limits: ReceiverLimits) -> str:
    """Return the queue's group. A call keeps its group, even if the receiver's limit changes.

    Events of no call use the first group. Events of campaigns' subscribers need no order, and spread over all groups.
    """
    call, event = applied.call, applied.event
    if call is None and event.kind in OF_SUBSCRIBERS:
        return f"{endpoint}:{crc32(event.lane.encode()) % limits.max_in_flight}"
    if call is None:
        return f"{endpoint}:0"
    return call.groups.get(endpoint) or f"{endpoint}:{crc32(call.id.encode()) % limits.max_in_flight}"


def delivery_id(subscription: Subscription, subject: str, event_id: str, part: int = 0) -> str:
    """Return the id of a delivery: the same for every repeat of an event. A recreated subscription gives another id.

    `subject` is the call's id: vendors reuse call ids, so equal events may belong to different calls. `part` numbers
    the messages of one event; the first message (0) adds nothing to the id.
    """
    key = f"{subscription.account}\n{subscription.key}\n{subscription.id}\n{subject}\n{event_id}"
    key += f"\n{part}" if part else ""
    return "msg_" + hashlib.sha256(key.encode()).hexdigest()[:32]


def endpoint_id(receiver: str) -> str:
    """Return the id of a receiver within its account."""
    return hashlib.sha256(receiver.encode()).hexdigest()[:16]
