"""What belongs to one account is out of reach for another's token."""

from collections.abc import Callable

from local.receiver import Receiver
from tests.e2e.conftest import Hub
from tests.e2e.tenants import new_tenant


def test_subscriptions_are_the_accounts_own(hub: Hub, receiver: Callable[..., Receiver]) -> None:
    """Another account's token neither sees nor changes nor removes a subscription."""
    owner, stranger = new_tenant(hub), new_tenant(hub)
    owner.subscribe(receiver().url, "start.call")
    body = {"event_name": "start.call", "webhook_url": "http://127.0.0.1:1/", "auth_type": "None"}
    assert stranger.vpbx("GET", "/events/subscribe").json() == {"active_events": []}
    assert stranger.vpbx("PUT", "/events/subscribe", json=body).status_code == 404
    assert stranger.vpbx("DELETE", "/events/subscribe", params={"event_name": "start.call"}).status_code == 204
    assert len(owner.vpbx("GET", "/events/subscribe").json()["active_events"]) == 1


def test_events_reach_their_own_account_only(hub: Hub, receiver: Callable[..., Receiver]) -> None:
    """The same call id in two accounts is two calls, each told to its own subscriber."""
    tenants = [new_tenant(hub), new_tenant(hub)]
    crms = [receiver(), receiver()]
    for number, (tenant, crm) in enumerate(zip(tenants, crms, strict=True)):
        tenant.subscribe(crm.url, "start.call")
        params = {"call_id": "same", "event_date": "2026-11-20 12:00:00", "src_phone": f"7916000000{number}"}
        tenant.post("vpbx", {"type": "call_event", "event_name": "start.call", "params": params})
    for number, crm in enumerate(crms):
        assert crm.wait_for(lambda received: len(received) == 1, 30)
        assert crm.requests[0].json()["params"]["src_phone"] == f"7916000000{number}"


def test_revoked_token(hub: Hub) -> None:
    """A token that was revoked before its first use opens nothing."""
    tenant = new_tenant(hub)
    issued = hub.operator("POST", "/tokens", json={"account": tenant.id, "kind": "vpbx"}).json()
    assert hub.operator("DELETE", f"/tokens/{issued['id']}?account={tenant.id}").status_code == 204
    tenant.token = issued["token"]
    answer = tenant.vpbx("GET", "/phones/local")
    assert (answer.status_code, answer.json()["name"]) == (401, "401 Unauthorized")
    assert "revoked" in answer.json()["message"]


def test_unmatched_paths(hub: Hub) -> None:
    """Unknown paths and methods are answered in the shape of the dialect whose path it is."""
    unknown = hub.http.get("/api/v1/nothing")
    wrong = hub.http.put("/api/v1/phones/local")
    own = hub.http.get("/admin/nothing")
    assert (unknown.status_code, unknown.json()["name"]) == (404, "404 Not Found")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET")
    assert (own.status_code, own.json()["error"]["code"]) == (404, "not_found")


def test_webhooks_are_told_apart(hub: Hub) -> None:
    """A dialect's own function, that of all others, and the question whom a caller should reach lie under one path."""
    own = hub.http.post("/webhooks/vpbx/s-nobody", json={})
    other = hub.http.post("/webhooks/fax/s-nobody", json={})
    asked = hub.http.get("/webhooks/s-nobody/route", params={"phone": "79160000002"})
    assert (own.status_code, own.json()["name"]) == (404, "404 Not Found")
    assert (other.status_code, other.json()["error"]["message"]) == (404, "There is no such dialect.")
    assert (asked.status_code, asked.json()["error"]["message"]) == (404, "There is no such source.")
