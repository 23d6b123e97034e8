"""A source connected to a real IS.VPBX, here the hub itself with another account; and whom a caller should reach."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import pytest

from tests.e2e.conftest import Hub
from tests.e2e.tenants import Tenant, event, new_tenant


def source_of(tenant: Tenant) -> dict[str, Any]:
    """A new source of IS.VPBX."""
    made = tenant.hub.operator("POST", "/sources", json={"account": tenant.id, "dialect": "vpbx", "history_days": 3650})
    found: dict[str, Any] = made.json()
    tenant.sources["vpbx"] = found["webhook_url"]
    return found


def test_a_connected_source_is_told_what_happens_at_the_pbx(hub: Hub, wait_for: Callable[..., Any]) -> None:
    """A call of the PBX's account is a call of ours, with all its events."""
    office, pbx = new_tenant(hub), new_tenant(hub)
    hub.operator("POST", "/extensions", json={"account": pbx.id, "number": "104"})
    source = source_of(office)
    connected = hub.operator(
        "POST", f"/sources/{source['id']}/connect", json={"base_url": hub.base_url, "token": pbx.token}
    )
    assert (connected.status_code, connected.json()["upstream"]["state"]) == (200, "connected"), connected.text
    assert connected.json()["extensions"] == {"added": ["104"]}
    pbx.play("upstream-1")
    wait_for(lambda: calls(office, "ended"))
    (call,) = calls(office, "ended")
    assert (call["id"], call["events_count"]) == ("upstream-1", 4)
    assert hub.operator("POST", f"/sources/{source['id']}/disconnect").status_code == 204
    assert pbx.vpbx("GET", "/events/subscribe").json() == {"active_events": []}


def calls(tenant: Tenant, state: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tenant.hub.operator("GET", f"/calls?account={tenant.id}&state={state}").json()[
        "calls"
    ]
    return found


def test_a_caller_is_told_to_the_pbx_that_asks(hub: Hub, wait_for: Callable[..., Any]) -> None:
    """Under the source's own address, as text and as JSON, once the function is warm: a cold start passes the limit."""
    office = new_tenant(hub)
    source = source_of(office)
    hub.operator("POST", "/extensions", json={"account": office.id, "number": "104"})
    rules = {"rules": [{"numbers": ["+7916*"], "extension": "104"}]}
    assert hub.operator("PUT", f"/accounts/{office.id}/routing", json=rules).status_code == 200
    path = f"/webhooks/{source['id']}/route"
    wait_for(lambda: hub.http.get(path, params={"phone": "+79160000002"}).text == "104")
    as_json = hub.http.get(path, params={"phone": "84950000001"}, headers={"Accept": "application/json"})
    assert as_json.json() == {"extension": ""}
    hidden = hub.http.get(path)
    assert (hidden.status_code, hidden.text) == (200, "")
    assert hub.http.get("/webhooks/s-unknown/route", params={"phone": "1234567"}).status_code == 404
    assert office.post("vpbx", event("start.call", "after-route")).status_code == 200


@pytest.mark.skipif(not find_spec("switchboard.bootstrap.telephony"), reason="no telephony is there")
def test_a_call_started_through_the_pbx_is_found_by_its_events(hub: Hub, wait_for: Callable[..., Any]) -> None:
    """Our client asks our server, whose simulator calls; the PBX's events come in, and the command has its call."""
    office, pbx = new_tenant(hub), new_tenant(hub)
    hub.operator("POST", "/extensions", json={"account": pbx.id, "number": "104"})
    simulator = {"provider": "simulator", "settings": {"ring": 1, "talk": 2}}
    assert hub.operator("PUT", f"/accounts/{pbx.id}/telephony", json=simulator).status_code == 200
    source = source_of(office)
    api = {"base_url": hub.base_url, "token": pbx.token}
    assert hub.operator("POST", f"/sources/{source['id']}/connect", json=api).status_code == 200
    chosen = {"provider": "vpbx", "settings": {**api, "source": source["id"]}}
    assert hub.operator("PUT", f"/accounts/{office.id}/telephony", json=chosen).status_code == 200
    wish = {"account": office.id, "extension": "104", "number": "89012345600"}
    asked = hub.operator("POST", "/calls", json=wish)
    assert asked.status_code == 202, asked.text
    path = f"/commands/{asked.json()['command']['id']}?account={office.id}"
    command = wait_for(lambda: succeeded(hub, path), 60)
    wait_for(lambda: calls(office, "ended"), 60)
    (call,) = calls(office, "ended")
    assert (call["id"], call["direction"]) == (command["call_id"], "outgoing")


def succeeded(hub: Hub, path: str) -> dict[str, Any] | None:
    """The command, once it has its call."""
    answer = hub.operator("GET", path).json()
    found: dict[str, Any] = answer.get("command", answer)
    return found if found.get("state") == "succeeded" else None
