from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from switchboard.calls.reuse import REUSED_AFTER
from switchboard.deliveries.model import Delivery
from switchboard.errors import TryAgain
from switchboard.intake.apply_call_event import ApplyCallEvent
from switchboard.kernel.call import AppliedEvent, Call, CallEvent, Kind, Outcome, State
from switchboard.kernel.news import news
from tests.fakes.calls import MemoryCalls
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.queues import MemoryDeliveryQueue
from tests.support.builders import a_delivery, an_event, an_event_of_no_call
from tests.unit.builders import RECEIVED, parsed_sample


class Broken:
    """A queue of deliveries that fails once."""

    def __init__(self) -> None:
        self.sent: list[Delivery] = []
        self.failures = 1

    def send(self, deliveries: Sequence[Delivery]) -> None:
        if self.failures:
            self.failures -= 1
            raise TryAgain("The queue is away.", 1)
        self.sent += deliveries


class Hub:
    """The use case; every event asks for one delivery."""

    def __init__(self, queue: MemoryDeliveryQueue | Broken | None = None) -> None:
        self.calls = MemoryCalls(MemoryDeliveries())
        self.queue = queue or MemoryDeliveryQueue()
        self.apply = ApplyCallEvent(self.calls, self.plan, self.queue)

    @staticmethod
    def plan(applied: AppliedEvent) -> list[Delivery]:
        subject = applied.call.id if applied.call else "none"
        return [a_delivery(f"msg_{subject}_{applied.event.id}", call_id=subject)]

    def sent(self) -> list[str]:
        return [delivery.id for delivery in self.queue.sent]

    def call(self, call_id: str = "call-1") -> Call:
        found = self.calls.get("acme", call_id)
        assert found
        return found


def test_a_call_keeps_its_groups() -> None:
    """Whatever its later events are planned with, and where another receiver joins in."""
    hub = Hub()
    groups = iter([{"e1": "e1:7"}, {"e1": "e1:2", "e2": "e2:0"}])

    def plan(_: AppliedEvent) -> list[Delivery]:
        return [a_delivery(f"msg_{group}", endpoint=endpoint, group=group) for endpoint, group in next(groups).items()]

    hub.apply = ApplyCallEvent(hub.calls, plan, hub.queue)
    hub.apply(an_event("e1"))
    hub.apply(an_event("e2"))
    assert hub.call().groups == {"e1": "e1:7", "e2": "e2:0"}


def test_an_event_is_folded_kept_and_sent_on() -> None:
    """Call, log and deliveries know of it."""
    hub = Hub()
    done = hub.apply(an_event())
    assert (done.outcome, hub.call().state) == (Outcome.ADVANCED, State.RINGING)
    assert [kept.event for kept in hub.calls.events("acme", "call-1")] == [an_event()]
    assert hub.sent() == ["msg_call-1_e1"]


def test_a_repeat_has_no_second_effect() -> None:
    """Neither on the call nor on those who hear of it."""
    hub = Hub()
    hub.apply(an_event())
    assert hub.apply(an_event()).outcome is Outcome.DUPLICATE
    assert (hub.call().version, hub.sent()) == (1, ["msg_call-1_e1"])


def test_a_run_that_was_cut_off_is_finished_by_the_next() -> None:
    """What was kept but not sent is sent when the event comes again, under the same id."""
    hub = Hub(Broken())
    with pytest.raises(TryAgain):
        hub.apply(an_event())
    hub.apply(an_event())
    assert hub.sent() == ["msg_call-1_e1"]
    assert hub.call().version == 1


def test_an_event_of_no_call_is_kept_and_sent_on() -> None:
    """It makes no call."""
    hub = Hub()
    done = hub.apply(an_event_of_no_call())
    assert (done.call, done.outcome, hub.sent()) == (None, Outcome.NOTED, ["msg_none_n1"])
    assert hub.calls.events_of_source("acme", "s-office", 10, None)[0]


def reused(id_: str, kind: Kind, after: timedelta, **fields: object) -> CallEvent:
    return an_event(id_, kind=kind, at=RECEIVED + after, received_at=RECEIVED + after, reusable_ids=True, **fields)


def test_an_id_that_is_used_again_is_another_call() -> None:
    """A start long after the end of the last call of that id begins a new one, and what follows goes there."""
    hub = Hub()
    hub.apply(reused("e1", Kind.CALL_STARTED, timedelta(0)))
    hub.apply(reused("e2", Kind.CALL_ENDED, timedelta(minutes=1)))
    again = REUSED_AFTER + timedelta(minutes=2)
    start = hub.apply(reused("e3", Kind.CALL_STARTED, again))
    end = hub.apply(reused("e4", Kind.CALL_ENDED, again + timedelta(minutes=1)))
    assert start.call
    assert end.call
    assert start.call.id == end.call.id != "call-1"
    assert (hub.call().version, end.call.version, end.call.state) == (2, 2, State.ENDED)


def test_a_clock_that_is_wrong_by_months_makes_no_second_call() -> None:
    """The end of the call reports no time, and gets the hub's."""
    hub = Hub()
    hub.apply(an_event("e1", kind=Kind.CALL_STARTED, at=RECEIVED - timedelta(days=200), received_at=RECEIVED))
    end = RECEIVED + timedelta(minutes=1)
    hub.apply(an_event("e2", kind=Kind.CALL_ENDED, at=end, received_at=end))
    assert (hub.call().state, hub.call().version) == (State.ENDED, 2)


def test_the_hubs_own_news_of_a_call_stay_with_it() -> None:
    """A recording that is there late is that of the old call, whoever has its id by then."""
    hub = Hub()
    hub.apply(reused("e1", Kind.CALL_ENDED, timedelta(0)))
    hub.apply(reused("e2", Kind.CALL_STARTED, timedelta(days=1)))
    told = news(Kind.RECORDING_AVAILABLE, ("acme", "call-1"), "k", RECEIVED + timedelta(days=1, hours=1), {})
    assert hub.apply(told).call == hub.call()


@pytest.mark.parametrize(
    ("after", "fields"),
    [(timedelta(minutes=30), {}), (timedelta(days=1), {"reusable_ids": False})],
)
def test_an_id_is_not_used_again_soon_or_by_others(after: timedelta, fields: dict[str, bool]) -> None:
    """A start shortly after the end is late, and most vendors never use an id twice."""
    hub = Hub()
    hub.apply(reused("e1", Kind.CALL_ENDED, timedelta(0)))
    start = reused("e2", Kind.CALL_STARTED, after)
    start = an_event("e2", at=start.at, received_at=start.at, **{"reusable_ids": True, **fields})
    assert hub.apply(start).call == hub.call()


def test_an_id_can_be_used_any_number_of_times_in_the_same_words() -> None:
    """A device that counts from one again tells call after call alike, and each is a call of its own."""
    hub = Hub()
    names = ("incoming_call", "start_talk", "call_end")
    done = [
        hub.apply(parsed_sample(f"sprecord/{name}", at=RECEIVED + timedelta(days=day, seconds=second)))
        for day in range(4)
        for second, name in enumerate(names)
    ]
    assert Outcome.DUPLICATE not in {one.outcome for one in done}
    assert len({one.call.id for one in done if one.call}) == 4
    assert len(hub.sent()) == 12
