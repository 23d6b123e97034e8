"""One limit for all that a receiver gets at once: new calls, fast retries, probes, and what is drained.

Workers are threads, which get groups from the queue as SQS hands them out. A request ends only when every worker either
waits for its answer or has found nothing to do, so that as many meet as ever can.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Condition, Thread

import pytest

from switchboard.deliveries.endpoint import Drain, EndpointKey, RetryMessage, RetryPhase
from switchboard.deliveries.model import Delivery
from tests.unit.deliveries.world import Queued, World, disorder, unfinished

KEY = EndpointKey("acme", "crm")
WORKERS = 12
PATIENCE = 20.0  # seconds of real time in which a test ends, or fails
LONG = (5.0, 30.0, 600.0, 86_400.0)


@dataclass
class Crowd:
    """Workers of a world's queue of deliveries, and the requests that they have under way."""

    world: World
    most: int = 0
    _now: int = 0
    _idle: int = 0
    _held: set[str] = field(default_factory=set)
    _changed: Condition = field(default_factory=Condition)

    def answer(self, _: Delivery) -> int:
        """What the receiver says, once nobody can join in any more."""
        with self._changed:
            self._now += 1
            self.most = max(self.most, self._now)
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: self._now + self._idle == WORKERS, PATIENCE)
            self._now -= 1
            self._changed.notify_all()
        return 200

    def work(self) -> None:
        """Empty the queue."""
        threads = [Thread(target=self._work) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def _work(self) -> None:
        while message := self._next():
            batch = self.world.batch()
            if isinstance(message.of, Drain):
                batch.drain(message.of, lambda: False)
            else:
                batch(message.of, first_receipt=True)
            batch.finish()
            with self._changed:
                self.world.messages = [one for one in self.world.messages if one is not message]
                self._held.discard(message.of.group)
                self.world._collect()
                self._changed.notify_all()

    def _next(self) -> Queued | None:
        """The first message of a group that nobody has; None once all is done."""
        with self._changed:
            self._idle += 1
            self._changed.notify_all()
            while not (free := self._free()) and self._idle < WORKERS:
                assert self._changed.wait(PATIENCE)
            if not free:
                return None
            self._idle -= 1
            self._held.add(free.of.group)
            return free

    def _free(self) -> Queued | None:
        return next((one for one in self.world.messages if one.of.group not in self._held), None)


def busy(limit: int) -> World:
    """A receiver that is back: calls wait for the workflow, others for fast retries, and new ones come in."""
    world = World(schedule=LONG, groups=limit)
    world.answer = lambda one: 500 if one.subject.startswith(("slow", "fast")) else 200
    for number in range(2):  # fewer than open the breaker
        world.happen(1, 2, 3, call=f"slow-{number}")
    world.run(
        until=lambda: all(lane.phase is RetryPhase.SLOW for lane in world.endpoints.lanes(KEY)) and bool(world.seen)
    )
    for number in range(10):
        world.happen(1, 2, call=f"fast-{number}")
    world.run(until=lambda: len(world.endpoints.lanes(KEY)) == 12)
    return world


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_new_calls_fast_retries_and_a_drain_share_one_limit(limit: int) -> None:
    """Never more of them together than the receiver takes, and as many as that."""
    world = busy(limit)
    crowd = Crowd(world)
    world.answer = crowd.answer
    for retry in world.retry_messages:
        retry.at = world.now
    world.redeliver.try_now(RetryMessage(KEY))
    world.retry()
    asked = [one.of.subject for one in world.messages if isinstance(one.of, Drain)]
    assert {name.partition("-")[0] for name in asked} == {"slow", "fast"}
    for number in range(10):
        world.happen(1, 2, call=f"new-{number}")
    crowd.work()
    assert crowd.most == limit
    assert (unfinished(world), disorder(world)) == ([], [])


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_probes_keep_to_the_limit_too(limit: int) -> None:
    """Three at most, and no more at once than the receiver takes."""
    world = World(schedule=LONG, groups=limit)
    world.answer = lambda _: 500
    for number in range(9):
        world.happen(1, call=f"call-{number}")
    world.run(until=lambda: bool(world.endpoint() and world.endpoint().open) and not world.messages)  # type: ignore[union-attr]
    crowd = Crowd(world)
    world.answer = crowd.answer
    world.redeliver.try_now(RetryMessage(KEY))
    world._collect()
    crowd.work()
    assert 1 <= crowd.most <= min(limit, 3)


def test_two_messages_that_ask_for_a_lane_do_not_meet() -> None:
    """They are of one group: the second finds nothing left to do."""
    world = busy(3)
    crowd = Crowd(world)
    world.answer = crowd.answer
    (lane, *_) = world.endpoints.lanes(KEY)
    drain = Drain(KEY, lane.subject, lane.group, lane.due_at)
    world.messages += [Queued(drain, world.now), Queued(drain, world.now)]
    crowd.work()
    assert crowd.most == 1
    assert world.taken(call=lane.subject) == [1, 2, 3] if lane.subject.startswith("slow") else [1, 2]
