"""401, 403 and 404: final at once, or after an hour at a receiver that took deliveries before."""

from datetime import timedelta

import pytest

from switchboard.deliveries.endpoint import Endpoint, EndpointKey
from switchboard.deliveries.fate import fate_of
from switchboard.deliveries.model import DeliveryState
from switchboard.deliveries.retry import Verdict, tells_of_receiver
from tests.support.builders import NOON, a_record, an_attempt
from tests.unit.deliveries.world import World, disorder

DENIALS = (401, 403, 404)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
KEY = EndpointKey("acme", "crm")


def known(**fields: object) -> Endpoint:
    """A receiver that took a delivery."""
    return Endpoint(KEY, "https://crm.example", last_success_at=NOON - HOUR, **fields)  # type: ignore[arg-type]


def proven(**fields: object) -> World:
    """A world whose receiver has taken a delivery."""
    world = World(schedule=(5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 7200.0, 86_400.0), **fields)  # type: ignore[arg-type]
    world.happen(1, call="before")
    world.run()
    return world


@pytest.mark.parametrize("status", DENIALS)
def test_a_receiver_that_is_deployed_anew_loses_nothing(status: int) -> None:
    """For twenty seconds every request is denied; then all events of all calls arrive, in order."""
    world = proven()
    over = world.now + timedelta(seconds=20)
    world.answer = lambda _: status if world.now < over else 200
    made = [one for call in range(4) for one in world.happen(1, 2, 3, call=f"call-{call}")]
    world.run()
    assert {world.state(one) for one in made} == {DeliveryState.DELIVERED}
    assert disorder(world) == []


@pytest.mark.parametrize("status", DENIALS)
def test_a_denial_is_final_after_an_hour(status: int) -> None:
    """All events die for the same reason, no earlier than after an hour, and well before the end of the schedule."""
    world = proven()
    world.answer = lambda _: status
    made = [one for call in range(8) for one in world.happen(1, 2, call=f"call-{call}")]
    begun = world.now
    world.run(limit=timedelta(minutes=59))
    assert {world.state(one) for one in made} == {DeliveryState.PARKED}
    world.run()
    records = [world.record(one) for one in made]
    assert {(one.state, one.reason) for one in records} == {(DeliveryState.DEAD, "the receiver refused it for good")}
    assert all(HOUR <= one.finished_at - begun < 3 * HOUR for one in records if one.finished_at)
    endpoint = world.endpoint()
    assert endpoint
    assert (endpoint.lanes, endpoint.failing) == (0, False)


@pytest.mark.parametrize("status", DENIALS)
def test_a_receiver_that_never_took_a_delivery_is_denied_at_once(status: int) -> None:
    """However many deliveries there are: no delivery waits."""
    world = World()
    world.answer = lambda _: status
    made = [one for call in range(12) for one in world.happen(1, call=f"call-{call}")]
    world.run()
    assert {(world.state(one), len(world.attempts(one))) for one in made} == {(DeliveryState.DEAD, 1)}


def test_an_outage_before_the_denials_does_not_shorten_their_hour() -> None:
    """A receiver that was down for two hours denies while it comes up."""
    world = proven()
    down, denying = world.now + 2 * HOUR, world.now + 2.5 * HOUR
    world.answer = lambda _: 503 if world.now < down else 404 if world.now < denying else 200
    made = world.happen(1, 2)
    world.run()
    assert {world.state(one) for one in made} == {DeliveryState.DELIVERED}


def test_a_denied_path_of_a_good_receiver_is_final_after_an_hour_too() -> None:
    """The successes of other paths do not prolong the hour."""
    world = proven()
    world.answer = lambda one: 404 if one.subject == "bad" else 200
    (made,) = world.happen(1, call="bad")
    for minute in range(40):
        world.happen(1, call=f"good-{minute}")
        world.run(limit=5 * MINUTE)
        world.now += 2 * MINUTE
    world.run()
    record = world.record(made)
    assert record.state is DeliveryState.DEAD
    assert record.finished_at
    assert record.finished_at - record.delivery.created_at < 3 * HOUR


def test_the_fate_is_decided_by_receiver_status_and_time() -> None:
    """A table: minutes of the attempts with their statuses, and what becomes of the delivery."""
    rows = [
        ([(0, 404)], known(), Verdict.FAILED),
        ([(0, 404)], None, Verdict.REFUSED),
        ([(0, 404)], Endpoint(KEY, ""), Verdict.REFUSED),
        ([(0, 404), (59, 403)], known(), Verdict.FAILED),
        ([(0, 404), (60, 401)], known(), Verdict.REFUSED),
        ([(0, 404), (30, 500), (60, 404)], known(), Verdict.FAILED),
        ([(0, 500), (120, 404)], known(), Verdict.FAILED),
        ([(120, 404)], known(denied_since=NOON), Verdict.REFUSED),
        ([(30, 404)], known(denied_since=NOON - HOUR), Verdict.FAILED),
    ]
    found = []
    for attempts, endpoint, _ in rows:
        tried = tuple(an_attempt(status, at=NOON + minute * MINUTE) for minute, status in attempts)
        record = a_record(attempts=tried, parked_at=NOON)
        found.append(fate_of(Verdict.DENIED, record, endpoint, HOUR))
    assert found == [verdict for *_, verdict in rows]


def test_a_preparation_that_is_denied_has_the_same_fate() -> None:
    """An upload that the receiver's server denies; any other failure of it interrupts the denials."""
    found = []
    for errors in (("upload_status_404",), ("upload_status_404",) * 2, ("upload_status_503", "upload_status_401")):
        tried = tuple(
            an_attempt(None, error=f"unsent.{error}", at=NOON + place * HOUR) for place, error in enumerate(errors)
        )
        found.append(fate_of(Verdict.DENIED, a_record(attempts=tried), known(), HOUR))
    assert found == [Verdict.FAILED, Verdict.REFUSED, Verdict.FAILED]
    assert not tells_of_receiver(an_attempt(None, error="unsent.upload_status_404"))


def test_the_time_can_be_set_to_nothing() -> None:
    """Then a denial is final at once for every receiver."""
    assert fate_of(Verdict.DENIED, a_record(attempts=(an_attempt(404),)), known(), timedelta(0)) is Verdict.REFUSED
