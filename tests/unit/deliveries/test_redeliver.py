from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from switchboard.deliveries.endpoint import Drain, Endpoint, EndpointKey, Lane, RetryMessage, RetryPhase
from switchboard.deliveries.model import DeliveryState
from switchboard.errors import TryAgain
from switchboard.turns import TurnResult
from tests.support import receivers
from tests.support.builders import NOON
from tests.unit.deliveries.world import World, disorder, unfinished

KEY = EndpointKey("acme", "crm")
FULL = (5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 43200, 43200, 43200, 43200, 29845)


def down(calls: int = 4, **fields: Any) -> World:
    """A world whose receiver `crm` answers nothing but 500, to so many calls, until the breaker is open."""
    world = World(schedule=tuple(map(float, FULL)), **fields)
    world.answer = lambda one: 500 if one.endpoint == "crm" else 200
    for number in range(calls):
        world.happen(1, call=f"call-{number:04d}")
    world.run(until=lambda: crm(world).open and not waiting(world, RetryPhase.FAST), limit=timedelta(minutes=2))
    assert crm(world).open
    return world


def crm(world: World) -> Endpoint:
    return world.endpoint() or Endpoint(KEY, "https://crm.example")


def waiting(world: World, phase: RetryPhase) -> list[str]:
    return [lane.subject for lane in world.endpoints.lanes(KEY) if lane.phase is phase]


def probe(world: World) -> None:
    """The next round of probes, to its end."""
    world.now = max(world.now, crm(world).next_at or world.now)
    world.turn()
    world.run(until=lambda: crm(world).round is None or not crm(world).open, limit=timedelta(minutes=5))


def now_try(world: World) -> None:
    """What an operator says, and all that follows at once."""
    world.retries.send(RetryMessage(KEY), 0)
    with world.process():
        pass
    world.run(limit=timedelta(seconds=4))


@pytest.mark.parametrize(("calls", "opened"), [(1, False), (2, False), (3, True), (4, True)])
def test_the_breaker_opens_after_three_calls_that_failed(calls: int, *, opened: bool) -> None:
    """With no success between them: fewer may be poison."""
    world = World()
    world.answer = lambda _: 500
    for number in range(calls):
        world.happen(1, call=f"call-{number}")
    world.run(limit=timedelta(seconds=12))
    assert crm(world).open is opened


def test_the_breaker_stays_closed_where_calls_succeed_in_between() -> None:
    """However many are poison."""
    world = World()
    world.answer = lambda one: 500 if one.subject.startswith("bad") else 200
    for number in range(8):
        world.happen(1, call=f"bad-{number}")
        world.run(limit=timedelta(seconds=12), until=lambda: not waiting(world, RetryPhase.FAST))
        world.happen(1, call=f"good-{number}")
        world.deliver()
        assert not crm(world).open


def test_while_the_breaker_is_open_deliveries_are_parked_unsent() -> None:
    """At once, and other receivers get theirs."""
    world = down()
    before = len(world.seen)
    made = world.happen(1, 2, call="new")
    (other,) = world.happen(1, call="new", host="erp")
    world.deliver()
    assert {world.state(one) for one in made} == {DeliveryState.PARKED}
    assert world.state(other) is DeliveryState.DELIVERED
    assert len(world.seen) == before + 1


def test_a_lane_on_its_fast_attempts_waits_for_probes_too() -> None:
    """Once the breaker is open nothing else is sent to the receiver."""
    world = World(schedule=tuple(map(float, FULL)))
    world.answer = lambda _: 500
    for number in range(3):
        world.happen(1, call=f"call-{number}")
    world.deliver()
    world.now += timedelta(seconds=4)
    (late,) = world.happen(1, call="late")
    world.deliver()
    world.run(until=lambda: crm(world).open)
    world.run(until=lambda: not waiting(world, RetryPhase.FAST))
    assert len(world.attempts(late)) < 3
    assert "late" in waiting(world, RetryPhase.SLOW)


def test_a_probe_tries_three_calls_at_most() -> None:
    """One may be poison, and a receiver that is down is not to be stormed."""
    world = down(calls=20)
    before = len(world.seen)
    probe(world)
    assert len(world.seen) - before == 3


def test_every_call_has_its_turn_to_be_probed() -> None:
    """Those first that were tried longest ago."""
    world = down(calls=6)
    seen: set[str] = set()
    for _ in range(4):
        moment = world.now
        probe(world)
        seen |= {one.delivery.subject for one in world.seen if one.at > moment}
    assert len(seen) == 6


def test_the_first_success_closes_the_breaker_and_drains_everything() -> None:
    """In order within each call, though some wait longer by their own schedule."""
    world = down(calls=30)
    for number in range(30):
        world.happen(2, 3, call=f"call-{number:04d}")
    world.deliver()
    world.run(limit=timedelta(hours=1), until=lambda: crm(world).step > 3)
    world.answer = lambda _: 200
    probe(world)
    moment = world.now
    world.run(limit=timedelta(seconds=10))
    assert not crm(world).open
    assert (unfinished(world), disorder(world)) == ([], [])
    assert max(one.at for one in world.seen) <= moment + timedelta(seconds=10)


def test_poison_among_the_probes_does_not_keep_the_breaker_open() -> None:
    """The second or third of them gets through, and the poison call waits on by itself."""
    world = down(calls=5)
    poison = "call-0000"
    world.answer = lambda one: 500 if one.subject == poison else 200
    probe(world)
    assert not crm(world).open
    world.run(limit=timedelta(seconds=10))
    assert waiting(world, RetryPhase.SLOW) == [poison]


def test_a_thousand_calls_cost_one_execution() -> None:
    """And are drained in order when the receiver is back."""
    world = down(calls=3)
    for number in range(1000):
        world.happen(1, 2, call=f"many-{number:04d}")
    world.run(until=lambda: not world.messages, limit=timedelta(minutes=10))
    world.answer = lambda _: 200
    world.run()
    assert (unfinished(world), disorder(world)) == ([], [])
    assert len(world.workflows.started) == 1


def test_the_next_of_a_lane_begins_the_schedule_anew() -> None:
    """Where the turn was over before it was tried, and where the one before it died."""
    world = down(calls=3)
    world.run(limit=timedelta(hours=10))
    world.happen(2, call="call-0000")
    world.deliver()
    assert lane(world).attempts > 4
    world.answer = lambda _: 200
    asked = iter((False, True))
    begun = receivers.begin_round(world.endpoints, crm(world), world.now)
    with pytest.raises(TryAgain):
        world.drain(ask(lane(world), begun), lambda: next(asked))
    assert (world.taken(call="call-0000"), lane(world).attempts) == ([1], world.fast_attempts)


def test_the_next_of_a_lane_whose_head_expired_begins_the_schedule_anew() -> None:
    """What was parked three days ago is dead, and what was parked today is tried as often."""
    world = down(calls=3)
    world.run(limit=timedelta(hours=60))
    world.happen(2, call="call-0000")
    world.deliver()
    parked = world.now
    world.now = NOON + timedelta(hours=73)
    begun = receivers.begin_round(world.endpoints, crm(world), world.now)
    world.drain(replace(ask(lane(world), begun), send=False), lambda: False)
    assert (lane(world).parked, lane(world).attempts) == (1, world.fast_attempts)
    assert lane(world).since == parked


def ask(lane: Lane, endpoint: Endpoint) -> Drain:
    assert endpoint.round
    return Drain(lane.key, lane.subject, lane.group, endpoint.round, in_round=True)


def lane(world: World) -> Lane:
    found = world.endpoints.lane(KEY, "call-0000")
    assert found is not None
    return found


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_a_poison_call_is_a_dead_letter_when_its_schedule_ends(chance: float) -> None:
    """Whatever chance has for its waits: after three days and not half a day later."""
    world = World(schedule=tuple(map(float, FULL)), chance=lambda: chance)
    world.answer = lambda _: 500
    (made,) = world.happen(1)
    world.run()
    finished = world.record(made).finished_at
    assert finished is not None
    assert timedelta(0) <= finished - NOON - timedelta(seconds=sum(FULL)) < timedelta(minutes=1)


@pytest.mark.parametrize("why", ["gone", "without a success"])
def test_any_number_of_calls_is_dead_at_once_when_the_subscription_is_disabled(why: str) -> None:
    """More than one turn takes, within minutes, and the operator is told of the subscription once."""
    world = down(calls=3, disable_after=timedelta(days=1))
    for number in range(450):
        world.happen(1, call=f"more-{number:03d}")
    world.run(until=lambda: not world.messages, limit=timedelta(minutes=10))
    if why == "gone":
        world.answer = lambda _: 410
    world.run(until=lambda: bool(disabled(world)), limit=timedelta(days=3))
    world.run(limit=timedelta(minutes=5))
    assert unfinished(world) == []
    assert world.operations.names().count("subscription.disabled") == 1
    assert world.operations.names().count("delivery.dead") == 453


def test_recovery_is_told_once() -> None:
    """Failing when it began, recovered when nothing waits any more, and the next trouble is another episode."""
    world = down()
    world.answer = lambda _: 200
    world.run()
    assert world.operations.names() == ["endpoint.failing", "endpoint.recovered"]
    world.answer = lambda _: 500
    for number in range(3):
        world.happen(1, call=f"again-{number}")
    world.run(limit=timedelta(minutes=1))
    assert [(one.endpoint.episode, one.part) for one in world.workflows.started] == [(1, 0), (2, 0)]


def test_probes_follow_the_schedule() -> None:
    """From its second entry on, since the fast attempts were its first; then its last one over and over."""
    world = down(calls=3)
    steps: list[float] = []
    for _ in range(10):
        probe(world)
        steps.append(((crm(world).next_at or world.now) - world.now).total_seconds())
    assert steps == list(map(float, FULL[1:11]))


def test_at_the_schedules_end_a_delivery_is_a_dead_letter() -> None:
    """After three days in all, with every attempt, and the operator is told."""
    world = down(calls=1 + 2)
    world.run()
    for made in world.made.values():
        record = world.record(made)
        assert (record.state, bool(record.reason)) == (DeliveryState.DEAD, True)
        assert record.finished_at is not None
        assert timedelta(hours=71) < record.finished_at - NOON < timedelta(hours=85)
    assert world.operations.names().count("delivery.dead") == 3
    assert "endpoint.recovered" not in world.operations.names()


def test_what_was_never_probed_is_a_dead_letter_in_its_time_too() -> None:
    """A hundred calls have their end, though only three are tried at a time."""
    world = down(calls=100)
    world.run()
    assert unfinished(world) == []
    finished = [world.record(made).finished_at for made in world.made.values()]
    assert all(at and timedelta(hours=71) < at - NOON < timedelta(hours=97) for at in finished)


def test_the_head_that_dies_does_not_take_the_next_with_it() -> None:
    """What was parked later is tried for its own three days."""
    world = down(calls=3)
    world.run(limit=timedelta(hours=60))
    later = world.happen(2, call="call-0000")
    world.run(limit=timedelta(hours=20), until=lambda: crm(world).lanes == 1)
    assert world.state(later[0]) is DeliveryState.PARKED
    world.answer = lambda _: 200
    world.run()
    assert world.state(later[0]) is DeliveryState.DELIVERED


def test_five_days_without_a_success_disable_the_subscription() -> None:
    """Kept with its reason, told once, and what waits is dead, all of it in that turn."""
    world = down(calls=3, disable_after=timedelta(days=1))
    for number in range(40):
        world.happen(1, call=f"more-{number:02d}")
    world.run(until=lambda: bool(disabled(world)), limit=timedelta(days=3))
    world.run(limit=timedelta(seconds=10))
    assert disabled(world)
    assert unfinished(world) == []
    assert world.operations.names().count("subscription.disabled") == 1
    assert world.operations.names().count("delivery.dead") == 43


def disabled(world: World) -> str:
    found = world.subscriptions.get("acme", "vpbx:crm.event")
    assert found is not None
    return found.disabled


def test_other_receivers_subscriptions_are_not_disabled() -> None:
    """Those of the same account that lead elsewhere."""
    world = down(calls=3, disable_after=timedelta(days=1))
    world.run()
    other = world.subscriptions.get("acme", "vpbx:erp.event")
    assert other is not None
    assert not other.disabled


def test_a_success_in_those_days_keeps_the_subscription() -> None:
    """One poison call does not disable it."""
    world = World(schedule=tuple(map(float, FULL)), disable_after=timedelta(days=1))
    world.answer = lambda one: 500 if one.subject == "bad" else 200
    world.happen(1, call="bad")
    for hour in range(60):
        world.happen(1, call=f"good-{hour}")
        world.run(limit=timedelta(hours=1))
        world.now = NOON + timedelta(hours=hour)
    assert not disabled(world)


def test_a_turn_of_another_episode_does_nothing() -> None:
    """A workflow that was left behind ends itself."""
    world = down()
    before = len(world.seen)
    assert world.redeliver(KEY, 7) == TurnResult(done=True)
    assert len(world.seen) == before


def test_a_turn_at_an_unknown_receiver_ends_its_workflow() -> None:
    """There is nothing to be done."""
    assert World().redeliver(KEY, 1) == TurnResult(done=True)


def test_try_now_does_not_wait() -> None:
    """What an operator wants tried is tried, whatever schedule and episode."""
    world = down()
    world.run(limit=timedelta(hours=1), until=lambda: crm(world).step > 4)
    world.answer = lambda _: 200
    now_try(world)
    assert (unfinished(world), crm(world).failing) == ([], False)


def test_try_now_tries_lanes_that_wait_for_themselves() -> None:
    """Where the breaker is closed, too."""
    world = World(schedule=tuple(map(float, FULL)))
    world.answer = lambda one: 500 if len(world.attempts(one)) < 5 else 200
    (made,) = world.happen(1)
    world.run(until=lambda: len(world.attempts(made)) == 5)
    now_try(world)
    assert world.state(made) is DeliveryState.DELIVERED


def test_the_watch_drives_whom_nobody_drives() -> None:
    """A workflow that came to grief is followed by another part."""
    world = down()
    world.executions.clear()
    started = len(world.workflows.started)
    world.now += timedelta(minutes=10)
    assert world.watch() == []
    world.now += timedelta(hours=1)
    assert [endpoint.key for endpoint in world.watch()] == [KEY]
    assert world.watch() == []  # it has been started anew, and is given its time
    assert len(world.workflows.started) == started + 1


def test_the_watch_leaves_alone_whom_a_workflow_drives() -> None:
    """While its next attempt is still to come."""
    world = down()
    assert world.watch() == []


@pytest.mark.parametrize("seed", range(5))
def test_jitter_changes_no_order(seed: int) -> None:
    """Whatever chance has for the waits."""
    world = down(calls=5, chance=Random(seed).random)  # noqa: S311 - chance, not secrecy
    world.happen(2, 3, call="call-0001")
    world.run(limit=timedelta(hours=1))
    world.answer = lambda _: 200
    world.run()
    assert (unfinished(world), disorder(world)) == ([], [])


def test_a_workflow_that_is_started_again_waits_for_the_receivers_time() -> None:
    """As long as is planned, and not as long as the schedule's first step."""
    world = down(calls=3)
    probe(world)
    world.workflows.started.clear()
    world.lanes.start_workflow(lane(world))
    (started,) = world.workflows.started
    assert world.now + timedelta(seconds=started.wait) == crm(world).next_at


def test_the_breaker_that_another_worker_opened_stays_open() -> None:
    """Who begins the episode has seen the receiver before that, and plans nothing over it."""
    world = World()
    world.answer = lambda _: 500
    for number in range(3):
        world.happen(1, call=f"call-{number}")
    world.run(limit=timedelta(seconds=6))
    get = world.endpoints.get
    planned = world.now + timedelta(hours=1)

    def overtaken(key: EndpointKey) -> Endpoint | None:
        world.endpoints.get = get  # type: ignore[method-assign]
        seen = crm(world)
        receivers.begin_episode(world.endpoints, seen, world.now, world.now)
        receivers.open_breaker(world.endpoints, key, planned)
        return seen

    world.endpoints.get = overtaken  # type: ignore[method-assign]
    world.lanes.start_workflow(world.endpoints.lanes(KEY)[0])
    assert (crm(world).open, crm(world).next_at) == (True, planned)
