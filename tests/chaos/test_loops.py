"""Chains of invocations: as long as the work is where the template allows them, and cut where Lambda would."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chaos.lineage import MOST_INVOCATIONS, NEW, LoopDetection
from switchboard.campaigns.dialling.state import Change, DiallingState
from switchboard.deliveries.endpoint import Drain, EndpointKey, RetryMessage
from switchboard.deliveries.redeliver import Redeliver
from switchboard.deliveries.watch import OVERDUE
from switchboard.kernel.campaign import Limits, Phase
from switchboard.laps import DIALLING, LANE, TRY
from switchboard.turns import TurnResult
from tests.support.campaigns import a_profile, people
from tests.support.dialling_world import ADVANCES, CONDUCTS
from tests.support.dialling_world import World as Dialling
from tests.unit.deliveries.world import DELIVERS, RETRIES
from tests.unit.deliveries.world import World as Deliveries

KEY = EndpointKey("acme", "crm")
FEW = Limits(channels=2, cps=5)


def dialling(size: int) -> Dialling:
    world = Dialling(limits=FEW)
    world.begin(people(size), settings=a_profile(attempt_count=1))
    return world


def long_lane(size: int) -> Deliveries:
    """A receiver that is back, and all that waits for it is of one call."""
    world = Deliveries(schedule=(5.0, 30.0, 120.0, 3600.0))
    world.answer = lambda _: 500
    world.happen(*range(1, size + 1))
    world.run(until=lambda: not world.messages)
    world.answer = lambda _: 200
    return world


def test_a_function_is_refused_after_sixteen_invocations_along_a_chain() -> None:
    """Unless it is allowed, and however many others there are in between."""
    loops, chain, other = LoopDetection({"b"}), NEW, NEW
    for _ in range(MOST_INVOCATIONS):
        chain = loops.invoke("a", [chain]) or NEW
        chain = loops.invoke("b", [chain, other]) or NEW
    assert loops.invoke("a", [other, chain]) is None
    assert loops.invoke("a", [other]) is not None
    assert loops.invoke("b", [chain]) == {"a": MOST_INVOCATIONS, "b": MOST_INVOCATIONS + 1}


def test_lambda_would_cut_a_campaign_on_few_channels() -> None:
    """Its calls go on each from the end of the one before, and their ends are not told any more."""
    world = dialling(60)
    world.loops = LoopDetection(())
    world.run()
    assert world.loops.refused.keys() & {ADVANCES, CONDUCTS}


def test_a_campaign_does_not_depend_on_the_length_of_its_chain() -> None:
    """With what the template allows, everybody is called and nothing is stopped."""
    world = dialling(300)
    world.run()
    assert (world.report().phase, world.report().counters.calls) == (Phase.FINISHED, 300)
    assert world.loops.longest[CONDUCTS] > 100 > MOST_INVOCATIONS
    assert (world.loops.refused.total(), world.stops, world.faults) == (0, [], [])


def test_lambda_would_cut_the_drain_of_a_long_lane() -> None:
    """After some four hundred deliveries."""
    world = long_lane(500)
    world.loops = LoopDetection(())
    world.run(until=lambda: bool(world.loops.refused))
    assert world.loops.refused == {DELIVERS: 1}
    assert len(world.seen) < 500


def test_a_drain_does_not_depend_on_the_length_of_its_chain() -> None:
    """With what the template allows, all of the lane is sent in one chain and nothing is stopped."""
    world = long_lane(600)
    world.run()
    assert len(world.taken()) == 600
    assert world.loops.longest[DELIVERS] > MOST_INVOCATIONS
    assert (world.loops.refused.total(), world.stops) == (0, [])


def test_a_lane_that_is_asked_for_at_the_wrong_time_for_ever_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its message goes round as often as its design allows, operators are told, and the watch asks for the lane."""
    world = long_lane(1)
    with monkeypatch.context() as patch:
        patch.setattr("switchboard.deliveries.drain._is_to_be_tried", lambda *_: False)
        patch.setattr(Drain, "__hash__", lambda one: id(one))  # noqa: PLW0108 - the queue drops no repeat
        patch.setattr(Drain, "__eq__", lambda drain, other: drain is other)
        world.run()
    assert [(stop.circle, stop.account, stop.about) for stop in world.stops] == [(LANE.name, "acme", "crm")]
    assert LANE.most_idle <= world.loops.longest[RETRIES] <= LANE.most_idle + 1
    assert world.endpoints.lane(KEY, "call-1")
    world.now += OVERDUE * 2
    world.known.clear()
    with world.process():
        world.watch()
    world.run()
    assert world.taken() == [1]


def test_a_try_that_comes_to_nothing_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The calls that wait for a receiver never get fewer: the try ends, and the receiver's workflow goes on."""
    world = long_lane(1)
    world.answer = lambda _: 500
    world.run(until=lambda: bool(world.executions))
    world.retry_messages.clear()
    monkeypatch.setattr(Redeliver, "_drain", lambda *_, **__: TurnResult(done=False, wait=1.0))
    tries, messages = 0, [RetryMessage(KEY)]
    while messages:
        world.redeliver.try_now(messages.pop())
        messages = [one.again for one in world.retries.sent]
        world.retries.sent.clear()
        tries += 1
    assert tries == TRY.most_idle + 2
    assert [stop.circle for stop in world.stops] == [TRY.name]
    assert not world.executions[0].done


def test_a_conductor_that_never_gets_anywhere_is_stopped() -> None:
    """Its messages go round as often as their design allows; the workflow starts it again, and nothing is lost."""
    world = dialling(3)
    spin(world)
    world.run_for(5.0)
    assert {stop.circle for stop in world.stops} == {DIALLING.name}
    assert DIALLING.most_idle <= world.loops.longest[CONDUCTS] <= DIALLING.most_idle + 2
    stopped = len(world.stops)
    world.run_for(60.0)
    assert stopped < len(world.stops) <= stopped + 5  # once for each tick of the workflow
    world.seconds = None
    world.run()
    assert (world.report().phase, world.report().counters.calls) == (Phase.FINISHED, 3)


def spin(world: Dialling) -> None:
    """Conductors have no time, until `seconds` is None again, and something moves the version without progress."""
    world.seconds = 0.0
    load = world.kept.load

    def moved(account: str) -> DiallingState:
        state = load(account)
        if world.seconds is None:
            return state
        after = replace(state, dialler=replace(state.dialler, version=state.dialler.version + 1))
        world.kept.commit(state.dialler.version, Change(after))
        return after

    world.kept.load = moved  # type: ignore[method-assign]
