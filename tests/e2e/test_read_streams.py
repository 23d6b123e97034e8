"""A source whose PBX cannot reach us, read by its stream: the PBX is the hub itself, with another account."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.e2e.conftest import Hub
from tests.e2e.tenants import Tenant, new_tenant
from tests.unit.builders import sample

FUNCTION = "WorkflowsReadStreamsFunction"


def source_of(tenant: Tenant) -> str:
    """A new source of SpRecord."""
    made = tenant.hub.operator("POST", "/sources", json={"account": tenant.id, "dialect": "sprecord"})
    return str(made.json()["id"])


def run(hub: Hub, seconds: int) -> None:
    """Begin a run, as the schedule does."""
    hub.aws("lambda").invoke(
        FunctionName=hub.resource(FUNCTION), InvocationType="Event", Payload=json.dumps({"seconds": seconds})
    )


def tell(pbx: Tenant, name: str) -> None:
    body = sample(f"sprecord/{name}")
    assert pbx.post("sprecord", body).status_code == 200


def test_what_happens_at_the_pbx_is_read_from_its_stream(hub: Hub, wait_for: Callable[..., Any]) -> None:
    """While a run reads, and between two runs; a run that begins takes the stream from the one before."""
    office, pbx = new_tenant(hub), new_tenant(hub)
    token = hub.operator("POST", "/tokens", json={"account": pbx.id, "kind": "sprecord"}).json()["token"]
    source = source_of(office)
    wish = {"by": "stream", "base_url": hub.base_url, "token": token}
    connected = hub.operator("POST", f"/sources/{source}/connect", json=wish)
    assert connected.status_code == 200, connected.text

    def stream() -> Any:
        return hub.operator("GET", f"/sources/{source}").json()["upstream"]["stream"]

    def events() -> int:
        return sum(int(call["events_count"]) for call in office.calls())

    run(hub, 3)
    wait_for(lambda: (stream() or {}).get("state") == "connected", 60)
    tell(pbx, "incoming_call")
    wait_for(lambda: events() == 1)
    tell(pbx, "start_talk")
    run(hub, 20)
    wait_for(lambda: events() == 2, 90)
    tell(pbx, "call_end")
    wait_for(lambda: events() == 3, 90)
    assert stream()["last_event_id"] == "3"
    assert hub.operator("POST", f"/sources/{source}/disconnect").status_code == 204
