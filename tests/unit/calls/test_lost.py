"""Calls whose end never comes: when the hub ends them, once, and how a late end mends them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest

from switchboard.calls.expire import EndCallsOfRestarted, ExpireOverdueCalls, Swept
from switchboard.calls.lost import FIRST_LOOK, Loss, end_of_lost
from switchboard.calls.reuse import begins_another_call
from switchboard.deliveries.model import Delivery
from switchboard.intake.apply_call_event import ApplyCallEvent
from switchboard.kernel.call import AppliedEvent, Call, CallEvent, Disposition, Kind, Number, Outcome, State
from switchboard.kernel.news import news
from tests.fakes.calls import MemoryCalls, MemoryOpenCalls
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.queues import MemoryDeliveryQueue, MemoryEventQueue
from tests.support.builders import NOON, a_delivery, an_event, an_event_of_no_call
from tests.unit.builders import folded

HOUR, LIMIT = timedelta(hours=1), timedelta(hours=4)


def told(kind: Kind, seconds: int = 0, id_: str = "", **fields: object) -> CallEvent:
    at = NOON + timedelta(seconds=seconds)
    return an_event(id_ or f"{kind}-{seconds}", kind=kind, name=kind.value, at=at, received_at=at, **fields)


STARTED, ANSWERED = told(Kind.CALL_STARTED), told(Kind.CALL_ANSWERED, 10)
ENDED = told(Kind.CALL_ENDED, 70, disposition=Disposition.ANSWERED, duration=70, talk_duration=60)


def lost(call: Call, at: datetime = NOON + LIMIT + HOUR) -> CallEvent:
    return end_of_lost(call, Loss.SILENT, at)


class World:
    """The worker of events and the sweep over the same calls, and a clock that the test moves."""

    def __init__(self) -> None:
        self.now, self.limit = NOON, LIMIT
        self.calls = MemoryCalls(MemoryDeliveries())
        self.open = MemoryOpenCalls(self.calls)
        self.events, self.deliveries = MemoryEventQueue(), MemoryDeliveryQueue()
        self.apply = ApplyCallEvent(
            self.calls, self._plan, self.deliveries, (EndCallsOfRestarted(self.open, self.events, lambda: self.now),)
        )

    @staticmethod
    def _plan(applied: AppliedEvent) -> list[Delivery]:
        return [a_delivery(f"msg_{applied.event.id}")] if applied.outcome is not Outcome.REPEATED else []

    def hear(self, *events: CallEvent) -> None:
        for event in events:
            self.apply(event)

    def sweep(self, after: timedelta, end: int = 99) -> Swept:
        """One run this long after noon, which has time for so many calls."""
        self.now = NOON + after
        left = iter(range(end))
        run = ExpireOverdueCalls(
            self.open, self.calls.restarted_at, lambda _: self.limit, self.events, lambda: self.now
        )
        return run(lambda: next(left, None) is None)

    def settle(self) -> list[Outcome]:
        """Apply what is queued."""
        waiting, self.events.sent = self.events.sent, []
        return [self.apply(event).outcome for event in waiting]

    def call(self, id_: str = "call-1") -> Call:
        found = self.calls.get("acme", id_)
        assert found
        return found


@pytest.fixture
def world() -> World:
    return World()


def test_a_call_without_a_sign_of_life_ends_as_lost(world: World) -> None:
    """After the account's time since its last event, and not a look earlier."""
    world.hear(STARTED, ANSWERED)
    assert world.sweep(LIMIT) == Swept(lasting=1)
    assert world.sweep(LIMIT + HOUR) == Swept(lost=1)
    assert world.settle() == [Outcome.ADVANCED]
    call = world.call()
    assert (call.state, call.disposition, call.answered) == (State.ENDED, Disposition.LOST, True)
    assert (call.known("ended_at"), call.duration, call.talk_duration) == (ANSWERED.at, 10, 0)


def test_the_time_of_the_account_counts_from_the_last_event(world: World) -> None:
    """A longer one, a shorter one that is set while the call lasts, and an event that comes in between."""
    world.hear(STARTED)
    world.limit = 24 * HOUR
    assert world.sweep(23 * HOUR) == Swept(lasting=1)
    world.limit = HOUR
    assert world.sweep(24 * HOUR) == Swept(lost=1)
    world.hear(told(Kind.CALL_ANSWERED, 23 * 3600))
    assert world.settle() == [Outcome.STALE]
    assert world.call().state is State.TALKING


def test_a_call_is_looked_at_no_more_than_once_an_hour(world: World) -> None:
    """First ten minutes after its start: short calls cost no look at all."""
    world.hear(STARTED)
    assert world.sweep(FIRST_LOOK - timedelta(seconds=1)) == Swept()
    assert world.sweep(FIRST_LOOK) == Swept(lasting=1)
    assert world.sweep(FIRST_LOOK + timedelta(minutes=59)) == Swept()
    assert world.sweep(FIRST_LOOK + HOUR) == Swept(lasting=1)


def test_a_call_that_has_ended_or_never_began_is_not_looked_at(world: World) -> None:
    """A custom event of a call makes no call that rings."""
    world.hear(STARTED, ANSWERED, ENDED, told(Kind.CUSTOM, call_id="call-2"))
    assert world.sweep(30 * HOUR) == Swept()


def test_a_lost_call_is_told_once_however_often_the_sweep_runs(world: World) -> None:
    """Runs side by side, runs that died before or after any step, and a repeated message."""
    world.hear(STARTED)
    for after in (LIMIT, LIMIT, LIMIT + 2 * HOUR):
        world.calls.places["acme", "call-1"] = replace(world.calls.places["acme", "call-1"], next_look=NOON)
        world.sweep(after)
    (event,) = world.events.sent
    assert [world.apply(event).outcome for _ in range(2)] == [Outcome.ADVANCED, Outcome.DUPLICATE]
    assert world.sweep(30 * HOUR) == Swept()
    assert [one.id for one in world.deliveries.sent] == [f"msg_{STARTED.id}", f"msg_{event.id}"]


def test_a_worker_that_died_after_it_kept_the_end_queues_its_deliveries_again(world: World) -> None:
    """The call has ended by then, by this very event."""
    world.hear(STARTED)
    event = lost(world.call())
    world.apply(event)
    world.deliveries.sent.clear()
    assert world.apply(event).outcome is Outcome.DUPLICATE
    assert [one.id for one in world.deliveries.sent] == [f"msg_{event.id}"]


def test_a_call_that_is_heard_before_its_end_is_applied_goes_on(world: World) -> None:
    """Nothing is kept and nobody is told; silent again, it is lost again."""
    world.hear(STARTED)
    world.sweep(LIMIT)
    world.hear(told(Kind.CALL_ANSWERED, 4 * 3600))
    assert world.settle() == [Outcome.STALE]
    assert (world.call().state, world.call().version, len(world.deliveries.sent)) == (State.TALKING, 2, 2)
    assert world.sweep(9 * HOUR) == Swept(lost=1)
    assert world.settle() == [Outcome.ADVANCED]


def test_a_call_that_ends_before_its_end_is_applied_keeps_its_own_end(world: World) -> None:
    """The hub's end comes too late."""
    world.hear(STARTED, ANSWERED)
    world.sweep(LIMIT + HOUR)
    world.hear(ENDED)
    assert world.settle() == [Outcome.STALE]
    assert (world.call().disposition, world.call().version) == (Disposition.ANSWERED, 3)


def test_a_run_without_time_leaves_the_rest_to_the_next(world: World) -> None:
    """Each call is looked at once."""
    world.hear(*(told(Kind.CALL_STARTED, id_=f"e{n}", call_id=f"call-{n}") for n in range(3)))
    assert world.sweep(LIMIT, end=2) == Swept(lost=2, more=True)
    assert world.sweep(LIMIT) == Swept(lost=1)


def causes(world: World) -> list[str | None]:
    return [event.cause for event in world.events.sent]


def restart(seconds: int, source: str = "s-office") -> CallEvent:
    at = NOON + timedelta(seconds=seconds)
    return an_event_of_no_call(f"restart-{seconds}", kind=Kind.DEVICE_STARTED, source=source, at=at, received_at=at)


def test_the_start_of_a_device_ends_its_open_calls(world: World) -> None:
    """Those of this device, begun before its start; once, also where the start is repeated."""
    counted = [told(Kind.CALL_STARTED, id_=f"c{n}", call_id=f"call-{n}", reusable_ids=True) for n in (1, 2)]
    world.hear(*counted, replace(ENDED, id="end", call_id="call-2", reusable_ids=True))
    world.hear(told(Kind.CALL_STARTED, id_="o", call_id="call-3", reusable_ids=True, source="s-other"))
    world.hear(told(Kind.CALL_STARTED, 61, id_="n", call_id="call-4", reusable_ids=True))
    world.hear(restart(60), restart(60))
    assert causes(world) == ["restarted"]
    assert world.settle() == [Outcome.ADVANCED]
    states = {id_: world.call(id_).state for id_ in ("call-1", "call-2", "call-3", "call-4")}
    assert list(states.values()) == [State.ENDED, State.ENDED, State.RINGING, State.RINGING]
    assert world.call("call-2").disposition is Disposition.ANSWERED


def test_a_start_that_outran_the_event_of_a_call_ends_the_call_at_the_next_look(world: World) -> None:
    """Events of a call and of its device are in no common order."""
    world.hear(restart(60), told(Kind.CALL_STARTED, reusable_ids=True))
    assert world.settle() == []
    assert world.sweep(FIRST_LOOK) == Swept(lost=1)
    assert causes(world) == ["restarted"]
    assert world.settle() == [Outcome.ADVANCED]


def test_a_late_end_mends_a_lost_call() -> None:
    """State, outcome and durations are those of the source; a second report of the end mends nothing more."""
    before = folded([STARTED, ANSWERED])
    ended = folded([STARTED, ANSWERED, lost(before)])
    assert (ended.is_lost, ended.disposition, ended.talk_duration) == (True, Disposition.LOST, 0)
    world = World()
    world.hear(STARTED, ANSWERED, lost(before))
    assert world.apply(ENDED).outcome is Outcome.MENDED
    call = world.call()
    assert (call.is_lost, call.disposition, call.talk_duration, call.known("cause")) == (False, "answered", 60, None)
    assert world.apply(replace(ENDED, id="again", duration=71)).outcome is Outcome.REPEATED


def test_what_is_heard_of_a_lost_call_contradicts_nothing() -> None:
    """Nobody knows when the call ended; it does not come to life again."""
    world = World()
    world.hear(STARTED, lost(folded([STARTED])))
    late = world.apply(told(Kind.CALL_ANSWERED, 5 * 3600))
    assert (late.outcome, world.call().state) == (Outcome.STALE, State.ENDED)


def test_a_lost_call_is_the_same_in_any_order() -> None:
    """What is known of the call depends on the set of its events alone."""
    end = lost(folded([STARTED, ANSWERED]))
    calls = [replace(folded(order), version=0) for order in permutations([STARTED, ANSWERED, ENDED, end])]
    assert [call for call in calls if call != calls[0]] == []
    assert (calls[0].is_lost, calls[0].heard_at) == (False, ENDED.received_at)


def test_what_the_hub_itself_reports_is_no_sign_of_life() -> None:
    """A recording that is stored months after the call, by the hub's clock, does not keep the call's id from reuse."""
    stored = news(Kind.RECORDING_AVAILABLE, ("acme", "call-1"), "r", NOON + 200 * HOUR, {"media": "recording"})
    call = folded([STARTED, ENDED, stored])
    assert (call.last_at, call.heard_at) == (ENDED.at, ENDED.received_at)
    again = told(Kind.CALL_STARTED, 190 * 3600, caller=Number("79160000105", "+79160000105"))
    assert begins_another_call(call, again, lambda: None)
