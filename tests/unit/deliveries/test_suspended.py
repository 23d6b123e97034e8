"""The deliveries of a suspended account wait, whatever state their receiver is in, and go on in order."""

from datetime import timedelta

import pytest

from switchboard.accounts.model import AccountState
from switchboard.deliveries.model import DeliveryState
from tests.unit.deliveries.world import World, disorder

LONG = timedelta(days=9)  # longer than any schedule


def sent(world: World) -> int:
    return len(world.seen)


@pytest.mark.parametrize("calls", [0, 1, 4])
def test_what_waits_for_a_suspended_account_is_sent_in_order_afterwards(calls: int) -> None:
    """Also behind a receiver that failed before: with one lane in retry, or behind an open breaker."""
    world = World()
    world.answer = lambda _: 500
    for number in range(calls):
        world.happen(1, call=f"failed-{number}")
    world.run(limit=timedelta(minutes=2))
    tried = sent(world)
    world.put(AccountState.SUSPENDED)
    for number in range(3):
        world.happen(1, 2, 3, call=f"call-{number}")
    for number in range(calls):
        world.happen(2, call=f"failed-{number}")
    world.run(limit=timedelta(hours=3))
    world.now += LONG
    world.watch()
    world.run(limit=timedelta(minutes=30))
    assert sent(world) == tried
    assert {world.state(one) for one in world.made.values()} == {DeliveryState.PARKED}
    world.answer = lambda _: 200
    world.put(AccountState.ACTIVE)
    world.run(limit=timedelta(minutes=1))
    assert {world.state(one) for one in world.made.values()} == {DeliveryState.DELIVERED}
    assert not disorder(world)


def test_the_schedule_goes_on_after_a_suspension() -> None:
    """Nothing is a dead letter, and no receiver is disabled, for the time of the suspension."""
    world = World(disable_after=timedelta(days=1))
    world.answer = lambda _: 500
    (one,) = world.happen(1)
    world.run(limit=timedelta(minutes=2))
    world.put(AccountState.SUSPENDED)
    world.now += LONG
    world.put(AccountState.ACTIVE)
    world.run(limit=timedelta(minutes=1))
    assert world.state(one) is DeliveryState.PARKED
    world.run(limit=timedelta(days=2))
    assert world.state(one) is DeliveryState.DEAD


def test_the_watch_alone_sends_what_waits() -> None:
    """If no message tells of the end of the suspension."""
    world = World()
    world.put(AccountState.SUSPENDED)
    made = world.happen(1, 2)
    world.run(limit=timedelta(minutes=1))
    world.put(AccountState.ACTIVE)
    world.retry_messages.clear()
    world.now += timedelta(minutes=31)
    world.watch()
    world.run(limit=timedelta(minutes=1))
    assert {world.state(one) for one in made} == {DeliveryState.DELIVERED}


def test_deliveries_of_an_account_that_ends_are_dropped() -> None:
    """Nothing is sent, and nothing is written that the erasure would have to find."""
    world = World()
    account = world.accounts.get("acme")
    assert account
    world.put(AccountState.DELETING)
    world.happen(1)
    world.run(limit=timedelta(hours=1))
    assert (sent(world), world.messages) == (0, [])
