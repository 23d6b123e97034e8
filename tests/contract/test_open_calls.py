"""Port OpenCalls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from switchboard.aws.calls_table import CallsTable
from switchboard.aws.open_calls import OpenCallRows
from switchboard.calls.expire import OpenCalls
from switchboard.calls.lost import FIRST_LOOK
from switchboard.intake.ports import AppliedEvents
from switchboard.kernel.call import Call, CallEvent, Kind
from tests.fakes.calls import MemoryCalls, MemoryOpenCalls
from tests.fakes.deliveries import MemoryDeliveries
from tests.support.builders import NOON, an_event, applied
from tests.support.stack import Stack

DUE = NOON + FIRST_LOOK
Keep = Callable[..., None]


@pytest.fixture
def ports(request: pytest.FixtureRequest, kind: str) -> tuple[AppliedEvents, OpenCalls]:
    if kind == "memory":
        memory = MemoryCalls(MemoryDeliveries())
        return memory, MemoryOpenCalls(memory)
    stack: Stack = request.getfixturevalue("stack")
    name = stack.table("CallsTable")
    return CallsTable(stack.dynamodb, name, stack.table("DeliveriesTable")), OpenCallRows(stack.dynamodb, name)


@pytest.fixture
def opened(ports: tuple[AppliedEvents, OpenCalls]) -> OpenCalls:
    return ports[1]


@pytest.fixture
def keep(ports: tuple[AppliedEvents, OpenCalls]) -> Keep:
    def write(*events: CallEvent) -> None:
        for event in events:
            before = ports[0].get(event.account, event.call_id)
            ports[0].keep(applied(event, before), [], before)

    return write


def ids(pages: Iterator[list[Call]]) -> list[str]:
    return sorted(call.id for page in pages for call in page)


def due(opened: OpenCalls, until: datetime = DUE) -> list[str]:
    return ids(opened.due(until))


def ended(call_id: str = "call-1", **fields: object) -> CallEvent:
    return an_event(f"end-{call_id}", call_id=call_id, kind=Kind.CALL_ENDED, name="end.call", **fields)


def test_an_open_call_is_due_some_minutes_after_its_start(opened: OpenCalls, keep: Keep) -> None:
    """Of every account, as it was last written."""
    keep(an_event(), an_event("e2", kind=Kind.CALL_ANSWERED), an_event("e3", account="other", call_id="call-2"))
    assert due(opened, DUE - timedelta(seconds=1)) == []
    assert due(opened) == ["call-1", "call-2"]
    assert [call.version for page in opened.due(DUE) for call in page if call.account == "acme"] == [2]


def test_a_call_that_has_ended_is_not_due(opened: OpenCalls, keep: Keep) -> None:
    """Nor one that began with its end, one that never rang, and one that is heard after its end."""
    keep(an_event(), ended(), ended("call-2"), an_event("e3", call_id="call-3", kind=Kind.CUSTOM))
    keep(an_event("late", kind=Kind.CALL_ANSWERED))
    assert due(opened, NOON + timedelta(days=400)) == []


def test_a_later_event_moves_no_look(opened: OpenCalls, keep: Keep) -> None:
    """An index is written at the start and at the end of a call alone."""
    keep(an_event(), an_event("e2", kind=Kind.CALL_ANSWERED, received_at=NOON + timedelta(hours=1)))
    assert due(opened) == ["call-1"]


def test_the_next_look_is_set(opened: OpenCalls, keep: Keep) -> None:
    """For this call, and for no call that has ended meanwhile."""
    keep(an_event(), an_event("e2", call_id="call-2"))
    (first,) = [call for page in opened.due(DUE) for call in page if call.id == "call-1"]
    opened.look_again(first, DUE + timedelta(hours=1))
    assert due(opened) == ["call-2"]
    assert due(opened, DUE + timedelta(hours=1)) == ["call-1", "call-2"]
    keep(ended())
    opened.look_again(first, NOON)
    assert due(opened, DUE + timedelta(hours=1)) == ["call-2"]


def test_open_calls_are_found_by_a_source_that_counts_its_ids(opened: OpenCalls, keep: Keep) -> None:
    """Those of this source and account, until they end."""
    counted = {"reusable_ids": True, "source": "s-1"}
    keep(an_event(**counted), an_event("e2", call_id="call-2", **counted), an_event("e3", call_id="call-3"))
    keep(an_event("e4", account="other", call_id="call-4", **counted))
    assert ids(opened.of_source("acme", "s-1")) == ["call-1", "call-2"]
    keep(ended(**counted))
    assert ids(opened.of_source("acme", "s-1")) == ["call-2"]
    assert ids(opened.of_source("acme", "s-office")) == []
    assert ids(opened.of_source("acme", "")) == []


def test_any_number_of_open_calls_is_found(opened: OpenCalls, keep: Keep) -> None:
    """More than one page of a shard."""
    keep(*(an_event(f"e{n}", call_id=f"call-{n}", reusable_ids=True) for n in range(120)))
    assert len(due(opened)) == 120
    assert len(ids(opened.of_source("acme", "s-office"))) == 120
