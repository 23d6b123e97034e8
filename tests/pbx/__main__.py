"""`make test-pbx`: click-to-call, a caller from outside, a campaign and a cut connection, at a real Asterisk."""

from __future__ import annotations

import io
import math
import struct
import sys
import time
import wave
from collections import Counter
from functools import partial
from typing import Any

from local import background
from local.cato import Cato
from local.files import read_json
from local.lock import Lock
from local.operator import Operator
from local.paths import Paths
from tests.pbx import machine
from tests.pbx.wire import Wire

ACCOUNT, PASSWORD = "pbx-test", "a-password-of-the-test"
# The last but one digit of a number chooses what sipp does (crowd.xml), and this is what a report must say of it.
EXPECTED = {"0": True, "1": False, "2": False, "3": False, "6": False, "7": False}
PEOPLE = 20
SECONDS = 3.0


def main() -> int:
    """Return the status for the shell: 0 also where the test cannot run."""
    why = machine.missing() or machine.install()
    if why:
        _say(f"test-pbx is skipped: {why}")
        return 0
    _say(f"{machine.version()} and sipp, on loopback")
    hub = _hub()
    with Operator(hub["base_url"], hub["operator_token"]) as operator:
        _prepare(operator)
        with Wire(int(hub["base_url"].rpartition(":")[2])) as wire:
            machine.configure(_own_files(wire.port))
            with machine.running():
                checks = [_connects, _click_to_call, _campaign, partial(_cut, wire)]
                results = [_passes(check, hub, operator) for check in checks]  # each, whatever fails
                return 0 if all(results) else 1


def _hub() -> dict[str, Any]:
    paths = Paths.from_environment()
    if Lock(paths.hub_lock).holder() is None:
        background.start(paths)
    found: dict[str, Any] = read_json(paths.hub)
    return found


def _prepare(operator: Operator) -> None:
    operator.ask("POST", "/admin/accounts", body={"id": ACCOUNT, "name": "Asterisk"}, also=409)
    operator.ask("POST", "/admin/extensions", body={"account": ACCOUNT, "number": "100"}, also=409)
    settings = {"password": PASSWORD, "ring_for": 20}
    operator.ask("PUT", f"/admin/accounts/{ACCOUNT}/telephony", body={"provider": "asterisk", "settings": settings})
    operator.ask("PUT", f"/admin/accounts/{ACCOUNT}/campaigns", body={"channels": 20, "cps": 20})


def _own_files(port: int) -> dict[str, str]:
    address = f"ws://127.0.0.1:{port}/telephony/asterisk"
    return {
        "ari.conf": "[general]\nenabled=yes\n\n[hub]\ntype=outbound_websocket\nwebsocket_client_id=hub\n"
        "apps=switchboard\nsubscribe_all=no\nlocal_ari_user=switchboard\n\n"
        "[switchboard]\ntype=user\nread_only=no\npassword=unused\n",
        "websocket_client.conf": "[hub]\ntype=websocket_client\nconnection_type=persistent\n"
        f"uri={address}\nprotocols=ari\nusername={ACCOUNT}\npassword={PASSWORD}\n"
        "connection_timeout=5000\nreconnect_interval=1000\nreconnect_attempts=4\n",
    }


def _passes(check: Any, hub: dict[str, Any], operator: Operator) -> bool:
    began = time.monotonic()
    wrong = check(hub, operator)
    name = getattr(check, "__name__", "_campaign_with_a_cut").strip("_").replace("_", " ")
    _say(f"{'FAILED' if wrong else 'passed'}: {name} ({time.monotonic() - began:.1f} s) {wrong}")
    return not wrong


def _connects(_: dict[str, Any], operator: Operator) -> str:
    """The first order that is not refused shows that the PBX is connected and registered."""

    def hangs_up() -> bool:
        return "call_id" in _order(operator, "79990000011")

    return "" if machine.wait_for(hangs_up, 40) else "the PBX did not connect"


def _order(operator: Operator, number: str) -> dict[str, Any]:
    body = {"account": ACCOUNT, "extension": "100", "number": number}
    answer = operator.ask("POST", "/admin/calls", body=body, also=502)
    command: dict[str, Any] = answer.get("command", {})
    return command


def _click_to_call(_: dict[str, Any], operator: Operator) -> str:
    """Two telephones are bridged; a hang-up by the API leaves nothing at the PBX."""
    call = _order(operator, "79990000001").get("call_id", "")
    bridge = f"sb-{call}"
    if not machine.wait_for(lambda: _bridged(bridge) == "2", 60):
        return "the telephones were not bridged"
    if not machine.wait_for(lambda: "id" in operator.ask("GET", f"/admin/calls/{call}", also=404), 30):
        return "the call was not told"
    operator.ask("POST", f"/admin/calls/{call}/hangup", body={})
    if not machine.wait_for(lambda: bridge not in machine.console("core show channels concise"), 20):
        return "channels are left"
    told = machine.wait_for(lambda: operator.get(f"/admin/calls/{call}")["state"] == "ended", 20)
    return "" if told and operator.get(f"/admin/calls/{call}")["disposition"] == "answered" else "the end was not told"


def _bridged(bridge: str) -> str:
    """How many channels are in a bridge."""
    lines = [line.split() for line in machine.console("bridge show all").splitlines() if line.startswith(bridge)]
    return lines[0][2] if lines else ""


def _campaign(hub: dict[str, Any], operator: Operator) -> str:
    """Everybody who answers and listens is notified, and nobody else."""
    return _run(hub, operator, None)


def _cut(wire: Wire, hub: dict[str, Any], operator: Operator) -> str:
    """The same, although the PBX's connection is killed in the middle: each telephone rings once."""
    return _run(hub, operator, wire)


def _run(hub: dict[str, Any], operator: Operator, wire: Wire | None) -> str:
    """Run a campaign, and return what its report says wrongly. `wire` is cut while telephones ring."""
    endings = "".join(EXPECTED)
    numbers = [f"7999{place:05d}{endings[place % len(endings)]}{int(wire is not None)}" for place in range(PEOPLE)]
    token = operator.post("/admin/tokens", {"account": ACCOUNT, "kind": "cato", "name": "test-pbx"})["token"]
    with Cato(hub["base_url"], token) as client:
        execution, began = _start(client, numbers), time.monotonic()
        if wire:
            machine.wait_for(lambda: client.progress(execution)["callsInProgress"], 60)
            wire.cut()
        over = machine.wait_for(lambda: not client.progress(execution)["activePhase"], 120)
        found = {_number(one): bool(one.get("notified")) for one in client.subscribers(execution)}
    wrong = Counter(number[-2] for number in numbers if found.get(number) is not EXPECTED[number[-2]])
    _say(f"  {PEOPLE} numbers in {time.monotonic() - began:.1f} s")
    return "" if over and not wrong else f"over: {over}; wrong by kind of number: {dict(wrong)}"


def _number(subscriber: dict[str, Any]) -> str:
    text = str(subscriber)
    return next(part for part in text.replace("'", " ").replace("+", " ").split() if part.startswith("7999"))


def _start(client: Cato, numbers: list[str]) -> str:
    name = f"pbx-{time.time():.0f}"
    audio = client.add_audio(f"{name}.wav", _tones())
    people = [{"fullName": f"Person {number[-4:]}", "phones": [number], "emails": ""} for number in numbers]
    profile = {
        "name": name,
        "attemptCount": 1,
        "attemptDelayS": 5,
        "successCondition": "PICKUP_AND_LISTEN_FULL",
        "maxCallDurationS": 30,
        "maxAnswerDelayS": 6,
    }
    settings = client.add("notification-settings", profile)
    group = client.add_group(name, people)
    return client.start(client.add("tasks", {"name": name, "settings": settings, "files": [audio], "groups": [group]}))


def _tones() -> bytes:
    """Return a WAV file of changing tones."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        pitches = [300 + 90 * (place // 800 % 7) for place in range(int(8000 * SECONDS))]
        samples = [int(9000 * math.sin(2 * math.pi * pitch * place / 8000)) for place, pitch in enumerate(pitches)]
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return out.getvalue()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
