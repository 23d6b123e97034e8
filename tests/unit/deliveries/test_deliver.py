from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from switchboard.deliveries.deliver import Deliver, Delivered
from switchboard.deliveries.model import Delivery, DeliveryState
from switchboard.deliveries.replay import replay
from switchboard.deliveries.retry import RetryRule
from switchboard.errors import TryAgain
from switchboard.subscriptions.current import CurrentSubscriptions
from switchboard.subscriptions.model import Subscription
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.queues import MemoryDeliveryQueue
from tests.fakes.sender import MemorySender
from tests.fakes.subscriptions import MemorySubscriptions
from tests.support.builders import NOON, a_delivery, a_subscription, an_attempt


class Hub:
    """The use case with one delivery to a receiver that answers as it is told."""

    def __init__(self, *answers: int | str, subscription: Subscription | None = None) -> None:
        self.records = MemoryDeliveries()
        self.subscriptions = MemorySubscriptions()
        self.subscriptions.add(subscription or a_subscription())
        self.delivery = a_delivery()
        self.records.put(self.delivery)
        self.sender = MemorySender()
        self.reported: list[Delivered] = []
        self._answers = list(answers)
        self.deliver = Deliver(
            records=self.records,
            subscriptions=CurrentSubscriptions(self.subscriptions),
            sender=self.sender,
            rule=RetryRule((1, 5), fast_attempts=3),
            timeout=7,
            clock=self.clock,
            report=self.report,
        )

    @staticmethod
    def clock() -> datetime:
        return NOON + timedelta(seconds=1)

    def report(self, delivery: Delivery, done: Delivered) -> None:
        assert delivery == self.delivery
        self.reported.append(done)

    def run(self, *, first: bool = True) -> Delivered | TryAgain:
        self.sender.answers = {a_subscription().url: self._answers.pop(0)} if self._answers else {}
        try:
            return self.deliver(self.delivery, first_receipt=first)
        except TryAgain as error:
            return error

    @property
    def state(self) -> DeliveryState:
        record = self.records.get(self.delivery.id)
        assert record
        return record.state


def test_a_delivery_that_is_taken_is_done() -> None:
    """The attempt is recorded and told."""
    hub = Hub(204)
    assert hub.run() == Delivered(DeliveryState.DELIVERED, 1, an_attempt(204, at=hub.clock(), duration_ms=0))
    assert (hub.state, len(hub.reported), len(hub.sender.sent)) == (DeliveryState.DELIVERED, 1, 1)


def test_a_delivery_that_is_refused_comes_back_on_schedule() -> None:
    """Waits grow as the rule has them, and the last failure makes it a dead letter."""
    hub = Hub(500, "timeout", 500)
    waits = [getattr(hub.run(first=place == 0), "after", None) for place in range(3)]
    assert waits == [1, 5, None]
    assert hub.state is DeliveryState.DEAD
    assert [done.attempts for done in hub.reported] == [1, 2, 3]


def test_every_attempt_is_recorded_once() -> None:
    """Status or error, as it was."""
    hub = Hub(500, "timeout", 200)
    for place in range(3):
        hub.run(first=place == 0)
    record = hub.records.get(hub.delivery.id)
    assert record
    assert [(one.status, one.error) for one in record.attempts] == [(500, None), (None, "timeout"), (200, None)]


def test_a_delivery_that_is_finished_is_not_sent_again() -> None:
    """Where the queue hands it out once more."""
    hub = Hub(200)
    hub.run()
    assert hub.run(first=False) == Delivered(DeliveryState.DELIVERED)
    assert len(hub.sender.sent) == 1


@pytest.mark.parametrize("change", ["removed", "made anew"])
def test_a_delivery_whose_subscription_is_gone_is_cancelled(change: str) -> None:
    """Nothing is sent, not even where the same event was subscribed to again since."""
    hub = Hub()
    hub.subscriptions.remove("acme", a_subscription().key)
    if change == "made anew":
        hub.subscriptions.add(a_subscription(id=2))
    assert hub.run() == Delivered(DeliveryState.CANCELLED)
    assert (hub.state, hub.sender.sent) == (DeliveryState.CANCELLED, [])


def test_a_dead_letter_can_be_replayed_with_all_its_attempts() -> None:
    """The count begins anew, the id stays, and what was tried before is kept."""
    hub, queue = Hub(500, 500, 500, 500, 200), MemoryDeliveryQueue()
    for place in range(3):
        hub.run(first=place == 0)
    dead = hub.records.get(hub.delivery.id)
    assert dead
    hub.delivery = replay(dead, hub.records, queue)
    assert queue.sent == [hub.delivery]
    assert (hub.delivery.id, hub.delivery.replays) == ("msg_1", 1)
    assert isinstance(hub.run(), TryAgain)
    assert hub.run(first=False) == Delivered(DeliveryState.DELIVERED, 2, an_attempt(200, at=hub.clock(), duration_ms=0))
    record = hub.records.get(hub.delivery.id)
    assert record
    assert (len(record.attempts), record.attempts_made) == (5, 2)


def test_a_replay_of_what_is_under_way_only_queues_it() -> None:
    """Its attempts go on counting."""
    hub, queue = Hub(), MemoryDeliveryQueue()
    pending = hub.records.get(hub.delivery.id)
    assert pending
    assert replay(pending, hub.records, queue) == hub.delivery
    assert queue.sent == [hub.delivery]
