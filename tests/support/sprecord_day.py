"""Everything that is done by SpRecord's API."""

from __future__ import annotations

from tests.support.hub import Hub
from tests.support.receiver import receiving, verifying


def sprecord_token(hub: Hub, account: str = "acme") -> dict[str, str]:
    """The headers of a new token of an account that is there."""
    token = hub.operator("POST", "/admin/tokens", {"account": account, "kind": "sprecord"}).json["token"]
    return {"Authorization": f"Bearer {token}"}


def sprecord_day(hub: Hub) -> None:
    """Set the account's hook twice and remove it, and listen; from then on its stream is written."""
    auth = sprecord_token(hub)
    path = "/sys/subscribe_events"
    with receiving(verifying) as crm:
        for subscribe in (["call_end"], ["startup"], []):
            hub.request("POST", path, {"hook": crm.url, "subscribe": subscribe}, auth)
            hub.request("GET", path, headers=auth)
    hub.request("GET", "/sys/events", headers=auth)
    ticket = hub.request("POST", "/sys/events/ticket", headers=auth).json["ticket"]
    hub.request("GET", "/sys/events", query={"ticket": ticket, "last_event_id": "0"})
