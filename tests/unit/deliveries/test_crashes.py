"""A process that is killed at any point loses nothing, and keeps the order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from switchboard.deliveries.model import Delivery, DeliveryState
from tests.unit.deliveries.world import World, disorder, repeats, unfinished

UP = timedelta(minutes=20)


def healthy(world: World) -> None:
    """A receiver that takes everything."""
    world.happen(1, 2, 3)
    world.happen(1, 2, call="call-2")
    world.run()


def blinking(world: World) -> None:
    """One that fails twice for one call, whose later events come while it waits."""
    world.answer = lambda one: 500 if one.subject == "call-1" and len(world.attempts(one)) < 2 else 200
    world.happen(1, 2, call="call-2")
    world.happen(1, 2)
    world.deliver()
    world.happen(3)
    world.run()


def down(world: World) -> None:
    """One that is down until the breaker has been open for a while."""
    start = world.now
    world.answer = lambda one: 503 if one.endpoint == "crm" and world.now < start + UP else 200
    for call in ("call-1", "call-2", "call-3", "call-4"):
        world.happen(1, 2, call=call)
    world.happen(1, 2, call="call-1", host="erp")
    world.run(limit=timedelta(minutes=3), until=lambda: bool(world.endpoint() and world.endpoint().open))  # type: ignore[union-attr]
    world.happen(3, call="call-2")
    world.happen(1, 2, call="call-5")
    world.run()


def poisoned(world: World) -> None:
    """One that fails for one call until its first event is a dead letter, and refuses an event of another for good."""
    world.answer = lambda one: {("call-1", 1): 500, ("call-2", 1): 404}.get((one.subject, one.sequence), 200)
    world.happen(1, 2)
    world.happen(1, 2, call="call-2")
    world.happen(1, 2, call="call-3")
    world.run()


def going(world: World) -> None:
    """One that says it is gone for good."""
    world.answer = lambda one: 410 if one.sequence == 2 else 200
    world.happen(1, 2, 3)
    world.happen(1, 2, call="call-2")
    world.run()


STORIES: dict[str, Callable[[World], None]] = {
    "healthy": healthy, "blinking": blinking, "down": down, "poisoned": poisoned, "going": going,
}  # fmt: skip


def told(name: str) -> World:
    world = World()
    STORIES[name](world)
    return world


BOUNDARIES = [
    pytest.param(name, place, id=f"{name}-{place}-{point}")
    for name in STORIES
    for place, point in enumerate(told(name).wire.points)
]


@pytest.mark.parametrize("name", STORIES)
def test_without_a_crash_nothing_is_repeated(name: str) -> None:
    """Nor lost, nor out of order."""
    world = told(name)
    assert (unfinished(world), disorder(world), repeats(world)) == ([], [], [])


@pytest.mark.parametrize(("name", "place"), BOUNDARIES)
def test_a_process_that_is_killed_loses_nothing_and_keeps_the_order(name: str, place: int) -> None:
    """Before and after every write and every request; what is repeated has the same id, and is little."""
    world = World()
    world.crash_at(place)
    STORIES[name](world)
    assert unfinished(world) == []
    assert disorder(world) == []
    assert len(repeats(world)) <= 10  # no more than the batch or the lane that was in hand
    assert name == "going" or states(world) == states(told(name))  # after a 410 nothing is asked for again
    assert [lane for host in ("crm", "erp") if (lane := world.endpoint(host)) and (lane.lanes or lane.failing)] == []


def states(world: World) -> dict[str, DeliveryState]:
    """What became of each, which a crash may not change."""
    return {id_: world.state(made) for id_, made in world.made.items()}


def test_a_repeat_follows_a_lost_acknowledgement() -> None:
    """It carries the id that the receiver knows, and nothing else is sent twice."""
    world = World()
    made: list[Delivery] = world.happen(1, 2)
    world.crash_at(world_point(world, "after Sender.send"))
    world.run()
    assert repeats(world) == [made[0].id]
    assert [request.headers["webhook-id"] for request in world.sender.sent] == [made[0].id, made[0].id, made[1].id]


def world_point(_: World, name: str) -> int:
    """The place of a point in a story without trouble."""
    return told("healthy").wire.points.index(name)
