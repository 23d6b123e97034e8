"""Next attempts are shown as long as anything waits."""

from datetime import timedelta

from switchboard.deliveries.find import find_endpoint
from switchboard.deliveries.model import DeliveryState
from switchboard.deliveries.next_attempt import NextAttempts
from switchboard.subscriptions.model import ReceiverLimits
from tests.unit.deliveries.world import World


def test_the_next_attempt_is_known_while_anything_waits() -> None:
    """In the queue, on the fast path, on the schedule and behind an open breaker; for delivery and receiver."""
    world = World(schedule=(5.0, 30.0, 600.0, 86_400.0))
    world.answer = lambda _: 500
    made = [one for call in range(5) for one in world.happen(1, 2, call=f"call-{call}")]
    assert {shown(world, one.id) for one in made} == {world.now}
    opened = False
    for _ in range(40):
        world.after(30)
        endpoint = world.endpoint()
        assert endpoint
        opened = opened or endpoint.open
        waiting = [one for one in made if not world.record(one).finished]
        assert all(shown(world, one.id) for one in waiting)
        assert receivers_next(world) is not None
    assert opened


def test_the_first_retry_is_shown_at_its_time() -> None:
    """Five seconds after the first attempt; a later event of the call waits for the same."""
    world = World(schedule=(5.0, 30.0, 600.0))
    world.answer = lambda _: 500
    first, second = world.happen(1, 2)
    world.deliver()
    due = world.now + timedelta(seconds=5)
    assert (shown(world, first.id), shown(world, second.id), receivers_next(world)) == (due, due, due)


def test_nothing_is_next_where_nothing_waits() -> None:
    """A delivery that ended, and its receiver."""
    world = World()
    (made,) = world.happen(1)
    world.run()
    assert world.state(made) is DeliveryState.DELIVERED
    assert (shown(world, made.id), receivers_next(world)) == (None, None)


def shown(world: World, id_: str) -> object:
    record = world.records.get(id_)
    assert record
    return NextAttempts(world.endpoints)(record)


def receivers_next(world: World) -> object:
    endpoint = world.endpoint()
    assert endpoint
    found, limits, next_at = find_endpoint("acme", endpoint.key.id, world.endpoints, world.subscriptions)
    assert (found, limits) == (endpoint, ReceiverLimits())
    return next_at
