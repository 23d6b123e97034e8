"""A paused receiver: nothing is sent, everything waits in order, and a pause costs no delivery its schedule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from switchboard.deliveries.endpoint import Endpoint, EndpointKey
from switchboard.deliveries.model import Delivery, DeliveryState
from switchboard.deliveries.pause import pause_receiver, resume_receiver
from tests.fakes.sender import Said
from tests.unit.deliveries.world import World, disorder, unfinished

KEY = EndpointKey("acme", "crm")
RECEIVER = "https://crm.example"
WEEK = timedelta(days=7)


def pause(world: World) -> Endpoint:
    found = world.endpoints.get(KEY) or Endpoint(KEY, RECEIVER)
    return pause_receiver(found, world.endpoints, world.now)


def resume(world: World) -> None:
    found = world.endpoint()
    assert found is not None
    with world.process():
        resume_receiver(found, world.endpoints, world.retries, world.now)


def answering(*said: int) -> Callable[[Delivery], Said]:
    """Answers in turn, the last for ever."""
    left = list(said)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def test_what_comes_during_a_pause_is_sent_afterwards_in_order() -> None:
    """A receiver without a record can be paused. The other receiver goes on."""
    world = World(groups=3)
    pause(world)
    for call in range(5):
        world.happen(1, 2, 3, call=f"call-{call}")
    other = world.happen(1, host="erp")
    world.run(limit=WEEK)
    assert (len(world.seen), world.state(other[0])) == (1, DeliveryState.DELIVERED)
    world.now += WEEK
    world.watch()
    world.run(limit=timedelta(hours=1))
    assert len(world.seen) == 1
    resume(world)
    world.run(limit=timedelta(minutes=1))
    assert (unfinished(world), disorder(world)) == ([], [])
    assert all(world.taken(call=f"call-{call}") == [1, 2, 3] for call in range(5))


def test_a_pause_of_a_receiver_in_trouble_kills_nothing() -> None:
    """In each stage of the trouble: after a first failure, in the workflow's hands, behind an open breaker.

    The pause lasts longer than the whole schedule, and longer than a receiver may go without a success.
    """
    for calls, after in ((1, 0.0), (1, 60.0), (4, 300.0)):
        for then in ((200,), (500, 500, 500, 500, 200)):
            world = World(answer=lambda _: 500)
            for call in range(calls):
                world.happen(1, 2, call=f"call-{call}")
            world.run(limit=timedelta(seconds=after))
            pause(world)
            tried = len(world.seen)
            world.run(limit=WEEK)
            world.now += WEEK
            world.watch()
            world.run(limit=timedelta(hours=2))
            assert len(world.seen) == tried, "nothing is sent during the pause"
            world.answer = answering(*then)
            resume(world)
            world.run(limit=timedelta(hours=2))
            assert {world.state(one) for one in world.made.values()} == {DeliveryState.DELIVERED}
            assert disorder(world) == []
            assert all(not one.disabled for one in world.subscriptions.of_account("acme"))


def test_denials_before_a_pause_do_not_count_after_it() -> None:
    """A receiver that took deliveries before has its hour of 401, 403 and 404 anew."""
    world = World()
    world.happen(1, call="first")
    world.run()
    world.answer = lambda _: 403
    (denied,) = world.happen(1)
    world.run(limit=timedelta(minutes=5))
    pause(world)
    world.run(limit=WEEK)
    world.now += WEEK
    resume(world)
    world.run(limit=timedelta(minutes=10))
    assert world.state(denied) is DeliveryState.PARKED
    world.answer = lambda _: 200
    world.run(limit=timedelta(hours=2))
    assert world.state(denied) is DeliveryState.DELIVERED


def test_pausing_and_resuming_twice_changes_nothing_more() -> None:
    """The first pause counts; a resume without a pause sends nothing twice."""
    world = World()
    first = pause(world)
    world.now += timedelta(minutes=1)
    assert pause(world) == first
    (one,) = world.happen(1)
    world.run(limit=timedelta(hours=1))
    for _ in range(2):
        resume(world)
    world.run(limit=timedelta(hours=1))
    assert (world.state(one), len(world.seen)) == (DeliveryState.DELIVERED, 1)


def test_the_watch_finds_what_a_lost_message_left() -> None:
    """The message after the pause is lost: the watch queues the lanes."""
    world = World()
    pause(world)
    (one,) = world.happen(1)
    world.run(limit=timedelta(hours=1))
    found = world.endpoint()
    assert found is not None
    resume_receiver(found, world.endpoints, world.retries, world.now)
    world.retries.sent.clear()
    world.now += timedelta(minutes=30)
    with world.process():
        world.watch()
    world.run(limit=timedelta(minutes=1))
    assert world.state(one) is DeliveryState.DELIVERED


def test_a_delivery_over_the_budget_waits_for_the_next_day_after_a_pause_too() -> None:
    """A pause that ends before the next day sends nothing over the budget."""
    world = World()
    pause(world)
    held = world.now + timedelta(hours=12)
    (one,) = world.happen(1, held_until=held)
    world.run(limit=timedelta(minutes=1))
    resume(world)
    world.run(limit=timedelta(minutes=1))
    assert world.seen == []
    world.now = held + timedelta(minutes=30)
    with world.process():
        world.watch()
    world.run(limit=timedelta(minutes=1))
    assert world.state(one) is DeliveryState.DELIVERED
