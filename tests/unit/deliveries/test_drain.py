"""Draining: what the holder of a lane's group does with a message that asks for it, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from switchboard.deliveries.endpoint import Drain, Endpoint, EndpointKey, Lane, RetryMessage, RetryPhase
from switchboard.deliveries.model import Attempt, Delivery, DeliveryState
from switchboard.deliveries.redeliver import LANES_A_TURN, PROBES
from switchboard.errors import TryAgain
from tests.support import receivers
from tests.support.builders import NOON, a_subscription
from tests.unit.deliveries.world import World, disorder, unfinished

KEY = EndpointKey("acme", "crm")
LONG = (5.0, 30.0, 120.0, 3600.0, 43_200.0, 86_400.0)


def never() -> bool:
    return False


def world_with(calls: int = 1, events: int = 1) -> World:
    """Calls that failed once, at a receiver that is back."""
    world = World(schedule=LONG)
    world.answer = lambda _: 500
    for call in range(calls):
        world.happen(*range(1, events + 1), call=f"call-{call}")
    world.run(until=lambda: not world.messages)
    world.answer = lambda _: 200
    return world


def lane(world: World, subject: str = "call-0") -> Lane:
    found = world.endpoints.lane(KEY, subject)
    assert found is not None
    return found


def endpoint(world: World) -> Endpoint:
    found = world.endpoint()
    assert found is not None
    return found


def planned(world: World, subject: str = "call-0") -> Drain:
    found = lane(world, subject)
    return Drain(KEY, subject, found.group, found.due_at)


def opened(world: World) -> World:
    """Down for all its calls, until the breaker is open."""
    world.answer = lambda _: 500
    world.run(
        until=lambda: endpoint(world).open and all(one.phase is RetryPhase.SLOW for one in world.endpoints.lanes(KEY))
    )
    return world


def test_what_is_planned_is_tried_once() -> None:
    """A message that comes again finds another plan, and sees that somebody drives it."""
    world = world_with()
    world.answer = lambda _: 500
    asked = planned(world)
    world.retry_messages.clear()
    world.now = asked.ask
    world.drain(asked, never)
    world.drain(asked, never)
    assert len(world.seen) == 2
    assert [one.again.drain for one in world.retries.sent] == [planned(world)] * 2


def test_what_is_planned_for_a_lane_that_is_gone_is_done() -> None:
    """Nothing waits there any more."""
    world = world_with()
    asked = planned(world)
    world.drain(asked, never)
    world.drain(asked, never)
    assert (len(world.seen), world.endpoints.lane(KEY, "call-0")) == (2, None)


def test_a_long_lane_goes_to_the_end_of_its_group_again() -> None:
    """A page at a time, so that the calls of its group have their turns in between."""
    world = world_with(events=60)
    world.drain(planned(world), never)
    (first,) = world.queued.drains
    assert (len(world.taken(call="call-0")), first.page) == (25, 1)
    world._collect()
    world.run()
    assert (world.taken(call="call-0"), disorder(world)) == (list(range(1, 61)), [])


def test_a_slow_receiver_is_drained_a_few_seconds_at_a_time() -> None:
    """The other groups of the batch wait no longer than that; another message goes on."""
    world = world_with(events=10)

    def slowly(_: Delivery) -> int:
        world.now += timedelta(seconds=2)
        return 200

    world.answer = slowly
    world.drain(planned(world), never)
    (following,) = world.queued.drains
    assert (world.taken(call="call-0"), following.page) == ([1, 2, 3], 1)
    world._collect()
    world.run()
    assert (world.taken(call="call-0"), disorder(world)) == (list(range(1, 11)), [])


def test_what_has_been_drained_when_the_time_is_over_is_not_drained_again() -> None:
    """The message comes again, and goes on."""
    world = world_with(events=3)
    asked, over = planned(world), iter((False, True))
    with pytest.raises(TryAgain):
        world.drain(asked, lambda: next(over))
    assert (lane(world).attempts, lane(world).due_at) == (0, asked.ask)
    world.drain(asked, never)
    assert world.taken(call="call-0") == [1, 2, 3]


def test_a_lane_waits_for_the_receivers_rate_in_its_group() -> None:
    """Nothing overtakes it, and nothing is counted against it."""
    world = World(schedule=LONG)
    world.answer = lambda one: 500 if len(world.attempts(one)) < 1 else 200
    world.happen(1, 2, 3, rate=1.0)
    world.run()
    assert (world.taken(), disorder(world), unfinished(world)) == ([1, 2, 3], [], [])


def test_behind_an_open_breaker_only_the_rounds_asks_count() -> None:
    """What was planned before it opened is not sent."""
    world = opened(world_with(calls=4))
    before = len(world.seen)
    for number in range(4):
        world.drain(planned(world, f"call-{number}"), never)
    assert len(world.seen) == before


def test_a_probe_that_failed_is_not_sent_again_in_its_round() -> None:
    """However often its message comes."""
    world = opened(world_with(calls=4))
    receivers.begin_round(world.endpoints, endpoint(world), world.now)
    asked = Drain(KEY, "call-0", lane(world).group, world.now, in_round=True)
    before = len(world.seen)
    for _ in range(3):
        world.drain(asked, never)
    assert (len(world.seen) - before, endpoint(world).failed_probes) == (1, 1)


def test_a_probe_of_a_round_that_is_over_is_not_sent() -> None:
    """Another has its own."""
    world = opened(world_with(calls=4))
    begun = receivers.begin_round(world.endpoints, endpoint(world), world.now)
    asked = Drain(KEY, "call-0", lane(world).group, world.now, in_round=True)
    receivers.end_round(world.endpoints, begun, begun.step, world.now)
    before = len(world.seen)
    world.drain(asked, never)
    assert len(world.seen) == before


def test_a_place_whose_delivery_is_gone_does_not_hold_its_lane_up() -> None:
    """It is given up, and the rest goes out."""
    world = world_with(events=2)
    world.records.forget("crm.call-0.1")
    world.made.pop("crm.call-0.1")
    world.drain(planned(world), never)
    assert (world.taken(call="call-0"), world.endpoints.lane(KEY, "call-0")) == ([2], None)


def test_a_lane_that_counts_what_is_not_there_does_not_spin() -> None:
    """Its message waits a while, as often as the queue has it."""
    world = world_with()
    world.endpoints._lanes[KEY, "call-0"] = replace(lane(world), parked=2)
    asked = planned(world)
    world.drain(asked, never)
    with pytest.raises(TryAgain) as caught:
        world.drain(asked, never)
    assert caught.value.after >= 1


def sealed(world: World) -> None:
    """The credentials of `crm` cannot be opened any more."""
    world.subscriptions.save(
        a_subscription("crm.event", url="https://crm.example/calls", version=2, auth_string="bm9uc2Vuc2U=")
    )


def test_credentials_that_cannot_be_opened_are_a_failed_attempt() -> None:
    """Recorded with what it was, tried again along the schedule, and sent when they can."""
    world = World(schedule=LONG)
    sealed(world)
    (made,) = world.happen(1)
    world.run(limit=timedelta(minutes=1))
    assert {one.error for one in world.record(made).attempts} == {"credentials_sealed"}
    assert (world.state(made), world.seen) == (DeliveryState.PARKED, [])
    world.subscriptions.save(a_subscription("crm.event", url="https://crm.example/calls", version=3))
    world.current._known.clear()
    world.run()
    assert world.state(made) is DeliveryState.DELIVERED


def test_credentials_that_cannot_be_opened_say_nothing_of_the_receiver() -> None:
    """However many calls they fail, its breaker stays closed, and other subscriptions are served."""
    world = World(schedule=LONG)
    world.subscriptions.add(a_subscription("crm.other", id=7, url="https://crm.example/other"))
    sealed(world)
    for number in range(6):
        world.happen(1, call=f"sealed-{number}")
    world.run(limit=timedelta(minutes=1))
    assert not endpoint(world).open
    other = world.happen(1, call="other", subscription_id=7, subscription_key="vpbx:crm.other")
    world.deliver()
    assert world.state(other[0]) is DeliveryState.DELIVERED


def test_credentials_that_cannot_be_opened_are_no_probe() -> None:
    """The calls behind them are tried in the same round, and the first success closes the breaker."""
    world = World(schedule=LONG)
    world.subscriptions.add(a_subscription("crm.other", id=7, url="https://crm.example/other"))
    world.answer = lambda _: 500
    for number in range(5):
        world.happen(1, call=f"sealed-{number}")
    world.happen(1, call="other", subscription_id=7, subscription_key="vpbx:crm.other")
    world.run(until=lambda: endpoint(world).open)
    world.run(until=lambda: all(one.phase is RetryPhase.SLOW for one in world.endpoints.lanes(KEY)))
    sealed(world)
    world.current._known.clear()
    world.answer = lambda _: 200
    world.run(until=lambda: not endpoint(world).open, limit=timedelta(minutes=5))
    assert world.taken(call="other") == [1]


def test_a_receiver_that_says_gone_is_no_probe() -> None:
    """It speaks for one subscription: the calls of another are tried in the same round."""
    world = World(schedule=LONG)
    world.answer = lambda _: 500
    for number in range(5):
        key = f"crm.{number}"
        world.subscriptions.add(a_subscription(key, id=10 + number, url=f"https://crm.example/{number}"))
        world.happen(1, call=f"call-{number}", subscription_id=10 + number, subscription_key=f"vpbx:{key}")
    opened(world)
    world.seen.clear()
    world.answer = lambda one: 500 if one.subject == "call-4" else 410
    begin = max(world.now, endpoint(world).next_at or world.now)
    world.run(until=lambda: endpoint(world).step == 2)
    asked = {seen.delivery.subject for seen in world.seen}
    assert asked == {f"call-{number}" for number in range(5)}
    assert all(seen.at <= begin + timedelta(seconds=10) for seen in world.seen)


def test_no_more_is_sent_in_a_round_than_its_probes() -> None:
    """Though some calls have nothing to send, and though the round is looked at again and again."""
    world = opened(world_with(calls=8))
    for number in range(3):
        world.subscriptions.add(a_subscription(f"crm.{number}", id=20 + number, url="https://crm.example/"))
    before = len(world.seen)
    world.now = max(world.now, endpoint(world).next_at or world.now)
    for _ in range(4):
        world.turn()
    world.run(until=lambda: endpoint(world).round is None)
    assert len(world.seen) - before == PROBES


def test_probes_that_nobody_answers_are_given_up() -> None:
    """The workflow looks a few times, and then has another round in its time."""
    world = opened(world_with(calls=4))
    world.now = began = max(world.now, endpoint(world).next_at or world.now)
    turns, step = 0, endpoint(world).step
    while endpoint(world).step == step:
        world.messages.clear()  # a worker was killed with them
        world.now = min(one.at for one in world.executions if not one.done)
        world.turn()
        turns += 1
    assert (turns <= 12, world.now - began <= timedelta(minutes=3)) == (True, True)


def test_a_call_does_not_wait_for_another_calls_time() -> None:
    """Where the workflow sleeps for a poison call, a newer part has the calls that come to it later."""
    world = World(schedule=LONG)
    world.answer = lambda one: 500 if one.subject == "poison" else 200
    world.happen(1, call="poison")
    world.run(
        until=lambda: endpoint(world).next_at is not None and endpoint(world).next_at > world.now + timedelta(hours=5)
    )
    world.answer = lambda one: 500 if one.subject == "poison" or len(world.attempts(one)) < 3 else 200
    (late,) = world.happen(1, call="late")
    since = world.now
    world.run(until=lambda: world.state(late) is DeliveryState.DELIVERED)
    assert world.now - since < timedelta(minutes=2)
    assert len([one for one in world.executions if not one.done]) <= 2
    world.run()
    assert unfinished(world) == []


def test_try_now_leaves_the_schedule_as_it_is() -> None:
    """One more round; the workflow wakes when it was to, and goes on from there."""
    world = opened(world_with(calls=4))
    world.run(until=lambda: endpoint(world).step == 3 and endpoint(world).round is None)
    before, plan = len(world.seen), (endpoint(world).step, endpoint(world).next_at)
    world.retries.send(RetryMessage(KEY), 0)
    world._collect()
    world.run(limit=timedelta(seconds=5))
    assert len(world.seen) - before == PROBES
    assert (endpoint(world).step, endpoint(world).next_at) == plan
    assert endpoint(world).round is None
    assert [one.at for one in world.executions if not one.done] == [endpoint(world).next_at]


def test_try_now_goes_on_until_the_workflows_own_time() -> None:
    """What it moved to an earlier time is tried then, though the workflow sleeps for longer."""
    world = World(schedule=LONG)
    world.answer = lambda _: 500
    world.happen(1, 2)
    world.run(until=lambda: endpoint_or_none(world) and lane(world, "call-1").attempts > 5)  # type: ignore[arg-type, return-value]
    world.run(limit=timedelta(seconds=2))
    wakes = endpoint(world).next_at
    tried: list[datetime] = []

    def answer(one: Delivery) -> int:
        tried.append(world.now)
        return 500 if one.sequence == 2 and len(world.attempts(one)) < 1 else 200

    world.answer = answer
    world.retries.send(RetryMessage(KEY), 0)
    world._collect()
    since = world.now
    world.run(until=lambda: world.taken() == [1, 2])
    assert wakes is not None
    assert world.now - since < timedelta(minutes=2) < wakes - since


def endpoint_or_none(world: World) -> bool:
    found = world.endpoint()
    return found is not None and found.failing


def test_a_lost_retry_is_found_by_the_watch() -> None:
    """A call on its fast attempts whose message is gone; there is no workflow yet."""
    world = world_with()
    world.retry_messages.clear()
    world.now += timedelta(minutes=10)
    assert world.watch() == []
    world.now += timedelta(minutes=15)
    assert [one.key for one in world.watch()] == [KEY]
    assert world.watch() == []
    world._collect()
    world.run()
    assert (unfinished(world), world.taken(call="call-0")) == ([], [1])


def test_a_lost_retry_is_found_by_the_workflow_of_other_calls() -> None:
    """While it drives the receiver, the watch has no reason to look."""
    world = World(schedule=(5.0, 30.0, 120.0, *(600.0,) * 20))
    world.answer = lambda _: 500
    world.happen(1, call="other")
    world.run(until=lambda: bool(world.executions))
    world.happen(1, call="lost")
    world.deliver()
    world.retry_messages = [one for one in world.retry_messages if one.of.again.drain.subject != "lost"]
    world.answer = lambda one: 500 if one.subject == "other" else 200
    world.run(until=lambda: world.taken(call="lost") == [1], limit=timedelta(minutes=40))
    assert world.taken(call="lost") == [1]


def test_a_receiver_that_recovered_by_itself_is_watched_no_longer() -> None:
    """Its trouble was over before there was a workflow."""
    world = world_with()
    world.run()
    world.now += timedelta(hours=1)
    assert world.watch() == []
    assert world.endpoints.overdue(world.now + timedelta(days=1)) == []


def test_the_operators_hear_of_an_episode_though_its_beginning_was_cut_off() -> None:
    """Killed after the episode was written and before it was told; told twice at the worst."""
    world = World(schedule=LONG)
    world.answer = lambda _: 500
    world.happen(1)
    world.run(limit=timedelta(seconds=9))
    points = told_points()
    world.crash_at(points)
    world.run(limit=timedelta(hours=1))
    assert world.operations.names().count("endpoint.failing") in (1, 2)


def told_points() -> int:
    """How many points there are from the second fast retry to the telling."""
    world = World(schedule=LONG)
    world.answer = lambda _: 500
    world.happen(1)
    world.run(limit=timedelta(seconds=9))
    first = len(world.wire.points)
    world.run(until=lambda: bool(world.executions))
    return world.wire.points.index("before Operations.tell") - first


def test_a_turn_asks_for_a_limited_number_of_lanes() -> None:
    """The rest has its turn when these are done."""
    world = opened(world_with(calls=3))
    for number in range(LANES_A_TURN + 20):
        world.happen(1, call=f"more-{number}")
    world.run(until=lambda: not world.messages)
    world.answer = lambda _: 200
    world.run(until=lambda: not endpoint(world).open)
    world.now += timedelta(seconds=1)
    world.turn()
    assert len([one for one in world.messages if isinstance(one.of, Drain)]) == LANES_A_TURN
    world.run()
    assert unfinished(world) == []
    assert world.now > NOON


def test_a_call_that_fails_after_the_recovery_has_its_own_schedule() -> None:
    """The round that drained the others is none of its own, though a poison call keeps the episode going."""
    world = opened(world_with(calls=4))
    world.answer = lambda one: 500 if one.subject in ("call-0", "new") else 200
    world.run(until=lambda: len(world.endpoints.lanes(KEY)) == 1)
    world.now = lane(world).due_at - timedelta(seconds=12)  # the workflow's turn comes when the new one is handed over
    (made,) = world.happen(1, call="new")
    world.run(until=lambda: len(world.attempts(made)) == 5)
    waits = [(later - at).total_seconds() for at, later in pairwise(world.attempts(made))]
    assert [wait >= planned for wait, planned in zip(waits, (5, 5, 5, 30), strict=True)] == [True] * 4


def test_a_lane_whose_last_delivery_dies_goes_with_it() -> None:
    """Nothing is left of it to be asked for."""
    world = World(schedule=(5.0, 30.0))
    world.answer = lambda _: 500
    (made,) = world.happen(1)
    world.run(until=lambda: world.state(made) is DeliveryState.DEAD)
    assert world.endpoints.lanes(KEY) == []


def test_nothing_is_given_up_before_a_receiver_has_failed_its_probes() -> None:
    """What has waited for too long by the time of a round arrives, if the receiver is back by then."""
    world = World(schedule=(5.0, 30.0, 120.0))
    world.answer = lambda _: 500
    for call in range(6):
        world.happen(1, call=f"call-{call}")
    opened(world)
    world.run(until=lambda: endpoint(world).step == 3 and endpoint(world).round is None)
    world.now += timedelta(minutes=30)
    world.answer = lambda _: 200
    world.run()
    assert {world.state(made) for made in world.made.values()} == {DeliveryState.DELIVERED}


def test_the_next_round_waits_for_as_long_as_any_probe_was_asked_to() -> None:
    """Whichever of them it was."""
    world = opened(world_with(calls=4))
    busy = Attempt(NOON, 0, status=503, retry_after="3000")
    asked = [lane.subject for lane in world.endpoints.lanes(KEY)][1]
    world.answer = lambda one: busy if one.subject == asked else 500
    step = endpoint(world).step
    world.run(until=lambda: endpoint(world).step > step)
    assert (endpoint(world).next_at or NOON) >= world.now + timedelta(seconds=2990)


def test_try_now_joins_a_round_that_is_under_way() -> None:
    """It is no reason for more probes."""
    world = opened(world_with(calls=8))
    world.now = max(world.now, endpoint(world).next_at or world.now)
    before = len(world.seen)
    world.turn()
    begun = endpoint(world).round
    world.now += timedelta(milliseconds=100)
    world.redeliver.try_now(RetryMessage(KEY))
    assert (begun is not None, endpoint(world).round) == (True, begun)
    world._collect()
    world.run(until=lambda: endpoint(world).round is None)
    assert len(world.seen) - before == PROBES
