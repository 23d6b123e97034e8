"""The running hub, as `.local/hub.json` describes it, and an account of the benchmark's own in it."""

import json
import secrets
from dataclasses import dataclass
from typing import Any

import requests

from local.paths import Paths

TIMEOUT = 30


class NotRunning(Exception):
    """There is no hub to measure."""


@dataclass(frozen=True, slots=True)
class Hub:
    base_url: str
    operator_token: str

    def operator(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.operator_token}"}
        answer = requests.request(method, self.base_url + path, json=body, headers=headers, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()


@dataclass(frozen=True, slots=True)
class Account:
    """A new account with one source, so that a run meets none of the others' data."""

    hub: Hub
    webhook: str
    token: str

    def subscribe(self, event_name: str, url: str) -> None:
        body = {"event_name": event_name, "webhook_url": url, "auth_type": "None"}
        headers = {"Authorization": f"Bearer {self.token}"}
        path = f"{self.hub.base_url}/api/v1/events/subscribe"
        requests.post(path, json=body, headers=headers, timeout=TIMEOUT).raise_for_status()

    def unsubscribe(self, event_name: str) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        path = f"{self.hub.base_url}/api/v1/events/subscribe"
        requests.delete(path, params={"event_name": event_name}, headers=headers, timeout=TIMEOUT).raise_for_status()


def running_hub() -> Hub:
    path = Paths.from_environment().hub
    if not path.exists():
        raise NotRunning("no hub is running; start it with: make run DETACH=1")
    known = json.loads(path.read_text())
    return Hub(known["base_url"], known["operator_token"])


def new_account(hub: Hub) -> Account:
    account = f"bench-{secrets.token_hex(4)}"
    hub.operator("POST", "/admin/accounts", {"id": account, "name": "Benchmark"})
    token = hub.operator("POST", "/admin/tokens", {"account": account, "kind": "vpbx"})["token"]
    source = hub.operator("POST", "/admin/sources", {"account": account, "dialect": "vpbx", "history_days": 3650})
    return Account(hub, source["webhook_url"], token)
