"""The intake of call events: the webhooks, and the worker that applies events."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import cached_sources
from switchboard.bootstrap.activity import keep_budgets
from switchboard.bootstrap.adapters import calls, delivery_queue, event_queue, subscriptions
from switchboard.bootstrap.spill import door_queue

if TYPE_CHECKING:
    from switchboard.calls.ports import EventQueue
    from switchboard.intake.apply_call_event import ApplyCallEvent
    from switchboard.intake.batch import DeliveriesOfBatch
    from switchboard.intake.receive_call_event import ReceiveCallEvent
    from switchboard.streams.append import AppendToStream


@cache
def receive_call_event() -> ReceiveCallEvent:
    """Return what receives the events of the webhooks."""
    return _receiver(door_queue())


@cache
def receive_streamed_event() -> ReceiveCallEvent:
    """Return what receives the events of streams. A reader asks for an event again that the queue refuses."""
    return _receiver(event_queue())


@dataclass(frozen=True, slots=True)
class ApplyBatch:
    """Applies the events of one batch. What they ask for is durable after `finish`."""

    apply: ApplyCallEvent
    together: DeliveriesOfBatch | None
    stream: AppendToStream

    def settle(self) -> None:
        """Queue the deliveries of the events so far. Raises as the queue does."""
        if self.together:
            self.together.finish()

    def finish(self) -> None:
        """Queue the deliveries, and write accounts' streams. Raises as their adapters do."""
        self.settle()
        self.stream.finish()


def _receiver(queue: EventQueue) -> ReceiveCallEvent:
    from switchboard.dialects.registry import dialect_named
    from switchboard.intake.receive_call_event import ReceiveCallEvent

    return ReceiveCallEvent(cached_sources(), queue, dialect_named, now)


def apply_call_events(*, repeated: bool) -> ApplyBatch:
    """Return the worker of the queue of events, new for each batch.

    Deliveries of a batch with a `repeated` message are not queued together, so the message that fails fails alone.
    """
    from switchboard.bootstrap.activity import count_events
    from switchboard.bootstrap.correlation import correlate
    from switchboard.bootstrap.inbound import ask_for_redirect
    from switchboard.bootstrap.open_calls import end_calls_of_restarted
    from switchboard.bootstrap.recordings import expect_recording
    from switchboard.bootstrap.streams import append_to_stream
    from switchboard.deliveries.fan_out import PlanDeliveries, ReadOnce
    from switchboard.dialects.registry import renderer_named
    from switchboard.intake.apply_call_event import ApplyCallEvent
    from switchboard.intake.batch import CallsOfBatch, DeliveriesOfBatch

    plan = PlanDeliveries(ReadOnce(subscriptions()), renderer_named, settings.base_url(), now)
    stream = append_to_stream()
    followers = (correlate(), expect_recording(), stream, ask_for_redirect(), end_calls_of_restarted(), count_events())
    together = None if repeated else DeliveriesOfBatch(delivery_queue())
    apply = ApplyCallEvent(CallsOfBatch(calls()), plan, together or delivery_queue(), followers, keep_budgets())
    return ApplyBatch(apply, together, stream)
