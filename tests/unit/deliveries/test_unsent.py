"""A delivery that cannot be made ready is not sent, and says nothing of its receiver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from switchboard.deliveries.attempts import PlainExchange
from switchboard.deliveries.model import Delivery, DeliveryState
from switchboard.deliveries.retry import Unsent, Verdict
from switchboard.subscriptions.model import Subscription
from tests.unit.deliveries.world import World


@dataclass
class Preparing(PlainExchange):
    """Does something before each attempt."""

    first: Callable[[], object]

    def complete(self, delivery: Delivery, subscription: Subscription) -> Delivery:
        self.first()
        return super().complete(delivery, subscription)


def world_where(first: Callable[[World], object]) -> World:
    world = World()
    exchange = Preparing(lambda: first(world))
    world.exchange = lambda _: exchange
    world.start()
    return world


def failing(verdict: Verdict, retry_after: str | None = None) -> Callable[[World], object]:
    def fail(_: World) -> object:
        raise Unsent("upload_timeout", verdict, retry_after)

    return fail


def test_what_is_refused_for_good_is_a_dead_letter() -> None:
    """However many there are, the receiver is not said to refuse everything."""
    world = world_where(failing(Verdict.REFUSED))
    made = [one for number in range(8) for one in world.happen(1, call=f"call-{number}")]
    world.run()
    assert {world.state(one) for one in made} == {DeliveryState.DEAD}
    assert world.seen == []
    assert {attempt.error for one in made for attempt in world.record(one).attempts} == {"unsent.upload_timeout"}


def test_what_fails_is_tried_until_the_schedule_ends() -> None:
    """With the breaker closed all the while."""
    world = world_where(failing(Verdict.FAILED))
    made = [one for number in range(4) for one in world.happen(1, call=f"call-{number}")]
    world.run(limit=timedelta(minutes=5))
    endpoint = world.endpoint()
    assert endpoint is not None
    assert not endpoint.open
    assert {world.state(one) for one in made} == {DeliveryState.PARKED}
    world.run()
    assert {world.state(one) for one in made} == {DeliveryState.DEAD}


def test_the_other_side_may_ask_for_time() -> None:
    """As any receiver may."""
    world = world_where(failing(Verdict.FAILED, "600"))
    (made,) = world.happen(1)
    world.run(limit=timedelta(seconds=590))
    assert len(world.record(made).attempts) == 1


@pytest.mark.parametrize(("took", "timeout"), [(0, 7), (20, 7), (25, 5), (40, 1)])
def test_an_attempt_has_half_a_minute_for_all_of_it(took: int, timeout: int) -> None:
    """What it took to make the delivery ready is part of the time."""

    def work(world: World) -> None:
        world.now += timedelta(seconds=took)

    world = world_where(work)
    world.happen(1)
    world.deliver()
    assert world.sender.sent[0].timeout == timeout
