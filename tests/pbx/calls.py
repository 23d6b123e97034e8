"""Single calls at a real Asterisk: two telephones that the hub connects, and callers from outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx

from local.receiver import Receiver
from tests.pbx import machine, telephones
from tests.pbx.machine import wait_for
from tests.pbx.world import ACCOUNT, PbxHub, say

FRIEND, STRANGER, OFFICE = "79990000001", "79161234567", "84950000001"
CLOCKS_DIFFER = 30.0  # seconds; the clock is the same, and answers wait in the queue
EVENTS = ("start.call", "start.talk", "end.call")


def connects(world: PbxHub) -> str:
    """The PBX connects: an order is not refused."""
    return "" if wait_for(lambda: "call_id" in _order(world, "79990000011"), 40) else "the PBX did not connect"


def _order(world: PbxHub, number: str) -> dict[str, Any]:
    body = {"account": ACCOUNT, "extension": "100", "number": number}
    command: dict[str, Any] = world.operator.ask("POST", "/admin/calls", body=body, also=502).get("command", {})
    return command


def checked(world: PbxHub) -> str:
    """The check of the telephony tells version, trunk and clock, and rings nothing."""
    wait_for(lambda: "sb-" not in machine.console("core show channels concise"), 30)
    before = len(telephones.rung()) + len(telephones.rung(telephones.PHONE))
    wait_for(lambda: _check(world)["ok"], 60)  # the functions start
    found = _check(world)
    say(f"  {found}")
    rang = len(telephones.rung()) + len(telephones.rung(telephones.PHONE)) - before
    trunk = found.get("endpoints", [{}])[0].get("name")
    good = found["ok"] and str(found.get("version", "")).startswith("22.") and trunk == "PJSIP/trunk"
    return "" if good and not rang and abs(found["clock_difference"]) < CLOCKS_DIFFER else f"{found}, {rang} calls"


def _check(world: PbxHub) -> dict[str, Any]:
    return world.operator.ask("POST", f"/admin/accounts/{ACCOUNT}/telephony/check")


def click_to_call(world: PbxHub) -> str:
    """Click-to-call: two telephones are bridged, and a hang-up by the API leaves nothing at the PBX."""
    call = _order(world, FRIEND).get("call_id", "")
    bridge = f"sb-{call}"
    if not wait_for(lambda: _bridged(bridge) == "2", 60):
        return f"the telephones were not bridged: {machine.console('core show channels concise')}"
    if not wait_for(lambda: world.operator.ask("GET", _path(call), also=404).get("state") == "talking", 30):
        return "the talk was not told"
    world.operator.ask("POST", f"{_path(call)}/hangup", body={})
    if not wait_for(lambda: bridge not in machine.console("bridge show all"), 20):
        return "the bridge is left"
    if not wait_for(lambda: world.operator.get(_path(call))["state"] == "ended", 20):
        return "the end was not told"
    ends = {
        (one.number, one.end) for port in (telephones.TRUNK, telephones.PHONE) for one in telephones.rung(port)[-1:]
    }
    if ends != {(FRIEND, "released"), ("100", "released")}:
        return f"the telephones saw {ends}"
    found = world.operator.get(_path(call))
    return "" if found["disposition"] == "answered" else f"the call ended as {found['disposition']}"


def _path(call: str) -> str:
    return f"/admin/calls/{call}"


def _bridged(bridge: str) -> str:
    """Return how many channels are in a bridge."""
    lines = [line.split() for line in machine.console("bridge show all").splitlines() if line.startswith(bridge)]
    return lines[0][2] if lines else ""


def inbound(world: PbxHub) -> str:
    """Inbound: the rules name the extension, subscribers are told, and a stranger goes on in the dialplan."""
    with Receiver() as receiver:
        _subscribe(world, f"{receiver.url}/pbx-test")
        before = len(telephones.rung(telephones.PHONE))
        if not _calls_in(FRIEND):
            return "the known caller was not answered"
        told = receiver.wait_for(lambda received: set(EVENTS) <= _names(received, FRIEND), 30)
        rung = telephones.rung(telephones.PHONE)[before:]
        if [(one.number, one.end) for one in rung] != [("100", "released")]:
            return f"the extension's telephone saw {rung}"
        if not told:
            return f"subscribers were told only {_names(receiver.requests, FRIEND)}"
        _calls_in(STRANGER)
        told = receiver.wait_for(lambda received: {"start.call", "end.call"} <= _names(received, STRANGER), 30)
        if len(telephones.rung(telephones.PHONE)) != before + 1:
            return "the stranger rang the extension"
        return "" if told else f"of the stranger subscribers were told {_names(receiver.requests, STRANGER)}"


def _calls_in(number: str) -> bool:
    return telephones.call([(number, OFFICE)], machine.SIP, telephones.Manner(talk=2.0, patience=15.0))


def _subscribe(world: PbxHub, url: str) -> None:
    headers = {"Authorization": f"Bearer {world.token('vpbx')}"}
    address = f"{world.base_url}/api/v1/events/subscribe"
    for name in EVENTS:
        body = {"event_name": name, "webhook_url": url, "auth_type": "None"}
        answer = httpx.post(address, json=body, headers=headers, timeout=30, trust_env=False)
        if answer.status_code == httpx.codes.CONFLICT:  # of an earlier run
            httpx.put(address, json=body, headers=headers, timeout=30, trust_env=False).raise_for_status()


def _names(received: Sequence[Any], number: str) -> set[str]:
    """Return the names of the events that are about a caller."""
    found = [one.json() for one in received]
    return {event["event_name"] for event in found if number[-10:] in str(event["params"].get("src_phone", ""))}
