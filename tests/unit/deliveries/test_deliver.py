from __future__ import annotations

from datetime import timedelta

import pytest

from switchboard.deliveries.endpoint import Endpoint, EndpointKey, RetryPhase
from switchboard.deliveries.model import Attempt, Delivery, DeliveryState
from tests.fakes.sender import Said
from tests.support.builders import NOON, a_subscription
from tests.unit.deliveries.world import HOST, World, disorder

KEY = EndpointKey("acme", "crm")
LONG = (5.0, 30.0, 120.0, 600.0, 36_000.0)


def failing(*calls: str) -> World:
    """A world whose receiver `crm` answers 500 for these calls."""
    world = World(schedule=LONG)
    world.answer = lambda one: 500 if one.endpoint == "crm" and one.subject in calls else 200
    return world


def phase(world: World, call: str = "call-1") -> RetryPhase | None:
    lane = world.endpoints.lane(KEY, call)
    return lane.phase if lane else None


def healthy(world: World) -> bool:
    """Whether the receiver took a delivery and has no trouble."""
    endpoint = world.endpoint()
    return endpoint == Endpoint(KEY, HOST.format("crm"), last_success_at=NOON)


def test_a_delivery_that_is_taken_is_done() -> None:
    """Its one attempt is on record, and the receiver's record shows no trouble."""
    world = World()
    (made,) = world.happen(1)
    world.deliver()
    record = world.record(made)
    assert (record.state, record.finished_at, [one.status for one in record.attempts]) == (
        DeliveryState.DELIVERED, NOON, [200],
    )  # fmt: skip
    assert (world.messages, healthy(world)) == ([], True)


def test_what_came_of_a_batch_is_written_at_its_end() -> None:
    """All at once, before anything is acknowledged."""
    world = World()
    world.happen(1, 2, 3)
    world.deliver()
    assert [point for point in world.wire.points if "Deliveries" in point] == [
        "before Deliveries.write", "after Deliveries.write",
    ]  # fmt: skip


def test_a_failure_parks_its_own_call_alone() -> None:
    """Other calls go on in the same batch, and so do other receivers."""
    world = failing("call-1")
    (parked,) = world.happen(1)
    others = [*world.happen(1, 2, call="call-2"), *world.happen(1, call="call-1", host="erp")]
    world.deliver()
    assert world.state(parked) is DeliveryState.PARKED
    assert {world.state(one) for one in others} == {DeliveryState.DELIVERED}


def test_later_events_of_a_call_wait_behind_the_one_that_failed() -> None:
    """Unsent, whether they come with it or later."""
    world = failing("call-1")
    first, second = world.happen(1, 2)
    world.deliver()
    (third,) = world.happen(3)
    world.deliver()
    assert {world.state(one) for one in (first, second, third)} == {DeliveryState.PARKED}
    assert [len(world.attempts(one)) for one in (first, second, third)] == [1, 0, 0]


def test_a_lane_is_drained_in_order_on_the_first_success() -> None:
    """And leaves nothing behind."""
    world = failing("call-1")
    world.happen(1, 2, 3)
    world.deliver()
    world.answer = lambda _: 200
    world.after(5)
    world.deliver()
    assert (world.taken(), world.endpoints.lane(KEY, "call-1"), disorder(world)) == ([1, 2, 3], None, [])


def test_a_poison_call_delays_itself_alone() -> None:
    """Its breaker stays closed, and everything else arrives at once."""
    world = failing("call-1")
    poison = world.happen(1, 2)
    for number in range(1, 4):
        world.happen(number, call="call-2")
        world.happen(number, call="call-3")
        world.after(60)
    assert (world.taken(call="call-2"), world.taken(call="call-3")) == ([1, 2, 3], [1, 2, 3])
    assert {world.state(one) for one in poison} == {DeliveryState.PARKED}
    endpoint = world.endpoint()
    assert endpoint is not None
    assert not endpoint.open


def test_fast_attempts_are_made_and_then_the_workflow_has_the_lane() -> None:
    """Three within the schedule's first steps; one execution."""
    world = failing("call-1")
    (made,) = world.happen(1)
    world.run(until=lambda: phase(world) is RetryPhase.SLOW)
    assert world.attempts(made) == [NOON, NOON + timedelta(seconds=5), NOON + timedelta(seconds=10)]
    assert len(world.workflows.started) == 1
    assert "endpoint.failing" in world.operations.names()


def test_the_first_of_a_lane_that_moved_on_has_all_its_fast_attempts() -> None:
    """Those of the one before it do not count."""
    world = World(schedule=LONG)
    world.answer = lambda one: 200 if one.sequence == 1 and len(world.attempts(one)) == 2 else 500
    _, second = world.happen(1, 2)
    world.run(until=lambda: phase(world) is RetryPhase.SLOW)
    assert len(world.attempts(second)) == 3


@pytest.mark.parametrize("said", [500, 502, 301, 302, 199, 408, 429, 418, "timeout", "connection_refused"])
def test_everything_but_a_final_answer_is_tried_again(said: Said) -> None:
    """Errors, redirects and time-outs alike."""
    world = World()
    world.answer = lambda one: said if len(world.attempts(one)) < 1 else 200
    (made,) = world.happen(1)
    world.run()
    assert (world.state(made), len(world.attempts(made))) == (DeliveryState.DELIVERED, 2)


def test_every_attempt_is_recorded_once() -> None:
    """Status or error, as it was, over all ways of trying again."""
    answers: list[Said] = [500, "timeout", 503, 502, 200]
    world = World(schedule=LONG)
    world.answer = lambda one: answers[len(world.attempts(one))]
    (made,) = world.happen(1)
    world.run()
    assert [one.status or one.error for one in world.record(made).attempts] == answers
    assert [attempt.status or attempt.error for _, attempt in world.reports if attempt] == answers


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 415, 422])
def test_a_final_refusal_is_a_dead_letter_at_once(status: int) -> None:
    """One attempt; the next event of the call goes out, and the operator is told."""
    world = World()
    world.answer = lambda one: status if one.sequence == 1 else 200
    refused, following = world.happen(1, 2)
    world.deliver()
    record = world.record(refused)
    assert (record.state, len(record.attempts), world.state(following)) == (
        DeliveryState.DEAD, 1, DeliveryState.DELIVERED,
    )  # fmt: skip
    assert record.reason
    assert world.operations.names() == ["delivery.dead"]


def test_final_refusals_do_not_touch_the_breaker() -> None:
    """However many there are, each delivery has the same fate, whether or not others succeed."""
    for others in (200, 422):
        world = World()
        world.answer = lambda one, said=others: 422 if one.sequence % 2 else said  # type: ignore[misc]
        made = world.happen(*range(1, 31))
        world.run()
        fate = DeliveryState.DELIVERED if others == 200 else DeliveryState.DEAD
        endpoint = world.endpoint()
        assert endpoint is None or (endpoint.lanes, endpoint.failing, endpoint.open) == (0, False, False)
        assert [world.state(one) for one in made] == [DeliveryState.DEAD, fate] * 15


def test_a_receiver_that_is_gone_has_its_subscription_disabled() -> None:
    """410: kept, with the reason; what waits is dead, nothing more is sent, and the operator is told of all of it."""
    world = World()
    world.answer = lambda one: 410 if one.subject == "call-2" else 500
    waits = world.happen(1, 2)
    world.deliver()
    gone = world.happen(1, 2, call="call-2")
    world.run()
    subscription = world.subscriptions.get("acme", "vpbx:crm.event")
    assert subscription is not None
    assert subscription.disabled
    assert {world.state(one) for one in (*waits, *gone)} == {DeliveryState.DEAD}
    assert (
        world.operations.names().count("subscription.disabled"),
        world.operations.names().count("delivery.dead"),
    ) == (1, 4)
    assert [len(world.attempts(one)) for one in (*waits, *gone)] == [1, 0, 1, 0]


@pytest.mark.parametrize("change", ["removed", "made anew"])
def test_a_delivery_whose_subscription_is_gone_is_cancelled(change: str) -> None:
    """Nothing is sent, not even where the same event was subscribed to again since."""
    world = World()
    (made,) = world.happen(1)
    world.subscriptions.remove("acme", "vpbx:crm.event")
    if change == "made anew":
        world.subscriptions.add(a_subscription("crm.event", id=9))
    world.run()
    assert (world.state(made), world.seen) == (DeliveryState.CANCELLED, [])


def test_a_delivery_that_is_finished_is_not_sent_again() -> None:
    """Where the queue hands its message out once more."""
    world = World()
    (made,) = world.happen(1)
    world.deliver()
    world.queue(made)
    world.messages[0].receives = 1
    world.deliver()
    assert len(world.seen) == 1


def test_a_message_that_comes_twice_in_a_batch_is_one_delivery() -> None:
    """It is sent once and written once."""
    world = World()
    (made,) = world.happen(1)
    world.queue(made)
    world.deliver()
    assert (len(world.seen), world.state(made), world.messages) == (1, DeliveryState.DELIVERED, [])


def test_a_message_that_comes_twice_is_parked_once() -> None:
    """The lane is empty when it has been drained."""
    world = failing("call-1")
    _, second = world.happen(1, 2)
    world.deliver()
    world.queue(second)
    world.deliver()
    world.answer = lambda _: 200
    world.run()
    assert (world.taken(), world.endpoints.lane(KEY, "call-1")) == ([1, 2], None)


def test_without_allowance_everything_stays_where_it_is() -> None:
    """A receiver's rate is used up: nothing is parked or counted against it, and all of it arrives in order."""
    world = World()
    made = world.happen(1, 2, 3, rate=1.0)
    world.deliver()
    assert [world.state(one) for one in made] == [DeliveryState.DELIVERED, DeliveryState.PENDING, DeliveryState.PENDING]
    assert (healthy(world), len(world.messages)) == (True, 2)
    world.run()
    assert [seen.at for seen in world.seen] == [NOON + timedelta(seconds=n) for n in range(3)]


def test_a_slow_rate_is_not_asked_after_all_the_time() -> None:
    """A message waits as long as one request lasts, so that it is not taken for one that cannot be handled."""
    world = World()
    world.happen(1, 2, rate=0.05)
    world.run()
    assert [seen.at - NOON for seen in world.seen] == [timedelta(0), timedelta(seconds=20)]
    assert len(world.taken()) == 2


def test_a_receiver_has_the_subscriptions_own_time() -> None:
    """Where it has one, else the hub's."""
    world = World()
    world.subscriptions.save(a_subscription("crm.event", url="https://crm.example/calls", version=2, timeout=30.0))
    world.happen(1)
    world.happen(1, host="erp")
    world.run()
    assert [request.timeout for request in world.sender.sent] == [30.0, 7]


def asked_for(seconds: str, status: int = 503) -> Attempt:
    return Attempt(NOON, 0, status=status, retry_after=seconds)


def test_a_receiver_that_asks_for_a_little_time_gets_it() -> None:
    """On the fast path too, and never less than the schedule has."""
    world = World()
    world.answer = lambda one: asked_for("40") if len(world.attempts(one)) < 1 else 200
    (made,) = world.happen(1)
    world.run()
    assert world.attempts(made) == [NOON, NOON + timedelta(seconds=40)]


@pytest.mark.parametrize("hours", [1, 3])
def test_a_receiver_that_asks_for_much_time_is_left_alone_for_it(hours: int) -> None:
    """The workflow has the lane, and waits as long."""
    world = World(schedule=LONG)
    world.answer = lambda one: asked_for(str(hours * 3600)) if len(world.attempts(one)) < 1 else 200
    (made,) = world.happen(1)
    world.run()
    assert [at - NOON for at in world.attempts(made)] == [timedelta(0), timedelta(hours=hours)]


def test_a_receiver_that_is_down_is_left_alone_for_what_it_asks() -> None:
    """An open breaker does not probe before its time."""
    world = World(schedule=LONG)
    back = NOON + timedelta(hours=1)
    world.answer = lambda _: asked_for("3600") if world.now < back else 200
    for number in range(1, 6):
        world.happen(1, call=f"call-{number}")
    world.run()
    assert not [seen for seen in world.seen if NOON < seen.at < back]
    assert len([seen for seen in world.seen if seen.taken]) == 5


def test_nothing_of_a_secret_is_in_what_is_reported_or_recorded() -> None:
    """Neither the authorisation nor the signing secret."""
    world = World()
    sealed = {"auth_string": world.vault.seal("acme", "sesame-1"), "secret": world.vault.seal("acme", "whsec_c2VzYW1l")}
    changed = a_subscription(
        "crm.event", url="https://crm.example/calls", version=2, auth_type="BearerTokenAuth", **sealed
    )
    world.subscriptions.save(changed)
    world.answer = lambda one: 500 if len(world.attempts(one)) < 1 else 200
    (made,) = world.happen(1)
    world.run()
    assert "sesame-1" in str(world.sender.sent[0].headers)
    kept = f"{world.record(made)} {world.reports} {world.operations.told} {world.endpoint()}"
    assert not any(secret in kept for secret in ("sesame", "c2VzYW1l"))


def test_a_rendered_body_is_sent_as_it_stands() -> None:
    """The same bytes for the first attempt as for the last."""
    world = failing("call-1")
    made: list[Delivery] = world.happen(1, body='{"б":"ё"}')
    world.run(until=lambda: phase(world) is RetryPhase.SLOW)
    assert {request.body for request in world.sender.sent} == {made[0].body.encode()}
