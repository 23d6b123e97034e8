"""Port Deliveries."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.aws.calls_table import CallsTable
from switchboard.aws.deliveries_table import KEPT_FOR, DeliveriesTable
from switchboard.calls.ports import Calls
from switchboard.deliveries.model import Delivery, DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Deliveries
from switchboard.errors import Conflict, Invalid
from tests.fakes.calls import MemoryCalls
from tests.fakes.deliveries import MemoryDeliveries
from tests.support.builders import NOON, a_delivery, an_attempt, an_event, happened
from tests.support.stack import Stack
from tests.support.threads import at_once

Keep = Callable[[Delivery], Delivery]


@pytest.fixture
def ports(request: pytest.FixtureRequest, kind: str) -> tuple[Deliveries, Calls]:
    if kind == "memory":
        memory = MemoryDeliveries()
        return memory, MemoryCalls(memory)
    stack: Stack = request.getfixturevalue("stack")
    name = stack.table("DeliveriesTable")
    return DeliveriesTable(stack.dynamodb, name), CallsTable(stack.dynamodb, stack.table("CallsTable"), name)


@pytest.fixture
def deliveries(ports: tuple[Deliveries, Calls]) -> Deliveries:
    return ports[0]


@pytest.fixture
def keep(ports: tuple[Deliveries, Calls]) -> Keep:
    """Write a new delivery, with an event of its own, as the fan-out does."""

    def write(delivery: Delivery) -> Delivery:
        event = an_event(f"for-{delivery.id}", call_id=f"call-of-{delivery.id}")
        ports[1].keep(happened(event), [delivery], None)
        return delivery

    return write


def found(deliveries: Deliveries, delivery: Delivery) -> DeliveryRecord:
    record = deliveries.get(delivery.id)
    assert record is not None
    return record


def test_a_new_delivery_is_pending(deliveries: Deliveries, keep: Keep) -> None:
    """Every field is kept, and nobody has tried it."""
    delivery = keep(a_delivery(body='{"text":"Привет \\"мир\\""}'))
    assert deliveries.get("msg_1") == DeliveryRecord(delivery, DeliveryState.PENDING)


def test_an_unknown_delivery_is_none(deliveries: Deliveries) -> None:
    """Nothing is found where nothing was planned."""
    assert deliveries.get("msg_unknown") is None


def test_attempts_are_kept_in_their_order(deliveries: Deliveries, keep: Keep) -> None:
    """Every attempt is recorded as it went, the first first."""
    delivery = keep(a_delivery())
    attempts = (an_attempt(503, answer="later"), an_attempt(None, error="timeout"))
    for attempt in attempts:
        deliveries.record(delivery, attempt, DeliveryState.PENDING)
    assert found(deliveries, delivery).attempts == attempts


def test_a_success_finishes_the_delivery(deliveries: Deliveries, keep: Keep) -> None:
    """State and time of the end are those of the last attempt."""
    delivery = keep(a_delivery())
    deliveries.record(delivery, an_attempt(200), DeliveryState.DELIVERED)
    record = found(deliveries, delivery)
    assert (record.state, record.finished_at) == (DeliveryState.DELIVERED, NOON)


def test_a_failed_attempt_leaves_the_delivery_unfinished(deliveries: Deliveries, keep: Keep) -> None:
    """While another attempt is to come there is no time of the end."""
    delivery = keep(a_delivery())
    deliveries.record(delivery, an_attempt(500), DeliveryState.PENDING)
    assert found(deliveries, delivery).finished_at is None


def test_a_delivery_is_closed_without_an_attempt(deliveries: Deliveries, keep: Keep) -> None:
    """What nobody wants any more is finished and has no attempts."""
    delivery = keep(a_delivery())
    deliveries.finish(delivery, DeliveryState.CANCELLED, NOON)
    record = found(deliveries, delivery)
    assert (record.state, record.attempts, record.finished_at) == (DeliveryState.CANCELLED, (), NOON)


def test_a_record_that_is_gone_is_not_brought_back_by_half(deliveries: Deliveries) -> None:
    """An attempt at a delivery whose record has expired leaves no record."""
    deliveries.record(a_delivery(), an_attempt(200), DeliveryState.DELIVERED)
    assert deliveries.get("msg_1") is None


def test_a_reopened_delivery_is_pending_under_the_same_id(deliveries: Deliveries, keep: Keep) -> None:
    """A replay keeps id and body and counts itself."""
    delivery = keep(a_delivery())
    deliveries.record(delivery, an_attempt(), DeliveryState.DEAD)
    again = deliveries.reopen(found(deliveries, delivery))
    assert again == replace(delivery, replays=1)
    assert found(deliveries, again).state is DeliveryState.PENDING


def test_a_replay_counts_its_attempts_anew(deliveries: Deliveries, keep: Keep) -> None:
    """Earlier attempts stay on record and do not count against the replay."""
    delivery = keep(a_delivery())
    deliveries.record(delivery, an_attempt(), DeliveryState.DEAD)
    deliveries.reopen(found(deliveries, delivery))
    record = found(deliveries, delivery)
    assert (len(record.attempts), record.attempts_made, record.finished_at) == (1, 0, None)


def test_a_delivery_can_be_replayed_over_and_over(deliveries: Deliveries, keep: Keep) -> None:
    """The second replay is the second one."""
    delivery = keep(a_delivery())
    for _ in range(2):
        deliveries.record(delivery, an_attempt(), DeliveryState.DEAD)
        delivery = deliveries.reopen(found(deliveries, delivery))
    assert delivery.replays == 2


def test_of_two_replays_at_once_one_is_refused(deliveries: Deliveries, keep: Keep) -> None:
    """Two operators make one replay and one conflict."""
    delivery = keep(a_delivery())
    deliveries.record(delivery, an_attempt(), DeliveryState.DEAD)
    record = found(deliveries, delivery)
    ends = at_once([lambda: deliveries.reopen(record)] * 2)
    assert [isinstance(end, Conflict) for end in ends].count(True) == 1


def test_deliveries_of_a_call_are_in_the_order_of_its_events(deliveries: Deliveries, keep: Keep) -> None:
    """The list follows the events' sequence and holds one call of one account."""
    second, first = keep(a_delivery("msg_b", sequence=2)), keep(a_delivery("msg_c", sequence=1))
    keep(a_delivery("msg_d", call_id="call-2"))
    keep(a_delivery("msg_e", account="other"))
    assert [record.delivery for record in deliveries.of_call("acme", "call-1")] == [first, second]


def test_deliveries_in_a_state_are_newest_first(deliveries: Deliveries, keep: Keep) -> None:
    """The list holds one state of one account."""
    made = [keep(a_delivery(f"msg_{n}", created_at=NOON + timedelta(seconds=n))) for n in range(3)]
    keep(a_delivery("msg_foreign", account="other"))
    deliveries.record(made[1], an_attempt(200), DeliveryState.DELIVERED)
    pending, _ = deliveries.in_state("acme", DeliveryState.PENDING, 10, None)
    assert [record.delivery.id for record in pending] == ["msg_2", "msg_0"]


def test_pages_together_hold_everything_once(deliveries: Deliveries, keep: Keep) -> None:
    """Following the cursors shows every delivery, none of them twice."""
    made = [keep(a_delivery(f"msg_{n}", created_at=NOON + timedelta(seconds=n))) for n in range(5)]
    shown: list[Delivery] = []
    cursor: str | None = None
    while True:
        page, cursor = deliveries.in_state("acme", DeliveryState.PENDING, 2, cursor)
        shown += [record.delivery for record in page]
        if cursor is None:
            break
    assert shown == made[::-1]


@pytest.mark.parametrize("cursor", ["", "nonsense", "e30=", "eyJhIjp7IlMiOiJiIn19", "W10=", "\x00", "é", "bnVsbA=="])
def test_a_cursor_that_is_not_ours_is_refused(deliveries: Deliveries, keep: Keep, cursor: str) -> None:
    """Whatever somebody makes up for a cursor is invalid, and no failure of ours."""
    keep(a_delivery())
    with pytest.raises(Invalid):
        deliveries.in_state("acme", DeliveryState.PENDING, 2, cursor)


def test_a_delivery_expires_after_its_time(stack: Stack) -> None:
    """The row carries the second at which DynamoDB may remove it."""
    calls = CallsTable(stack.dynamodb, stack.table("CallsTable"), stack.table("DeliveriesTable"))
    calls.keep(happened(an_event()), [a_delivery()], None)
    (row,) = stack.items("DeliveriesTable")
    assert int(row["expires_at"]["N"]) == int((NOON + KEPT_FOR).timestamp())
