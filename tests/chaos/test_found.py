"""What `make chaos` has found, each as the least that shows it."""

from __future__ import annotations

from datetime import timedelta

from switchboard.deliveries.endpoint import Again, EndpointKey
from switchboard.deliveries.model import DeliveryState
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
        world.retries.send(Again(KEY), 0)
        world.run(limit=timedelta(seconds=2))
    assert world.state(made) is DeliveryState.PARKED
    world.run()
    assert world.state(made) is DeliveryState.DEAD
    waited = world.attempts(made)[-1] - world.attempts(made)[0]
    assert waited == timedelta(seconds=sum(DAYS) + 3 * DAYS[0])


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
