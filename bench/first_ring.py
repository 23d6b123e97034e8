"""`python -m bench first_ring`: how long an emergency campaign takes from the file to the first call, on a running hub.

One form of `POST /api/v1/campaigns` has a list of 1,000 numbers, a message and the settings. The clock runs from the
request to the moment that the report gives for the first call.
"""

import json
import secrets
import time
from typing import Any

import requests

from bench.calls import percentile
from bench.hub import TIMEOUT, Hub
from tests.support.sounds import tone, wav

PEOPLE, RUNS = 1_000, 5
EVERY, PATIENCE = 0.2, 60.0  # seconds between two looks at the report; seconds before a run fails
SETTINGS = {
    "attemptCount": 1, "attemptDelayS": 60, "successCondition": "PICKUP_PHONE", "successPlaybackDurationS": 5,
    "maxCallDurationS": 30, "maxAnswerDelayS": 30, "userId": "bench",
}  # fmt: skip


def measure(hub: Hub) -> int:
    """Run, print, and return 0 if each campaign rang."""
    answered, rang = [], []
    for number in range(RUNS):
        token = _account(hub)  # of its own: calls of a run before keep their channels until they end
        began = time.time()
        execution = _launch(hub, token, f"run-{number}")
        answered.append(time.time() - began)
        rang.append(_first_call(hub, token, execution) - began)
        _request(hub, token, "PUT", f"/task-execs/{execution}/stop")
        print(f"run {number}: answered after {answered[-1]:.2f} s, first call after {rang[-1]:.2f} s", flush=True)
    print(f"{PEOPLE} people, {RUNS} runs: first call p50 {percentile(rang, 50):.2f} s, slowest {max(rang):.2f} s")
    return 0


def _account(hub: Hub) -> str:
    """Return a token of a new account with the simulator and ten channels."""
    account = f"bench-{secrets.token_hex(4)}"
    hub.operator("POST", "/admin/accounts", {"id": account, "name": "Benchmark"})
    simulator = {"provider": "simulator", "settings": {"ring": 5, "talk": 10}}
    hub.operator("PUT", f"/admin/accounts/{account}/telephony", simulator)
    hub.operator("PUT", f"/admin/accounts/{account}/campaigns", {"channels": 10, "cps": 10})
    return str(hub.operator("POST", "/admin/tokens", {"account": account, "kind": "cato"})["token"])


def _launch(hub: Hub, token: str, key: str) -> str:
    people = "fullName;phones\n" + "".join(f"Person {n};7901{n:07d}\n" for n in range(PEOPLE))
    files: dict[str, Any] = {
        "list": ("town.csv", people.encode(), "text/csv"),
        "audio": ("warning.wav", wav(tone(5)), "audio/wav"),
        "settings": (None, json.dumps(SETTINGS)),
        "name": (None, "flood"),
    }
    answer = requests.post(
        f"{hub.base_url}/api/v1/campaigns",
        files=files,
        headers={**_authorization(token), "Idempotency-Key": key},
        timeout=TIMEOUT,
    )
    answer.raise_for_status()
    return str(answer.json()["taskExecId"])


def _first_call(hub: Hub, token: str, execution: str) -> float:
    """Return when the first call began, in Unix seconds."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        told = _request(hub, token, "GET", f"/task-execs/{execution}?details=true&limit=50")
        began = [call["callStart"] for one in told["subscribers"] for phone in one["phones"] for call in phone["calls"]]
        if began:
            return float(min(began)) / 1000  # milliseconds of Unix time
        time.sleep(EVERY)
    raise SystemExit(f"bench: no call began within {PATIENCE:.0f} s")


def _request(hub: Hub, token: str, method: str, path: str) -> Any:
    address = f"{hub.base_url}/api/v1{path}"
    answer = requests.request(method, address, headers=_authorization(token), timeout=TIMEOUT)
    answer.raise_for_status()
    return answer.json()


def _authorization(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer plain:{token}"}
