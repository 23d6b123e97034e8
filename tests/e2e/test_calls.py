"""A CRM's user presses 'call' and talks; afterwards the recording is on the card: on the local stack, by its API."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.receiver import Receiver
from tests.e2e.conftest import Hub
from tests.e2e.tenants import Tenant, new_tenant
from tests.support.audio import seconds_of

NAMES = ("start.call", "local.out.call", "start.talk", "end.call", "custom.recording.available")
QUICK = {"ring": 1, "talk": 4, "speed": 1, "channels": 2, "cps": 10}
LISTENS, BUSY = "79160000000", "79160000065"


@pytest.fixture
def office(hub: Hub) -> Tenant:
    """An account with a simulator and two extensions."""
    tenant = new_tenant(hub)
    for number in ("104", "105"):
        assert hub.operator("POST", "/extensions", json={"account": tenant.id, "number": number}).is_success
    chosen = {"provider": "simulator", "settings": QUICK}
    assert hub.operator("PUT", f"/accounts/{tenant.id}/telephony", json=chosen).is_success
    return tenant


def originate(tenant: Tenant, number: str = LISTENS, extension: str = "104") -> int:
    """Press 'call'; the status of the answer."""
    body = {"local_num": extension, "phone2call": number}
    return tenant.vpbx("POST", "/application/originate", json=body).status_code


def names(crm: Receiver) -> list[str]:
    return [one.json()["event_name"] for one in crm.requests]


def test_a_call_is_made_told_of_and_recorded(
    office: Tenant, receiver: Callable[..., Receiver], wait_for: Callable[..., Any], tmp_path: Path
) -> None:
    """Its events arrive in order, once for two clicks, and `curl -O` has a file as long as the conversation."""
    crm = receiver()
    office.subscribe(crm.url, *NAMES)
    assert [originate(office) for _ in range(2)] == [200, 200]
    wait_for(lambda: len(crm.requests) >= len(NAMES), timeout=60)
    assert names(crm) == list(NAMES)
    end = crm.requests[3].json()["params"]
    command = ["curl", "-sSfOH", f"Authorization: Bearer {office.token}", end["record"]]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=30)
    (file,) = tmp_path.iterdir()
    assert (file.name, seconds_of(file.read_bytes()), end["billsec"]) == (end["call_id"], 4, 4)


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffprobe (Debian's ffmpeg) is not installed")
def test_the_recording_is_one_that_players_play(office: Tenant, wait_for: Callable[..., Any], tmp_path: Path) -> None:
    """An mp3 of the conversation's length, as ffprobe reads it."""
    assert originate(office) == 200
    kept = wait_for(lambda: recordings(office, "available"), timeout=60)
    file = tmp_path / "recording"
    file.write_bytes(office.vpbx("GET", f"/record/{kept[0]['call_id']}").content)
    probe = ["ffprobe", "-v", "error", "-show_entries", "format=format_name,duration", "-of", "json", str(file)]
    told = json.loads(subprocess.run(probe, check=True, capture_output=True, timeout=30).stdout)["format"]
    assert (told["format_name"], round(float(told["duration"]))) == ("mp3", 4)


def recordings(tenant: Tenant, state: str) -> list[dict[str, Any]]:
    path = f"/recordings?account={tenant.id}&state={state}"
    found: list[dict[str, Any]] = tenant.hub.operator("GET", path).json()["recordings"]
    return found


def test_the_number_says_how_a_call_ends(
    office: Tenant, receiver: Callable[..., Receiver], wait_for: Callable[..., Any]
) -> None:
    """A busy one is no conversation, and has no recording."""
    crm = receiver()
    office.subscribe(crm.url, "end.call")
    assert originate(office, BUSY) == 200
    wait_for(lambda: crm.requests, timeout=40)
    end = crm.requests[0].json()["params"]
    assert (end["disposition"], end["billsec"], end["record"]) == ("BUSY", 0, "")


def test_the_operator_ends_a_call(hub: Hub, office: Tenant, wait_for: Callable[..., Any]) -> None:
    """The command is answered at once, and what came of it is in the call."""
    lasting = {"provider": "simulator", "settings": {**QUICK, "talk": 600}}
    hub.operator("PUT", f"/accounts/{office.id}/telephony", json=lasting)
    asked = hub.operator("POST", "/calls", json={"account": office.id, "extension": "105", "number": LISTENS})
    call = asked.json()["command"]["call_id"]
    assert asked.status_code == 202
    wait_for(lambda: office.calls() and office.call(call)["state"] == "talking", timeout=40)
    assert originate(office, extension="105") == 409
    ended = hub.operator("POST", f"/calls/{call}/hangup", params={"account": office.id})
    assert ended.status_code == 202
    found = wait_for(lambda: (one := office.call(call))["state"] == "ended" and one)
    wait_for(lambda: [one["kind"] for one in office.call(call)["timeline"]].count("command.succeeded") == 2)
    assert found["disposition"] == "answered"
