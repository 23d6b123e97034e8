"""What `make chaos` has found, each as the least that shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import cast
from zlib import crc32

import pytest

from chaos.inprocess.faults import Odds
from chaos.inprocess.run import run
from switchboard.deliveries.endpoint import EndpointKey, RetryMessage
from switchboard.deliveries.fan_out import PlanDeliveries
from switchboard.deliveries.model import DeliveryState
from switchboard.dialects.model import Dialect, Rendered
from switchboard.intake.apply_call_event import ApplyCallEvent
from switchboard.kernel.call import CallEvent, Kind
from switchboard.subscriptions.model import ReceiverLimits, Subscription
from tests.fakes.calls import MemoryCalls
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.queues import MemoryDeliveryQueue
from tests.support.builders import NOON, a_subscription, an_event, an_event_of_no_call
from tests.unit.deliveries.world import World

KEY = EndpointKey("acme", "crm")
DAYS = (5.0, 30.0, 120.0, 600.0, 86_400.0)


def test_a_message_that_the_queue_took_for_a_new_one() -> None:
    """An event that is applied again after five minutes is queued again, and its delivery is not sent again."""
    world = World()
    (made,) = world.happen(1)
    world.deliver()
    world.now += timedelta(minutes=6)
    world.queue(made)
    world.deliver()
    assert (world.messages, len(world.attempts(made))) == ([], 1)


def test_a_repeated_message_behind_a_failure() -> None:
    """It does not take the place of what is parked, with its attempts, nor is it counted twice."""
    world = World(schedule=DAYS)
    world.answer = lambda _: 500
    (made,) = world.happen(1)
    world.deliver()
    world.now += timedelta(minutes=6)
    world.queue(made)
    world.deliver()
    lane = world.endpoints.lane(KEY, made.subject)
    assert lane is not None
    assert (lane.parked, len(world.record(made).attempts)) == (1, 1)


def test_many_attempts_do_not_shorten_the_schedule() -> None:
    """Turns that come early, by an operator or after a kill, cost a delivery nothing of its three days."""
    world = World(schedule=DAYS)
    world.answer = lambda _: 500
    (made,) = world.happen(1)
    world.run(until=lambda: bool(world.executions))
    for _ in range(20):
        world.retries.send(RetryMessage(KEY), 0)
        world.run(limit=timedelta(seconds=2))
    assert world.state(made) is DeliveryState.PARKED
    world.run()
    assert world.state(made) is DeliveryState.DEAD
    waited = world.attempts(made)[-1] - world.attempts(made)[0]
    assert waited == timedelta(seconds=sum(DAYS) + 3 * DAYS[0])


class Changing:
    """Subscriptions of one receiver whose limit is changed."""

    def __init__(self) -> None:
        self.subscription, self.limits = a_subscription("start.call"), ReceiverLimits(max_in_flight=10)

    def with_limits(self, _: str) -> tuple[list[Subscription], dict[str, ReceiverLimits]]:
        return [self.subscription], {self.subscription.receiver: self.limits}


@pytest.mark.parametrize("event", [an_event, an_event_of_no_call])
def test_a_changed_limit_does_not_part_the_events_of_a_call(event: Callable[..., CallEvent]) -> None:
    """They share a group of the queue, else nothing keeps them in order; so do a source's that are of no call."""
    subscriptions, queue = Changing(), MemoryDeliveryQueue()
    subscriptions.subscription = a_subscription("start.call" if event is an_event else "call.unknown")
    plan = PlanDeliveries(subscriptions, lambda _: cast("Dialect", Everything()), "https://hub.example", lambda: NOON)
    apply = ApplyCallEvent(MemoryCalls(MemoryDeliveries()), plan, queue)
    for number, most in enumerate((10, 3, 1, 7)):
        subscriptions.limits = ReceiverLimits(max_in_flight=most)
        # A start is told once; a call may have any number of events that the hub does not know.
        apply(event(f"e{number}", kind=Kind.UNKNOWN))
    assert len(queue.sent) == 4
    assert len({delivery.group for delivery in queue.sent}) == 1
    assert crc32(b"call-1") % 10 != crc32(b"call-1") % 3


class Everything:
    """A dialect with a word for any event."""

    def render(self, *_: object) -> tuple[Rendered]:
        return (Rendered(("start.call", "call.unknown"), {}),)


@pytest.mark.parametrize("seed", [31, 32])
def test_an_operator_who_changes_limits_all_the_time(seed: int) -> None:
    """Loses nothing, mixes nothing up, and no receiver gets more at once than its highest limit."""
    figures = run(seed, calls=3, odds=Odds(kill=0.02, fail=0.01, limit=0.5))
    assert figures.good, figures.lines()


def test_a_group_in_the_hands_of_a_worker_that_was_killed() -> None:
    """Until its messages come again the workflow looks less and less often, and no more is sent."""
    world = World(schedule=DAYS)
    world.answer = lambda _: 500
    world.happen(1)
    world.run(until=lambda: bool(world.executions))
    world.run(until=lambda: bool(world.messages))
    before = len(world.seen)
    world.crash_at(0)
    world.deliver()
    waits: list[float] = []
    for _ in range(8):
        since = world.now
        world.run(until=lambda since=since: world.now > since)  # type: ignore[misc]
        waits.append((world.now - since).total_seconds())
    assert (len(world.seen), waits) == (before, [1, 1, 2, 4, 8, 16, 30, 30])
