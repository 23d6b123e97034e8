"""Calls of every vendor reach destinations of every dialect, through the deployed hub."""

from collections.abc import Callable
from typing import Any

import pytest
from standardwebhooks import Webhook

from local.receiver import Received, Receiver
from tests.e2e.conftest import Hub
from tests.e2e.tenants import Tenant, new_tenant
from tests.support.matrix.stories import SOURCES, TARGETS
from tests.support.stories import IDS, LINKS, SPOKEN, TIMES, left_in, told_by, without

CHANGING = TIMES | LINKS | IDS
PATIENCE = 60


def add(tenant: Tenant, url: str, **fields: Any) -> dict[str, Any]:
    body = {"account": tenant.id, "url": url, **fields}
    answer = tenant.hub.operator("POST", "/destinations", json=body)
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json()
    return made


@pytest.mark.parametrize("source", [source for source in SPOKEN if source in SOURCES])
def test_a_call_of_any_vendor_reaches_destinations_of_every_dialect(
    hub: Hub, receiver: Callable[..., Receiver], source: str
) -> None:
    """Each in its words, in order, once, and signed."""
    tenant = new_tenant(hub)
    crm = receiver()
    secrets = {target: add(tenant, f"{crm.url}/{target}", dialect=target)["secret"] for target in TARGETS}
    for event in told_by(source):
        assert tenant.post(source, event).status_code == 200
    expected = {target: left_in(source, target) for target in TARGETS}
    assert crm.wait_for(lambda received: len(received) >= sum(map(len, expected.values())), PATIENCE)
    for target in TARGETS:
        came = of_path(crm, f"/{target}")
        assert without(CHANGING, [one.json() for one in came]) == without(CHANGING, expected[target])
        for one in came:
            Webhook(secrets[target]).verify(one.body, dict(one.headers))


def of_path(crm: Receiver, path: str) -> list[Received]:
    return [one for one in crm.requests if one.path.startswith(path)]


def test_a_destination_is_tried_filtered_and_removed(hub: Hub, receiver: Callable[..., Receiver]) -> None:
    """A sample arrives whatever the filters; a call arrives where they let it through, and nowhere else."""
    tenant = new_tenant(hub)
    crm = receiver()
    made = [
        add(tenant, f"{crm.url}/{name}", dialect="standard", events=["call.ended"], filters=filters)
        for name, filters in (("in", {"direction": "incoming"}), ("out", {"direction": "outgoing"}))
    ]
    path = f"/destinations/{made[1]['id']}/test?account={tenant.id}"
    assert hub.operator("POST", path).status_code == 202
    assert crm.wait_for(lambda received: len(received) == 1, PATIENCE)
    tenant.play("call-1")
    assert crm.wait_for(lambda received: len(received) >= 2, PATIENCE)
    assert [(one.path, one.json()["type"]) for one in crm.requests] == [("/out", "call.ended"), ("/in", "call.ended")]
    for one in made:
        assert hub.operator("DELETE", f"/destinations/{one['id']}?account={tenant.id}").status_code == 204
    assert hub.operator("GET", f"/destinations?account={tenant.id}").json() == {"destinations": [], "cursor": None}
