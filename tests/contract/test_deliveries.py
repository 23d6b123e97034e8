"""Port Deliveries."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from switchboard.aws.calls_table import CallsTable
from switchboard.aws.deliveries_table import KEPT_FOR, DeliveriesTable
from switchboard.calls.ports import Calls
from switchboard.deliveries.model import Delivery, DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Deliveries
from switchboard.errors import Invalid
from tests.fakes.calls import MemoryCalls
from tests.fakes.deliveries import MemoryDeliveries
from tests.support.builders import NOON, a_delivery, a_record, an_attempt, an_event, applied
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
        ports[1].keep(applied(event), [delivery], None)
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


def test_what_was_sent_is_kept(deliveries: Deliveries, keep: Keep) -> None:
    """Body and address, also through a replay."""
    sent = a_record(keep(a_delivery()).id).addressed("https://crm.example/x?k=v", '{"id":"Привет"}')
    dead = sent.after(an_attempt()).closed(DeliveryState.DEAD, NOON, "refused")
    deliveries.write([dead])
    assert found(deliveries, dead.delivery) == dead
    assert deliveries.reopen(dead, dead.reopened())
    assert found(deliveries, dead.delivery) == dead.reopened()


def test_an_unknown_delivery_is_none(deliveries: Deliveries) -> None:
    """Nothing is found where nothing was planned."""
    assert deliveries.get("msg_unknown") is None


def test_a_record_comes_back_as_it_was_written(deliveries: Deliveries) -> None:
    """Attempts, replays, times and reason: every field survives, and every one of its attempts."""
    attempts = (
        an_attempt(503, answer="later, п", retry_after="30", address="203.0.113.5"),
        an_attempt(None, error="timeout"),
    )
    record = a_record(
        state=DeliveryState.DEAD, attempts=attempts, earlier=1, replays=1, reason="refused", parked_at=NOON,
        finished_at=NOON + timedelta(hours=1), rate=2.5, body='{"б":"ё"}',
    )  # fmt: skip
    deliveries.write([record])
    assert deliveries.get("msg_1") == record


def test_what_was_there_before_is_replaced(deliveries: Deliveries, keep: Keep) -> None:
    """The record is written whole, over the one that was planned."""
    delivery = keep(a_delivery())
    delivered = a_record(state=DeliveryState.DELIVERED, attempts=(an_attempt(200),), finished_at=NOON)
    deliveries.write([delivered])
    assert found(deliveries, delivery) == delivered


def test_any_number_of_records_is_written(deliveries: Deliveries) -> None:
    """More than DynamoDB takes in one request, too."""
    records = [a_record(f"msg_{n}", sequence=n, state=DeliveryState.DELIVERED) for n in range(60)]
    deliveries.write(records)
    assert [deliveries.get(f"msg_{n}") for n in range(60)] == records


def test_nothing_to_write_is_no_error(deliveries: Deliveries) -> None:
    """A batch that parked everything writes no record."""
    deliveries.write([])
    assert deliveries.get("msg_1") is None


def dead(deliveries: Deliveries, delivery: Delivery) -> DeliveryRecord:
    """A dead letter after one attempt more."""
    before = deliveries.get(delivery.id) or DeliveryRecord(delivery, DeliveryState.PENDING)
    record = before.after(an_attempt()).closed(DeliveryState.DEAD, NOON, "refused")
    deliveries.write([record])
    return record


def reopen(deliveries: Deliveries, record: DeliveryRecord) -> bool:
    return deliveries.reopen(record, record.reopened())


def test_a_reopened_delivery_is_pending_under_the_same_id(deliveries: Deliveries, keep: Keep) -> None:
    """A replay keeps id and body and counts itself."""
    delivery = keep(a_delivery())
    assert reopen(deliveries, dead(deliveries, delivery))
    record = found(deliveries, delivery)
    assert (record.delivery, record.state) == (replace(delivery, replays=1), DeliveryState.PENDING)


def test_a_replay_counts_its_attempts_anew(deliveries: Deliveries, keep: Keep) -> None:
    """Earlier attempts stay on record and do not count against the replay."""
    delivery = keep(a_delivery())
    reopen(deliveries, dead(deliveries, delivery))
    record = found(deliveries, delivery)
    assert (len(record.attempts), record.attempts_made, record.finished_at, record.reason) == (1, 0, None, "")


def test_a_replay_has_waited_for_nobody_yet(deliveries: Deliveries, keep: Keep) -> None:
    """The time at which it was parked before is not the time from which its schedule runs."""
    delivery = keep(a_delivery())
    deliveries.write([replace(dead(deliveries, delivery), parked_at=NOON)])
    reopen(deliveries, found(deliveries, delivery))
    assert found(deliveries, delivery).parked_at is None


def test_a_delivery_can_be_replayed_over_and_over(deliveries: Deliveries, keep: Keep) -> None:
    """The second replay is the second one."""
    delivery = keep(a_delivery())
    for _ in range(2):
        assert reopen(deliveries, dead(deliveries, delivery))
        delivery = found(deliveries, delivery).delivery
    assert delivery.replays == 2


def test_of_two_replays_at_once_one_is_refused(deliveries: Deliveries, keep: Keep) -> None:
    """Two operators make one replay and one conflict."""
    record = dead(deliveries, keep(a_delivery()))
    ends = at_once([lambda: reopen(deliveries, record)] * 2)
    assert sorted(map(str, ends)) == ["False", "True"]


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
    deliveries.write([a_record(made[1].id, created_at=made[1].created_at, state=DeliveryState.DELIVERED)])
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
    calls.keep(applied(an_event()), [a_delivery()], None)
    assert expiry(stack) == NOON + KEPT_FOR


WEEKS = timedelta(weeks=5)


@pytest.mark.parametrize(
    "fields",
    [
        {"state": DeliveryState.DEAD, "finished_at": NOON + WEEKS},
        {"state": DeliveryState.PARKED, "parked_at": NOON + WEEKS},
    ],
    ids=["dead", "parked"],
)
def test_what_dies_late_or_waits_after_a_late_replay_is_kept_as_long(stack: Stack, fields: dict[str, Any]) -> None:
    """Thirty days from its end, or from when it was parked: nothing expires while it waits for its receiver."""
    DeliveriesTable(stack.dynamodb, stack.table("DeliveriesTable")).write([a_record(**fields)])
    assert expiry(stack) == NOON + WEEKS + KEPT_FOR


def expiry(stack: Stack) -> datetime:
    (row,) = stack.items("DeliveriesTable")
    return datetime.fromtimestamp(int(row["expires_at"]["N"]), UTC)


def test_the_oldest_of_a_state_are_read_page_by_page(deliveries: Deliveries) -> None:
    """Each once, over all partitions; those of one time stay together, and the times bound what is read."""
    for n in range(23):
        at = NOON + timedelta(seconds=n // 4)
        fields: dict[str, Any] = {"created_at": at, "account": "acme" if n % 7 else "other"}
        deliveries.write([a_record(f"msg_{n:02}", state=DeliveryState.DEAD, **fields)])
    deliveries.write([a_record("msg_pending", created_at=NOON)])
    pages, place = [], ""
    while True:
        page, place = deliveries.oldest_in_state("acme", DeliveryState.DEAD, 2, place)
        pages.append([record.delivery.id for record in page])
        if not place:
            break
    assert pages == [
        [f"msg_{n:02}" for n in range(4 * second, min(4 * second + 4, 23)) if n % 7] for second in range(6)
    ]
    within = NOON + timedelta(seconds=1), NOON + timedelta(seconds=2)
    found, place = deliveries.oldest_in_state("acme", DeliveryState.DEAD, 9, "", within)
    assert ([record.delivery.id for record in found], place) == (["msg_04", "msg_05", "msg_06"], "")
    assert deliveries.oldest_in_state("acme", DeliveryState.DEAD, 9, "", within[::-1]) == ([], "")
    assert deliveries.oldest_in_state("nobody", DeliveryState.DEAD, 9, "") == ([], "")
