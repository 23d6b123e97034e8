"""Mango Office as a PBX: signed events, recordings, calls, hang-ups and routes, against a strict imitation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.audio import mp3_of
from tests.support.hub import Hub
from tests.support.mango import AUTH, KEY, TOKEN, Mango, mango_office, signature
from tests.support.receiver import Receiver, receiving
from tests.unit.builders import sample

RECORDED = sample("mango/recording")["recording_id"]
LEGS = ("menu", "rings", "answered", "on_hold", "transferred", "rings_colleague", "colleague_answered", "leg_ended")
PATHS = {
    "dtmf": "events/dtmf",
    "summary": "events/summary",
    "recording": "events/recording",
    "record_added": "events/record/added",
}


@pytest.fixture
def vendor(hub: Hub) -> Iterator[Mango]:
    """A PBX whose source checks signatures, as the account's telephony."""
    hub.account()
    with mango_office(hub) as one:
        made = hub.operator(
            "POST", "/admin/sources", {"account": "acme", "dialect": "mango", "auth": AUTH, "history_days": 3650}
        )
        one.address = made.json["webhook_url"]
        settings = {"source": made.json["id"], "base_url": one.url, "token": TOKEN}
        wish = {"provider": "mango", "settings": settings}
        assert hub.operator("PUT", "/admin/accounts/acme/telephony", wish).status == 200
        yield one


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def tell(hub: Hub, vendor: Mango, *names: str, **changes: Any) -> None:
    for name in names:
        assert vendor.tell(PATHS.get(name, "events/call"), {**sample(f"mango/{name}"), **changes}).status == 200
        hub.work_events()


def the_call(hub: Hub) -> dict[str, Any]:
    (call,) = hub.operator("GET", "/admin/calls", account="acme").json["calls"]
    return dict(hub.operator("GET", f"/admin/calls/{call['id']}", account="acme").json)


def command(hub: Hub) -> dict[str, Any]:
    """The newest command."""
    return dict(hub.operator("GET", "/admin/commands", account="acme").json["commands"][0])


def test_a_call_goes_through_the_hub_with_its_recording(hub: Hub, vendor: Mango, receiver: Receiver) -> None:
    """One call: its legs, a transfer, the end, and the file by a link that opens once. A repeat adds nothing."""
    hub.operator("POST", "/admin/destinations", {"account": "acme", "dialect": "standard", "url": receiver.url})
    tell(hub, vendor, "menu", "dtmf", *LEGS[1:], "summary", "recording", "record_added")
    waiting = [turn["done"] for turn in hub.fetches()]
    vendor.record(RECORDED, 85)
    done = [turn["done"] for turn in hub.fetches()]
    tell(hub, vendor, *LEGS, "summary", "record_added")
    hub.fetches()
    hub.work()
    types = [json.loads(request.body)["type"] for request in receiver.requests]
    assert (waiting, done) == ([False], [True])
    assert [one for one in types if one != "custom"] == [
        "call.started", "leg.started", "call.answered", "leg.ended", "leg.started", "call.answered", "leg.ended",
        "call.ended", "recording.available",
    ]  # fmt: skip
    call = the_call(hub)
    assert (call["state"], call["recordings"][0]["bytes"]) == ("ended", len(mp3_of(85)))
    assert vendor.links == {}


def test_an_event_without_its_signature_is_refused(hub: Hub, vendor: Mango) -> None:
    """Also one whose signature is of other text, and one with another key. The check of the connection passes."""
    body = sample("mango/menu")
    assert vendor.check_connection().status == 200
    assert vendor.tell("events/call", body).status == 200
    text = json.dumps(body)
    other = {"vpbx_api_key": KEY, "sign": signature(text), "json": json.dumps({**body, "seq": 9})}
    refused = [
        vendor.tell("events/call", body, sign="").status,
        vendor.post("events/call", other).status,
        vendor.post("events/call", {**other, "json": text, "vpbx_api_key": "another"}).status,
    ]
    assert refused == [401, 401, 401]
    assert len(hub.stack.drain("EventsQueue")) == 1


def test_a_click_is_known_by_the_id_of_its_command(hub: Hub, vendor: Mango) -> None:
    """Another program's callback of the same numbers is not taken for the hub's."""
    hub.operator("POST", "/admin/extensions", {"account": "acme", "number": "204"})
    assert hub.operator("POST", "/admin/accounts/acme/telephony/check").json["ok"] is True
    wish = {"account": "acme", "extension": "204", "number": "+79000002211"}
    assert hub.operator("POST", "/admin/calls", wish).status == 202
    asked = vendor.asked[-1]
    assert asked == (
        "commands/callback",
        {"command_id": command(hub)["id"], "from": {"extension": "204"}, "to_number": "79000002211"},
    )
    tell(hub, vendor, "callback_rings")
    assert command(hub)["state"] == "sent"
    legs = ("callback_rings", "callback_picked_up", "callback_calls_out", "callback_answered")
    tell(hub, vendor, *legs, entry_id="own", command_id=asked[1]["command_id"])
    made = command(hub)
    assert made["state"] == "succeeded"
    call = hub.operator("GET", f"/admin/calls/{made['call_id']}", account="acme").json
    assert (call["state"], call["direction"]) == ("talking", "outgoing")


def test_a_waiting_caller_is_routed_and_an_answered_call_is_hung_up(hub: Hub, vendor: Mango) -> None:
    """By the leg that waits or talks. A call that was answered cannot be routed, nor an ended one hung up."""
    tell(hub, vendor, "menu")
    path = f"/admin/calls/{the_call(hub)['id']}"
    assert hub.operator("POST", f"{path}/redirect", {"to": "205"}).status == 202
    assert vendor.asked[-1][0] == "commands/route"
    assert (vendor.asked[-1][1]["call_id"], vendor.asked[-1][1]["to_number"]) == (
        sample("mango/menu")["call_id"],
        "205",
    )
    tell(hub, vendor, "menu_ended", "answered", "rings")  # in any order
    assert hub.operator("POST", f"{path}/redirect", {"to": "205"}).status == 409
    assert hub.operator("POST", f"{path}/hangup").status == 202
    assert vendor.asked[-1][1]["call_id"] == sample("mango/answered")["call_id"]
    vendor.legs[sample("mango/answered")["call_id"]] = ("Disconnected", "abonent")
    assert hub.operator("POST", f"{path}/hangup").status == 409


def test_what_mango_refuses_is_told(hub: Hub, vendor: Mango) -> None:
    """A limit, an outage, a ban after wrong requests, or an employee that Mango does not have: no call was started."""
    for number in ("204", "209"):
        hub.operator("POST", "/admin/extensions", {"account": "acme", "number": number})
    for down, extension, status in ((429, "204", 502), (503, "204", 502), (401, "204", 502), (0, "209", 404)):
        vendor.down = down
        wish = {"account": "acme", "extension": extension, "number": "+79000002211"}
        assert hub.operator("POST", "/admin/calls", wish).status == status
        assert command(hub)["state"] == "failed"
