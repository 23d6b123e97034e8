"""What the events of one batch share."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from switchboard.calls.apply import first_sight
from switchboard.deliveries.model import Delivery
from switchboard.errors import TryAgain
from switchboard.intake.apply_call_event import ApplyCallEvent
from switchboard.intake.batch import FEW, CallsOfBatch, DeliveriesOfBatch
from switchboard.kernel.call import Call, CallEvent, Kind, Outcome
from tests.fakes.calls import MemoryCalls
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.queues import MemoryDeliveryQueue
from tests.support.builders import a_delivery, an_event


class CountedCalls(MemoryCalls):
    """Calls that note which were read."""

    def __init__(self) -> None:
        super().__init__(MemoryDeliveries())
        self.read: list[str] = []

    def get(self, account: str, call_id: str) -> Call | None:
        self.read.append(call_id)
        return super().get(account, call_id)


class Queue(MemoryDeliveryQueue):
    """A queue that notes its requests, and fails as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        super().__init__()
        self.requests: list[list[str]] = []
        self.failures = failures

    def send(self, deliveries: Sequence[Delivery]) -> None:
        self.requests.append([one.id for one in deliveries])
        if self.failures:
            self.failures -= 1
            raise TryAgain("The queue is away.", 1)
        super().send(deliveries)


def events() -> list[CallEvent]:
    """The events of one call."""
    return [an_event("e1"), an_event("e2", kind=Kind.CALL_ANSWERED), an_event("e3", kind=Kind.CALL_ENDED)]


def test_a_call_is_read_once_in_a_batch_and_comes_out_as_if_read_each_time() -> None:
    """The log, the state and the version are those of three batches."""
    together, apart = CountedCalls(), CountedCalls()
    apply = ApplyCallEvent(CallsOfBatch(together), lambda _: [], Queue())
    outcomes = [apply(event).outcome for event in events()]
    assert outcomes == [ApplyCallEvent(apart, lambda _: [], Queue())(event).outcome for event in events()]
    assert together.get("acme", "call-1") == apart.get("acme", "call-1")
    assert together.read == ["call-1"] * 2  # the second is the test's own
    assert together.events("acme", "call-1") == apart.events("acme", "call-1")


def test_a_call_that_another_worker_changed_is_read_again() -> None:
    """The first write fails by its lock, and the repeated event finds the call of the other worker."""
    calls = CountedCalls()
    first, second, third = events()
    apply = ApplyCallEvent(CallsOfBatch(calls), lambda _: [], Queue())
    apply(first)
    ApplyCallEvent(calls, lambda _: [], Queue())(second)
    with pytest.raises(TryAgain):
        apply(third)
    assert apply(third).outcome is Outcome.ADVANCED
    assert [kept.event.id for kept in calls.events("acme", "call-1")] == ["e1", "e2", "e3"]


def test_a_repeat_within_a_batch_is_known_as_one() -> None:
    """Its log has the event, whatever the batch remembers."""
    apply = ApplyCallEvent(CallsOfBatch(CountedCalls()), lambda _: [], Queue())
    assert [apply(an_event("e1")).outcome for _ in range(3)] == [Outcome.ADVANCED, *[Outcome.DUPLICATE] * 2]


def test_a_superseded_call_is_read_with_its_successor() -> None:
    """The batch forgets what it wrote."""
    calls = MemoryCalls(MemoryDeliveries())
    batch = CallsOfBatch(calls)
    ApplyCallEvent(batch, lambda _: [], Queue())(an_event("e1"))
    batch.supersede(first_sight(an_event("e1")), "call-2")
    found = batch.get("acme", "call-1")
    assert found
    assert found.successor == "call-2"


def test_deliveries_of_small_events_are_queued_together_in_their_order() -> None:
    """One request for all of them; an event of many takes along what waits."""
    queue = Queue()
    batch = DeliveriesOfBatch(queue)
    batch.send([a_delivery("a1"), a_delivery("a2")])
    batch.send([])
    batch.send([a_delivery("b1")])
    assert queue.requests == []
    many = [a_delivery(f"c{n}") for n in range(FEW + 1)]
    batch.send(many)
    batch.send([a_delivery("d1")])
    batch.finish()
    batch.finish()
    assert queue.requests == [["a1", "a2", "b1", *[one.id for one in many]], ["d1"]]


def test_deliveries_that_the_queue_refused_wait_for_the_next_try() -> None:
    """Nothing is lost, and the order stays."""
    queue = Queue(failures=2)
    batch = DeliveriesOfBatch(queue)
    batch.send([a_delivery("a1")])
    with pytest.raises(TryAgain):
        batch.finish()
    with pytest.raises(TryAgain):
        batch.send([a_delivery(f"b{n}") for n in range(FEW + 1)])
    batch.finish()
    assert [one.id for one in queue.sent] == ["a1"]
