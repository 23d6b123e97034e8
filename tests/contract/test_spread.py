"""Listings that are spread over partitions: evenly, in one order, and with the rows that an earlier version wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from switchboard.aws.calls_table import CallsTable
from switchboard.aws.codec import dump, dump_cursor
from switchboard.aws.deliveries_table import DeliveriesTable
from switchboard.aws.recordings_table import RecordingsTable
from switchboard.aws.shards import SHARDS, partitions, shard_of, sharded
from switchboard.aws.table import to_item
from switchboard.calls.ports import CallFilter
from switchboard.deliveries.model import Delivery, DeliveryState
from switchboard.errors import Invalid
from switchboard.kernel.call import Call, CallEvent
from switchboard.recordings.model import RecordingState
from tests.support.builders import NOON, a_delivery, a_record, a_recording, an_attempt, an_event, applied
from tests.support.stack import Stack

MANY = 40


@pytest.mark.parametrize("form", ["msg_{:032x}", "{:08d}-6c1f-4f2a", "call-{}", "{}"])
def test_ids_are_spread_evenly(form: str) -> None:
    """Whether they are digests or numbers that are counted up: no shard has a third more than its part."""
    found = Counter(shard_of(form.format(number * 7919)) for number in range(8000))
    assert len(found) == SHARDS
    assert max(found.values()) < 8000 / SHARDS * 4 / 3


def test_a_row_stands_in_one_of_the_partitions_that_are_read() -> None:
    """And those of an earlier version in the last."""
    assert {sharded("acme", f"id-{number}") for number in range(MANY)} == set(partitions("acme")[:-1])
    assert partitions("acme")[-1] == "acme"


@pytest.fixture
def deliveries(stack: Stack) -> DeliveriesTable:
    return DeliveriesTable(stack.dynamodb, stack.table("DeliveriesTable"))


@pytest.fixture
def calls(stack: Stack) -> CallsTable:
    return CallsTable(stack.dynamodb, stack.table("CallsTable"), stack.table("DeliveriesTable"))


def made(number: int, at: datetime | None = None) -> Delivery:
    return a_delivery(f"msg_{number:02d}", created_at=at or NOON + timedelta(seconds=number))


def listed(deliveries: DeliveriesTable, limit: int, between: Callable[[], object] = lambda: None) -> list[str]:
    """Ids page by page; something may happen between two of them."""
    ids: list[str] = []
    cursor: str | None = None
    while True:
        page, cursor = deliveries.in_state("acme", DeliveryState.PENDING, limit, cursor)
        ids += [record.delivery.id for record in page]
        if cursor is None:
            return ids
        between()


@pytest.mark.parametrize("limit", [1, 3, MANY, MANY + 1])
def test_shards_are_read_as_one_list(deliveries: DeliveriesTable, limit: int) -> None:
    """The newest first, each once, whatever the size of the pages."""
    deliveries.write([a_record(one.id, created_at=one.created_at) for one in map(made, range(MANY))])
    assert listed(deliveries, limit) == [f"msg_{number:02d}" for number in reversed(range(MANY))]


def test_a_page_may_end_among_rows_of_one_moment(deliveries: DeliveriesTable) -> None:
    """Deliveries of one event have the same time, and none is lost between two pages."""
    deliveries.write([a_record(f"msg_{number:02d}", created_at=NOON) for number in range(MANY)])
    assert sorted(listed(deliveries, 3)) == [f"msg_{number:02d}" for number in range(MANY)]


def test_pages_hold_while_rows_come_and_go(deliveries: DeliveriesTable) -> None:
    """What stays is shown once; what comes meanwhile is newer than the page, and what goes is not shown after that."""
    deliveries.write([a_record(one.id, created_at=one.created_at) for one in map(made, range(20))])
    numbers = iter(range(20, 40))

    def meanwhile() -> None:
        number = next(numbers)
        new, gone = made(number), made(number - 20)
        deliveries.write([a_record(new.id, created_at=new.created_at)])
        deliveries.write([a_record(gone.id, created_at=gone.created_at, state=DeliveryState.DELIVERED)])

    shown = listed(deliveries, 4, meanwhile)
    assert shown == sorted(set(shown), reverse=True)
    assert set(shown) >= {f"msg_{number:02d}" for number in range(5, 20)}


def test_a_page_from_before_the_time_asked_for_is_empty(calls: CallsTable) -> None:
    """A cursor of another time is no failure."""
    call = applied(an_event())
    calls.keep(call, [], None)
    other = an_event("e9", call_id="call-9", at=NOON - timedelta(days=1))
    calls.keep(applied(other), [], None)
    calls.keep(applied(an_event("e8", call_id="call-8", at=NOON - timedelta(days=2))), [], None)
    cursor = calls.listed("acme", CallFilter(), 2, None).cursor
    late = CallFilter(since=NOON)
    assert calls.listed("acme", late, 2, cursor).calls == []


@pytest.mark.parametrize("place", ["", "~", "2" * 2000])
def test_a_cursor_that_is_no_place_is_refused(deliveries: DeliveriesTable, place: str) -> None:
    """However well it is written."""
    with pytest.raises(Invalid):
        deliveries.in_state("acme", DeliveryState.PENDING, 2, dump_cursor({"before": {"S": place}}))


def old_delivery(state: DeliveryState = DeliveryState.DEAD) -> dict[str, Any]:
    """A row as an earlier version wrote it."""
    delivery = made(1)
    flat = {
        "id": delivery.id,
        "account": "acme",
        "call_key": "acme#call-1",
        "sequence": 1,
        "state": state.value,
        "state_key": f"acme#{state}",
        "created_at": delivery.created_at.isoformat(timespec="microseconds"),
        "data": dump(delivery),
        "expires_at": 2_000_000_000,
    }
    return {**to_item(flat), "attempts": {"L": [{"S": dump(an_attempt())}]}}


def test_a_delivery_of_an_earlier_version_is_found_and_replayed(stack: Stack, deliveries: DeliveriesTable) -> None:
    """By id, by state, by its call; among new ones, with its attempts."""
    stack.dynamodb.put_item(TableName=stack.table("DeliveriesTable"), Item=old_delivery())
    deliveries.write(
        [a_record(f"msg_{n:02d}", created_at=made(n).created_at, state=DeliveryState.DEAD) for n in (0, 2)]
    )
    found, _ = deliveries.in_state("acme", DeliveryState.DEAD, 10, None)
    assert [record.delivery.id for record in found] == ["msg_02", "msg_01", "msg_00"]
    assert found[1].attempts == (an_attempt(),)
    assert made(1) in [record.delivery for record in deliveries.of_call("acme", "call-1")]
    again = found[1].reopened()
    assert deliveries.reopen(found[1], again)
    assert again.delivery == replace(made(1), replays=1)
    assert listed(deliveries, 10) == ["msg_01"]


def old_call(event: CallEvent, call: Call) -> list[dict[str, Any]]:
    """A call with one event as an earlier version wrote it."""
    state = {"data": dump(call), "state": call.state.value, "version": 1, "listing": "acme", "at": event.at.isoformat()}
    log = {"data": dump(event), "outcome": "advanced", "deliveries": "[]"}
    return [
        to_item({"pk": "acme#call-1", "sk": "CALL", **state}),
        to_item({"pk": "acme#call-1", "sk": f"EVENT#{event.id}", **log}),
    ]


def test_a_call_of_an_earlier_version_is_found_and_goes_on(stack: Stack, calls: CallsTable) -> None:
    """By id and in the list, with its log; its next event is folded into it."""
    first = applied(an_event())
    assert first.call is not None
    for row in old_call(an_event(), first.call):
        stack.dynamodb.put_item(TableName=stack.table("CallsTable"), Item=row)
    before = calls.get("acme", "call-1")
    assert before == first.call
    calls.keep(applied(an_event("e2", at=NOON + timedelta(seconds=5)), before), [], before)
    assert [kept.event.id for kept in calls.events("acme", "call-1")] == ["e1", "e2"]
    assert [call.version for call in calls.listed("acme", CallFilter(), 10, None).calls] == [2]


def test_a_recording_of_an_earlier_version_is_listed_and_watched(stack: Stack) -> None:
    """Among new ones."""
    table = RecordingsTable(stack.dynamodb, stack.table("RecordingsTable"))
    old, new = a_recording("call-1", next_at=NOON), a_recording("call-2", next_at=NOON)
    stamp = NOON.isoformat(timespec="microseconds")
    row = {"id": old.id, "listing": "acme", "created_at": stamp, "watch": "WAITING", "next_at": stamp}
    versions = {"state": old.state.value, "part": old.part, "generation": old.generation, "lease": old.lease}
    item = to_item({**row, **versions, "data": dump(old)})
    stack.dynamodb.put_item(TableName=stack.table("RecordingsTable"), Item=item)
    table.add(new)
    assert {one.id for one in table.overdue(NOON + timedelta(hours=1))} == {old.id, new.id}
    shown, _ = table.listed("acme", RecordingState.EXPECTED, 10, None)
    assert {one.id for one in shown} == {old.id, new.id}
