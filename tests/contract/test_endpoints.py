"""Port Endpoints: receivers in trouble, their lanes, and what is parked in these."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.aws.deliveries_table import DeliveriesTable
from switchboard.aws.endpoints_table import EndpointsTable
from switchboard.deliveries import parking
from switchboard.deliveries.endpoint import Endpoint, EndpointKey, Lane, RetryPhase
from switchboard.deliveries.model import DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Deliveries, Endpoints
from switchboard.deliveries.rate import window_at
from switchboard.errors import TryAgain
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.endpoints import MemoryEndpoints
from tests.support import receivers
from tests.support.builders import NOON, a_record, an_attempt
from tests.support.stack import Stack
from tests.support.threads import at_once

KEY = EndpointKey("acme", "0f1e2d3c4b5a6978")
RECEIVER = "https://crm.example"
LATER = NOON + timedelta(minutes=1)
MUCH_LATER = NOON + timedelta(hours=1)


@pytest.fixture
def ports(request: pytest.FixtureRequest, kind: str) -> tuple[Endpoints, Deliveries]:
    if kind == "memory":
        memory = MemoryDeliveries()
        return MemoryEndpoints(memory), memory
    stack: Stack = request.getfixturevalue("stack")
    deliveries = DeliveriesTable(stack.dynamodb, stack.table("DeliveriesTable"))
    return EndpointsTable(stack.dynamodb, stack.table("EndpointsTable"), deliveries), deliveries


@pytest.fixture
def endpoints(ports: tuple[Endpoints, Deliveries]) -> Endpoints:
    return ports[0]


@pytest.fixture
def deliveries(ports: tuple[Endpoints, Deliveries]) -> Deliveries:
    return ports[1]


@pytest.fixture
def forget(request: pytest.FixtureRequest, ports: tuple[Endpoints, Deliveries]) -> Callable[[str], None]:
    """Take a delivery's record away, as time does."""
    memory = ports[1]
    if isinstance(memory, MemoryDeliveries):
        return memory.forget
    stack: Stack = request.getfixturevalue("stack")
    table = stack.table("DeliveriesTable")
    return lambda id_: stack.dynamodb.delete_item(TableName=table, Key={"id": {"S": id_}}) and None


def failed(id_: str = "msg_1", **fields: object) -> DeliveryRecord:
    """A delivery after an attempt that came to nothing."""
    return a_record(id_, attempts=(an_attempt(500),), **fields)


def endpoint(endpoints: Endpoints, key: EndpointKey = KEY) -> Endpoint:
    found = endpoints.get(key)
    assert found is not None
    return found


def lane(endpoints: Endpoints, subject: str = "call-1") -> Lane:
    found = endpoints.lane(KEY, subject)
    assert found is not None
    return found


def open_breaker(endpoints: Endpoints) -> Endpoint:
    """Leave one lane, of another call, at a receiver that nothing is sent to but probes."""
    receivers.park_failed(endpoints, failed("msg_other", subject="call-other", call_id="call-other"), NOON)
    receivers.open_breaker(endpoints, KEY, LATER)
    return endpoint(endpoints)


def done(endpoints: Endpoints, record: DeliveryRecord) -> None:
    receivers.settle(endpoints, record.closed(DeliveryState.DELIVERED, LATER))


def test_a_receiver_without_trouble_has_no_record(endpoints: Endpoints) -> None:
    """Nor has it lanes."""
    assert (endpoints.get(KEY), endpoints.lane(KEY, "call-1"), endpoints.lanes(KEY)) == (None, None, [])


def test_a_delivery_that_failed_begins_a_lane(endpoints: Endpoints, deliveries: Deliveries) -> None:
    """Lane, receiver and record tell of it, all at once."""
    made = receivers.park_failed(endpoints, failed(), NOON)
    assert made == lane(endpoints) == Lane(KEY, "call-1", failed().delivery.group, 1, 1, RetryPhase.FAST, NOON)
    assert endpoint(endpoints) == Endpoint(KEY, RECEIVER, lanes=1, next_at=NOON, watched=True)
    assert deliveries.get("msg_1") == replace(failed(), state=DeliveryState.PARKED, parked_at=NOON)


def test_a_lane_is_begun_once(endpoints: Endpoints, deliveries: Deliveries) -> None:
    """The second change is not written, nor any part of it."""
    receivers.park_failed(endpoints, failed(), NOON)
    assert receivers.park_failed(endpoints, failed("msg_2", sequence=2), NOON) is None
    assert (deliveries.get("msg_2"), lane(endpoints).parked, endpoint(endpoints).lanes) == (None, 1, 1)


def test_what_comes_later_is_parked_behind(endpoints: Endpoints, deliveries: Deliveries) -> None:
    """As it is, with the attempts that it has."""
    receivers.park_failed(endpoints, failed(), NOON)
    assert receivers.park(endpoints, a_record("msg_2", sequence=2), LATER)
    assert lane(endpoints).parked == 2
    assert deliveries.get("msg_2") == a_record("msg_2", sequence=2, state=DeliveryState.PARKED, parked_at=LATER)


def test_nothing_is_parked_where_no_lane_is(endpoints: Endpoints, deliveries: Deliveries) -> None:
    """It has been drained in the meantime, and nobody would come for what is put there."""
    receivers.park_failed(endpoints, failed(), NOON)
    done(endpoints, failed())
    assert receivers.leave(endpoints, lane(endpoints))
    assert receivers.park(endpoints, a_record("msg_2", sequence=2), LATER) is False
    assert deliveries.get("msg_2") is None


def test_a_delivery_that_is_parked_already_stays_where_it_is(endpoints: Endpoints, deliveries: Deliveries) -> None:
    """A message that came twice is counted once, and does not undo what became of the first."""
    receivers.park_failed(endpoints, failed(), NOON)
    assert receivers.park(endpoints, a_record(), LATER) is False
    assert lane(endpoints).parked == 1
    assert deliveries.get("msg_1") == replace(failed(), state=DeliveryState.PARKED, parked_at=NOON)


def test_an_untried_delivery_is_parked_while_the_breaker_is_open(endpoints: Endpoints) -> None:
    """Its lane is the workflow's from the beginning."""
    open_breaker(endpoints)
    assert receivers.park_unsent(endpoints, a_record(), LATER, 3)
    assert lane(endpoints) == Lane(KEY, "call-1", a_record().delivery.group, 1, 3, RetryPhase.SLOW, LATER)
    assert endpoint(endpoints).lanes == 2


def test_an_untried_delivery_is_not_parked_once_the_breaker_is_closed(endpoints: Endpoints) -> None:
    """A success has come in between, and it can be sent."""
    open_breaker(endpoints)
    receivers.succeeded(endpoints, KEY, LATER)
    assert receivers.park_unsent(endpoints, a_record(), LATER, 3) is False
    assert (endpoints.lane(KEY, "call-1"), endpoint(endpoints).lanes) == (None, 1)


def test_an_untried_delivery_is_not_parked_at_a_receiver_without_trouble(endpoints: Endpoints) -> None:
    """There is nobody who would see to it."""
    assert receivers.park_unsent(endpoints, a_record(), LATER, 3) is False


def test_an_untried_delivery_makes_no_second_lane(endpoints: Endpoints) -> None:
    """A call has one lane at a receiver."""
    open_breaker(endpoints)
    receivers.park_failed(endpoints, failed(), NOON)
    assert receivers.park_unsent(endpoints, a_record("msg_2", sequence=2), LATER, 3) is False
    assert lane(endpoints).phase is RetryPhase.FAST


def test_what_is_parked_is_in_the_order_of_the_events(endpoints: Endpoints) -> None:
    """By the number in the call, whatever came in first."""
    receivers.park_failed(endpoints, failed("msg_z", sequence=2), NOON)
    for id_, sequence in [("msg_a", 10), ("msg_b", 9), ("msg_c", 100), ("msg_d", 1)]:
        receivers.park(endpoints, a_record(id_, sequence=sequence), NOON)
    ids = [record.delivery.id for record in receivers.parked(endpoints, lane(endpoints))]
    assert ids == ["msg_d", "msg_z", "msg_b", "msg_a", "msg_c"]


def test_messages_of_one_event_are_parked_in_their_own_order(endpoints: Endpoints) -> None:
    """Before those of the next one, whatever their ids."""
    receivers.park_failed(endpoints, failed("msg_c", sequence=1), NOON)
    for id_, sequence, part in [("msg_d", 2, 0), ("msg_a", 1, 10), ("msg_b", 1, 2)]:
        receivers.park(endpoints, a_record(id_, sequence=sequence, part=part), NOON)
    assert [one.delivery.id for one in receivers.parked(endpoints, lane(endpoints))] == [
        "msg_c",
        "msg_b",
        "msg_a",
        "msg_d",
    ]


def test_events_of_no_call_are_in_the_order_of_their_times(endpoints: Endpoints) -> None:
    """They have no numbers."""
    of_source = {"sequence": 0, "subject": "source:s-1", "call_id": ""}
    receivers.park_failed(endpoints, failed("msg_b", created_at=LATER, **of_source), NOON)
    receivers.park(endpoints, a_record("msg_c", created_at=NOON, **of_source), NOON)
    receivers.park(endpoints, a_record("msg_a", created_at=MUCH_LATER, **of_source), NOON)
    found = receivers.parked(endpoints, lane(endpoints, "source:s-1"))
    assert [record.delivery.id for record in found] == ["msg_c", "msg_b", "msg_a"]


@pytest.mark.parametrize("subject", ["rate", "ENDPOINT", "LANE", "0", "source:s-1", "a#b", "x" * 64])
def test_any_call_id_makes_a_lane_of_its_own(endpoints: Endpoints, subject: str) -> None:
    """Whatever a vendor calls its calls, and though the receiver has a limit of requests a second."""
    endpoints.take(KEY, window_at(1, NOON))  # type: ignore[attr-defined]
    receivers.park_failed(endpoints, failed("msg_1", subject=subject), NOON)
    receivers.park_failed(endpoints, failed("msg_2", subject="call-2"), NOON)
    assert [one.delivery.id for one in receivers.parked(endpoints, lane(endpoints, subject))] == ["msg_1"]
    assert {one.subject for one in endpoints.lanes(KEY)} == {subject, "call-2"}


def test_a_failed_attempt_is_written_and_the_delivery_stays(endpoints: Endpoints, deliveries: Deliveries) -> None:
    """It is the first of its lane still."""
    receivers.park_failed(endpoints, failed(), NOON)
    (record,) = receivers.parked(endpoints, lane(endpoints))
    receivers.settle(endpoints, record.after(an_attempt(503)))
    assert [one.attempts_made for one in receivers.parked(endpoints, lane(endpoints))] == [2]
    assert lane(endpoints).parked == 1
    assert deliveries.get("msg_1") == record.after(an_attempt(503))


def test_a_finished_delivery_leaves_its_lane(endpoints: Endpoints, deliveries: Deliveries) -> None:
    """The next one is first, and the record tells the end."""
    receivers.park_failed(endpoints, failed(), NOON)
    receivers.park(endpoints, a_record("msg_2", sequence=2), NOON)
    done(endpoints, failed())
    assert [record.delivery.id for record in receivers.parked(endpoints, lane(endpoints))] == ["msg_2"]
    assert lane(endpoints).parked == 1
    assert deliveries.get("msg_1") == failed().closed(DeliveryState.DELIVERED, LATER)


def test_a_long_lane_is_read_from_its_beginning(endpoints: Endpoints) -> None:
    """A part at a time, in order."""
    receivers.park_failed(endpoints, failed("msg_000", sequence=0), NOON)
    for n in range(1, 30):
        receivers.park(endpoints, a_record(f"msg_{n:03d}", sequence=n), NOON)
    read = receivers.parked(endpoints, lane(endpoints))
    assert [record.delivery.sequence for record in read] == list(range(receivers.PAGE))


def test_an_empty_lane_is_taken_away(endpoints: Endpoints) -> None:
    """And counted off its receiver's."""
    receivers.park_failed(endpoints, failed(), NOON)
    done(endpoints, failed())
    assert receivers.leave(endpoints, lane(endpoints))
    assert (endpoints.lane(KEY, "call-1"), endpoint(endpoints).lanes) == (None, 0)


def test_a_lane_with_something_in_it_stays(endpoints: Endpoints) -> None:
    """Something was parked in the meantime."""
    receivers.park_failed(endpoints, failed(), NOON)
    done(endpoints, failed())
    receivers.park(endpoints, a_record("msg_2", sequence=2), LATER)
    assert receivers.leave(endpoints, lane(endpoints)) is False
    assert (lane(endpoints).parked, endpoint(endpoints).lanes) == (1, 1)


def test_a_lane_is_left_once(endpoints: Endpoints) -> None:
    """Who comes second changes no count."""
    receivers.park_failed(endpoints, failed(), NOON)
    done(endpoints, failed())
    found = lane(endpoints)
    assert (receivers.leave(endpoints, found), receivers.leave(endpoints, found), endpoint(endpoints).lanes) == (
        True,
        False,
        0,
    )


def test_what_is_parked_while_its_lane_is_left_is_not_lost(endpoints: Endpoints) -> None:
    """Either the lane stays, or the delivery is told that there is none."""
    receivers.park_failed(endpoints, failed(), NOON)
    done(endpoints, failed())
    found = lane(endpoints)
    left, parked = at_once(
        [lambda: receivers.leave(endpoints, found), lambda: receivers.park(endpoints, a_record("msg_2"), LATER)]
    )
    outcome = {(True, False): None, (False, True): "call-1"}
    kept = endpoints.lane(KEY, "call-1")
    if isinstance(left, bool) and isinstance(parked, bool):
        assert (kept.subject if kept else None) == outcome[left, parked]
    else:  # the table was busy for one of them, who comes again
        assert isinstance(left, TryAgain) or isinstance(parked, TryAgain)


def test_a_lanes_plan_is_kept(endpoints: Endpoints) -> None:
    """With its attempts, phase, times and round, and what was parked meanwhile."""
    made = receivers.park_failed(endpoints, failed(), NOON)
    assert made
    receivers.park(endpoints, a_record("msg_2", sequence=2), NOON)
    planned = replace(made, attempts=2, phase=RetryPhase.SLOW, since=LATER, next_at=MUCH_LATER, round=LATER)
    receivers.reschedule(endpoints, planned)
    assert lane(endpoints) == replace(planned, parked=2)


def test_a_lane_knows_its_group(endpoints: Endpoints) -> None:
    """That of its deliveries, whether or not they were sent."""
    open_breaker(endpoints)
    receivers.park_failed(endpoints, failed(group="g:7"), NOON)
    receivers.park_unsent(endpoints, a_record("msg_2", subject="call-2", group="g:3"), NOON, 3)
    assert [lane(endpoints, subject).group for subject in ("call-1", "call-2")] == ["g:7", "g:3"]


def test_a_place_whose_delivery_is_gone_is_given_up(endpoints: Endpoints, forget: Callable[[str], None]) -> None:
    """Its lane can be drained, and be left."""
    made = receivers.park_failed(endpoints, failed(), NOON)
    assert made
    receivers.park(endpoints, a_record("msg_2", sequence=2), NOON)
    forget("msg_1")
    first, second = endpoints.parked(made, 2)
    assert (first.record, second.record and second.record.delivery.id) == (None, "msg_2")
    given_up = [endpoints.commit(parking.give_up_place(made, one.place)) for one in (first, first, second)]
    assert (given_up, endpoints.parked(made, 2), receivers.leave(endpoints, made)) == ([True, False, True], [], True)


def test_the_head_of_a_lane_is_its_first_delivery(
    endpoints: Endpoints, deliveries: Deliveries, forget: Callable[[str], None]
) -> None:
    """Nothing is changed by looking at it, even where it is gone."""
    made = receivers.park_failed(endpoints, failed(sequence=2), NOON)
    assert made
    receivers.park(endpoints, a_record("msg_2", sequence=1), NOON)
    assert [one.record for one in endpoints.parked(made, 1)] == [deliveries.get("msg_2")]
    forget("msg_2")
    assert ([one.record for one in endpoints.parked(made, 1)], lane(endpoints).parked) == ([None], 2)
    assert endpoints.parked(replace(made, subject="call-2"), 1) == []


def test_a_lane_that_is_gone_is_not_rescheduled(endpoints: Endpoints) -> None:
    """It stays gone."""
    made = receivers.park_failed(endpoints, failed(), NOON)
    assert made
    done(endpoints, failed())
    receivers.leave(endpoints, made)
    receivers.reschedule(endpoints, replace(made, attempts=2, next_at=LATER))
    assert endpoints.lane(KEY, "call-1") is None


def test_lanes_are_those_first_that_were_tried_longest_ago(endpoints: Endpoints) -> None:
    """Of all there are, and not of those first that the alphabet begins with."""
    for n in range(8):
        made = receivers.park_failed(endpoints, failed(f"msg_{n}", subject=f"call-{n}"), NOON)
        assert made
        if n < 6:
            receivers.reschedule(endpoints, replace(made, next_at=LATER + timedelta(minutes=10 - n)))
    assert [one.subject for one in endpoints.lanes(KEY)][:4] == ["call-6", "call-7", "call-5", "call-4"]


def test_lanes_of_another_receiver_are_not_among_them(endpoints: Endpoints) -> None:
    """Nor those of another account."""
    receivers.park_failed(endpoints, failed(), NOON)
    receivers.park_failed(endpoints, failed("msg_2", endpoint="ffff"), NOON)
    receivers.park_failed(endpoints, failed("msg_3", account="other"), NOON)
    assert [one.key for one in endpoints.lanes(KEY)] == [KEY]


def test_a_delivery_of_another_call_is_not_parked_in_the_lane(endpoints: Endpoints) -> None:
    """It has no part in another call's trouble."""
    receivers.park_failed(endpoints, failed(), NOON)
    assert receivers.park(endpoints, a_record("msg_2", subject="call-2", call_id="call-2"), NOON) is False
    assert [one.subject for one in endpoints.lanes(KEY)] == ["call-1"]
