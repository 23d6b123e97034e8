"""Accounts made for one test, so that tests that share a hub meet none of each other's data."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.e2e.conftest import Hub

NAMES = ("start.call", "local.in.call", "start.talk", "end.call")


def event(name: str, call_id: str) -> dict[str, Any]:
    """An event of IS.VPBX."""
    params = {"call_id": call_id, "event_date": "2026-11-20 12:00:00", "src_phone": "79160000002"}
    return {"type": "call_event", "event_name": name, "params": {**params, "dst_phone": "74950000001", "direction": 1}}


@dataclass
class Tenant:
    """An account with a token, and a source of each dialect that it needed."""

    hub: Hub
    id: str
    token: str
    sources: dict[str, str] = field(default_factory=dict)

    def post(self, dialect: str, event: Mapping[str, Any]) -> httpx.Response:
        """Post what a PBX of this dialect posts."""
        if dialect not in self.sources:
            made = self.hub.operator(
                "POST", "/sources", json={"account": self.id, "dialect": dialect, "history_days": 3650}
            )
            self.sources[dialect] = made.json()["webhook_url"]
        return self.hub.http.post(self.sources[dialect], json=event)

    def vpbx(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask the IS.VPBX API with the account's token."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.hub.http.request(method, f"/api/v1{path}", headers=headers, **options)

    def subscribe(self, url: str, *names: str, **options: str) -> None:
        """Subscribe to events at one URL."""
        for name in names:
            body = {"event_name": name, "webhook_url": url, "auth_type": "None", **options}
            assert self.vpbx("POST", "/events/subscribe", json=body).status_code == 200

    def play(self, call_id: str, *names: str) -> None:
        """Have these events of a call happen, the whole of it unless told."""
        for name in names or NAMES:
            assert self.post("vpbx", event(name, call_id)).status_code == 200

    def endpoint(self, url: str) -> dict[str, Any]:
        """The receiver at this URL as the operator sees it."""
        found = self.hub.operator("GET", f"/endpoints?account={self.id}").json()["endpoints"]
        one: dict[str, Any] = next(one for one in found if url.startswith(one["receiver"]))
        return one

    def subscription(self, name: str) -> dict[str, Any]:
        """The subscription to this event as the operator sees it."""
        found = self.hub.operator("GET", f"/subscriptions?account={self.id}").json()["subscriptions"]
        one: dict[str, Any] = next(one for one in found if one["event_name"] == name)
        return one

    def executions(self) -> list[dict[str, Any]]:
        """The workflows of the account's receivers."""
        states = self.hub.aws("stepfunctions")
        pages = states.get_paginator("list_executions").paginate(stateMachineArn=self.hub.resource("RedeliverWorkflow"))
        return [one for page in pages for one in page["executions"] if one["name"].startswith(f"{self.id}-")]

    def calls(self) -> list[dict[str, Any]]:
        """The account's calls."""
        found: list[dict[str, Any]] = self.hub.operator("GET", f"/calls?account={self.id}").json()["calls"]
        return found

    def call(self, call_id: str) -> dict[str, Any]:
        """One call with everything that is kept of it."""
        found: dict[str, Any] = self.hub.operator("GET", f"/calls/{call_id}?account={self.id}").json()
        return found

    def deliveries(self, state: str) -> list[dict[str, Any]]:
        """The account's deliveries in a state."""
        path = f"/deliveries?state={state}&account={self.id}&limit=200"
        found: list[dict[str, Any]] = self.hub.operator("GET", path).json()["deliveries"]
        return found


def new_tenant(hub: Hub) -> Tenant:
    """A new account."""
    account = f"t-{secrets.token_hex(5)}"
    wish = {"id": account, "name": "Test", "allow_self": True}  # tests play other systems by the hub itself
    assert hub.operator("POST", "/accounts", json=wish).status_code == 201
    issued = hub.operator("POST", "/tokens", json={"account": account, "kind": "vpbx"}).json()
    return Tenant(hub, account, issued["token"])
