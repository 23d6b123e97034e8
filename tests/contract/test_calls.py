"""Port Calls."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import cast

import pytest

from switchboard.aws.calls_table import KEPT_FOR, CallsTable
from switchboard.aws.deliveries_table import DeliveriesTable
from switchboard.calls.apply import first_sight
from switchboard.calls.ports import CallFilter, Calls
from switchboard.deliveries.model import DeliveryState
from switchboard.deliveries.ports import Deliveries
from switchboard.errors import Duplicate, Invalid, TryAgain
from switchboard.intake.ports import AppliedEvents
from switchboard.kernel.call import AppliedEvent, Call, CallEvent, Disposition, Kind, Number, State
from switchboard.kernel.news import news
from tests.fakes.calls import MemoryCalls
from tests.fakes.deliveries import MemoryDeliveries
from tests.support.builders import (
    CALLER,
    NOON,
    a_delivery,
    a_record,
    an_attempt,
    an_event,
    an_event_of_no_call,
    applied,
)
from tests.support.stack import Stack
from tests.support.threads import at_once

EVERYTHING = CallFilter()
Keep = Callable[..., AppliedEvent]


@pytest.fixture
def ports(request: pytest.FixtureRequest, kind: str) -> tuple[Calls, Deliveries]:
    if kind == "memory":
        memory = MemoryDeliveries()
        return MemoryCalls(memory), memory
    stack: Stack = request.getfixturevalue("stack")
    name = stack.table("DeliveriesTable")
    return CallsTable(stack.dynamodb, stack.table("CallsTable"), name), DeliveriesTable(stack.dynamodb, name)


@pytest.fixture
def calls(ports: tuple[Calls, Deliveries]) -> Calls:
    return ports[0]


@pytest.fixture
def applied_events(calls: Calls) -> AppliedEvents:
    """The same adapter by the port of the worker."""
    return cast("AppliedEvents", calls)


@pytest.fixture
def deliveries(ports: tuple[Calls, Deliveries]) -> Deliveries:
    return ports[1]


@pytest.fixture
def keep(calls: Calls) -> Keep:
    """Apply events one after the other, as the worker does, and tell what the last one did."""

    def write(*events: CallEvent) -> AppliedEvent:
        for event in events:
            before = calls.get(event.account, event.call_id) if event.call_id else None
            last = applied(event, before)
            calls.keep(last, [], before)
        return last

    return write


def stored(calls: Calls, call_id: str = "call-1") -> Call:
    call = calls.get("acme", call_id)
    assert call is not None
    return call


def ended(id_: str = "e2", **fields: object) -> CallEvent:
    defaults = {"kind": Kind.CALL_ENDED, "name": "end.call", "at": NOON + timedelta(seconds=30), "duration": 30}
    return an_event(id_, **{**defaults, "disposition": Disposition.ANSWERED, "talk_duration": 21, **fields})


def test_a_call_comes_back_as_it_was_kept(calls: Calls, keep: Keep) -> None:
    """Every fact has its type again: numbers, times, enumerations, durations."""
    after = keep(an_event(extension=Number("101"), voicemail_type=1), ended())
    assert calls.get("acme", "call-1") == after.call


def test_a_calls_groups_are_kept(calls: Calls) -> None:
    """By receiver."""
    told = applied(an_event())
    assert told.call is not None
    call = replace(told.call, groups={"e1": "e1:7", "e2": "e2:0"})
    calls.keep(replace(told, call=call), [], None)
    assert calls.get("acme", "call-1") == call


def test_an_unknown_call_is_none(calls: Calls) -> None:
    """Nothing is found where nothing happened."""
    assert calls.get("acme", "call-1") is None


def test_another_accounts_call_is_none(calls: Calls, keep: Keep) -> None:
    """The account is part of a call's name."""
    keep(an_event())
    assert calls.get("other", "call-1") is None


def test_an_event_is_kept_once(calls: Calls, keep: Keep) -> None:
    """The same event again is a duplicate, and the call stays as it was."""
    before = keep(an_event()).call
    with pytest.raises(Duplicate):
        calls.keep(applied(an_event(), before), [], before)
    assert stored(calls).version == 1


def test_a_change_of_an_old_version_is_refused(calls: Calls, keep: Keep) -> None:
    """A worker that was overtaken tries again; its event is not in the log."""
    keep(an_event())
    late = an_event("e3", kind=Kind.CALL_ANSWERED)
    with pytest.raises(TryAgain):
        calls.keep(applied(late), [], None)
    assert [kept.event.id for kept in calls.events("acme", "call-1")] == ["e1"]


def test_of_two_events_at_once_one_tries_again(calls: Calls, keep: Keep) -> None:
    """Two workers on one call make one change each, or one has to come back."""
    before = keep(an_event()).call
    new = [applied(an_event(id_, kind=Kind.CALL_ANSWERED), before) for id_ in ("e2", "e3")]
    ends = at_once([partial(calls.keep, one, [], before) for one in new])
    assert sorted(type(end).__name__ for end in ends) == ["NoneType", "TryAgain"]


def test_the_same_event_at_once_is_kept_once(calls: Calls) -> None:
    """Two workers with the same message leave one event in the log."""
    ends = at_once([lambda: calls.keep(applied(an_event()), [], None)] * 2)
    assert [end for end in ends if end is None] == [None]
    assert stored(calls).version == 1


def test_deliveries_are_written_with_their_event(calls: Calls, deliveries: Deliveries) -> None:
    """What is planned for an event is there when the event is."""
    calls.keep(applied(an_event()), [a_delivery("msg_1"), a_delivery("msg_2")], None)
    assert {record.delivery.id for record in deliveries.of_call("acme", "call-1")} == {"msg_1", "msg_2"}


MANY = 130  # more than one transaction holds


def test_any_number_of_deliveries_is_written_with_an_event(calls: Calls, deliveries: Deliveries) -> None:
    """All of them pending, and all unsent until somebody tries them."""
    planned = [a_delivery(f"msg_{n}", part=n) for n in range(MANY)]
    calls.keep(applied(an_event()), planned, None)
    assert [row.delivery for row in deliveries.of_call("acme", "call-1")] == planned
    assert {one.id for one in calls.unsent(an_event(), "call-1")} == {one.id for one in planned}


def test_a_duplicate_resets_none_of_many_deliveries(calls: Calls, deliveries: Deliveries) -> None:
    """What was delivered meanwhile stays delivered."""
    planned = [a_delivery(f"msg_{n}", part=n) for n in range(MANY)]
    calls.keep(applied(an_event()), planned, None)
    done = [a_record(f"msg_{n}", part=n, state=DeliveryState.DELIVERED) for n in range(MANY)]
    deliveries.write(done)
    with pytest.raises(Duplicate):
        calls.keep(applied(an_event()), planned, None)
    assert deliveries.of_call("acme", "call-1") == done


def test_a_refused_event_leaves_no_delivery(calls: Calls, deliveries: Deliveries, keep: Keep) -> None:
    """Event, call and deliveries are written all or not at all."""
    keep(an_event())
    with pytest.raises(TryAgain):
        calls.keep(applied(an_event("e3")), [a_delivery("msg_3")], None)
    assert deliveries.get("msg_3") is None


def test_a_duplicate_does_not_reset_its_delivery(calls: Calls, deliveries: Deliveries) -> None:
    """A repeat of an event leaves what became of its deliveries."""
    calls.keep(applied(an_event()), [a_delivery()], None)
    deliveries.write([a_record(attempts=(an_attempt(200),), state=DeliveryState.DELIVERED)])
    at_once([lambda: calls.keep(applied(an_event()), [a_delivery()], None)])
    record = deliveries.get("msg_1")
    assert record is not None
    assert record.state is DeliveryState.DELIVERED


def test_deliveries_that_nobody_tried_are_unsent(calls: Calls) -> None:
    """A run that was cut off before the queue can be made up for."""
    planned = [a_delivery("msg_1"), a_delivery("msg_2", subscription_id=2)]
    calls.keep(applied(an_event()), planned, None)
    assert calls.unsent(an_event(), "call-1") == planned


def test_deliveries_that_were_tried_are_not_unsent(calls: Calls, deliveries: Deliveries) -> None:
    """A repeat of an event is no reason to send again what the receiver has, or what is being retried."""
    planned = [a_delivery("msg_1"), a_delivery("msg_2"), a_delivery("msg_3")]
    calls.keep(applied(an_event()), planned, None)
    deliveries.write([a_record("msg_1", state=DeliveryState.DELIVERED), a_record("msg_2", state=DeliveryState.PARKED)])
    assert calls.unsent(an_event(), "call-1") == planned[2:]


def test_an_event_without_subscribers_has_nothing_unsent(calls: Calls, keep: Keep) -> None:
    """Nothing is made up for where nothing was planned."""
    keep(an_event())
    assert calls.unsent(an_event(), "call-1") == []


def test_an_unknown_event_has_nothing_unsent(calls: Calls) -> None:
    """An event that is not in the log planned nothing."""
    assert calls.unsent(an_event(), "call-1") == []


def test_an_event_of_no_call_makes_its_deliveries_up_too(calls: Calls) -> None:
    """Events of no call are found again by their source."""
    event = an_event_of_no_call()
    planned = [a_delivery(call_id="", subject="source:s-office")]
    calls.keep(applied(event), planned, None)
    assert calls.unsent(event, "") == planned


def test_the_log_is_in_the_order_of_the_events_times(calls: Calls, keep: Keep) -> None:
    """An event that arrives late stands where it belongs, with what it did to the call."""
    keep(ended(), an_event())
    log = calls.events("acme", "call-1")
    assert [(kept.event.id, kept.outcome) for kept in log] == [("e1", "stale"), ("e2", "advanced")]


def test_an_event_comes_back_as_it_was_kept(calls: Calls, keep: Keep) -> None:
    """Every field of an event is kept, the raw payload among them."""
    raw = {"a": [1, 2.5, None, True, {"б": "ё\u2028"}], "empty": "", "": 0}
    event = ended(raw=raw, line=Number("+73433000100", "+73433000100"), answered_at=NOON, recording="r1")
    keep(event)
    assert [kept.event for kept in calls.events("acme", "call-1")] == [event]


def test_an_event_is_found_as_it_was_when_it_was_new(calls: Calls, keep: Keep) -> None:
    """With what it did, whatever a repeat of it says; of a call or of none."""
    keep(an_event())
    first = calls.kept(an_event(received_at=NOON + timedelta(days=1)), "call-1")
    assert first is not None
    assert (first.event, first.outcome) == (an_event(), calls.events("acme", "call-1")[0].outcome)
    device = an_event("e9", call_id="", kind=Kind.DEVICE_STARTED)
    keep(device)
    assert getattr(calls.kept(device, ""), "event", None) == device


def test_an_event_that_is_not_in_the_log_is_not_found(calls: Calls, keep: Keep) -> None:
    """Nor that of another account."""
    keep(an_event())
    assert calls.kept(an_event("e2"), "call-1") is None
    assert calls.kept(an_event(account="other"), "call-1") is None


def test_events_of_no_call_are_listed_by_their_source(calls: Calls, keep: Keep) -> None:
    """They are newest first, and no call comes of them."""
    old, new = (an_event_of_no_call(f"n{n}", at=NOON + timedelta(seconds=n)) for n in (1, 2))
    keep(old, new, an_event_of_no_call("n3", source="s-other"))
    kept, cursor = calls.events_of_source("acme", "s-office", 10, None)
    assert ([one.event for one in kept], cursor) == ([new, old], None)
    assert calls.listed("acme", EVERYTHING, 10, None).calls == []


def test_an_event_of_no_call_is_kept_once(calls: Calls, keep: Keep) -> None:
    """A repeat is a duplicate here as well."""
    keep(an_event_of_no_call())
    with pytest.raises(Duplicate):
        calls.keep(applied(an_event_of_no_call()), [], None)


def test_events_of_no_call_come_in_pages(calls: Calls, keep: Keep) -> None:
    """The cursor leads to the rest."""
    keep(*(an_event_of_no_call(f"n{n}", at=NOON + timedelta(seconds=n)) for n in range(3)))
    _, cursor = calls.events_of_source("acme", "s-office", 2, None)
    rest, _ = calls.events_of_source("acme", "s-office", 2, cursor)
    assert [kept.event.id for kept in rest] == ["n0"]


def calls_at(keep: Keep, *minutes: int, **fields: object) -> None:
    for minute in minutes:
        at = NOON + timedelta(minutes=minute)
        keep(an_event(f"e-{minute}", call_id=f"call-{minute}", at=at, **fields))


def listed(calls: Calls, wanted: CallFilter = EVERYTHING, account: str = "acme") -> list[str]:
    """Ids of the calls, page by page."""
    ids: list[str] = []
    cursor: str | None = None
    while True:
        page = calls.listed(account, wanted, 2, cursor)
        ids += [call.id for call in page.calls]
        cursor = page.cursor
        if cursor is None:
            return ids


def test_calls_are_listed_newest_first(calls: Calls, keep: Keep) -> None:
    """Pages together hold every call of the account once, the newest first."""
    calls_at(keep, 2, 0, 4, 1, 3)
    keep(an_event(account="other"))
    assert listed(calls) == [f"call-{minute}" for minute in (4, 3, 2, 1, 0)]


def test_calls_are_found_by_state(calls: Calls, keep: Keep) -> None:
    """A call is found in the state it is in, and no longer in the one before."""
    calls_at(keep, 0, 1, 2)
    keep(ended(call_id="call-1"))
    assert listed(calls, CallFilter(state=State.ENDED)) == ["call-1"]
    assert listed(calls, CallFilter(state=State.RINGING)) == ["call-2", "call-0"]


def test_calls_are_found_by_time(calls: Calls, keep: Keep) -> None:
    """Both ends of the time are part of it."""
    calls_at(keep, 0, 1, 2, 3)
    wanted = CallFilter(since=NOON + timedelta(minutes=1), until=NOON + timedelta(minutes=2))
    assert listed(calls, wanted) == ["call-2", "call-1"]


def test_calls_are_found_by_number(calls: Calls, keep: Keep) -> None:
    """Caller, callee and extension all find the call."""
    calls_at(keep, 0, 1, 2, extension=Number("101"))
    keep(an_event("e9", call_id="call-9", caller=Number("112"), callee=Number("103")))
    assert listed(calls, CallFilter(number="79161234567")) == ["call-2", "call-1", "call-0"]
    assert listed(calls, CallFilter(number="101")) == ["call-2", "call-1", "call-0"]
    assert listed(calls, CallFilter(number="103")) == ["call-9"]


def test_a_number_that_is_told_later_finds_the_call(calls: Calls, keep: Keep) -> None:
    """An extension that answers after the start is a number of the call."""
    keep(an_event(), an_event("e2", kind=Kind.CALL_ANSWERED, extension=Number("205")))
    assert listed(calls, CallFilter(number="205")) == ["call-1"]


def test_calls_are_found_by_number_state_and_time_together(calls: Calls, keep: Keep) -> None:
    """All filters hold at once."""
    calls_at(keep, 0, 1, 2)
    keep(*(ended(f"end-{n}", call_id=f"call-{n}", at=NOON + timedelta(minutes=9)) for n in (0, 2)))
    wanted = CallFilter("79161234567", State.ENDED, since=NOON + timedelta(minutes=1))
    assert listed(calls, wanted) == ["call-2"]


def test_calls_of_a_number_are_found_by_time(calls: Calls, keep: Keep) -> None:
    """Both ends of the time are part of it here as well."""
    calls_at(keep, 0, 1, 2, 3)
    wanted = CallFilter("79161234567", since=NOON + timedelta(minutes=1), until=NOON + timedelta(minutes=2))
    assert listed(calls, wanted) == ["call-2", "call-1"]


def test_a_number_of_another_account_finds_nothing(calls: Calls, keep: Keep) -> None:
    """Numbers are looked up within the account."""
    keep(an_event())
    assert listed(calls, CallFilter(number="79161234567"), "other") == []


def test_more_calls_of_a_number_than_one_read_holds_are_found(calls: Calls, keep: Keep) -> None:
    """The largest page is served by number as well."""
    calls_at(keep, *range(105))
    assert len(calls.listed("acme", CallFilter(number="79161234567"), 200, None).calls) == 105


@pytest.mark.parametrize("cursor", ["", "nonsense", "e30=", "eyJhIjp7IlMiOiJiIn19", "W10=", "\x00", "é", "bnVsbA=="])
@pytest.mark.parametrize("wanted", [EVERYTHING, CallFilter(number="79161234567")], ids=["by time", "by number"])
def test_a_cursor_that_is_not_ours_is_refused(calls: Calls, keep: Keep, wanted: CallFilter, cursor: str) -> None:
    """Whatever somebody makes up for a cursor is invalid, and no failure of ours."""
    keep(an_event())
    with pytest.raises(Invalid):
        calls.listed("acme", wanted, 2, cursor)


def test_an_id_that_is_used_again_points_to_its_successor(calls: Calls, keep: Keep) -> None:
    """The old call stays as it was and names the new one."""
    before = keep(an_event()).call
    assert before is not None
    calls.supersede(before, "call-new")
    assert stored(calls) == replace(before, successor="call-new")


def test_a_call_that_came_before_its_successor_keeps_it(calls: Calls, keep: Keep) -> None:
    """A late event of the old call does not take the pointer away."""
    before = keep(an_event()).call
    assert before is not None
    calls.supersede(before, "call-new")
    keep(ended())
    assert (stored(calls).successor, stored(calls).version) == ("call-new", 2)


def test_superseding_a_call_twice_changes_nothing(calls: Calls, keep: Keep) -> None:
    """The same event again points to the same successor."""
    before = keep(an_event()).call
    assert before is not None
    calls.supersede(before, "call-new")
    calls.supersede(before, "call-new")
    assert stored(calls).successor == "call-new"


def test_an_id_without_a_call_can_point_to_a_successor(calls: Calls) -> None:
    """A call whose row has expired is superseded all the same, and is no call."""
    calls.supersede(first_sight(an_event()), "call-new")
    assert (stored(calls).successor, stored(calls).version) == ("call-new", 0)
    assert listed(calls) == []


def restarted(id_: str, minutes: int, **fields: object) -> CallEvent:
    at = NOON + timedelta(minutes=minutes)
    return an_event_of_no_call(id_, kind=Kind.DEVICE_STARTED, received_at=at, **fields)


def test_the_last_start_of_a_device_is_known(applied_events: AppliedEvents) -> None:
    """By account and source, at the hub's time; none where none was told."""
    events = applied_events
    assert events.restarted_at("acme", "s-office") is None
    for event in (restarted("r1", 1), restarted("r2", 5), restarted("r3", 9, account="other")):
        events.note_restart(event)
    assert events.restarted_at("acme", "s-office") == NOON + timedelta(minutes=5)
    assert events.restarted_at("other", "s-office") == NOON + timedelta(minutes=9)
    assert events.restarted_at("acme", "s-other") is None


def test_a_start_of_a_device_is_no_event_of_its_source(applied_events: AppliedEvents, calls: Calls, keep: Keep) -> None:
    """The note stands beside the events, and is neither listed nor a call; a repeat changes nothing."""
    event = restarted("r1", 1)
    keep(event)
    for _ in range(2):
        applied_events.note_restart(event)
    kept, _ = calls.events_of_source("acme", "s-office", 10, None)
    assert [one.event.id for one in kept] == ["r1"]
    assert calls.listed("acme", EVERYTHING, 10, None).calls == []
    assert applied_events.restarted_at("acme", "s-office") == event.received_at


def test_a_long_number_is_no_obstacle(calls: Calls, keep: Keep) -> None:
    """A number of a thousand characters is kept as it came."""
    keep(an_event(caller=Number("9" * 1000)))
    assert stored(calls).known("caller") == Number("9" * 1000)


def test_rows_of_a_call_expire_after_their_time(stack: Stack) -> None:
    """Call, event and number carry the second at which DynamoDB may remove them."""
    calls = CallsTable(stack.dynamodb, stack.table("CallsTable"), stack.table("DeliveriesTable"))
    calls.keep(applied(an_event(callee=None, caller=CALLER)), [], None)
    rows = stack.items("CallsTable")
    assert [int(row["expires_at"]["N"]) for row in rows] == [int((NOON + KEPT_FOR).timestamp())] * 3


def test_the_largest_event_fits_into_its_row(stack: Stack) -> None:
    """An event of the webhooks' largest size, with a delivery of its own size, is kept."""
    calls = CallsTable(stack.dynamodb, stack.table("CallsTable"), stack.table("DeliveriesTable"))
    text = '"' * 30_000
    calls.keep(applied(an_event(raw={"text": text})), [a_delivery(body='{"text":"' + '\\"' * 30_000 + '"}')], None)
    assert calls.events("acme", "call-1")[0].event.raw == {"text": text}


def test_a_call_is_kept_as_long_as_its_recording(stack: Stack) -> None:
    """So are all of its numbers, which find the recording; a later event does not shorten the time."""
    calls = CallsTable(stack.dynamodb, stack.table("CallsTable"), stack.table("DeliveriesTable"))
    first = applied(an_event("e1"))
    stored_for = news(Kind.RECORDING_AVAILABLE, ("acme", "call-1"), "k", NOON, {"media": "recording", "days": 1825})
    second = applied(stored_for, first.call)
    third = applied(an_event("e3", kind=Kind.CALL_ENDED, name="end.call"), second.call)
    for one in (first, second, third):
        calls.keep(one, [], one.before)
    rows = [item for item in stack.items("CallsTable") if "#number:" in item["pk"]["S"] or item["sk"]["S"] == "CALL"]
    assert len(rows) == 3
    assert {int(row["expires_at"]["N"]) for row in rows} == {int((NOON + timedelta(days=1825)).timestamp())}
