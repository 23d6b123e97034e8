"""Campaigns on the local stack: the documented commands, from the audio to the final report."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import ROOT, Hub
from tests.support.sounds import encoded, tone, wav

API = "/api/v1"
SPEED = 200
LISTENS, BUSY, NO_ANSWER, INVALID = "00", "65", "70", "75"
ENDINGS = (LISTENS, LISTENS, BUSY, NO_ANSWER, INVALID)
PROFILE = {
    "name": "profile_1",
    "attemptCount": 2,
    "attemptDelays": 1,
    "successCondition": "PICKUP_PHONE",
    "successPlaybackDurations": 5,
    "maxCallDurations": 90,
    "maxAnswerDelays": 30,
    "userId": "user",
}


class Curl:
    """The documented commands, with another address and token."""

    def __init__(self, hub: Hub) -> None:
        program = shutil.which("curl")
        if program is None:
            pytest.skip("there is no curl")
        self.program, self.hub = program, hub

    def __call__(self, method: str, path: str, *more: str) -> Any:
        headers = ["accept: application/json", f"Authorization: Bearer plain:{self.hub.cato_token}"]
        command = [self.program, "-sS", "-X", method, f"{self.hub.base_url}{API}{path}", *more]
        for header in headers:
            command += ["-H", header]
        done = subprocess.run(command, capture_output=True, check=True)
        return json.loads(done.stdout)

    def json(self, method: str, path: str, body: Any) -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        return self(method, path, "-H", "Content-Type: application/json", "-d", text)


@pytest.fixture
def curl(hub: Hub) -> Curl:
    """On an account whose telephony is a quick simulator."""
    settings = {"speed": SPEED, "channels": 100, "cps": 100}
    telephony = {"provider": "simulator", "settings": settings}
    assert hub.operator("PUT", f"/accounts/{hub.account}/telephony", json=telephony).status_code == 200
    limits = {"channels": 8, "cps": 50}
    assert hub.operator("PUT", f"/accounts/{hub.account}/campaigns", json=limits).status_code == 200
    return Curl(hub)


def people(count: int) -> list[dict[str, Any]]:
    return [
        {"fullName": f"Person {number}", "phones": f"7900{number:05d}{ENDINGS[number % len(ENDINGS)]}", "emails": ""}
        for number in range(count)
    ]


def a_task(curl: Curl, tmp_path: Path, count: int, name: str) -> str:
    """Audio, a group, settings and a task, made as the document shows."""
    (tmp_path / "warning.wav").write_bytes(wav(tone(3)))
    audio = curl(
        "PUT", f"/audio-files/add/{name}", "-H", "Content-Type: application/octet-stream",
        "--data-binary", f"@{tmp_path / 'warning.wav'}",
    )  # fmt: skip
    everybody = people(count)
    half = count // 2
    two_arrays = json.dumps(everybody[:half]) + "\n" + json.dumps(everybody[half:])
    group = curl.json("PUT", f"/subscriber-groups/add/{name}", two_arrays)
    assert group["subscriberCount"] == count
    settings = curl.json("POST", "/notification-settings/", PROFILE)
    assert settings == {"id": settings["id"], **PROFILE}
    wish = {"name": name, "settings": settings["id"], "files": audio["id"], "groups": [group["id"]], "userId": "user"}
    task = curl.json("POST", "/tasks/", wish)
    assert task == {"id": task["id"], **wish, "files": [audio["id"]]}
    return str(task["id"])


def test_the_documented_commands_lead_from_audio_to_the_final_report(
    hub: Hub, curl: Curl, tmp_path: Path, wait_for: Callable[..., Any]
) -> None:
    """Everybody is called, whom nobody reached once more, and the report adds up at every moment."""
    task = a_task(curl, tmp_path, 25, "flood")
    dry = curl("POST", f"/tasks/{task}/dry-run")
    assert (dry["result"], dry["wouldBeCalled"]) == ("SUCCESS", 25)
    started = curl("PUT", f"/tasks/{task}/start")
    assert started["result"] == "SUCCESS"
    path = f"/task-execs/{started['taskExecId']}"

    def over() -> Any:
        found = curl("GET", path)
        told = found["report"]
        counted = told["subscriberNotYetNotified"] + told["subscriberNotified"] + told["subscriberFailed"]
        assert counted == told["subscriberCount"] == 25
        assert told["callsSucceeded"] + told["callsFailed"] + told["callsInProgress"] == told["callsTotal"]
        return None if told["activePhase"] else found

    report = wait_for(over, timeout=180)
    told = report["report"]
    assert (told["subscriberNotified"], told["subscriberFailed"], told["waveTotal"]) == (10, 15, 2)
    # Two waves, but for the five whose number is none: to call those again is of no use.
    assert (told["callsTotal"], told["callsSucceeded"], told["callsFailed"]) == (25 + 10, 10, 25)
    for subscriber in report["subscribers"]:
        number = subscriber["subscriber"]["phones"][0]
        calls = subscriber["phones"][0]["calls"]
        assert subscriber["notified"] is number.endswith(LISTENS)
        assert len(calls) == (1 if number.endswith((LISTENS, INVALID)) else 2)
        assert all(call["callStart"] <= call["callEnd"] for call in calls)
    table = httpx.get(
        f"{hub.base_url}{API}{path}/report.csv", headers={"Authorization": f"Bearer plain:{hub.cato_token}"}
    )
    lines = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff")), delimiter=";"))
    assert len(lines) == told["callsTotal"]
    assert sum(line["success"] == "true" for line in lines) == 10
    listed = curl("GET", "/task-execs")
    assert (listed[0]["id"], listed[0]["state"]) == (started["taskExecId"], "finished")


def test_the_commands_of_the_page_lead_to_a_report(hub: Hub, tmp_path: Path, wait_for: Callable[..., Any]) -> None:
    """Each of `docs/campaigns.md`, in their order, as they stand there but for the address and the time of day."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "campaigns.md").read_text(), re.DOTALL)
    script = "\n".join(["set -e", *blocks, 'echo; echo "$EXECUTION"'])
    script = script.replace("http://127.0.0.1:8080", hub.base_url).replace(
        "/accounts/demo/", f"/accounts/{hub.account}/"
    )
    script = script.replace('"tillHour": 21, "tillMin": 0', '"tillHour": 8, "tillMin": 30').replace(
        "curl -X", "curl -sSf -X"
    )
    (tmp_path / "warning.mp3").write_bytes(encoded("mp3", "libmp3lame", 5))
    (tmp_path / "town.csv").write_bytes("ФИО;Телефон\nЛи Анна;776429\nОр;номера нет\n".encode("cp1251"))
    tokens = {"OPERATOR_TOKEN": hub.operator_token, "CATO_TOKEN": hub.cato_token}
    done = subprocess.run(
        ["/bin/bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, **tokens},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    headers = {"Authorization": f"Bearer plain:{hub.cato_token}"}
    path = f"{API}/task-execs/{done.stdout.split()[-1]}"

    def over() -> Any:
        told = hub.http.get(path, headers=headers).json()["report"]
        return None if told["activePhase"] else told

    told = wait_for(over, timeout=180)  # the second wave is a minute after the first
    assert (told["subscriberCount"], told["subscriberNotified"], told["subscriberFailed"]) == (3, 2, 1)
    assert (tmp_path / "report.csv").read_text().startswith('\ufeff"fullName";')
    assert '"skipped":1' in done.stdout


def test_a_campaign_is_paused_resumed_and_stopped(curl: Curl, tmp_path: Path, wait_for: Callable[..., Any]) -> None:
    """What it uses cannot be deleted as long as it is not over."""
    task = a_task(curl, tmp_path, 20, "drought")
    path = f"/task-execs/{curl('PUT', f'/tasks/{task}/start')['taskExecId']}"
    assert curl("PUT", f"{path}/pause")["state"] == "paused"
    assert curl("DELETE", f"/tasks/{task}")["status"] == 409
    assert curl("PUT", f"{path}/resume")["state"] == "running"
    assert curl("PUT", f"{path}/stop")["state"] in ("stopping", "stopped")
    report = wait_for(lambda: not curl("GET", path)["report"]["activePhase"] and curl("GET", path), timeout=60)
    told = report["report"]
    assert told["subscriberNotified"] + told["subscriberFailed"] == 20
    assert told["callsInProgress"] == 0


def test_a_larger_list_goes_to_the_store_itself(hub: Hub, curl: Curl) -> None:
    """Twenty thousand people in a table, in the Windows encoding, put to the address that it names."""
    lines = ["ФИО;Телефон", *(f"Человек {number};7916{number:07d}" for number in range(20_000))]
    data = "\r\n".join(lines).encode("cp1251")
    wish = {"name": "town", "size": len(data), "contentType": "text/csv", "encoding": "windows-1251"}
    begun = curl.json("POST", "/subscriber-groups/uploads", wish)
    put = httpx.put(begun["upload"]["url"], content=data, headers=begun["upload"]["headers"], trust_env=False)
    assert put.status_code == 200
    group = curl("POST", f"/subscriber-groups/uploads/{begun['id']}")
    assert (group["id"], group["subscriberCount"]) == (begun["id"], 20_000)
    headers = {"Authorization": f"Bearer plain:{hub.cato_token}"}
    content = httpx.get(group["url"], headers=headers, follow_redirects=True, timeout=30, trust_env=False)
    assert content.json()[19_999] == {"fullName": "Человек 19999", "phones": ["79160019999"], "emails": []}
