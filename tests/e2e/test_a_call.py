"""A call travels from a PBX of any dialect to a subscriber of IS.VPBX's."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from local.receiver import Received, Receiver
from tests.e2e.conftest import Hub
from tests.e2e.tenants import new_tenant

VPBX = Path(__file__).resolve().parents[2] / "events" / "dialects" / "vpbx"
EVERY_NAME = ("start.call", "local.in.call", "start.talk", "end.call")
SESSION = {"SessionID": "0b7c4f52-6c5d-4a9e-8d34-5b1d2f9a7e10", "CityNumber": "4950000001", "Caller": "9160000002"}
CALLEVENTS = (
    {**SESSION, "HookType": "CreateIncCall", "StartTime": "2026-11-20 10:15:00", "Called": "4950000001"},
    {**SESSION, "HookType": "AttemptIncCallBegin", "StartTime": "2026-11-20 10:15:01", "Called": "101"},
    {**SESSION, "HookType": "ChangeIncCall", "StartDuration": "2026-11-20 10:15:06", "Called": "101"},
    {
        **SESSION,
        "HookType": "EndIncCall",
        "EndTime": "2026-11-20 10:15:36",
        "Called": "101",
        "Duration": 30,
        "ResultCode": "200",
    },
)
SPRECORD = (
    {
        "event_type": "incoming_call",
        "payload": {"call_id": 8, "call_src": "+79160000002", "call_dst": "107", "trunk": "GSM1"},
    },
    {
        "event_type": "start_talk",
        "payload": {"call_id": "8", "call_src": "+79160000002", "call_dst": "107", "trunk": "GSM1"},
    },
    {"event_type": "call_end", "payload": {"call_id": "8", "record_id": 8, "duration": 21, "status": "success"}},
)


def own_call() -> list[dict[str, Any]]:
    """The fixtures of one whole call of IS.VPBX."""
    names = ("start_call", "local_in_call", "start_talk", "end_call")
    return [json.loads((VPBX / f"{name}.json").read_text()) for name in names]


def events(received: Sequence[Received]) -> list[dict[str, Any]]:
    return [one.json() for one in received]


@pytest.mark.parametrize(
    ("dialect", "call", "expected"),
    [
        ("vpbx", own_call(), list(EVERY_NAME)),
        ("callevents", CALLEVENTS, list(EVERY_NAME)),
        ("sprecord", [{"device_id": "device-1", **one} for one in SPRECORD], ["start.call", "start.talk", "end.call"]),
    ],
)
def test_whole_call(
    hub: Hub, receiver: Callable[..., Receiver], dialect: str, call: Sequence[Any], expected: list[str]
) -> None:
    """Every event of a call arrives once and in order, each at the subscription of its name."""
    tenant = new_tenant(hub)
    crm = receiver()
    tenant.subscribe(f"{crm.url}/crm", *EVERY_NAME)
    for event in call:
        assert tenant.post(dialect, event).status_code == 200
    assert crm.wait_for(lambda received: len(received) >= len(expected), 30)
    arrived = events(crm.requests)
    assert [event["event_name"] for event in arrived] == expected
    assert len({event["params"]["call_id"] for event in arrived}) == 1
    assert arrived[-1]["params"]["src_phone"] == arrived[0]["params"]["src_phone"] != ""


def test_end_of_a_call_of_another_dialect(hub: Hub, receiver: Callable[..., Receiver]) -> None:
    """EndIncCall leaves as end.call with disposition and durations, filled up from what came before."""
    tenant = new_tenant(hub)
    crm = receiver()
    tenant.subscribe(crm.url, "end.call")
    for event in CALLEVENTS:
        tenant.post("callevents", event)
    assert crm.wait_for(lambda received: len(received) == 1, 30)
    params = crm.requests[0].json()["params"]
    told = {
        name: params[name] for name in ("disposition", "duration", "billsec", "wait_time", "src_phone", "dst_phone")
    }
    assert told == {
        "disposition": "ANSWER",
        "duration": 36,
        "billsec": 30,
        "wait_time": 6,
        "src_phone": "79160000002",
        "dst_phone": "74950000001",
    }


def test_repeat(hub: Hub, receiver: Callable[..., Receiver], wait_for: Callable[..., Any]) -> None:
    """A repeated event is answered 200 and has no second effect."""
    tenant = new_tenant(hub)
    crm = receiver()
    tenant.subscribe(crm.url, *EVERY_NAME)
    for event in (CALLEVENTS[0], CALLEVENTS[0], CALLEVENTS[3], CALLEVENTS[0]):
        assert tenant.post("callevents", event).status_code == 200
    assert crm.wait_for(lambda received: len(received) == 2, 30)
    call = wait_for(tenant.calls)[0]
    wait_for(lambda: tenant.call(call["id"])["state"] == "ended")
    assert tenant.call(call["id"])["events_count"] == 2
    assert [event["event_name"] for event in events(crm.requests)] == ["start.call", "end.call"]


def test_call_is_found(hub: Hub, wait_for: Callable[..., Any]) -> None:
    """A call is found by its number in any usual form, with state, timeline, events and deliveries."""
    tenant = new_tenant(hub)
    for event in CALLEVENTS:
        tenant.post("callevents", event)
    wait_for(lambda: any(call["state"] == "ended" for call in tenant.calls()))
    path = f"/calls?account={tenant.id}&state=ended&number=8 (916) 000-00-02"
    found = hub.operator("GET", path).json()["calls"]
    call = tenant.call(found[0]["id"])
    assert (call["caller"]["e164"], call["talk_duration"], call["direction"]) == ("+79160000002", 30, "incoming")
    assert [moment["name"] for moment in call["timeline"]] == [event["HookType"] for event in CALLEVENTS]
    assert [event["raw"] for event in call["events"]] == list(CALLEVENTS)
    assert call["deliveries"] == []


def test_verification(hub: Hub) -> None:
    """SpRecord's verification is answered with the MD5 of its payload as plain text."""
    answer = new_tenant(hub).post(
        "sprecord", {"device_id": "device-1", "event_type": "verification", "payload": "k3Zq"}
    )
    assert answer.text == hashlib.md5(b"k3Zq").hexdigest()  # noqa: S324 - the vendor's protocol
    assert answer.headers["content-type"].startswith("text/plain")
