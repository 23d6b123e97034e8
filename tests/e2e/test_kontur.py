"""Kontur.CRM, both ways, through the deployed hub."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from local.receiver import Answer, Received, Receiver
from tests.e2e.conftest import Hub
from tests.e2e.tenants import Tenant, new_tenant
from tests.support.audio import mp3_of
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
    """The call is made once, and told with the CRM's id from its start to its whole."""
    tenant, crm = new_tenant(hub), receiver()
    hub.operator("POST", "/extensions", json={"account": tenant.id, "number": "101"})
    telephony = {"provider": "simulator", "settings": {"ring": 1, "talk": 2, "speed": 10}}
    hub.operator("PUT", f"/accounts/{tenant.id}/telephony", json=telephony)
    wish = {"account": tenant.id, "kind": "kontur", "base_url": crm.url, "workspace": f"crm-{tenant.id}",
            "access_key": f"key-of-the-crm-of-{tenant.id}-0", "users": [{"crm_user": USER,
            "extension": "101"}]}  # fmt: skip
    assert hub.operator("POST", "/connectors", json=wish).status_code == 201
    body = {"communicationId": "asked-for", "fromUserId": USER, "clientPhone": "79012345600"}
    path = f"/api/v1/crm-{tenant.id}/communications/call"
    headers = {"X-XCOM-AccessKey": f"key-of-the-crm-of-{tenant.id}-0", **ECHO}
    answers = [hub.http.post(path, json=body, headers=headers) for _ in range(2)]
    assert [(one.status_code, one.json(), one.headers["X-XCOM-Integration-Echo"]) for one in answers] == [
        (200, "OK", "e-77")
    ] * 2
    assert crm.wait_for(lambda received: any(one.path.endswith("/register-call") for one in received), PATIENCE)
    assert "/call-redirect?" in crm.requests[0].path, "the key is tried when the connector is made"
    told: list[dict[str, Any]] = [one.json() for one in crm.requests[1:]]
    assert crm.requests[1].path.endswith("/communications/callbacks/telephony/call-started")
    assert {one["communicationId"] for one in told} == {"asked-for"}
    assert {one.headers["x-xcom-accesskey"] for one in crm.requests} == {f"key-of-the-crm-of-{tenant.id}-0"}


class OwnServer:
    """Another account's workspace of the same hub as the CRM; what it has no path for, files, is taken here."""

    def __init__(self, hub: Hub, account: str) -> None:
        wish = {"account": account, "kind": "kontur", "name": "Romashka"}
        self.key = hub.operator("POST", "/tokens", json=wish).json()["token"]
        self.hub, self.files = hub, list[bytes]()
        self.told: list[tuple[str, dict[str, Any], int]] = []

    def __call__(self, request: Received) -> Answer:
        if request.path.endswith("/files"):
            self.files.append(request.body)
            return Answer(200, json.dumps({"fileId": f"f-{len(self.files)}"}).encode())
        headers = {"X-XCOM-AccessKey": self.key, "Content-Type": "application/json"}
        url = self.hub.base_url + request.path
        answer = httpx.request(request.method, url, content=request.body, headers=headers, trust_env=False)
        if request.method == "POST":
            self.told.append((request.path.rpartition("/")[2], request.json(), answer.status_code))
        return Answer(answer.status_code, answer.content, {"Content-Type": "application/json"})

    def bodies(self, callback: str) -> list[dict[str, Any]]:
        return [body for name, body, _ in self.told if name == callback]


@pytest.fixture
def offices(hub: Hub, receiver: Callable[..., Receiver]) -> tuple[Tenant, OwnServer]:
    """An account, and the CRM that it is connected to."""
    tenant, other = new_tenant(hub), new_tenant(hub)
    crm = OwnServer(hub, other.id)
    wish = {"account": tenant.id, "kind": "kontur", "base_url": receiver(crm).url,
            "workspace": other.id, "access_key": f"key-of-the-crm-of-{tenant.id}-0",
            "users": [{"crm_user": "7", "extension": "101"}]}  # fmt: skip
    for account, number in ((tenant.id, "101"), (other.id, "7")):
        hub.operator("POST", "/extensions", json={"account": account, "number": number})
    assert hub.operator("POST", "/connectors", json=wish).status_code == 201
    rules = {"rules": [{"numbers": ["79160000002"], "extension": "7"}], "default": ""}
    hub.operator("PUT", f"/accounts/{other.id}/routing", json=rules)
    return tenant, crm


def test_a_recording_reaches_the_crm_after_its_call(
    offices: tuple[Tenant, OwnServer], receiver: Callable[..., Receiver], wait_for: Callable[..., Any]
) -> None:
    """Kept by the hub, uploaded as it is, and told of with the file's id, once the whole of the call was told."""
    (tenant, crm), audio = offices, mp3_of(300)
    pbx = receiver(lambda _: Answer(200, audio, {"Content-Type": "audio/mpeg"}))
    call = hashlib.md5(pbx.url.encode()).hexdigest()  # noqa: S324 - an id
    tenant.play(call, "start.call")
    for name, more in (("start.talk", {"real_local_number": "101"}), ("end.call", {"record": f"{pbx.url}/1"})):
        params = {"call_id": call, "event_date": "2026-11-20 12:00:10", "disposition": "ANSWER", "billsec": 300, **more}
        tenant.post("vpbx", {"type": "call_event", "event_name": name, "params": params})
    wait_for(lambda: crm.bodies("call-recording"), timeout=PATIENCE)
    assert [name for name, *_ in crm.told][-2:] == ["register-call", "call-recording"]
    assert {status for *_, status in crm.told} == {200}
    assert len(crm.files) == 1
    assert audio in crm.files[0]
    (told,) = crm.bodies("call-recording")
    assert told["recordingFileId"] == "f-1"
    assert told["communicationId"] == crm.bodies("register-call")[0]["communicationId"]


def test_a_caller_is_put_to_whom_the_crm_names(
    hub: Hub, offices: tuple[Tenant, OwnServer], wait_for: Callable[..., Any]
) -> None:
    """As a PBX asks it, once the functions behind the question are warm; a stranger goes by the next rule."""
    tenant, _ = offices
    tenant.play("warm", "start.call")
    rules = {"rules": [{"responsible_user": True}], "default": ""}
    assert hub.operator("PUT", f"/accounts/{tenant.id}/routing", json=rules).status_code == 200
    source = tenant.sources["vpbx"].rpartition("/")[2]
    ask = lambda phone: hub.http.get(f"/webhooks/{source}/route", params={"phone": phone}).text  # noqa: E731
    wait_for(lambda: ask("8 916 000-00-02") == "101")
    assert ask("79990000000") == ""
