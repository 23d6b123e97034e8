"""A transition is told once, in whatever words its repeats come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from switchboard.deliveries.fan_out import PlanDeliveries
from switchboard.dialects.registry import renderer_named, renderers
from switchboard.intake.apply_call_event import ApplyCallEvent
from switchboard.kernel.call import CallEvent, Outcome
from switchboard.subscriptions.model import ReceiverLimits, Subscription
from tests.fakes.calls import MemoryCalls
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.queues import MemoryDeliveryQueue
from tests.support.builders import a_subscription
from tests.unit.builders import RECEIVED, parsed

Body = Mapping[str, Any]


class Everybody:
    """One subscription for each dialect, for every event."""

    def with_limits(self, _: str) -> tuple[list[Subscription], dict[str, ReceiverLimits]]:
        every = [a_subscription("*", id=place, dialect=name) for place, name in enumerate(renderers(), 1)]
        return every, {}


class World:
    """Events are applied, and each dialect hears of them."""

    def __init__(self) -> None:
        self.calls, self.queue = MemoryCalls(MemoryDeliveries()), MemoryDeliveryQueue()
        plan = PlanDeliveries(Everybody(), renderer_named, "https://hub.example.com", lambda: RECEIVED)
        self.apply = ApplyCallEvent(self.calls, plan, self.queue)

    def heard(self, event: CallEvent) -> list[str]:
        """The names of the messages that leave with an event."""
        before = len(self.queue.sent)
        self.apply(event)
        return [one.event_name for one in self.queue.sent[before:]]


def vpbx(name: str, second: int = 0, **params: Any) -> dict[str, Any]:
    told = {"call_id": "525", "event_date": f"2026-03-02 14:20:{second:02d}", "src_phone": "79000002211"}
    return {"type": "call_event", "event_name": name, "params": {**told, "dst_phone": "74950001200", **params}}


def hook(name: str, second: int = 0, **fields: Any) -> dict[str, Any]:
    at = f"2026-03-02 12:20:{second:02d}"
    times = {"StartTime": at, "StartDuration": at, "EndTime": at}
    parties = {"Caller": "9000002211", "Called": "101", "CityNumber": "4950001200"}
    return {"SessionID": "6f9619ff-8b86-d011-b42d-00cf4fc964ff", "HookType": name, **times, **parties, **fields}


def sprecord(name: str, **payload: Any) -> dict[str, Any]:
    return {"device_id": "d-1", "event_type": name, "payload": {"call_id": 7, **payload}}


def changed(body: Body, **fields: Any) -> dict[str, Any]:
    """The body with fields of its inner object replaced, or of itself where it has none."""
    inner = next((name for name in ("params", "payload") if name in body), None)
    return {**body, inner: {**body[inner], **fields}} if inner else {**body, **fields}


STORIES: list[tuple[str, list[Body], list[Body]]] = [
    (
        "vpbx",
        [vpbx("start.call", 0, direction=1), vpbx("local.in.call", 1, real_local_number="101"),
         vpbx("start.talk", 5, real_local_number="101"), vpbx("end.call", 40, billsec=35)],
        [{"note": "x"}, {"direction": "1"}, {"src_phone": 79000002211}, {"event_date": "+1"}],
    ),
    (
        "callevents",
        [hook("CreateIncCall"), hook("AttemptIncCallBegin", 1), hook("ChangeIncCall", 5), hook("EndIncCall", 40)],
        [{"Redirecting": "9000003344"}, {"Caller": 9000002211}, {"+1": ""},
         {"SessionID": "6F9619FF-8B86-D011-B42D-00CF4FC964FF"}],
    ),
    (
        "sprecord",
        [sprecord("incoming_call", call_src="+79000002211", call_dst="101", trunk="1"),
         sprecord("start_talk", call_src="+79000002211", call_dst="101", trunk="1"),
         sprecord("call_end", duration=35, status="success", record_id=5)],
        [{"note": "x"}, {"call_id": "7"}, {"trunk": 1}],
    ),
]  # fmt: skip


def later(body: Body) -> dict[str, Any]:
    """The same, told a second later."""

    def shift(value: Any) -> Any:
        if isinstance(value, str) and value.startswith("2026-"):
            return f"{value[:-2]}{int(value[-2:]) + 1:02d}"
        return {name: shift(one) for name, one in value.items()} if isinstance(value, dict) else value

    shifted: dict[str, Any] = shift(dict(body))
    return shifted


def variants(body: Body, changes: list[Body]) -> list[Body]:
    return [later(body) if "+1" in (*change, *change.values()) else changed(body, **change) for change in changes]


@pytest.mark.parametrize(("dialect", "story", "changes"), STORIES, ids=[one[0] for one in STORIES])
def test_a_transition_is_told_once(dialect: str, story: list[Body], changes: list[Body]) -> None:
    """At once and at the end of the call, with other fields, types and times, in every dialect."""
    world, at = World(), RECEIVED
    again: list[Body] = []
    for body in story:
        at += timedelta(seconds=1)
        assert world.heard(parsed(dialect, body, at))
        again += variants(body, changes)
        for other in variants(body, changes):
            at += timedelta(seconds=1)
            assert world.heard(parsed(dialect, other, at)) == [], other
    for other in again:
        at += timedelta(seconds=1)
        assert world.heard(parsed(dialect, other, at)) == [], other
    assert {kept.outcome for kept in world.calls.events("acme", parsed(dialect, story[0]).call_id)} >= {"repeated"}


def test_what_happens_again_is_told_again() -> None:
    """A leg that is rung anew after its end, and a call that is handed back, are news."""
    world = World()
    for body in (
        hook("CreateIncCall", Called="4950001200"),
        hook("AttemptIncCallBegin", 1), hook("AttemptIncCallEnd", 9), hook("AttemptIncCallBegin", 15),
        hook("ChangeIncCall", 20), hook("ChangeIncCall", 30, Called="102"), hook("ChangeIncCall", 40),
    ):  # fmt: skip
        assert world.heard(parsed("callevents", body)), body


def test_an_answer_that_names_its_extension_later_is_the_same_answer() -> None:
    """One field more within the same moment; a hand-over comes later."""
    world = World()
    world.heard(parsed("vpbx", vpbx("start.call", 0)))
    world.heard(parsed("vpbx", vpbx("start.talk", 5)))
    assert world.heard(parsed("vpbx", vpbx("start.talk", 5, real_local_number="101"))) == []
    assert world.apply(parsed("vpbx", vpbx("start.talk", 6, real_local_number="101"))).outcome is Outcome.REPEATED
    assert "start.talk" in world.heard(parsed("vpbx", vpbx("start.talk", 30, real_local_number="102")))


def test_a_call_that_begins_by_its_answer_begins_once() -> None:
    """Whatever comes in the same second, the CRM is told one start."""
    world = World()
    heard = [
        name
        for body in (
            vpbx("start.talk", real_local_number="101"), vpbx("local.out.call", dst_phone=""),
            vpbx("start.call", direction=2), vpbx("local.in.call", real_local_number="101"), vpbx("end.call", 9),
        )
        for name in world.heard(parsed("vpbx", body))
    ]  # fmt: skip
    assert heard.count("call-started") == 1
