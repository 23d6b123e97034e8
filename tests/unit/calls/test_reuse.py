"""Ids of calls belong to their source, are compared as what they are, and may come again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from switchboard.intake.apply_call_event import ApplyCallEvent
from switchboard.kernel.call import Call, CallEvent
from tests.fakes.calls import MemoryCalls
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.queues import MemoryDeliveryQueue
from tests.unit.builders import RECEIVED, parsed

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ONE, OTHER = "+79000002211", "+79000003344"
UUID = "6f9619ff-8b86-d011-b42d-00cf4fc964ff"


class World:
    """Events are applied to calls."""

    def __init__(self) -> None:
        self.calls = MemoryCalls(MemoryDeliveries())
        self.apply = ApplyCallEvent(self.calls, lambda _: [], MemoryDeliveryQueue())

    def call_of(self, event: CallEvent) -> Call:
        found = self.apply(event).call
        assert found
        return found


def box(name: str, after: timedelta, caller: str = ONE, **payload: Any) -> CallEvent:
    """An event of a SpRecord device, whose ids are counted."""
    parties = {"call_src": caller, "call_dst": "101"} if name in ("incoming_call", "start_talk") else {}
    body = {"device_id": "d-1", "event_type": name, "payload": {"call_id": 1, **parties, **payload}}
    return parsed("sprecord", body, RECEIVED + after)


def restart(after: timedelta) -> CallEvent:
    return parsed("sprecord", {"device_id": "d-1", "event_type": "startup", "payload": {}}, RECEIVED + after)


def pbx(name: str, after: timedelta, caller: str = ONE, call: str = "525", **source: Any) -> CallEvent:
    at = (RECEIVED + after + 5 * HOUR).strftime("%Y-%m-%d %H:%M:%S")  # its own zone is five hours ahead
    params = {"call_id": call, "event_date": at, "src_phone": caller, "dst_phone": "74950001200", "direction": 1}
    if name == "end.call":
        del params["direction"]
        params["record"] = f"https://pbx.example/{caller}"
    return parsed("vpbx", {"type": "call_event", "event_name": name, "params": params}, RECEIVED + after, **source)


REUSES: Mapping[str, tuple[list[CallEvent], CallEvent]] = {
    "the end was lost, and another client calls soon": (
        [box("incoming_call", 0 * DAY)], box("incoming_call", 5 * MINUTE, OTHER)),
    "the end was lost, and the same client calls after days": (
        [box("incoming_call", 0 * DAY), box("start_talk", MINUTE)], box("incoming_call", 8 * DAY, note="x")),
    "the end was lost, and only the next end arrives": (
        [box("incoming_call", 0 * DAY)], box("call_end", 8 * DAY, duration=5)),
    "the device has started anew": (
        [box("incoming_call", 0 * DAY), restart(MINUTE)], box("incoming_call", 2 * MINUTE, note="x")),
    "the device has started anew after an end": (
        [box("incoming_call", 0 * DAY), box("call_end", MINUTE), restart(2 * MINUTE)],
        box("incoming_call", 3 * MINUTE, note="x")),
    "the device calls out under an id of a call that came in": (
        [box("incoming_call", 0 * DAY)], box("outgoing_call", MINUTE, call_src="101", call_dst=OTHER)),
    "a PBX uses its id again after days": (
        [pbx("start.call", 0 * DAY), pbx("end.call", MINUTE)], pbx("start.call", 8 * DAY, OTHER)),
    "a PBX uses its id again for another client": (
        [pbx("start.call", 0 * DAY), pbx("end.call", MINUTE)], pbx("start.call", 2 * HOUR, OTHER)),
    "a PBX that tells only of ends": ([pbx("end.call", 0 * DAY)], pbx("end.call", 3 * HOUR, OTHER)),
}  # fmt: skip


@pytest.mark.parametrize("case", REUSES)
def test_an_id_that_comes_again_is_another_call(case: str) -> None:
    """With another caller, after a start of the device, or after a day."""
    world = World()
    before, again = REUSES[case]
    known = {done.call.id for done in map(world.apply, before) if done.call}
    assert world.call_of(again).id not in known


SAME: Mapping[str, tuple[list[CallEvent], CallEvent]] = {
    "a start that is repeated": ([box("incoming_call", 0 * DAY)], box("incoming_call", MINUTE, note="x")),
    "a caller in national spelling": ([box("incoming_call", 0 * DAY)], box("incoming_call", MINUTE, "89000002211")),
    "a hidden caller": ([box("incoming_call", 0 * DAY)], box("incoming_call", MINUTE, "anonymous")),
    "a start of the device before the call": (
        [restart(0 * DAY), box("incoming_call", MINUTE)], box("incoming_call", 2 * MINUTE, note="x")),
    "a start that is late": ([box("call_end", 0 * DAY)], box("incoming_call", MINUTE)),
    "a long call's end": ([box("incoming_call", 0 * DAY)], box("call_end", 20 * HOUR)),
    "a PBX's late start by the same client": ([pbx("end.call", 0 * DAY)], pbx("start.call", 2 * HOUR)),
    "a PBX's transfer with another caller": ([pbx("start.call", 0 * DAY)], pbx("start.call", MINUTE, OTHER)),
}  # fmt: skip


@pytest.mark.parametrize("case", SAME)
def test_what_is_late_or_repeated_is_the_same_call(case: str) -> None:
    """Whoever tells it, and however the caller is written."""
    world = World()
    before, again = SAME[case]
    known = {done.call.id for done in map(world.apply, before) if done.call}
    assert world.call_of(again).id in known


def test_two_sources_with_one_id_have_two_calls() -> None:
    """The first source keeps the id that its clients use; each source's later events find its own call."""
    world = World()
    one, other = {"id_": "s-1"}, {"id_": "s-2"}
    first, second = world.call_of(pbx("start.call", 0 * DAY, **one)), world.call_of(pbx("start.call", 0 * DAY, **other))
    assert first.id == "525" != second.id
    assert world.call_of(pbx("end.call", MINUTE, **one)).id == first.id
    assert world.call_of(pbx("end.call", MINUTE, **other)).id == second.id
    assert world.call_of(pbx("start.call", 8 * DAY, OTHER, **other)).id not in (first.id, second.id)


@pytest.mark.parametrize("spelling", [UUID.upper(), f"{{{UUID}}}", f"{{{UUID.upper()}}}"])
def test_a_uuid_is_one_id_in_any_spelling(spelling: str) -> None:
    """With every vendor."""
    assert pbx("start.call", 0 * DAY, call=spelling).call_id == UUID == pbx("start.call", 0 * DAY, call=UUID).call_id
    for dialect, body in {
        "callevents": {"HookType": "EndIncCall", "SessionID": "%"},
        "sprecord": {"device_id": "d", "event_type": "call_end", "payload": {"call_id": "%"}},
        "kontur": {"callback": "call-finished", "externalId": "%"},
    }.items():
        spelt = [parsed(dialect, _with(body, id_)).call_id for id_ in (UUID, spelling)]
        assert spelt[0] == spelt[1], dialect


def _with(body: Mapping[str, Any], id_: str) -> dict[str, Any]:
    return {name: _with(one, id_) if isinstance(one, dict) else one.replace("%", id_) for name, one in body.items()}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("A1B2C3D4E5F6", "a1b2c3d4e5f6", True),
        ("DEADBEEF", "deadbeef", True),
        ("Call-AB", "call-ab", False),
        ("AB", "ab", False),
        ("1700000000.17", "1700000000.17", True),
        ("QDGqRVdZ", "qdgqrvdz", False),
    ],
)
def test_an_id_is_compared_as_what_it_is(one: str, other: str, *, same: bool) -> None:
    """Hex digits without case, anything else by letter."""
    ids = [pbx("start.call", 0 * DAY, call=id_).call_id for id_ in (one, other)]
    assert (ids[0] == ids[1]) is same
