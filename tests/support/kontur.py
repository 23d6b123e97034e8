"""Bodies of Kontur.CRM's callbacks, and a hub to send them to."""

from __future__ import annotations

from typing import Any

from tests.support.gateway import Answer
from tests.support.hub import Hub

INTEGRATION = "Romashka"
EXTERNAL_ID = "902-5517"
CLIENT, LINE = "79161234567", "73433000100"
USER = "4b1f6a2e-93c7-4d5a-8e10-6c2d9b7f0a35"
LEG = {"externalCallItemId": f"{EXTERNAL_ID}-1", "realtimeCallItemId": "rt-71"}
SIDES = {"from": {"type": "client"}, "to": {"type": "user", "userId": USER}}
WHOLE = {"externalId": EXTERNAL_ID, "externalVatsPhone": LINE, "clientPhone": CLIENT, "direction": "inbound"}
CALLBACKS: dict[str, dict[str, Any]] = {
    "call-started": {"timestamp": "2026-03-14T12:00:00.1234567+00:00", **WHOLE},
    "call-event": {
        "externalId": EXTERNAL_ID,
        **LEG,
        "timestamp": "2026-03-14T12:00:02.5000000+00:00",
        "type": "appeared",
        **SIDES,
    },
    "call-finished": {"timestamp": "2026-03-14T12:01:10.0000000+00:00", **WHOLE},
    "call-failed": {"externalId": EXTERNAL_ID},
    "call-recording": {"externalId": EXTERNAL_ID, **LEG, "recordingFileId": "f-3310"},
    "register-call": {
        **WHOLE,
        "items": [
            {
                "id": LEG["externalCallItemId"],
                **SIDES,
                "recordings": [
                    {"fileId": "f-3310", "fileName": "f-3310", "contentType": "audio/mpeg", "contentLength": "20480"}
                ],
                "startedAt": "2026-03-14T12:00:10.0000000+00:00",
                "finishedAt": "2026-03-14T12:01:10.0000000+00:00",
            }
        ],
        "externalCreatedAt": "2026-03-14T12:00:00.1234567+00:00",
    },
}


def path_of(name: str, workspace: str = "acme") -> str:
    """The path of a callback."""
    return f"/api/v1/{workspace}/communications/callbacks/telephony/{name}"


def a_key(hub: Hub, account: str = "acme") -> dict[str, str]:
    """The header of a new key to an account's workspace."""
    wish = {"account": account, "kind": "kontur", "name": INTEGRATION}
    return {"X-XCOM-AccessKey": hub.operator("POST", "/admin/tokens", wish).json["token"]}


def tell(hub: Hub, key: dict[str, str], name: str, workspace: str = "acme", **changed: Any) -> Answer:
    """Send a callback; a field that is changed to None is left out."""
    body = {field: value for field, value in {**CALLBACKS[name], **changed}.items() if value is not None}
    return hub.request("POST", path_of(name, workspace), body, key)


def leg(type_: str, at: str) -> dict[str, str]:
    """What another event of the same leg says."""
    return {"type": type_, "timestamp": f"2026-03-14T{at}+00:00"}
