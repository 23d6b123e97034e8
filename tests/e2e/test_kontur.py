"""Kontur.CRM, both ways, through the deployed hub."""

from collections.abc import Callable
from typing import Any

import httpx

from local.receiver import Receiver
from tests.e2e.conftest import Hub
from tests.e2e.tenants import Tenant, new_tenant
from tests.support.kontur import CALLBACKS, leg, path_of

PATIENCE = 60
USER = "a71c-anna"
ECHO = {"X-XCOM-Integration-Echo": "e-77"}


def tell(hub: Hub, tenant: Tenant, key: str, name: str, **changed: str) -> httpx.Response:
    headers = {"X-XCOM-AccessKey": key, **ECHO}
    return hub.http.post(path_of(name, tenant.id), json={**CALLBACKS[name], **changed}, headers=headers)


def test_what_a_telephony_tells_becomes_a_call(hub: Hub, wait_for: Callable[..., Any]) -> None:
    """Each callback at its own path, beside the other APIs under the same one; the echo comes back."""
    tenant = new_tenant(hub)
    wish = {"account": tenant.id, "kind": "kontur", "name": "Romashka"}
    key = hub.operator("POST", "/tokens", json=wish).json()["token"]
    id_ = tell(hub, tenant, key, "call-started").json()["id"]
    told = [
        tell(hub, tenant, key, "call-event", communicationId=id_),
        tell(hub, tenant, key, "call-event", **leg("connected", "12:00:10")),
        tell(hub, tenant, key, "call-recording"),
        tell(hub, tenant, key, "call-finished"),
        tell(hub, tenant, key, "register-call"),
    ]
    assert [(one.status_code, one.json()) for one in told] == [(200, "OK")] * 5
    assert {one.headers["X-XCOM-Integration-Echo"] for one in told} == {"e-77"}
    assert tell(hub, tenant, "wrong", "call-event").status_code == 401
    assert tell(hub, tenant, key, "call-event", externalId="other").json()["status"] == "communicationNotFound"
    wait_for(lambda: [call["state"] for call in tenant.calls()] == ["ended"])
    assert tenant.vpbx("GET", "/phones/local").status_code == 200


def test_a_crm_asks_for_a_call_and_is_told_of_it(hub: Hub, receiver: Callable[..., Receiver]) -> None:
    """Answered within a second; the call is made, and told with the CRM's id from its start to its whole."""
    tenant, crm = new_tenant(hub), receiver()
    hub.operator("POST", "/extensions", json={"account": tenant.id, "number": "101"})
    telephony = {"provider": "simulator", "settings": {"ring": 1, "talk": 2, "speed": 10}}
    hub.operator("PUT", f"/accounts/{tenant.id}/telephony", json=telephony)
    wish = {"account": tenant.id, "kind": "kontur", "base_url": crm.url, "workspace": f"crm-{tenant.id}",
            "access_key": f"key-of-{tenant.id}", "users": [{"crm_user": USER, "extension": "101"}]}  # fmt: skip
    assert hub.operator("POST", "/connectors", json=wish).status_code == 201
    body = {"communicationId": "asked-for", "fromUserId": USER, "clientPhone": "79012345600"}
    path = f"/api/v1/crm-{tenant.id}/communications/call"
    headers = {"X-XCOM-AccessKey": f"key-of-{tenant.id}", **ECHO}
    answers = [hub.http.post(path, json=body, headers=headers) for _ in range(2)]
    assert [(one.status_code, one.json(), one.headers["X-XCOM-Integration-Echo"]) for one in answers] == [
        (200, "OK", "e-77")
    ] * 2
    assert answers[-1].elapsed.total_seconds() < 1
    assert crm.wait_for(lambda received: any(one.path.endswith("/register-call") for one in received), PATIENCE)
    told: list[dict[str, Any]] = [one.json() for one in crm.requests]
    assert crm.requests[0].path.endswith("/communications/callbacks/telephony/call-started")
    assert {one["communicationId"] for one in told} == {"asked-for"}
    assert {one.headers["x-xcom-accesskey"] for one in crm.requests} == {f"key-of-{tenant.id}"}
