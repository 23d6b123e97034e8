"""Deliveries: authorised, signed, tried again, dead, replayed, and in order all the while."""

import base64
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from standardwebhooks import Webhook

from local.receiver import Answer, Received, Receiver
from tests.e2e.conftest import Hub
from tests.e2e.tenants import NAMES, event, new_tenant


@pytest.mark.parametrize(
    ("options", "header", "field"),
    [
        ({"auth_type": "None"}, None, None),
        (
            {"auth_type": "BasicHttpAuth", "auth_string": "crm:pass"},
            "Basic " + base64.b64encode(b"crm:pass").decode(),
            None,
        ),
        ({"auth_type": "BearerTokenAuth", "auth_string": "t0ken"}, "Bearer t0ken", None),
        ({"auth_type": "RequestBodyAuth", "auth_string": "t0ken", "auth_field": "key"}, None, "t0ken"),
    ],
)
def test_authorisation(
    hub: Hub, receiver: Callable[..., Receiver], options: dict[str, str], header: str | None, field: str | None
) -> None:
    """Every auth_type arrives as documented, beside the id and time of the delivery."""
    tenant = new_tenant(hub)
    crm = receiver()
    tenant.subscribe(crm.url, "start.call", **options)
    tenant.post("vpbx", event("start.call", "call-1"))
    assert crm.wait_for(lambda received: len(received) == 1, 30)
    arrived = crm.requests[0]
    assert (arrived.headers.get("authorization"), arrived.json().get("key")) == (header, field)
    assert arrived.headers["webhook-id"].startswith("msg_")
    assert abs(int(arrived.headers["webhook-timestamp"]) - arrived.at) < 60
    assert "webhook-signature" not in arrived.headers


def test_signature(hub: Hub, receiver: Callable[..., Receiver]) -> None:
    """A subscription with a secret gets deliveries that the Standard Webhooks library verifies."""
    tenant = new_tenant(hub)
    crm = receiver()
    tenant.subscribe(crm.url, "start.call", auth_type="RequestBodyAuth", auth_string="t0ken", auth_field="key")
    subscription = hub.operator("GET", f"/subscriptions?account={tenant.id}").json()["subscriptions"][0]["id"]
    secret = hub.operator("POST", f"/subscriptions/{subscription}/secret?account={tenant.id}").json()["secret"]
    tenant.post("vpbx", event("start.call", "call-1"))
    assert crm.wait_for(lambda received: len(received) == 1, 30)
    arrived = crm.requests[0]
    assert Webhook(secret).verify(arrived.body.decode(), dict(arrived.headers))["key"] == "t0ken"


def test_dead_letter_and_replay(hub: Hub, receiver: Callable[..., Receiver], wait_for: Callable[..., Any]) -> None:
    """What fails for the whole schedule is a dead letter with its attempts, and arrives when it is replayed."""
    tenant = new_tenant(hub)
    crm = receiver(lambda _: Answer(500, b"no"))
    tenant.subscribe(crm.url, "start.call")
    tenant.post("vpbx", event("start.call", "call-1"))
    dead = wait_for(lambda: tenant.deliveries("dead"), timeout=40)[0]
    assert {(attempt["status"], attempt["answer"]) for attempt in dead["attempts"]} == {(500, "no")}
    made = len(crm.requests)
    assert len(dead["attempts"]) == made > 5
    crm.respond = lambda _: Answer(200)
    assert hub.operator("POST", f"/deliveries/{dead['id']}/replay").status_code == 202
    wait_for(lambda: tenant.deliveries("delivered"))
    assert {one.headers["webhook-id"] for one in crm.requests} == {dead["id"]}
    assert len(crm.requests) == made + 1


def test_order_behind_a_failing_delivery(hub: Hub, receiver: Callable[..., Receiver]) -> None:
    """While the first event of a call is refused, the others wait behind it, and other calls do not."""
    refused: list[str] = []

    def refuse_twice(received: Received) -> Answer:
        told = received.json()
        if told["params"]["call_id"] == "stuck" and len(refused) < 2:
            refused.append(told["event_name"])
            return Answer(503)
        return Answer(200)

    tenant = new_tenant(hub)
    crm = receiver(refuse_twice)
    tenant.subscribe(crm.url, *NAMES)
    tenant.play("stuck")
    tenant.play("free")
    assert crm.wait_for(lambda received: len(received) == len(NAMES) * 2 + 2, 40)
    told = [(one.json()["params"]["call_id"], one.json()["event_name"]) for one in crm.requests]
    assert refused == ["start.call"] * 2
    assert [name for call, name in told if call == "stuck"] == ["start.call", "start.call", *NAMES]
    assert [name for call, name in told if call == "free"] == list(NAMES)
    assert told.index(("free", "end.call")) < told.index(("stuck", "end.call"))


def test_many_calls_at_once(hub: Hub, receiver: Callable[..., Receiver]) -> None:
    """Calls that are posted by many clients at once all arrive, once each, each call in order."""
    tenant = new_tenant(hub)
    crm = receiver()
    tenant.subscribe(crm.url, *NAMES)
    tenant.post("vpbx", event("start.call", "first"))
    calls = [f"call-{number}" for number in range(50)]
    with ThreadPoolExecutor(8) as clients:
        list(clients.map(tenant.play, calls))
    assert crm.wait_for(lambda received: len(received) >= len(calls) * len(NAMES) + 1, 120)
    arrived: dict[str, list[str]] = defaultdict(list)
    for one in crm.requests[1:]:
        arrived[one.json()["params"]["call_id"]].append(one.json()["event_name"])
    assert len({one.headers["webhook-id"] for one in crm.requests}) == len(crm.requests)
    assert arrived == {call: list(NAMES) for call in calls}
